"""Keeping held mail: the copy of record until people decide.

*Hold*: one mail kept back. *Release*: it goes on to everybody. *Release to colleagues*: it goes on, but not to the
client. *Return*: it goes back to its sender. *Discard*: it goes nowhere. Every step leaves a `HoldEvent`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from guardian.domain.mail import Envelope
from guardian.domain.verdict import Verdict

VIEWED = "viewed"  # somebody read the mail; what such an event tells changes nothing
RESTORED = "restored"  # the database was put back from a copy: nobody knows what became of the mail since then
ERASED = "sha256:"  # stands before the digest of words that had to be forgotten
_DIGEST = re.compile(rf"{ERASED}[0-9a-f]{{64}}")


def is_erased(words: str) -> bool:
    """Say whether a digest stands here for words that had to be forgotten."""
    return _DIGEST.fullmatch(words) is not None


class HoldState(StrEnum):
    """Where a held mail is on its way; *_requested waits for the outbox to act."""

    HELD = "held"
    RELEASE_REQUESTED = "release_requested"
    INTERNAL_REQUESTED = "internal_requested"
    RETURN_REQUESTED = "return_requested"
    SENDING = "sending"
    RELEASED = "released"
    RELEASED_INTERNAL = "released_internal"
    RETURNED = "returned"
    DISCARDED = "discarded"


OVER = frozenset({HoldState.RELEASED, HoldState.RELEASED_INTERNAL, HoldState.RETURNED, HoldState.DISCARDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One mail kept back, with everything needed to send it on byte for byte."""

    id: str
    state: HoldState
    envelope: Envelope
    verdict: Verdict
    subject: str
    message_id: str | None
    digest: str  # sha256 of the bytes, hex
    held_at: datetime
    decided_by: str | None = None
    decided_why: str | None = None
    decided_at: datetime | None = None
    client_addresses: tuple[str, ...] = ()
    written_by: tuple[str, ...] = ()  # authors by the header, and further addresses of theirs and the sender's

    @property
    def colleagues(self) -> tuple[str, ...]:
        """The envelope recipients who are colleagues."""
        return tuple(one for one in self.envelope.recipients if one not in self.client_addresses)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEvent:
    """One step in the life of a hold; never changed, never deleted. `via` says how a person took it."""

    hold_id: str
    at: datetime
    what: str
    by: str
    why: str = ""
    via: str = ""


class Holds(Protocol):
    """The store of held mail."""

    def keep(self, hold: Hold, raw: bytes) -> Hold:
        """Store a mail durably, or return the hold that already keeps these bytes for this envelope."""
        ...

    def get(self, hold_id: str) -> Hold | None:
        """Return one hold, or None."""
        ...

    def raw(self, hold_id: str) -> bytes:
        """Return the bytes exactly as they were offered, none once the hold is over; KeyError for an unknown hold."""
        ...

    def list(self, *, states: frozenset[HoldState] | None = None) -> Sequence[Hold]:
        """Return the holds in these states (all for None), oldest first."""
        ...

    def latest(self, *, states: frozenset[HoldState], most: int, before: str | None = None) -> Sequence[Hold]:
        """Return at most so many holds in these states, newest first; `before` goes on behind the hold of that id."""
        ...

    def move(self, hold: Hold, to: HoldState, event: HoldEvent, *, once: str | None = None) -> Hold | None:
        """Change the state if it is still `hold.state`, and append the event; None when somebody was faster.

        With the last step, when nothing is left to be sent, bytes, subject and quoted words of the mail go. Of all
        steps with the same `once`, ever, only the first is taken; the others are None, too. UserError for a decision
        without a name, for a release by who wrote the mail or without a justification.
        """
        ...

    def note(self, event: HoldEvent) -> None:
        """Append an event that changes nothing, whatever the state; KeyError for an unknown hold."""
        ...

    def events(self, hold_id: str) -> Sequence[HoldEvent]:
        """Return the trail of one hold, oldest first."""
        ...

    def trails(self, *, states: frozenset[HoldState]) -> Mapping[str, Sequence[HoldEvent]]:
        """Return the trails of all holds in these states by their ids, each oldest first."""
        ...
