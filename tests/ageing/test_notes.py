"""What reps say changes where clients stand, and when Guardian worries, within rails."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.ageing import AgeingPolicy, assess
from guardian.ageing.leniency import FEWEST_WORDS, HIGHEST, LOWEST, TWICE_FINE, WINDOW, leniency
from guardian.domain.notes import CONTACTS, Note, NoteKind
from guardian.domain.standing import Assessment, State, WhyCode
from tests.ageing.memory import NOW, MemoryTimelines, Spoken, a_client, days_ago, heard, met

REP = "rep@acme.example"
SILENT = met(1, *range(100, 300, 10))  # at risk


def note(kind: NoteKind, ago: float = 1, *, client: int = 1, rep: str = REP, **other: Any) -> Note:
    at = days_ago(ago)
    facts: dict[str, Any] = {"client_id": client, "rep": rep, "kind": kind, "at": at, "since": at, "day": at.date()}
    return Note(**(facts | {"digest": at.date()} | other))


def snooze(ago: float, days: float) -> Note:
    return note(NoteKind.SNOOZE, ago, until=days_ago(ago - days))


def standing(spoken: Sequence[Spoken], *notes: Note, as_of: datetime = NOW, owner: str | None = REP) -> Assessment:
    timelines = MemoryTimelines([a_client(owner=owner)], spoken)
    [found] = assess(timelines, as_of=as_of, policy=AgeingPolicy(), notes=notes)
    return found


def test_the_client_of_these_tests_is_at_risk() -> None:
    assert standing(SILENT).state is State.AT_RISK


def test_a_snoozed_client_says_for_how_many_more_days() -> None:
    found = standing(SILENT, snooze(3, 30))
    assert found.state is State.SNOOZED
    assert [(why.code, why.figures) for why in found.reasons] == [(WhyCode.SAID_LATER, (("days", 27.0),))]
    assert found.silent_days == 100, "the figures go on"


def test_a_snooze_ends_with_its_day_or_the_first_word_of_the_client() -> None:
    assert standing(SILENT, snooze(30, 30)).state is State.AT_RISK
    assert standing(SILENT, snooze(30, 30.01)).state is State.SNOOZED
    assert standing([*SILENT, *heard(1, 4)], snooze(3, 30)).state is State.SNOOZED
    assert standing([*SILENT, *heard(1, 2)], snooze(3, 30)).state is not State.SNOOZED


def test_an_accepted_invitation_is_no_word() -> None:
    accepted = Spoken(1, days_ago(2), weight=0.5)
    assert standing([*SILENT, accepted], snooze(3, 30)).state is State.SNOOZED


def test_no_client_is_none_whatever_it_writes() -> None:
    found = standing([*SILENT, *heard(1, 0)], note(NoteKind.NOT_CLIENT, 5))
    assert found.state is State.NOT_CLIENT
    assert [(why.code, why.figures) for why in found.reasons] == [(WhyCode.SAID_NOT_CLIENT, (("days", 5.0),))]


def test_a_client_of_nobody_knows_whom_is_unreachable_until_it_is_given_to_somebody() -> None:
    nobodys = note(NoteKind.WRONG_OWNER, 2, instead_of=REP)
    found = standing(SILENT, nobodys)
    assert (found.state, found.reasons[0].code) == (State.UNREACHABLE, WhyCode.NO_OWNER)
    given = note(NoteKind.WRONG_OWNER, 1, owner="eva@acme.example", instead_of=REP)
    assert standing(SILENT, nobodys, given).state is State.AT_RISK
    assert standing(SILENT, nobodys, owner="new@acme.example").state is State.AT_RISK


def test_a_contact_that_is_told_of_ends_the_risk() -> None:
    [called] = met(1, 1)
    assert standing([*SILENT, replace(called, weight=1.5)]).state is State.HEALTHY


def words(fine: int, acted: int, rep: str = REP, ago: float = 1) -> list[Note]:
    of_client = [*[NoteKind.FINE] * fine, *[NoteKind.CALLED] * acted]
    return [note(kind, ago, client=number, rep=rep) for number, kind in enumerate(of_client)]


def factor(*notes: Note, rep: str = REP, client: int = 999) -> float:
    return leniency(notes, as_of=NOW).of(client, rep)


def test_a_few_words_move_nothing() -> None:
    assert factor(*words(FEWEST_WORDS - 1, 0)) == 1
    assert factor() == 1


def test_false_alarms_lower_the_threshold_of_their_rep_and_of_nobody_else() -> None:
    assert factor(*words(3, 2)) < 1
    assert factor(*words(3, 2), rep="REP@acme.example") < 1
    assert factor(*words(3, 2), rep="eva@acme.example") == 1
    assert leniency(words(3, 2), as_of=NOW).of(999, None) == 1


def test_true_alarms_raise_it() -> None:
    assert factor(*words(0, 10)) > 1
    assert factor(*words(2, 6)) == pytest.approx(1), "a quarter of false alarms is what is expected"


def test_old_words_count_no_more() -> None:
    assert factor(*words(9, 0, ago=WINDOW.days + 0.1)) == 1
    assert factor(*words(9, 0, ago=WINDOW.days - 0.1)) < 1


@settings(max_examples=60)
@given(fine=st.integers(0, 300), acted=st.integers(0, 300))
def test_no_number_of_words_leaves_the_rails(fine: int, acted: int) -> None:
    assert LOWEST <= factor(*words(fine, acted)) <= HIGHEST


@settings(max_examples=40)
@given(fine=st.integers(0, 60), acted=st.integers(5, 60))
def test_one_more_false_alarm_never_raises_it(fine: int, acted: int) -> None:
    assert factor(*words(fine + 1, acted)) <= factor(*words(fine, acted))


def test_a_client_who_was_twice_said_to_be_fine_is_flagged_later() -> None:
    once = note(NoteKind.FINE, 40, rep="eva@acme.example")
    assert factor(once, client=1) == 1
    assert factor(once, note(NoteKind.FINE, 5), client=1) == TWICE_FINE
    assert factor(once, note(NoteKind.FINE, 5), client=2) == 1


QUIETER = met(1, *range(24, 200, 9))  # on the edge: the model alone says at risk


def test_the_words_of_reps_move_who_is_at_risk() -> None:
    policy = AgeingPolicy(at_risk_alive=0.99)
    timelines = MemoryTimelines([a_client()], QUIETER)

    def state(*notes: Note) -> State:
        [found] = assess(timelines, as_of=NOW, policy=policy, notes=notes)
        return found.state

    assert state() is State.AT_RISK
    assert state(note(NoteKind.FINE, 3), note(NoteKind.FINE, 2)) is not State.AT_RISK


def test_no_word_moves_the_ceilings() -> None:
    beyond = met(1, *range(91, 300, 10))
    always_fine = [note(NoteKind.FINE, ago) for ago in range(1, 80)]
    assert standing(beyond, *always_fine).state is State.AT_RISK


def test_every_contact_that_can_be_told_of_is_worth_what_such_a_contact_is() -> None:
    assert {kind: (one.weight, one.any_clock, one.inbound_clock) for kind, one in CONTACTS.items()} == {
        NoteKind.CALLED: (1.5, True, True),
        NoteKind.MET: (2.0, True, True),
        NoteKind.DONE: (0.5, True, False),
        NoteKind.SOLVED: (0.5, True, False),
    }


def test_a_contact_of_an_earlier_day_lies_at_its_noon() -> None:
    start = datetime.combine(days_ago(3).date(), time(), UTC)
    told = note(NoteKind.CALLED, 1, since=start, until=start + timedelta(days=1))
    assert told.happened_at == start + timedelta(hours=12)
    assert replace(told, at=start + timedelta(hours=9)).happened_at == start + timedelta(hours=9)
