"""Making one interaction out of its copies: the same result in whatever order the copies arrived.

Copies of one mail may differ: only the sender's shows the Bcc, only some carry the subject, a list adds headers. The
interaction is the union of what they tell. Senders that use one Message-ID for different mails (other sender and
other day) get one interaction a mail: the first keeps the key, the others add a mark to it.

A meeting is when its newest copy says, for people move meetings: the calendars' copies know that better than events
that a CRM keeps beside them, and so they know whether it was held. One copy on which a guest list is hidden shows its
own reader's answer only, so that a meeting was not held where all of them say so. Who is taken off an invitation has
the meeting as cancelled, while it stands for all others: it is cancelled where all calendars say so, or where its
organiser called it off in a message that no copy is newer than.

A copy that Guardian wrote into a CRM itself (`Signal.WRITTEN_BACK`) says nothing new, and knows the day only: it
counts where no other copy is left.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from guardian.domain.activity import Activity, Kind, Participant, Role, Signal
from guardian.domain.facts import write_activity
from guardian.domain.identity import CALENDAR

_T = TypeVar("_T")
_ROLES = {role: place for place, role in enumerate(Role)}

_NUMBERED = re.compile(r"(\d{1,9})(?: (.*))?")

SAME_MAIL = timedelta(days=1)  # how far clocks of two systems may differ about one mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The copies of one interaction, by their place in the sequence that was given, and its key."""

    key: str
    members: tuple[int, ...]


def group_copies(copies: Sequence[Activity]) -> list[Group]:
    """Return which copies of one key belong to one interaction (nearly always all of them)."""
    if len(copies) == 1 or copies[0].kind is not Kind.EMAIL:
        return [Group(key=copies[0].key, members=tuple(range(len(copies))))]
    told = _originals(copies)
    order = sorted(told, key=lambda i: (copies[i].occurred_at, _sender(copies[i])))
    clusters: list[list[int]] = []
    for i in order:
        near = [one for one in clusters if any(_same_mail(copies[i], copies[j]) for j in one)]
        clusters = [one for one in clusters if one not in near]
        clusters.append([j for one in near for j in one] + [i])
    clusters.sort(key=lambda one: min((copies[i].occurred_at, _sender(copies[i])) for i in one))
    clusters[0] += [i for i in range(len(copies)) if i not in told]
    keys = [copies[0].key, *(f"{copies[0].key}#{_mark(copies[_first_of(one, copies)])}" for one in clusters[1:])]
    return [Group(key=key, members=tuple(sorted(one))) for key, one in zip(keys, clusters, strict=True)]


def _originals(copies: Sequence[Activity]) -> list[int]:
    """Return the places of the copies that Guardian did not write itself; all places where it wrote all of them."""
    told = [i for i, one in enumerate(copies) if Signal.WRITTEN_BACK not in one.signals]
    return told or list(range(len(copies)))


def _same_mail(one: Activity, other: Activity) -> bool:
    return _sender(one) == _sender(other) or abs(one.occurred_at - other.occurred_at) <= SAME_MAIL


def _sender(one: Activity) -> str:
    return next((p.identity.value for p in one.participants if p.role is Role.FROM), "")


def _first_of(cluster: Sequence[int], copies: Sequence[Activity]) -> int:
    return min(cluster, key=lambda i: (copies[i].occurred_at, _sender(copies[i])))


def _mark(first: Activity) -> str:
    text = f"{_sender(first)}/{first.occurred_at:%Y-%m-%d}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def merge_copies(copies: Sequence[Activity]) -> Activity:
    """Return the interaction that these copies of it tell of; the same in whatever order they are given."""
    told = _standing([copies[i] for i in _originals(copies)])
    if len(told) == 1:
        return told[0]
    ordered = _newest_first(told)
    first = ordered[0]
    return replace(
        first,
        occurred_at=first.occurred_at if first.kind is Kind.MEETING else min(one.occurred_at for one in ordered),
        participants=_union(ordered),
        signals=_signals(ordered),
        subject=_first(one.subject for one in ordered),
        snippet=_first(one.snippet for one in ordered),
        thread_refs=max((one.thread_refs for one in ordered), key=lambda refs: (len(refs), refs)),
        thread_hint=_first(one.thread_hint for one in ordered),
        duration_s=_first(one.duration_s for one in (ordered if first.told is None else ordered[:1])),
    )


