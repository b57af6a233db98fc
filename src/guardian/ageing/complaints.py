"""What an open complaint makes of a client: angry while he talks, indifferent once he is silent; recovered after.

Anger is recoverable, silence after a complaint is a lost client: so both come before whatever the model believes.
"""

from dataclasses import dataclass
from datetime import datetime

from guardian.domain.complaint_life import Complaint, Judging, complaints, open_complaint, recovered_from
from guardian.domain.complaint_record import ComplaintRecord
from guardian.domain.standing import Why, WhyCode
from guardian.domain.workdays import WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Grievance:
    """The reasons of an open complaint, as `angry` or `indifferent`, or that one was resolved of late."""

    angry: tuple[Why, ...] = ()
    indifferent: tuple[Why, ...] = ()
    recovered: Why | None = None


def grievance(record: ComplaintRecord, judging: Judging, *, as_of: datetime) -> Grievance:
    """Return what the complaints of one client make of him as of a moment, from what was known then."""
    told = complaints(record, judging, now=as_of)
    current = open_complaint(told)
    if current is None:
        past = recovered_from(told, judging.policy, now=as_of)
        return Grievance(recovered=None if past is None else _recovered(past, judging, as_of))
    if judging.is_silent(current.quiet_since, as_of):
        return Grievance(indifferent=(_silent(current, judging, as_of), *_reasons(current, judging, as_of)))
    return Grievance(angry=_reasons(current, judging, as_of))


def _recovered(past: Complaint, judging: Judging, as_of: datetime) -> Why:
    assert past.ended_at is not None, "only what has ended is recovered from"
    return _why(WhyCode.RECOVERED, days=judging.calendar.days_between(past.ended_at, as_of))


def _silent(current: Complaint, judging: Judging, as_of: datetime) -> Why:
    since = current.quiet_since
    return _why(
        WhyCode.SILENT_AFTER_COMPLAINT,
        business_days=judging.calendar.workdays_between(since, as_of),
        days=judging.calendar.days_between(since, as_of),
    )


def _reasons(current: Complaint, judging: Judging, as_of: datetime) -> tuple[Why, ...]:
    calendar = judging.calendar
    told = _why(
        WhyCode.COMPLAINT_OPEN,
        business_days=calendar.workdays_between(current.opened_at, as_of),
        days=calendar.days_between(current.opened_at, as_of),
        severity=current.severity,
        mails=len(current.mails),
    )
    again = (_why(WhyCode.COMPLAINT_REOPENED, times=current.reopened),) if current.reopened else ()
    return (told, _answer(current, calendar, as_of), *again)


def _answer(current: Complaint, calendar: WorkCalendar, as_of: datetime) -> Why:
    """Return who has answered: the owner, whose word alone stops the clock, somebody else, or nobody."""
    if current.waiting_since is None:
        assert current.owner_answered_at is not None, "only the owner stops the clock"
        days = calendar.workdays_between(current.owner_answered_at, as_of)
        return _why(WhyCode.COMPLAINT_ANSWERED, business_days=days)
    waiting = calendar.workdays_between(current.waiting_since, as_of)
    if current.helpers:
        return _why(WhyCode.COMPLAINT_NOT_BY_OWNER, business_days=waiting, helpers=len(current.helpers))
    return _why(WhyCode.COMPLAINT_UNANSWERED, business_days=waiting)


def _why(code: WhyCode, **figures: float) -> Why:
    return Why(code=code, figures=tuple((name, float(value)) for name, value in figures.items()))
