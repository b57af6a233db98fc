"""The life of a client's complaint, from what was said: opened, answered, solved, opened again, over.

A client has one complaint at a time: as long as it is open, whatever else he complains of belongs to it. Its clock is
stopped by the client's owner only; an answer of somebody else of ours is shown, and stops nothing. A mail that
whoever complained does not get is no answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from guardian.domain.cases import are_over
from guardian.domain.complaint import REMARK, SERIOUS
from guardian.domain.complaint_record import ComplaintRecord, Decision, HeardMail, Ruling, Speaker, Word
from guardian.domain.workdays import WorkCalendar

SURE = 0.5  # how sure the listener must be that all is settled before it ends a complaint


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintPolicy:
    """From which severity a mail opens a complaint, and after how long what becomes of it.

    `silent_workdays` and `silent_cadences` (of the client's own usual gap) must both be over before he counts as
    silent. `fades_days` after the last complaining word a complaint is over where the client goes on talking;
    a complaint within `reopens_days` of a solution opens the old one again; `recovered_days` long it is remembered
    that one was solved.
    """

    min_severity: int = SERIOUS
    silent_workdays: int = 15
    silent_cadences: float = 2.0
    fades_days: int = 90
    reopens_days: int = 30
    recovered_days: int = 90


class Ending(StrEnum):
    """How a complaint came to its end."""

    SOLVED = "solved"  # one of ours says so
    SETTLED = "settled"  # the client says so
    FADED = "faded"  # he went on talking of other things for long enough
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One complaint of a client, as it stands at a moment.

    `id` is the interaction that opened it, `mails` are all that belong to it; `last_at` is the last complaining word.
    `unanswered` are those of them that the owner has not answered, `waiting_since` since when the first waits (None:
    he has answered all), `helpers` who else of ours spoke since then, `answered_at` when anybody of ours last did,
    `heard_at` when the client last spoke. `words` are those of the last mail that says what is wrong.
    """

    id: int
    opened_at: datetime
    last_at: datetime
    severity: int
    mails: tuple[int, ...]
    heard_at: datetime
    words: tuple[str, ...] = ()
    degraded: bool = False
    unanswered: tuple[int, ...] = ()
    waiting_since: datetime | None = None
    helpers: tuple[Speaker, ...] = ()
    answered_at: datetime | None = None
    owner_answered_at: datetime | None = None
    reopened: int = 0
    ended_at: datetime | None = None
    ending: Ending | None = None
    ended_by: str = ""
    why: str = ""

    @property
    def open(self) -> bool:
        """Whether it has no end yet."""
        return self.ended_at is None

    @property
    def quiet_since(self) -> datetime:
        """The client's last word, or our last answer to it: since then he has not spoken."""
        return max(self.heard_at, self.answered_at or self.heard_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What it takes to follow complaints: the rules, the client's owner, own usual gap, and the owner's days."""

    policy: ComplaintPolicy = field(default_factory=ComplaintPolicy)
    owner: str | None = None
    cadence_days: float | None = None
    calendar: WorkCalendar = field(default_factory=WorkCalendar)

    def is_silent(self, since: datetime, now: datetime) -> bool:
        """Say whether a client who has not spoken since a moment has gone silent."""
        enough = round(self.policy.silent_cadences * (self.cadence_days or 0.0))
        days, workdays = self.calendar.days_between(since, now), self.calendar.workdays_between(since, now)
        return workdays >= self.policy.silent_workdays and days >= enough


def complaints(record: ComplaintRecord, judging: Judging, *, now: datetime) -> list[Complaint]:
    """Return a client's complaints as of a moment, oldest first; only the last one can be open.

    Those that were dismissed are among them. What is younger than `now` is not looked at.
    """
    told: list[Complaint] = []
    heard = {one.interaction_id: one for one in record.heard if one.severity}
    for event in _in_order(record, now):
        _fade(told, judging, event.at)
        if isinstance(event, HeardMail):
            _hear(told, event, judging)
        elif isinstance(event, Decision):
            _decide(told, event)
        else:
            _speak(told, event, judging, heard)
    _fade(told, judging, now)
    return told


def open_complaint(told: Sequence[Complaint]) -> Complaint | None:
    """Return the one that is open, if any."""
    return told[-1] if told and told[-1].open else None


def recovered_from(told: Sequence[Complaint], policy: ComplaintPolicy, *, now: datetime) -> Complaint | None:
    """Return the complaint that was resolved of late, where none is open now; one that only faded was not."""
    if not told or told[-1].ended_at is None or told[-1].ending not in {Ending.SOLVED, Ending.SETTLED}:
        return None
    return told[-1] if now - told[-1].ended_at < timedelta(days=policy.recovered_days) else None


_Event = HeardMail | Word | Decision
_RANK = {HeardMail: 1, Word: 0, Decision: 2}  # a complaint is first of all a word of the client


def _in_order(record: ComplaintRecord, now: datetime) -> Iterable[_Event]:
    events: list[_Event] = [*record.heard, *record.words, *record.decisions]
    return sorted((one for one in events if one.at <= now), key=lambda one: (one.at, _RANK[type(one)]))


def _hear(told: list[Complaint], mail: HeardMail, judging: Judging) -> None:
    """Open a complaint, open the last one again, or let the mail be part of the open one."""
    current = open_complaint(told)
    if current is not None:
        told[-1] = _more(current, mail)
    elif mail.severity < max(judging.policy.min_severity, REMARK):
        return
    elif told and _opens_again(told[-1], mail, judging.policy):
        again = replace(told[-1], ended_at=None, ending=None, ended_by="", why="", helpers=())
        told[-1] = _more(replace(again, reopened=again.reopened + 1), mail)
    else:
        new = Complaint(
            id=mail.interaction_id, opened_at=mail.at, last_at=mail.at, severity=0, mails=(), heard_at=mail.at
        )
        told.append(_more(new, mail))


def _opens_again(last: Complaint, mail: HeardMail, policy: ComplaintPolicy) -> bool:
    if last.ended_at is None or last.ending is Ending.DISMISSED:
        return False
    return mail.at - last.ended_at <= timedelta(days=policy.reopens_days)


def _more(current: Complaint, mail: HeardMail) -> Complaint:
    """Return an open complaint after one more mail: a further word of complaint, or the word that it is settled."""
    if mail.severity:
        return replace(
            current,
            last_at=mail.at,
            severity=max(current.severity, mail.severity),
            mails=(*current.mails, mail.interaction_id),
            heard_at=max(current.heard_at, mail.at),
            words=mail.words,
            degraded=mail.degraded,
            unanswered=(*current.unanswered, mail.interaction_id),
            waiting_since=current.waiting_since or mail.at,
        )
    answered = current.answered_at is not None and current.answered_at >= current.last_at
    settles = mail.settled and mail.score >= SURE
    return _ended(current, Ending.SETTLED, mail.at) if settles and answered else current


def _speak(told: list[Complaint], word: Word, judging: Judging, complaining: Mapping[int, HeardMail]) -> None:
    current = open_complaint(told)
    if current is None:
        return
    if word.client:
        current = replace(current, heard_at=word.at)
        if word.interaction_id not in complaining:
            current = _after_other_words(current, word.at, judging, complaining)
    if word.ours:
        current = _answered(current, word, (judging.owner or "").lower(), complaining)
    told[-1] = current


def _after_other_words(
    current: Complaint, at: datetime, judging: Judging, complaining: Mapping[int, HeardMail]
) -> Complaint:
    """Return an open complaint after a word of the client's that complains of nothing."""
    cases = [case for one in current.mails if (case := complaining[one].case)]
    if are_over(cases, since=current.last_at, at=at):
        return _ended(current, Ending.SETTLED, at)
    faded = at - current.last_at >= timedelta(days=judging.policy.fades_days)
    return _ended(current, Ending.FADED, at) if faded else current


def _answered(current: Complaint, word: Word, owner: str, complaining: Mapping[int, HeardMail]) -> Complaint:
    answers = {one for one in current.mails if word.answers(complaining[one])}
    if not answers:
        return current
    current = replace(current, answered_at=word.at)
    if any(one.address.lower() == owner for one in word.ours):
        left = tuple(one for one in current.unanswered if one not in answers)
        since, helpers = (complaining[left[0]].at, current.helpers) if left else (None, ())
        return replace(current, owner_answered_at=word.at, unanswered=left, waiting_since=since, helpers=helpers)
    if current.waiting_since is None:
        return current
    known = {one.address.lower() for one in current.helpers}
    new = tuple(one for one in word.ours if one.address.lower() not in known)
    return replace(current, helpers=(*current.helpers, *new))


def _decide(told: list[Complaint], said: Decision) -> None:
    current = open_complaint(told)
    if current is None or said.interaction_id not in (None, *current.mails):
        return
    if said.heard_until is not None and current.last_at >= said.heard_until:
        return
    ending = Ending.SOLVED if said.ruling is Ruling.SOLVED else Ending.DISMISSED
    told[-1] = replace(_ended(current, ending, said.at), ended_by=said.by, why=said.why)


def _fade(told: list[Complaint], judging: Judging, now: datetime) -> None:
    """End an open complaint whose time is over, where the client had gone on talking until then."""
    current = open_complaint(told)
    if current is None:
        return
    over = current.last_at + timedelta(days=judging.policy.fades_days)
    spoke = current.last_at < current.heard_at <= over
    if now >= over and spoke and not judging.is_silent(current.heard_at, over):
        told[-1] = _ended(current, Ending.FADED, over)


def _ended(current: Complaint, ending: Ending, at: datetime) -> Complaint:
    return replace(current, ended_at=at, ending=ending, unanswered=(), waiting_since=None)
