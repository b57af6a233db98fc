"""What becomes of a link in a digest when somebody looks at it, and when somebody follows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

import structlog

from guardian.digest import ActionLinks, Rep
from guardian.domain.notes import CONTACTS, Note, NoteKind, Reach, by_client, owner_of
from guardian.domain.people import Client
from guardian.ports.clock import Clock
from guardian.ports.notes import Notes

BACK_DAYS = 30  # how long ago a contact may have been that a rep tells of
AHEAD_DAYS = 365  # how far ahead a client may be put off
SPANS = {"week": 7, "month": 30}
UNKNOWN = "unknown"
_ONE_DAY = timedelta(days=1)
_LOG = structlog.get_logger()


class Outcome(StrEnum):
    """What a link leads to."""

    BROKEN = "broken"  # not ours, or of nobody who is still with us
    EXPIRED = "expired"
    GONE = "gone"  # the client is there no more
    TOLD = "told"  # by this link already
    OVERTAKEN = "overtaken"  # by what the digest did not know: another owner, or a newer complaint
    CONFIRM = "confirm"
    UNCLEAR = "unclear"  # confirmed, but without what it takes
    DONE = "done"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the form says: a day as 2026-11-25, how long to snooze, whose client it is, by which way, or to undo.

    The owner is a tag of `ActionLinks`: whoever has a link may see the names of colleagues, not their addresses.
    """

    day: str = ""
    span: str = ""
    owner: str = ""
    channel: str = ""
    undo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a link is about, as it stands now: `note` is what it told already."""

    kind: NoteKind
    client: Client
    rep: Rep
    digest: date
    once: str
    note: Note | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a link leads; `about` is None where it is broken or the client is gone."""

    outcome: Outcome
    about: About | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDesk:
    """Reads links and notes what they say, once; looking changes nothing.

    `reps` tells who may follow a link and to whom a client may be handed over, `client_of` who a client is now,
    `complained_at` when somebody last complained who is not satisfied yet.
    """

    notes: Notes
    links: ActionLinks
    clock: Clock
    reps: Callable[[], Sequence[Rep]]
    client_of: Callable[[int], Client | None]
    complained_at: Callable[[Client], datetime | None]

    def look(self, token: str) -> Found:
        """Return where a link leads now."""
        claim = self.links.read(token)
        rep = self.links.whose(claim.who, self.reps()) if claim else None
        if claim is None or rep is None:
            return Found(outcome=Outcome.BROKEN)
        client = self.client_of(claim.client_id)
        if client is None:
            return Found(outcome=Outcome.GONE)
        note = self.notes.told(claim.once)
        about = About(kind=claim.kind, client=client, rep=rep, digest=claim.digest, once=claim.once, note=note)
        if self.clock.now() >= claim.until:
            return Found(outcome=Outcome.EXPIRED, about=about)
        if note is not None:
            return Found(outcome=Outcome.TOLD, about=about)
        return Found(outcome=Outcome.OVERTAKEN if self._is_overtaken(about) else Outcome.CONFIRM, about=about)

    def follow(self, token: str, answer: Answer) -> Found:
        """Note what a link says, or take it back, unless that is no longer possible; return what became of it."""
        found = self.look(token)
        about = found.about
        if about and found.outcome is Outcome.TOLD and answer.undo:
            taken = self.notes.take_back(about.once, at=self.clock.now())
            return replace(found, outcome=Outcome.TAKEN_BACK) if taken else self.look(token)
        if about is None or found.outcome is not Outcome.CONFIRM or answer.undo:
            return found
        note = self._note(about, answer)
        if note is None:
            return replace(found, outcome=Outcome.UNCLEAR)
        if not self.notes.tell(note, once=about.once):
            return self.look(token)
        _LOG.info("console.told", client=note.client_id, kind=note.kind.value)
        return Found(outcome=Outcome.DONE, about=replace(about, note=note))

    def colleagues(self, about: About) -> list[Rep]:
        """Return to whom a client may be handed over, by name."""
        others = (one for one in self.reps() if one.address != about.rep.address)
        return sorted(others, key=lambda one: (one.name.casefold(), one.address))

    def _is_overtaken(self, about: About) -> bool:
        """Say whether it would end a complaint that the digest did not know, or put the client of a colleague away.

        What a rep did for a client counts whoever has got it since.
        """
        if about.kind is NoteKind.SOLVED:
            complained_at = self.complained_at(about.client)
            return complained_at is not None and complained_at >= _midnight(about.rep, about.digest + _ONE_DAY)
        if about.kind in CONTACTS:
            return False
        told = by_client(self.notes.known(until=self.clock.now()))
        owner = owner_of(about.client, told.get(about.client.id, ()))
        return owner is not None and owner.lower() != about.rep.address.lower()

    def _note(self, about: About, answer: Answer) -> Note | None:
        """Return what the link and the form say together; None where the form does not say enough."""
        now = self.clock.now()
        today = about.rep.today(now)
        note = Note(
            client_id=about.client.id,
            rep=about.rep.address,
            kind=about.kind,
            at=now,
            digest=about.digest,
            day=today,
            since=now,
        )
        if about.kind in CONTACTS:
            return _contact(note, about.rep, _day(answer.day) if answer.day else today, today)
        if about.kind is NoteKind.SNOOZE:
            return _snooze(note, about.rep, answer, today)
        if about.kind is NoteKind.WRONG_OWNER:
            return self._handed_over(note, about, answer)
        if about.kind is NoteKind.CHANNEL:
            return replace(note, channel=Reach(answer.channel)) if answer.channel in set(Reach) else None
        return note

    def _handed_over(self, note: Note, about: About, answer: Answer) -> Note | None:
        whose = {self.links.tag(one.address): one.address for one in self.colleagues(about)} | {UNKNOWN: None}
        if answer.owner not in whose:
            return None
        return replace(note, owner=whose[answer.owner], instead_of=about.client.owner)


def _contact(note: Note, rep: Rep, day: date | None, today: date) -> Note | None:
    if day is None or not today - timedelta(days=BACK_DAYS) <= day <= today:
        return None
    return replace(note, day=day, since=_midnight(rep, day), until=_midnight(rep, day + _ONE_DAY))


def _snooze(note: Note, rep: Rep, answer: Answer, today: date) -> Note | None:
    ahead = SPANS.get(answer.span)
    day = _day(answer.day) if ahead is None else today + timedelta(days=ahead)
    if day is None or not today < day <= today + timedelta(days=AHEAD_DAYS):
        return None
    return replace(note, day=day, until=_midnight(rep, day))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(rep: Rep, day: date) -> datetime:
    """Return the moment at which a day of the rep begins."""
    return datetime.combine(day, time(), rep.zone()).astimezone(UTC)
