"""The touch table of docs/ageing.md, row by row."""

import pytest

from guardian.domain.activity import Direction, Kind, Signal
from guardian.domain.touch import NO_TOUCH, Happening, Touch, touch_of

IN, OUT, INTERNAL = Direction.IN, Direction.OUT, Direction.INTERNAL


def mail(direction: Direction, *signals: Signal, **facts: object) -> Touch:
    return touch_of(Happening(kind=Kind.EMAIL, direction=direction, signals=frozenset(signals), **facts))  # type: ignore[arg-type]  # named freely


def call(direction: Direction = OUT, *signals: Signal, **facts: object) -> Touch:
    return touch_of(Happening(kind=Kind.CALL, direction=direction, signals=frozenset(signals), **facts))  # type: ignore[arg-type]  # named freely


def meeting(*signals: Signal, **facts: object) -> Touch:
    return touch_of(Happening(kind=Kind.MEETING, direction=OUT, signals=frozenset(signals), **facts))  # type: ignore[arg-type]  # named freely


def test_a_mail_from_a_person_at_the_client_moves_both_clocks() -> None:
    assert mail(IN) == Touch(weight=1.0, any_clock=True, inbound_clock=True)


def test_a_reply_of_the_client_moves_both_clocks() -> None:
    assert mail(IN, Signal.REPLY) == Touch(weight=1.0, any_clock=True, inbound_clock=True)


def test_a_mail_we_wrote_counts_half_until_it_is_answered() -> None:
    assert mail(OUT) == Touch(weight=0.5, any_clock=True)
    assert mail(OUT, answered=True) == Touch(weight=1.0, any_clock=True)


@pytest.mark.parametrize(("outsiders", "counts"), [(1, True), (10, True), (11, False)])
def test_a_mail_to_more_than_ten_outsiders_is_a_mailing(outsiders: int, counts: bool) -> None:
    assert mail(OUT, outsiders=outsiders).any_clock is counts
    assert (mail(OUT, outsiders=outsiders) == NO_TOUCH) is not counts


def test_a_client_in_copy_only_is_listed_and_moves_no_clock() -> None:
    assert mail(OUT, addressed=False) == Touch(weight=0.25)


@pytest.mark.parametrize(("seconds", "weight"), [(59, 0.25), (60, 1.5), (None, 1.5)])
def test_a_call_counts_from_a_minute_on(seconds: int | None, weight: float) -> None:
    touch = call(duration_s=seconds)
    assert touch == Touch(weight=weight, any_clock=weight > 1, inbound_clock=weight > 1)


@pytest.mark.parametrize("signal", [Signal.NOT_HELD, Signal.SHORT])
def test_a_missed_or_short_call_is_only_listed(signal: Signal) -> None:
    assert call(IN, signal) == Touch(weight=0.25)


def test_a_call_still_to_come_moves_no_clock() -> None:
    assert not call(past=False).any_clock


def test_a_meeting_that_was_held_weighs_most() -> None:
    assert meeting() == Touch(weight=2.0, any_clock=True, inbound_clock=True)


def test_a_meeting_still_to_come_moves_no_clock() -> None:
    assert meeting(past=False) == Touch(weight=0.5)


@pytest.mark.parametrize("signal", [Signal.CANCELLED, Signal.DECLINE, Signal.NOT_HELD])
def test_a_meeting_that_fell_through_is_no_touch(signal: Signal) -> None:
    assert meeting(signal) == NO_TOUCH


def test_a_meeting_that_everybody_outside_declined_is_no_touch() -> None:
    assert meeting(outsiders=0) == NO_TOUCH


def test_an_invitation_moves_no_clock_until_the_meeting_is_held() -> None:
    assert mail(OUT, Signal.INVITE) == Touch(weight=0.5)
    assert mail(IN, Signal.INVITE) == Touch(weight=0.5)


def test_a_client_who_accepts_has_spoken_but_nobody_has_met_yet() -> None:
    assert mail(IN, Signal.ACCEPT) == Touch(weight=0.5, inbound_clock=True)


def test_our_own_acceptance_moves_no_clock() -> None:
    assert mail(OUT, Signal.ACCEPT) == Touch(weight=0.5)


@pytest.mark.parametrize(
    "signal",
    [Signal.AUTO_REPLY, Signal.BULK, Signal.BOUNCE, Signal.RECEIPT, Signal.SYSTEM, Signal.DECLINE, Signal.CANCELLED],
)
@pytest.mark.parametrize("direction", [IN, OUT])
@pytest.mark.parametrize("other", [Signal.REPLY, Signal.ACCEPT, Signal.INVITE])
def test_machines_mailings_and_refusals_are_never_a_touch(
    signal: Signal, direction: Direction, other: Signal
) -> None:
    assert mail(direction, signal) == NO_TOUCH
    assert mail(direction, signal, other) == NO_TOUCH


@pytest.mark.parametrize("kind", Kind)
def test_talk_among_ourselves_is_never_a_touch(kind: Kind) -> None:
    assert touch_of(Happening(kind=kind, direction=INTERNAL)) == NO_TOUCH


@pytest.mark.parametrize("kind", Kind)
def test_nothing_is_a_touch_without_somebody_outside(kind: Kind) -> None:
    assert touch_of(Happening(kind=kind, direction=OUT, outsiders=0)) == NO_TOUCH


@pytest.mark.parametrize("kind", [Kind.TASK, Kind.NOTE])
@pytest.mark.parametrize("direction", [IN, OUT])
def test_tasks_and_notes_are_about_the_client_not_with_him(kind: Kind, direction: Direction) -> None:
    assert touch_of(Happening(kind=kind, direction=direction)) == NO_TOUCH
