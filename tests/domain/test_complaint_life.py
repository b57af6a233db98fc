"""The life of a complaint: what opens, answers, ends and reopens it, and who can."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from guardian.domain.cases import Case
from guardian.domain.complaint_life import (
    Complaint,
    ComplaintPolicy,
    Ending,
    Judging,
    complaints,
    open_complaint,
    recovered_from,
)
from guardian.domain.complaint_record import ComplaintRecord, Decision, HeardMail, Ruling, Speaker, Word
from guardian.domain.workdays import WorkCalendar

START = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
OWNER, COLLEAGUE = Speaker(address="eva@acme.example", name="Eva"), Speaker(address="sat@acme.example", name="SAT")
JUDGING = Judging(owner="Eva@acme.example", calendar=WorkCalendar(zone=ZoneInfo("Europe/Madrid")))


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def mail(at: float, severity: int = 2, *, number: int = 1, **more: object) -> HeardMail:
    return HeardMail(interaction_id=number, at=day(at), severity=severity, **more)  # type: ignore[arg-type]


def settled(at: float, *, number: int = 90, score: float = 0.5) -> HeardMail:
    return HeardMail(interaction_id=number, at=day(at), settled=True, score=score)


def his_word(at: float, *, number: int = 0) -> Word:
    return Word(at=day(at), interaction_id=number, client=True)


def our_word(at: float, who: Speaker = OWNER) -> Word:
    return Word(at=day(at), ours=(who,))


def decided(
    at: float, ruling: Ruling = Ruling.SOLVED, of: int | None = None, *, heard_until: datetime | None = None
) -> Decision:
    who = {"by": "eva@acme.example", "why": "he said so"}
    return Decision(ruling=ruling, at=day(at), interaction_id=of, heard_until=heard_until, **who)


Event = HeardMail | Word | Decision


def followed(*events: Event, now: float, judging: Judging = JUDGING) -> list[Complaint]:
    record = ComplaintRecord(
        heard=tuple(one for one in events if isinstance(one, HeardMail)),
        decisions=tuple(one for one in events if isinstance(one, Decision)),
        words=tuple(one for one in events if isinstance(one, Word)),
    )
    return complaints(record, judging, now=day(now))


def the_open_one(*events: Event, now: float, judging: Judging = JUDGING) -> Complaint:
    found = open_complaint(followed(*events, now=now, judging=judging))
    assert found is not None
    return found


def test_a_complaint_is_opened_by_a_mail_that_is_grave_enough() -> None:
    found = the_open_one(mail(0, 2, words=("sigue sin funcionar",)), now=1)
    assert (found.id, found.opened_at, found.severity, found.mails) == (1, day(0), 2, (1,))
    assert found.words == ("sigue sin funcionar",)
    assert found.waiting_since == day(0)


def test_a_remark_opens_none_unless_the_threshold_says_so() -> None:
    assert followed(mail(0, 1), now=1) == []
    strict = Judging(policy=ComplaintPolicy(min_severity=1))
    assert the_open_one(mail(0, 1), now=1, judging=strict).severity == 1
    assert followed(mail(0, 2), now=1, judging=Judging(policy=ComplaintPolicy(min_severity=3))) == []


def test_what_else_he_complains_of_belongs_to_the_open_one() -> None:
    found = the_open_one(mail(0, 2), mail(3, 3, number=2), mail(4, 1, number=3), now=5)
    assert (found.id, found.mails, found.severity) == (1, (1, 2, 3), 3)
    assert (found.opened_at, found.last_at, found.waiting_since) == (day(0), day(4), day(0))


def test_the_clock_is_stopped_by_the_owner() -> None:
    found = the_open_one(mail(0), our_word(1), now=2)
    assert found.waiting_since is None
    assert (found.owner_answered_at, found.answered_at) == (day(1), day(1))


def test_a_colleague_is_shown_and_does_not_stop_it() -> None:
    found = the_open_one(mail(0), our_word(1, COLLEAGUE), our_word(2, COLLEAGUE), now=3)
    assert found.waiting_since == day(0)
    assert found.helpers == (COLLEAGUE,)
    assert (found.owner_answered_at, found.answered_at) == (None, day(2))


GRACE, LIAM = frozenset({"grace@kestrel.example"}), frozenset({"liam@kestrel.example"})


def our_mail(at: float, to: frozenset[str], *, thread: int | None = None, who: Speaker = OWNER) -> Word:
    return Word(at=day(at), ours=(who,), to=to, thread=thread)


def test_a_mail_to_somebody_else_there_answers_nothing() -> None:
    found = the_open_one(mail(0, by=GRACE), our_mail(1, LIAM), our_mail(2, LIAM, who=COLLEAGUE), now=3)
    assert (found.waiting_since, found.helpers) == (day(0), ())
    assert (found.owner_answered_at, found.answered_at) == (None, None)


@pytest.mark.parametrize("to", [GRACE, GRACE | LIAM])
def test_a_mail_to_whoever_complained_stops_the_clock(to: frozenset[str]) -> None:
    assert the_open_one(mail(0, by=GRACE), our_mail(1, to), now=2).owner_answered_at == day(1)


def test_a_mail_in_the_thread_of_the_complaint_stops_the_clock_whoever_it_goes_to() -> None:
    complaint = mail(0, by=GRACE, thread=7)
    assert the_open_one(complaint, our_mail(1, LIAM, thread=7), now=2).waiting_since is None
    assert the_open_one(complaint, our_mail(1, LIAM, thread=8), now=2).waiting_since == day(0)
    assert the_open_one(mail(0, by=GRACE), our_mail(1, LIAM), now=2).waiting_since == day(0), "no thread is known"


def test_a_call_stops_the_clock_whoever_complained() -> None:
    assert the_open_one(mail(0, by=GRACE, thread=7), our_word(1), now=2).waiting_since is None


def test_a_mail_stops_the_clock_where_nobody_can_tell_who_complained() -> None:
    assert the_open_one(mail(0), our_mail(1, LIAM), now=2).waiting_since is None


def test_the_clock_runs_on_from_the_first_word_that_an_answer_leaves_out() -> None:
    events = (mail(0, by=LIAM), mail(1, by=GRACE, number=2), mail(2, by=LIAM, number=3))
    found = the_open_one(*events, our_word(2.5, COLLEAGUE), our_mail(3, LIAM), now=4)
    assert (found.waiting_since, found.owner_answered_at, found.helpers) == (day(1), day(3), (COLLEAGUE,))
    assert the_open_one(*events, our_mail(3, LIAM), our_mail(4, GRACE), now=5).waiting_since is None


def test_a_mail_before_a_solution_answers_nothing_that_comes_after_it() -> None:
    again = the_open_one(mail(0, by=GRACE), decided(2), mail(10, by=LIAM, number=2), our_mail(11, LIAM), now=14)
    assert (again.reopened, again.waiting_since) == (1, None)


def test_nobody_stops_the_clock_of_a_client_without_an_owner() -> None:
    nobodys = Judging(owner=None)
    assert the_open_one(mail(0), our_word(1), now=2, judging=nobodys).waiting_since == day(0)


def test_the_case_of_an_address_does_not_matter() -> None:
    assert the_open_one(mail(0), our_word(1, Speaker(address="EVA@Acme.example")), now=2).waiting_since is None


def test_what_was_said_in_the_same_second_answers_nothing() -> None:
    assert the_open_one(our_word(0), mail(0), now=2).waiting_since == day(0)


def test_an_answer_before_the_complaint_answers_nothing() -> None:
    assert the_open_one(our_word(-1), mail(0), now=2).waiting_since == day(0)


def test_a_further_complaint_starts_the_clock_anew() -> None:
    found = the_open_one(mail(0), our_word(1), mail(3, 1, number=2), our_word(4, COLLEAGUE), now=5)
    assert found.waiting_since == day(3)
    assert found.helpers == (COLLEAGUE,)


def test_it_is_solved_when_one_of_ours_says_so() -> None:
    (found,) = followed(mail(0), decided(2), now=3)
    assert (found.ending, found.ended_at, found.ended_by) == (Ending.SOLVED, day(2), "eva@acme.example")
    assert open_complaint([found]) is None


def test_a_decision_about_another_mail_changes_nothing() -> None:
    assert the_open_one(mail(0), decided(2, of=7), now=3).id == 1
    (found,) = followed(mail(0), mail(1, number=7), decided(2, of=7), now=3)
    assert found.ending is Ending.SOLVED


def test_whoever_had_not_heard_the_last_word_of_it_has_not_solved_it() -> None:
    monday = day(0.5)
    assert the_open_one(mail(1), decided(2, heard_until=monday), now=3).last_at == day(1)
    assert the_open_one(mail(0), mail(0.5, number=2), decided(2, heard_until=monday), now=3).mails == (1, 2)
    (found,) = followed(mail(0), his_word(1), decided(2, heard_until=monday), now=3)
    assert found.ending is Ending.SOLVED, "only complaints count"


def test_what_was_solved_tomorrow_is_open_today() -> None:
    events = (mail(0), our_word(1), decided(2), mail(9, number=2))
    assert followed(*events, now=-1) == []
    assert the_open_one(*events, now=0.5).waiting_since == day(0)
    assert the_open_one(*events, now=1.5).waiting_since is None
    assert not followed(*events, now=2)[0].open
    assert the_open_one(*events, now=9).reopened == 1


def test_the_client_who_says_that_it_is_settled_ends_it_once_somebody_answered() -> None:
    (found,) = followed(mail(0), our_word(1, COLLEAGUE), settled(2), now=3)
    assert (found.ending, found.ended_at) == (Ending.SETTLED, day(2))
    assert the_open_one(mail(0), our_word(1), settled(2, score=0.49), now=3).open
    assert the_open_one(mail(0), settled(2), now=3).open
    assert the_open_one(our_word(-1), mail(0), settled(2), now=3).open
    assert the_open_one(mail(0), our_word(1), mail(2, number=2), settled(3), now=4).open


def test_a_word_of_thanks_without_a_complaint_is_nothing() -> None:
    assert followed(settled(0), now=1) == []


def test_a_new_complaint_soon_after_the_solution_opens_the_old_one_again() -> None:
    found = the_open_one(mail(0), our_word(1), decided(2), mail(32, number=2), now=33)
    assert (found.id, found.reopened, found.mails) == (1, 1, (1, 2))
    assert (found.opened_at, found.waiting_since) == (day(0), day(32))
    assert (found.ending, found.ended_by) == (None, "")


def test_a_remark_does_not_open_it_again() -> None:
    (found,) = followed(mail(0), decided(2), mail(4, 1, number=2), now=5)
    assert not found.open


def test_long_after_the_solution_it_is_a_complaint_of_its_own() -> None:
    first, second = followed(mail(0), decided(2), mail(32.1, number=2), now=33)
    assert (first.open, second.open, second.id, second.reopened) == (False, True, 2, 0)


def test_what_was_dismissed_never_was_and_is_not_opened_again() -> None:
    first, second = followed(mail(0), decided(2, Ruling.DISMISSED), mail(4, number=2), now=5)
    assert (first.ending, second.id, second.reopened) == (Ending.DISMISSED, 2, 0)
    (alone,) = followed(mail(0), decided(2, Ruling.DISMISSED), now=5)
    assert recovered_from([alone], ComplaintPolicy(), now=day(5)) is None


def test_it_fades_after_90_days_when_the_client_goes_on_talking() -> None:
    events = (mail(0), our_word(1), *(his_word(at) for at in (20, 40, 60, 80)))
    assert the_open_one(*events, now=89.9).open
    (found,) = followed(*events, now=90)
    assert (found.ending, found.ended_at) == (Ending.FADED, day(90))


def test_it_does_not_fade_on_one_who_fell_silent() -> None:
    assert the_open_one(mail(0), our_word(1), his_word(20), now=200).open
    assert the_open_one(mail(0), now=200).open


def test_it_fades_with_the_word_of_one_who_comes_back_later() -> None:
    (found,) = followed(mail(0), his_word(20), his_word(120), now=121)
    assert (found.ending, found.ended_at) == (Ending.FADED, day(120))


def test_it_does_not_fade_on_one_who_has_said_nothing_else_however_slow_he_is() -> None:
    slow = Judging(cadence_days=60, calendar=JUDGING.calendar)
    assert the_open_one(mail(0), our_word(1), now=95, judging=slow).open


def test_one_who_comes_back_to_complain_does_not_end_it_by_speaking() -> None:
    found = the_open_one(mail(0), his_word(95, number=2), mail(95, number=2), now=96)
    assert (found.mails, found.reopened) == ((1, 2), 0)


def test_a_further_complaint_keeps_it_from_fading() -> None:
    words = (his_word(at) for at in range(5, 100, 5))
    assert the_open_one(mail(0), *words, mail(60, 1, number=2), now=100).open


def test_he_has_gone_silent_on_the_fifteenth_working_day_and_not_before() -> None:
    since = the_open_one(mail(0), our_word(1), now=2).quiet_since
    assert since == day(1)  # Tuesday 3 March; the fifteenth working day after is Tuesday 24 March
    midnight = datetime(2026, 3, 23, 23, tzinfo=UTC)  # in Madrid
    assert not JUDGING.is_silent(since, midnight - timedelta(seconds=1))
    assert JUDGING.is_silent(since, midnight)


def test_a_holiday_puts_the_fifteenth_working_day_off() -> None:
    calendar = WorkCalendar(zone=ZoneInfo("Europe/Madrid"), days_off=frozenset({date(2026, 3, 19)}))
    judging = Judging(calendar=calendar)
    assert not judging.is_silent(day(1), day(22))
    assert judging.is_silent(day(1), day(23))


def test_a_slow_client_has_twice_his_own_gap() -> None:
    slow = Judging(cadence_days=20, calendar=JUDGING.calendar)
    assert not slow.is_silent(day(0), day(39))
    assert slow.is_silent(day(0), day(40))
    assert Judging(cadence_days=2).is_silent(day(0), day(21))


def test_a_word_of_his_ends_the_silence_and_an_answer_begins_it_anew() -> None:
    assert the_open_one(mail(0), our_word(1), his_word(9), now=10).quiet_since == day(9)
    assert the_open_one(mail(0), our_word(1), his_word(9), our_word(12, COLLEAGUE), now=13).quiet_since == day(12)


@pytest.mark.parametrize(("ago", "remembered"), [(0, True), (89.9, True), (90, False)])
def test_a_client_is_recovered_for_90_days(ago: float, remembered: bool) -> None:
    told = followed(mail(0), decided(2), now=2 + ago)
    assert (recovered_from(told, ComplaintPolicy(), now=day(2 + ago)) is not None) is remembered


def test_what_only_faded_was_not_resolved() -> None:
    told = followed(mail(0), *(his_word(at) for at in (20, 40, 60, 80)), now=91)
    assert told[-1].ending is Ending.FADED
    assert recovered_from(told, ComplaintPolicy(), now=day(91)) is None


def test_who_helped_before_the_solution_has_not_answered_what_came_after_it() -> None:
    again = the_open_one(mail(0), our_word(2, COLLEAGUE), decided(3), mail(10, number=2), now=14)
    assert (again.reopened, again.helpers) == (1, ())


def test_whoever_complains_again_has_not_recovered() -> None:
    told = followed(mail(0), decided(2), mail(5, number=2), now=6)
    assert recovered_from(told, ComplaintPolicy(), now=day(6)) is None


def case(at: float, closed: float | None = None, *, number: int = 1) -> HeardMail:
    return mail(at, number=number, case=Case(closed_at=None if closed is None else day(closed)))


def test_a_closed_case_is_over_with_the_next_word_that_complains_of_nothing() -> None:
    closed = case(0, 5)
    assert the_open_one(closed, now=6).last_at == day(0)
    assert the_open_one(closed, his_word(4), now=6).heard_at == day(4)
    (over,) = followed(closed, his_word(4), his_word(7), now=8)
    assert (over.ending, over.ended_at) == (Ending.SETTLED, day(7))
    assert the_open_one(closed, his_word(7), now=6.5)  # what nobody knew then


def test_an_open_case_is_not_over_however_he_speaks_and_one_that_was_opened_again_neither() -> None:
    assert the_open_one(case(0), his_word(7), now=8)
    assert the_open_one(case(0, 5), case(1, number=2), his_word(7), now=8).mails == (1, 2)


def test_another_complaint_after_a_case_was_closed_keeps_it_open() -> None:
    assert the_open_one(case(0, 5), mail(6, number=2), his_word(6, number=2), his_word(8), now=9)
    remark = mail(7, 1, number=3)
    assert the_open_one(case(0, 5), his_word(7, number=3), remark, now=9).mails == (1, 3)


def test_a_case_that_a_complaint_by_mail_led_to_ends_both() -> None:
    (over,) = followed(mail(0, number=2), case(1, 5), his_word(7), now=8)
    assert (over.mails, over.ending) == ((2, 1), Ending.SETTLED)


def test_a_rep_ends_a_case_whether_it_is_closed_or_not() -> None:
    (over,) = followed(case(0), decided(2, of=1), now=3)
    assert over.ending is Ending.SOLVED
