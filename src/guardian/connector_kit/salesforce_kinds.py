"""What a task or event of Salesforce is, by its own fields, whether the API tells them or an export."""

import re

from guardian.domain.activity import Kind, Signal
from guardian.domain.touch import SHORTEST_CALL_S

_SERIES_PATTERN = "3"  # the GroupEventType of the row that stands for a series of Lightning Experience
_USUAL = frozenset({"", "task", "event"})  # the subtypes that every task and event has: they say nothing
_TO_A_LIST = "listemail"
_CALL_WORDS = re.compile(r"\b(?:call|llamada|tel[eé]fono|phone)\b", re.I)
_MAIL_WORDS = re.compile(r"\b(?:e-?mail|correo)\b", re.I)
_MISSED = re.compile(
    r"no answer|not? (?:available|contest)|voice ?mail|left (?:a )?message|busy|unanswered|missed|wrong number"
    r"|sin respuesta|buz[oó]n|ocupado|comunica|perdida|no (?:coge|disponible)",
    re.I,
)


def event_kind(subtype: str, type_: str) -> Kind:
    """Return whether an event is a meeting, or a call that was put in the calendar."""
    return Kind.CALL if _CALL_WORDS.search(_said(subtype, type_)) else Kind.MEETING


def is_series(*, recurs: bool, group_type: str) -> bool:
    """Say whether an event stands for a series, in Classic or in Lightning Experience: it is none of its meetings.

    `recurs` is IsRecurrence, which Classic ticks on the pattern only; Lightning Experience ticks IsRecurrence2 on
    every meeting of a series, and tells the pattern by GroupEventType (Object Reference, Event).
    """
    return recurs or group_type == _SERIES_PATTERN


def task_kind(subtype: str, type_: str, call_type: str, *, is_open: bool) -> Kind:
    """Return what a task logs: a call, a mail, or nothing but work."""
    if call_type or _CALL_WORDS.search(_said(subtype, type_)):
        return Kind.CALL
    # What is a mail by its type only may be one that is still to be written.
    planned = is_open and subtype.lower() in _USUAL
    return Kind.EMAIL if logs_mail(subtype, type_) and not planned else Kind.TASK


def logs_mail(subtype: str, type_: str) -> bool:
    """Say whether a task is about a mail, which Salesforce may keep beside it."""
    said = _said(subtype, type_)
    return bool(_MAIL_WORDS.search(said)) or said.lower() == _TO_A_LIST


def task_signals(kind: Kind, subtype: str, outcome: str, seconds: int | None, *, is_open: bool) -> frozenset[Signal]:
    """Return what keeps a task from counting: mail to a list, what was not done yet or nobody took, a short call."""
    found = {Signal.BULK} if subtype.lower() == _TO_A_LIST else set()
    if kind is not Kind.TASK and (is_open or _MISSED.search(outcome)):
        found.add(Signal.NOT_HELD)
    if kind is Kind.CALL and seconds is not None and seconds < SHORTEST_CALL_S:
        found.add(Signal.SHORT)
    return frozenset(found)


def _said(subtype: str, type_: str) -> str:
    """Return what a task or event is said to be: by its type where nobody gave it a subtype."""
    return type_ if subtype.lower() in _USUAL else subtype
