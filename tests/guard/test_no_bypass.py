"""However an insult to a client is hidden, the mail is held: for what it says, or because it cannot be read."""

from collections.abc import Iterator

import pytest

from guardian.domain.mail import Envelope
from guardian.domain.verdict import Action
from guardian.guard.check import Guard
from guardian.guard.decide import Policy
from guardian.guard.directory import SnapshotDirectory
from guardian.wiring.judging import shipped_judge
from tests.guard.disguises import CALM, FAMILIES, mail

TO_CLIENT = Envelope(sender="ana@acme.example", recipients=("luis@cliente.example",))


@pytest.fixture(scope="module")
def guard() -> Guard:
    """The guard with the judge that ships."""
    directory = SnapshotDirectory(own_domains=["acme.example"], domains={"cliente.example": "Cliente"})
    return Guard(shipped_judge(), directory, Policy())


def cases() -> Iterator[object]:
    for family, disguises in FAMILIES.items():
        for name, raw in disguises.items():
            yield pytest.param(raw, id=f"{family}: {name}")


@pytest.mark.parametrize("raw", [*cases()])
def test_a_hidden_insult_is_held(guard: Guard, raw: bytes) -> None:
    verdict = guard.check(TO_CLIENT, raw)
    assert verdict.action is Action.HOLD


def test_the_same_mail_without_the_insult_passes(guard: Guard) -> None:
    assert guard.check(TO_CLIENT, mail(body=CALM)).action is Action.PASS
