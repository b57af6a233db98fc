"""Mail to more people than the server takes at once: everybody gets it, nobody twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from guardian.domain.errors import GuardianError, TryLater, UserError
from guardian.domain.mail import Envelope
from guardian.guard.holds import release
from guardian.guard.outbox import Outbox
from guardian.ports.holds import Hold, HoldEvent, HoldState
from guardian.ports.mailer import MaybeSent, Receipt, Refused
from tests.guard.fakes import NOW, KeepingMailer, MemoryHolds, letters
from tests.guard.test_holds import ENVELOPE, RAW, WHY, held, trail

EVERYBODY = ("luis@cliente.example", *(f"r{number}@acme.example" for number in range(249)))
LEASE = timedelta(minutes=10)


class NarrowMailer(KeepingMailer):
    """Takes a hundred recipients a mail; fails as told before the mails of these numbers."""

    def __init__(self, **failures: GuardianError) -> None:
        super().__init__()
        self.planned = failures

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        failure = self.planned.pop(f"before_{len(self.sent) + 1}", None)
        if failure is not None:
            raise failure
        taken = envelope.recipients[:100]
        self.sent.append((replace(envelope, recipients=taken, rcpt_args=envelope.rcpt_args[:100]), raw))
        return Receipt(reply=f"250 queued as {len(self.sent)}", settled=len(taken))


@pytest.fixture
def holds() -> MemoryHolds:
    return MemoryHolds()


def released(holds: MemoryHolds) -> Hold:
    args = tuple((f"ORCPT=rfc822;{one}",) for one in EVERYBODY)
    hold = held(holds, replace(ENVELOPE, recipients=EVERYBODY, rcpt_args=args))
    return release(holds, hold.id, by="jefa@acme.example", why=WHY, now=NOW)


def box(holds: MemoryHolds, mailer: NarrowMailer) -> Outbox:
    return Outbox(holds=holds, mailer=mailer, letters=letters(), lease=LEASE)


def reached(mailer: NarrowMailer) -> list[str]:
    for envelope, raw in mailer.sent:
        assert raw == RAW
        assert envelope.rcpt_args == tuple((f"ORCPT=rfc822;{one}",) for one in envelope.recipients)
    return [one for envelope, _ in mailer.sent for one in envelope.recipients]


def test_everybody_gets_it_in_as_many_mails_as_it_takes(holds: MemoryHolds) -> None:
    hold, mailer = released(holds), NarrowMailer()
    assert [one.state for one in box(holds, mailer).send_pending(now=NOW)] == [HoldState.RELEASED]
    assert reached(mailer) == list(EVERYBODY)
    assert trail(holds, hold)[2:] == ["sending", "part_sent", "part_sent", "sent"]


@pytest.mark.parametrize("failure", [TryLater("busy"), MaybeSent("cut")])
def test_after_a_failure_only_those_go_on_who_have_nothing_yet(holds: MemoryHolds, failure: GuardianError) -> None:
    hold, mailer = released(holds), NarrowMailer(before_2=failure)
    assert box(holds, mailer).send_pending(now=NOW) == []
    done = box(holds, mailer).send_pending(now=NOW + LEASE)
    assert [one.state for one in done] == [HoldState.RELEASED]
    assert reached(mailer) == list(EVERYBODY)
    assert ("possible_duplicate" in trail(holds, hold)) is isinstance(failure, MaybeSent)


def test_after_a_refusal_and_another_release_nobody_gets_it_twice(holds: MemoryHolds) -> None:
    hold, mailer = released(holds), NarrowMailer(before_3=Refused("552 no room"))
    box(holds, mailer).send_pending(now=NOW)
    assert [one.state for one in holds.list()] == [HoldState.HELD]
    release(holds, hold.id, by="jefa@acme.example", why=WHY, now=NOW)
    box(holds, mailer).send_pending(now=NOW)
    assert reached(mailer) == list(EVERYBODY)
    assert [one.state for one in holds.list()] == [HoldState.RELEASED]


class ForgetfulHolds(MemoryHolds):
    """Cannot write down steps of some kinds, once."""

    def __init__(self, problem: GuardianError, *whats: str) -> None:
        super().__init__()
        self.problem, self.whats = problem, list(whats)

    def move(self, hold: Hold, to: HoldState, event: HoldEvent, *, once: str | None = None) -> Hold | None:
        if event.what in self.whats:
            self.whats.remove(event.what)
            raise self.problem
        return super().move(hold, to, event, once=once)


@pytest.mark.parametrize("problem", [TryLater("the database is locked"), UserError("the disk is full")])
@pytest.mark.parametrize("what", ["sent", "part_sent"])
def test_what_was_sent_but_not_written_down_is_never_sent_again_silently(problem: GuardianError, what: str) -> None:
    holds = ForgetfulHolds(problem, what)
    hold, mailer = released(holds), NarrowMailer()
    box(holds, mailer).send_pending(now=NOW)
    sent = len(mailer.sent)
    box(holds, mailer).send_pending(now=NOW + timedelta(minutes=5))
    assert len(mailer.sent) == sent, "sent again although the server has it"
    box(holds, mailer).send_pending(now=NOW + 2 * LEASE)
    assert holds.holds[hold.id].state is HoldState.RELEASED
    assert "possible_duplicate" in trail(holds, hold)