def _standing(copies: Sequence[Activity]) -> Sequence[Activity]:
    """Return the copies without those that have a meeting as cancelled, where it stands all the same."""
    if copies[0].kind is not Kind.MEETING:
        return copies
    calendars = _calendars(copies)
    called_off = [one for one in calendars if Signal.CALLED_OFF in one.signals]
    left = [one for one in calendars if Signal.CANCELLED not in one.signals]
    stands = any(all(_is_newer(one, word) for word in called_off) for one in left)
    return [one for one in copies if Signal.CANCELLED not in one.signals] if stands else copies


def _newest_first(copies: Sequence[Activity]) -> list[Activity]:
    """Return the copies with the newest in front.

    Calendars that number the revisions of a meeting are compared by that number, since an answer to an old one makes
    no newer revision of it. Where a copy has no number (Outlook tells none), only the times of change compare.
    """
    ordered = sorted(copies, key=_rank)
    leading = _calendars(ordered)
    numbered = [one for one in leading if _number(one) is not None]
    rivals = [*numbered[:1], *(one for one in leading if _number(one) is None)]
    first = min(rivals, key=lambda one: (_descending(_changed(one)), _rank(one)))
    ordered.remove(first)
    return [first, *ordered]


def _calendars(copies: Sequence[Activity]) -> list[Activity]:
    """Return the copies that calendars hold of a meeting; all copies of anything else."""
    held = [one for one in copies if one.key.startswith(CALENDAR)]
    return held or list(copies)


def _number(one: Activity) -> int | None:
    found = _NUMBERED.fullmatch(one.revision)
    return int(found.group(1)) if found else None


def _changed(one: Activity) -> str:
    found = _NUMBERED.fullmatch(one.revision)
    return (found.group(2) or "") if found else one.revision


def _is_newer(one: Activity, other: Activity) -> bool:
    """Say whether a copy tells a later revision than another, by number where both calendars number them."""
    number, rival = _number(one), _number(other)
    if number is not None and rival is not None and number != rival:
        return number > rival
    return _changed(one) > _changed(other)


def _signals(copies: Sequence[Activity]) -> frozenset[Signal]:
    union = frozenset[Signal]().union(*(one.signals for one in copies))
    held = copies[0].kind is Kind.MEETING and any(Signal.NOT_HELD not in one.signals for one in _calendars(copies))
    return union - {Signal.NOT_HELD} if held else union


def _descending(text: str) -> list[int]:
    return [*(-ord(c) for c in text), 1]  # what goes on comes before what ends


def _rank(one: Activity) -> tuple[object, ...]:
    # The newest revision leads; after that anything total will do.
    number = _number(one)
    return (
        -1 if number is None else -number - 2,
        _descending(_changed(one)),
        one.occurred_at,
        one.subject or "\uffff",
        one.snippet or "\uffff",
        one.item_id,
        write_activity(one),
    )


def better_name(one: str, other: str) -> str:
    """Return the name that tells more: the longer one, of equally long ones the first by alphabet."""
    if len(one) != len(other):
        return one if len(one) > len(other) else other
    return min(one, other)


def _first(values: Iterable[_T | None]) -> _T | None:
    return next((value for value in values if value is not None), None)


def _union(ordered: Sequence[Activity]) -> tuple[Participant, ...]:
    """Return everybody who takes part, each role and identity once, with the name that tells most.

    A decline that any copy knows of counts.
    """
    found: dict[tuple[Role, str, str], Participant] = {}
    for one in ordered:
        for p in one.participants:
            place = (p.role, p.identity.kind, p.identity.value)
            known = found.get(place)
            if known is None:
                found[place] = p
            elif (p.declined, p.name) != (known.declined, known.name):
                name = better_name(known.name, p.name)
                found[place] = replace(known, declined=known.declined or p.declined, name=name)
    return tuple(found[place] for place in sorted(found, key=lambda place: (_ROLES[place[0]], place[1:])))
