"""An open complaint comes before whatever the model believes: angry, indifferent, and afterwards recovered."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from guardian.ageing import AgeingPolicy, assess, sentence
from guardian.domain.complaint_record import Decision, HeardMail, Ruling, Speaker, Word
from guardian.domain.notes import Note, NoteKind
from guardian.domain.standing import Assessment, State, WhyCode
from guardian.domain.workdays import WorkCalendar
from guardian.ports.complaints import ComplaintBook
from tests.ageing.memory import NOW, MemoryTimelines, Spoken, a_client, days_ago, heard, met, wrote
from tests.ageing.memory_complaints import MemoryComplaints

OWNER, COLLEAGUE = "rep@acme.example", "sat@acme.example"
MADRID = WorkCalendar(zone=ZoneInfo("Europe/Madrid"))


def complained(ago: float, severity: int = 2, number: int = 1) -> HeardMail:
    return HeardMail(interaction_id=number, at=days_ago(ago), severity=severity)


def we(ago: float, who: str = OWNER) -> Word:
    return Word(at=days_ago(ago), ours=(Speaker(address=who),))


def he(ago: float) -> Word:
    return Word(at=days_ago(ago), client=True)


def solved(ago: float, ruling: Ruling = Ruling.SOLVED) -> Decision:
    return Decision(ruling=ruling, at=days_ago(ago), by=OWNER)


EVERY_TEN_DAYS = tuple(met(1, *(3 + 10 * i for i in range(30))))


def assessed(
    *events: HeardMail | Word | Decision,
    as_of: datetime = NOW,
    touches: tuple[Spoken, ...] = EVERY_TEN_DAYS,
    calendar: WorkCalendar = MADRID,
    notes: tuple[Note, ...] = (),
) -> Assessment:
    store = MemoryComplaints(
        tuple(one for one in events if isinstance(one, HeardMail)),
        tuple(one for one in events if isinstance(one, Decision)),
        tuple(one for one in events if isinstance(one, Word)),
    )
    book = ComplaintBook(store=store, calendar_of=lambda owner: calendar)
    timelines = MemoryTimelines([a_client()], touches)
    (found,) = assess(timelines, as_of=as_of, policy=AgeingPolicy(), complaints=book, notes=notes)
    return found


def codes(found: Assessment) -> list[WhyCode]:
    return [why.code for why in found.reasons]


def test_a_client_with_an_open_complaint_is_angry_and_the_reason_tells_since_when() -> None:
    found = assessed(complained(6, 3))  # Thursday; since then Friday, Monday, Tuesday, Wednesday
    assert found.state is State.ANGRY
    assert codes(found) == [WhyCode.COMPLAINT_OPEN, WhyCode.COMPLAINT_UNANSWERED]
    told, waiting = found.reasons
    assert told.figures == (("business_days", 4.0), ("days", 6.0), ("severity", 3.0), ("mails", 1.0))
    assert waiting.figures == (("business_days", 4.0),)
    assert sentence(told, "es") == "Hay una queja grave abierta desde hace 4 días laborables."
    assert sentence(told, "en") == "A serious complaint has been open for 4 working days."


def test_a_remark_leaves_a_client_as_it_is() -> None:
    assert assessed(complained(6, 1)).state is State.HEALTHY


@pytest.mark.parametrize(
    ("answers", "code", "days"),
    [
        ((), WhyCode.COMPLAINT_UNANSWERED, 4),
        ((we(5, COLLEAGUE),), WhyCode.COMPLAINT_NOT_BY_OWNER, 4),
        ((we(5, COLLEAGUE), we(2)), WhyCode.COMPLAINT_ANSWERED, 2),
        ((we(2), we(1, COLLEAGUE)), WhyCode.COMPLAINT_ANSWERED, 2),
    ],
)
def test_the_reason_says_who_has_answered(answers: tuple[Word, ...], code: WhyCode, days: int) -> None:
    found = assessed(complained(6), *answers)
    assert found.state is State.ANGRY
    (why,) = (why for why in found.reasons if why.code is code)
    assert why.figure("business_days") == days


def silent_as_of(end: datetime, *more: Word, calendar: WorkCalendar = MADRID, gap: int = 5) -> State:
    """Return the state at a moment of one who complained on Monday 2 November at 9 and was answered at 10."""
    start = datetime(2026, 11, 2, 8, tzinfo=MADRID.zone)
    mail = HeardMail(interaction_id=1, at=start, severity=2)
    answer = Word(at=start + timedelta(hours=1), ours=(Speaker(address=OWNER),))
    before = tuple(Spoken(1, start - timedelta(days=gap * i), outbound=True, weight=2.0) for i in range(12))
    return assessed(mail, answer, *more, as_of=end, touches=before, calendar=calendar).state


def test_indifferent_fires_on_the_fifteenth_working_day_of_silence_and_not_before() -> None:
    midnight = datetime(2026, 11, 23, tzinfo=MADRID.zone)  # Monday: 3 to 6, 9 to 13, 16 to 20 are fourteen days
    assert silent_as_of(midnight - timedelta(minutes=1)) is State.ANGRY
    assert silent_as_of(midnight) is State.INDIFFERENT


def test_weekends_alone_bring_nobody_nearer_to_indifference() -> None:
    friday, sunday = (datetime(2026, 11, day, 23, tzinfo=MADRID.zone) for day in (20, 22))
    assert silent_as_of(friday) is silent_as_of(sunday) is State.ANGRY


def test_a_holiday_of_the_owner_puts_it_off() -> None:
    almudena = WorkCalendar(zone=MADRID.zone, days_off=frozenset({date(2026, 11, 9)}))
    assert silent_as_of(datetime(2026, 11, 23, 12, tzinfo=MADRID.zone), calendar=almudena) is State.ANGRY
    assert silent_as_of(datetime(2026, 11, 24, 0, tzinfo=MADRID.zone), calendar=almudena) is State.INDIFFERENT


def test_a_word_of_his_makes_him_angry_again() -> None:
    word = Word(at=datetime(2026, 11, 20, 9, tzinfo=MADRID.zone), client=True)
    assert silent_as_of(datetime(2026, 11, 25, 9, tzinfo=MADRID.zone), word) is State.ANGRY


def test_a_client_of_long_gaps_gets_twice_his_own() -> None:
    assert silent_as_of(datetime(2026, 12, 11, 9, tzinfo=MADRID.zone), gap=20) is State.ANGRY
    assert silent_as_of(datetime(2026, 12, 12, 9, tzinfo=MADRID.zone), gap=20) is State.INDIFFERENT


def test_the_day_on_which_clocks_change_is_a_day_like_others() -> None:
    complaint = HeardMail(interaction_id=1, at=datetime(2026, 10, 9, 12, tzinfo=MADRID.zone), severity=2)
    midnight = datetime(2026, 10, 30, tzinfo=MADRID.zone)  # fifteen working days on, the night of 25 October between
    for moment, state in ((midnight - timedelta(seconds=1), State.ANGRY), (midnight, State.INDIFFERENT)):
        assert (
            assessed(complaint, as_of=moment, touches=tuple(heard(1, *(47 + 5 * i for i in range(9))))).state is state
        )


def test_the_reason_of_indifference_tells_how_long_he_has_said_nothing() -> None:
    found = assessed(complained(40), we(30))
    assert found.state is State.INDIFFERENT
    assert codes(found)[0] is WhyCode.SILENT_AFTER_COMPLAINT
    assert dict(found.reasons[0].figures) == {"business_days": 22.0, "days": 30.0}
    assert sentence(found.reasons[0], "es") == "Se quejó, y lleva 22 días laborables sin decir nada."


@pytest.mark.parametrize(
    "touches",
    [
        (),
        tuple(heard(1, 1)),
        tuple(met(1, *(400 + i for i in range(9)))),
        tuple(met(1, *(200 + i for i in range(9)))),
        tuple(met(1, *(100 + i for i in range(9)))),
        (*met(1, *(30 + 9 * i for i in range(9))), *wrote(1, 1, 2, 3, 4, 5, 6)),
        EVERY_TEN_DAYS,
    ],
)
def test_a_complaint_comes_before_whatever_the_model_says(touches: tuple[Spoken, ...]) -> None:
    assert assessed(complained(2), touches=touches).state is State.ANGRY
    assert assessed(touches=touches).state not in (State.ANGRY, State.INDIFFERENT)


def note(kind: NoteKind, ago: float, **more: object) -> Note:
    at = days_ago(ago)
    facts = {"client_id": 1, "rep": OWNER, "kind": kind, "at": at, "digest": at.date(), "day": at.date(), "since": at}
    return Note(**(facts | more))  # type: ignore[arg-type]  # facts are named freely


def test_it_gives_way_to_who_is_no_client_or_out_of_reach_and_cannot_be_put_off() -> None:
    snoozed = note(NoteKind.SNOOZE, 1, until=days_ago(-9))
    assert assessed(complained(2), notes=(note(NoteKind.NOT_CLIENT, 1),)).state is State.NOT_CLIENT
    assert assessed(complained(2), notes=(snoozed,)).state is State.ANGRY
    assert assessed(notes=(snoozed,)).state is State.SNOOZED
    nobodys = note(NoteKind.WRONG_OWNER, 1, owner=None, instead_of=OWNER)
    assert assessed(complained(2), notes=(nobodys,)).state is State.UNREACHABLE


def test_whoever_owns_the_client_now_is_whose_answer_counts() -> None:
    given = note(NoteKind.WRONG_OWNER, 1, owner=COLLEAGUE, instead_of=OWNER)
    assert WhyCode.COMPLAINT_ANSWERED in codes(assessed(complained(6), we(5)))
    assert WhyCode.COMPLAINT_NOT_BY_OWNER in codes(assessed(complained(6), we(5), notes=(given,)))


def test_a_solved_complaint_is_remembered_for_90_days() -> None:
    fresh = assessed(complained(50), solved(40))
    assert fresh.state is State.HEALTHY
    assert codes(fresh)[0] is WhyCode.RECOVERED
    assert fresh.reasons[0].figures == (("days", 40.0),)
    assert WhyCode.RECOVERED not in codes(assessed(complained(120), solved(91)))
    assert WhyCode.RECOVERED not in codes(assessed(complained(50), solved(40, Ruling.DISMISSED)))


def test_a_past_day_knows_only_what_was_known_then() -> None:
    events = (complained(30), we(29), solved(20), complained(10, number=2))
    history = {ago: assessed(*events, as_of=days_ago(ago)).state for ago in (31, 30, 25, 20, 15, 10, 1)}
    angry = {ago for ago, state in history.items() if state is State.ANGRY}
    assert angry == {30, 25, 10, 1}
    assert WhyCode.COMPLAINT_REOPENED in codes(assessed(*events))
