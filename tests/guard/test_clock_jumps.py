"""A clock that was ahead and is right again keeps no mail and no notice waiting until it is late again."""

from datetime import timedelta

import pytest

from guardian.domain.errors import GuardianError, TryLater
from guardian.guard.holds import release
from guardian.guard.outbox import Outbox
from guardian.ports.holds import HoldState
from guardian.ports.mailer import MaybeSent
from tests.guard.fakes import NOW, KeepingMailer, MemoryHolds, StoppedClock, at, letters
from tests.guard.test_holds import WHY
from tests.guard.test_notifier import held, notifier, told

AHEAD = NOW + timedelta(days=400)
MINUTES = timedelta(minutes=1)


@pytest.fixture
def holds() -> MemoryHolds:
    return MemoryHolds()


@pytest.mark.parametrize("failure", [TryLater("busy"), MaybeSent("cut")])
def test_a_release_that_failed_in_the_future_is_tried_again_now(holds: MemoryHolds, failure: GuardianError) -> None:
    hold, mailer = held(holds), KeepingMailer(failure)
    release(holds, hold.id, by="jefa@acme.example", why=WHY, now=AHEAD)
    outbox = Outbox(holds=holds, mailer=mailer, letters=letters(), clock=StoppedClock(NOW))
    assert at(AHEAD, outbox).send_pending() == []
    (sent,) = at(NOW, outbox).send_pending()
    assert sent.state is HoldState.RELEASED


def test_a_release_begun_by_a_host_whose_clock_is_a_little_ahead_is_left_to_it(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer(MaybeSent("cut"))
    release(holds, hold.id, by="jefa@acme.example", why=WHY, now=NOW)
    outbox = Outbox(holds=holds, mailer=mailer, letters=letters(), clock=StoppedClock(NOW))
    at(NOW + 5 * MINUTES, outbox).send_pending()
    assert at(NOW, outbox).send_pending() == []
    assert mailer.sent == []


def test_a_notice_that_failed_in_the_future_is_sent_now(holds: MemoryHolds) -> None:
    held(holds)
    mailer = KeepingMailer(TryLater("busy"))
    at(AHEAD, notifier(holds, mailer)).tell()
    at(NOW, notifier(holds, mailer)).tell()
    assert told(mailer) == ["ana@acme.example"]
