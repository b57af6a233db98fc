from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.certificates import AppKey, make_app_key
from tests.lab.google_world import World, new_world
from tests.lab.loopback import only_loopback
from tests.lab.serving import running_lab


@pytest.fixture(scope="session")
def app_key() -> AppKey:
    return make_app_key()


@pytest.fixture
def world(tmp_path: Path, app_key: AppKey) -> Iterator[World]:
    with only_loopback(), running_lab(tmp_path) as lab:
        made = new_world(lab, tmp_path, app_key)
        yield made
        assert not made.google.wrong, made.google.wrong
