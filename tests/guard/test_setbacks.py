"""Which held mail a person has to look at, because something failed at it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from guardian.domain.errors import TryLater
from guardian.guard.holds import discard, release, return_to_sender
from guardian.guard.setbacks import setbacks
from guardian.ports.holds import Hold, HoldEvent
from guardian.ports.mailer import MaybeSent, Refused
from tests.guard.fakes import NOW, KeepingMailer, MemoryHolds, at
from tests.guard.test_holds import ENVELOPE, WHY, held, outbox
from tests.guard.test_notifier import notifier

HOUR = timedelta(hours=1)
EVER = 1000


@pytest.fixture
def holds() -> MemoryHolds:
    return MemoryHolds()


def found(holds: MemoryHolds, after: timedelta = timedelta()) -> list[str]:
    return [one.what for one in setbacks(holds, now=NOW + after)]


def told_with(holds: MemoryHolds, *failures: Exception, hours: int = 1) -> None:
    mailer = KeepingMailer(*failures)
    for hour in range(hours):
        at(NOW + hour * HOUR, notifier(holds, mailer, "jefa@acme.example")).tell()


def released(holds: MemoryHolds) -> Hold:
    return release(holds, held(holds).id, by="jefa@acme.example", why=WHY, now=NOW)


def test_nothing_failed_where_everybody_was_told(holds: MemoryHolds) -> None:
    held(holds)
    told_with(holds)
    assert found(holds, 100 * HOUR) == []


def test_who_could_not_be_told_is_named_until_somebody_decides(holds: MemoryHolds) -> None:
    hold = held(holds)
    told_with(holds, Refused("550 no such user"))
    assert found(holds) == ["sender_not_told"]
    discard(holds, hold.id, by="ana@acme.example", why="", now=NOW)
    assert found(holds) == []


def test_who_was_told_after_all_is_not_named(holds: MemoryHolds) -> None:
    held(holds)
    told_with(holds, *[TryLater("busy")] * 4, hours=10)
    assert found(holds, 10 * HOUR) == []


def test_who_has_waited_for_hours_to_be_told_is_named(holds: MemoryHolds) -> None:
    held(holds)
    told_with(holds, *[TryLater("busy")] * EVER, hours=2)
    assert found(holds, 3 * HOUR) == []
    assert found(holds, 6 * HOUR) == ["sender_not_told_yet"]


def test_who_was_to_be_told_when_a_process_died_and_was_not_told_since_is_named(holds: MemoryHolds) -> None:
    held(holds)
    with pytest.raises(ZeroDivisionError):
        told_with(holds, ZeroDivisionError())
    assert found(holds, 3 * HOUR) == []
    assert found(holds, 6 * HOUR) == ["telling_sender"]
    at(NOW + 6 * HOUR, notifier(holds, KeepingMailer(), "jefa@acme.example")).tell()
    assert found(holds, 6 * HOUR) == []


def test_an_outsider_is_not_told_and_nobody_has_to_look_for_that(holds: MemoryHolds) -> None:
    held(holds, replace(ENVELOPE, sender="luis@cliente.example"))
    told_with(holds)
    assert found(holds, 100 * HOUR) == []


def test_a_return_that_was_refused_is_named(holds: MemoryHolds) -> None:
    return_to_sender(holds, held(holds).id, by="jefa@acme.example", why="", now=NOW)
    outbox(holds, KeepingMailer(Refused("550 no such user"))).send_pending()
    assert found(holds) == ["return_refused"]


def test_a_release_that_was_never_answered_is_named(holds: MemoryHolds) -> None:
    released(holds)
    for hour in range(5):
        at(NOW + hour * HOUR, outbox(holds, KeepingMailer(MaybeSent("cut")))).send_pending()
    assert found(holds) == ["unanswered"]


def test_a_release_that_no_server_takes_for_hours_is_named(holds: MemoryHolds) -> None:
    hold, mailer = released(holds), KeepingMailer(*[TryLater("535 wrong password")] * EVER)
    for hour in range(6):
        at(NOW + hour * HOUR, outbox(holds, mailer)).send_pending()
    assert found(holds, 3 * HOUR) == []
    assert found(holds, 6 * HOUR) == ["put_back"]
    holds.note(HoldEvent(hold_id=hold.id, at=NOW, what="viewed", by="jefa@acme.example"))
    assert found(holds, 6 * HOUR) == ["put_back"]
