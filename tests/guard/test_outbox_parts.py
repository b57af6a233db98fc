"""Mail to more people than the server takes at once: everybody gets it, nobody twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from guardian.domain.errors import GuardianError, TryLater, UserError
from guardian.domain.mail import Envelope
from guardian.guard.holds import release
from guardian.guard.outbox import Outbox
from guardian.ports.holds import Hold, HoldEvent, HoldState
from guardian.ports.mailer import MaybeSent, Receipt, Refused
from tests.guard.fakes import NOW, KeepingMailer, MemoryHolds, StoppedClock, at, letters
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
    return Outbox(holds=holds, mailer=mailer, letters=letters(), clock=StoppedClock(NOW), lease=LEASE)


def reached(mailer: NarrowMailer) -> list[str]:
    for envelope, raw in mailer.sent:
        assert raw == RAW
        assert envelope.rcpt_args == tuple((f"ORCPT=rfc822;{one}",) for one in envelope.recipients)
    return [one for envelope, _ in mailer.sent for one in envelope.recipients]


def test_everybody_gets_it_in_as_many_mails_as_it_takes(holds: MemoryHolds) -> None:
    hold, mailer = released(holds), NarrowMailer()
    assert [one.state for one in at(NOW, box(holds, mailer)).send_pending()] == [HoldState.RELEASED]
    assert reached(mailer) == list(EVERYBODY)
    assert trail(holds, hold)[2:] == ["sending", "part_sent", "part_sent", "sent"]


@pytest.mark.parametrize("failure", [TryLater("busy"), MaybeSent("cut")])
def test_after_a_failure_only_those_go_on_who_have_nothing_yet(holds: MemoryHolds, failure: GuardianError) -> None:
    hold, mailer = released(holds), NarrowMailer(before_2=failure)
    assert at(NOW, box(holds, mailer)).send_pending() == []
    done = at(NOW + LEASE, box(holds, mailer)).send_pending()
    assert [one.state for one in done] == [HoldState.RELEASED]
    assert reached(mailer) == list(EVERYBODY)
    assert ("possible_duplicate" in trail(holds, hold)) is isinstance(failure, MaybeSent)


def test_after_a_refusal_and_another_release_nobody_gets_it_twice(holds: MemoryHolds) -> None:
    hold, mailer = released(holds), NarrowMailer(before_3=Refused("552 no room"))
    at(NOW, box(holds, mailer)).send_pending()
    assert [one.state for one in holds.list()] == [HoldState.HELD]
    release(holds, hold.id, by="jefa@acme.example", why=WHY, now=NOW)
    at(NOW, box(holds, mailer)).send_pending()
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
    at(NOW, box(holds, mailer)).send_pending()
    sent = len(mailer.sent)
    at(NOW + timedelta(minutes=5), box(holds, mailer)).send_pending()
    assert len(mailer.sent) == sent, "sent again although the server has it"
    at(NOW + 2 * LEASE, box(holds, mailer)).send_pending()
    assert holds.holds[hold.id].state is HoldState.RELEASED
    assert "possible_duplicate" in trail(holds, hold)


class BusyMailer(NarrowMailer):
    """Takes nine minutes over each mail, and has another process make its round meanwhile."""

    def __init__(self, clock: StoppedClock, other: Outbox) -> None:
        super().__init__()
        self.clock, self.other = clock, other

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        self.clock.time += timedelta(minutes=9)
        self.other.send_pending()
        return super().send(envelope, raw)


def test_what_is_sent_late_in_a_long_round_is_sent_by_nobody_else(holds: MemoryHolds) -> None:
    clock, idle = StoppedClock(NOW), NarrowMailer()
    long = released(holds)
    for number in range(3):
        one = held(holds, replace(ENVELOPE, recipients=("luis@cliente.example", f"r{number}@acme.example")))
        release(holds, one.id, by="jefa@acme.example", why=WHY, now=NOW)
    busy = BusyMailer(clock, replace(box(OnlyBegun(holds), idle), clock=clock))
    taking = replace(box(holds, busy), clock=clock)
    assert len(taking.send_pending()) == 4
    assert idle.sent == []
    assert not any("possible_duplicate" in trail(holds, hold) for hold in holds.list())
    steps = holds.events(long.id)[2:]
    assert [one.what for one in steps] == ["sending", "part_sent", "part_sent", "sent"]
    assert [(one.at - steps[0].at) / timedelta(minutes=9) for one in steps] == [0, 1, 2, 3]


class OnlyBegun(MemoryHolds):
    """Shows another process nothing but what somebody has begun to send."""

    def __init__(self, holds: MemoryHolds) -> None:
        self.__dict__ = holds.__dict__

    def list(self, *, states: frozenset[HoldState] | None = None) -> Sequence[Hold]:
        return super().list(states=states) if states == frozenset({HoldState.SENDING}) else []


class Interrupted(NarrowMailer):
    """Has another process make its round before the first mail."""

    def __init__(self, other: Outbox) -> None:
        super().__init__()
        self.other: Outbox | None = other

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        if self.other is not None:
            other, self.other = self.other, None
            other.send_pending()
        return super().send(envelope, raw)


def test_what_another_process_sent_in_part_since_the_round_began_is_not_sent_again(holds: MemoryHolds) -> None:
    first = held(holds)
    release(holds, first.id, by="jefa@acme.example", why=WHY, now=NOW)
    second = released(holds)
    for one, when in ((first, NOW), (second, NOW + timedelta(seconds=1))):
        holds.holds[one.id] = replace(holds.holds[one.id], held_at=when)
    other = NarrowMailer(before_2=TryLater("busy"))
    mine = Interrupted(box(holds, other))
    box(holds, mine).send_pending()
    to_many = [envelope for envelope, _ in (*other.sent, *mine.sent) if envelope.recipients != ENVELOPE.recipients]
    assert [one for envelope in to_many for one in envelope.recipients] == list(EVERYBODY)
