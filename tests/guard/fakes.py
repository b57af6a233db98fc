"""Second implementations of what the guard needs from outside, and short ways to write a mail down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from guardian.domain.errors import OutOfRoom
from guardian.domain.keys import key_for
from guardian.domain.mail import Audience, Envelope, Mail, Voice
from guardian.domain.verdict import Opinion, Reason, ReasonCode, Verdict
from guardian.guard.letters import Letters
from guardian.guard.links import Links
from guardian.guard.notifier import Notifier
from guardian.guard.outbox import Outbox
from guardian.guard.stamps import Stamps
from guardian.ports.holds import Hold, HoldEvent, HoldState
from guardian.ports.mailer import Receipt

_Timed = TypeVar("_Timed", Outbox, Notifier)
NOW = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
SECRET = "a secret of this tenant, long enough"
OVER = frozenset({HoldState.RELEASED, HoldState.RELEASED_INTERNAL, HoldState.RETURNED, HoldState.DISCARDED})


class WordJudge:
    """Finds words of a list in what we ourselves wrote."""

    def __init__(self, *words: str) -> None:
        self.words = words or ("cretino", "idiot")
        self.judged = 0

    def judge(self, mail: Mail, audience: Audience) -> Opinion:
        """Score 0.9 when one of the words is there, else 0.1."""
        self.judged += 1
        ours = [one.text for one in mail.passages if one.voice in {Voice.NEW, Voice.OWN_QUOTED}]
        found = [word for word in self.words for text in ours if word in text]
        reasons = tuple(Reason(code=ReasonCode.INSULT, span=word, score=0.9) for word in dict.fromkeys(found))
        return Opinion(score=0.9 if found else 0.1, threshold=0.5, language="es", reasons=reasons)


class MemoryHolds:
    """Held mail in memory."""

    def __init__(self) -> None:
        self.holds: dict[str, Hold] = {}
        self.bytes: dict[str, bytes] = {}
        self.trail: list[HoldEvent] = []
        self.once: set[tuple[str, str]] = set()

    def keep(self, hold: Hold, raw: bytes) -> Hold:
        """Store a mail, or return the hold that keeps it already."""
        for kept in self.holds.values():
            if kept.state not in OVER and kept.envelope == hold.envelope and kept.digest == hold.digest:
                return kept
        self.holds[hold.id], self.bytes[hold.id] = hold, raw
        self.trail.append(HoldEvent(hold_id=hold.id, at=hold.held_at, what="held", by="guardian"))
        return hold

    def get(self, hold_id: str) -> Hold | None:
        """Return one hold."""
        return self.holds.get(hold_id)

    def raw(self, hold_id: str) -> bytes:
        """Return its bytes."""
        return self.bytes[hold_id]

    def list(self, *, states: frozenset[HoldState] | None = None) -> Sequence[Hold]:
        """Return holds, oldest first."""
        found = [hold for hold in self.holds.values() if states is None or hold.state in states]
        return sorted(found, key=lambda hold: (hold.held_at, hold.id))

    def latest(self, *, states: frozenset[HoldState], most: int, before: str | None = None) -> Sequence[Hold]:
        """Return holds, newest first."""
        found = list(reversed(self.list(states=states)))
        behind = [
            one for one in found if before is None or (one.held_at, one.id) < (self.holds[before].held_at, before)
        ]
        return behind[:most]

    def note(self, event: HoldEvent) -> None:
        """Append an event."""
        if event.hold_id not in self.holds:
            raise KeyError(event.hold_id)
        self.trail.append(event)

    def move(self, hold: Hold, to: HoldState, event: HoldEvent, *, once: str | None = None) -> Hold | None:
        """Compare and set."""
        kept = self.holds[hold.id]
        if kept.state is not hold.state or (once is not None and (hold.id, once) in self.once):
            return None
        if once is not None:
            self.once.add((hold.id, once))
        moved = replace(kept, state=to)
        if to is HoldState.HELD:
            moved = replace(moved, decided_by=None, decided_why=None, decided_at=None)
        elif kept.state is HoldState.HELD:
            moved = replace(moved, decided_by=event.by, decided_why=event.why, decided_at=event.at)
        if to in OVER:
            moved = replace(moved, subject="", verdict=_without_quotes(moved.verdict))
            self.bytes[hold.id] = b""
        self.holds[hold.id] = moved
        self.trail.append(event)
        return moved

    def events(self, hold_id: str) -> Sequence[HoldEvent]:
        """Return the trail of one hold."""
        return [event for event in self.trail if event.hold_id == hold_id]

    def trails(self, *, states: frozenset[HoldState]) -> Mapping[str, Sequence[HoldEvent]]:
        """Return the trails of holds in these states."""
        return {hold.id: self.events(hold.id) for hold in self.list(states=states)}


class FullHolds(MemoryHolds):
    """A store that keeps what it has on a disk that is full."""

    def note(self, event: HoldEvent) -> None:
        """Find no room."""
        raise OutOfRoom("The disk below the database is full: make room there.")

    def move(self, hold: Hold, to: HoldState, event: HoldEvent, *, once: str | None = None) -> Hold | None:
        """Find no room."""
        raise OutOfRoom("The disk below the database is full: make room there.")


def _without_quotes(verdict: Verdict) -> Verdict:
    reasons = tuple(one if one.code is ReasonCode.UNSCANNABLE else replace(one, span="") for one in verdict.reasons)
    return replace(verdict, reasons=reasons)


def letters(language: str = "es", *, signed: bool = False, url: str = "https://guardian.acme.example") -> Letters:
    """Return what writes to everybody in one language; with links and stamps on request."""
    return Letters(
        sender="Guardian <guardian@acme.example>",
        language_of=lambda _address: language,
        hours=48,
        is_ours=lambda address: address.endswith("@acme.example"),
        links=Links(key=key_for("link", SECRET), url=url) if signed else None,
        stamps=Stamps(key=key_for("stamp", SECRET)) if signed else None,
    )


@dataclass
class StoppedClock:
    """Stands still until it is moved."""

    time: datetime = NOW

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self.time


def at(moment: datetime, who: _Timed) -> _Timed:
    """Return an outbox or a notifier as it is at some moment."""
    return replace(who, clock=StoppedClock(moment))


class KeepingMailer:
    """Keeps what it is given; fails first with the errors it was told to."""

    def __init__(self, *failures: Exception, refused: tuple[str, ...] = ()) -> None:
        self.failures = list(failures)
        self.refused = refused
        self.sent: list[tuple[Envelope, bytes]] = []

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        """Keep one mail."""
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((envelope, raw))
        return Receipt(reply=f"250 queued as {len(self.sent)}", refused=self.refused)


def eml(body: str = "", *, subject: str = "Oferta", **headers: str) -> bytes:
    """Return a plain mail from ana@acme.example; header names are written with underscores."""
    fields = {"From": "Ana Ruiz <ana@acme.example>", "To": "Luis <luis@cliente.example>", "Subject": subject}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    fields.setdefault("Content-Type", "text/plain; charset=utf-8")
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return (head + "\r\n" + body.replace("\n", "\r\n")).encode()


def texts(mail: Mail, voice: Voice = Voice.NEW, *, subject: bool = False) -> list[str]:
    """Return the texts of one voice; the subject only on request."""
    return [one.text for one in mail.passages if one.voice is voice and (subject or one.place != "subject")]
