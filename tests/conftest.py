"""What all tests share."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.lab.loopback import only_loopback

# How long an example takes is the machine's business, never a test's.
settings.register_profile("guardian", deadline=None)
settings.load_profile("guardian")


@pytest.fixture(scope="session", autouse=True)
def on_this_machine() -> Iterator[None]:
    """Let no test reach another machine."""
    with only_loopback():
        yield
