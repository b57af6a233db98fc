"""What happens with a client: one `Activity` is one provider's copy of one real-world interaction."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from guardian.domain.complaint import NOTHING_HEARD, Heard
from guardian.domain.people import Identity


class Kind(StrEnum):
    """What sort of interaction."""

    EMAIL = "email"
    MEETING = "meeting"
    CALL = "call"
    TASK = "task"
    NOTE = "note"


class Direction(StrEnum):
    """Who spoke: the client (in), we (out), or only we among ourselves (internal)."""

    IN = "in"
    OUT = "out"
    INTERNAL = "internal"


class Role(StrEnum):
    """What part a participant has."""

    FROM = "from"
    TO = "to"
    CC = "cc"
    BCC = "bcc"
    ORGANIZER = "organizer"
    ATTENDEE = "attendee"
    OWNER = "owner"  # of a CRM task, event or call
    ABOUT = "about"  # the CRM record it is filed under, whom a bounce did not reach, who succeeds somebody who left


class Signal(StrEnum):
    """What tells that an interaction is not simply a person speaking to a person (`domain.touch` weighs them)."""

    AUTO_REPLY = "auto_reply"
    BULK = "bulk"
    BOUNCE = "bounce"
    RECEIPT = "receipt"
    SYSTEM = "system"  # ticket systems, our own digests and notices
    INVITE = "invite"
    ACCEPT = "accept"
    DECLINE = "decline"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"  # beside CANCELLED: the organiser wrote so, instead of a calendar that has it so
    NOT_HELD = "not_held"  # meeting that nobody outside accepted, or missed call
    SHORT = "short"  # call under 60 s
    NO_SUCH_ADDRESS = "no_such_address"  # bounce: the addresses it is about do not exist
    LEFT = "left"  # whoever it comes from speaks for his house no longer
    TAKES_OVER = "takes_over"  # whoever it comes from does now
    OPT_OUT = "opt_out"  # whoever it comes from asks not to be contacted any more
    REPLY = "reply"  # answers an earlier mail (In-Reply-To or References)
    WRITTEN_BACK = "written_back"  # a copy that Guardian wrote into a CRM: it tells nothing that the others do not


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody taking part, by identity; `name` as the item shows it."""

    role: Role
    identity: Identity
    name: str = ""
    declined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One copy, at one provider, of one interaction, as a connector translated it.

    `item_id` is the provider's own id of the copy; `key` names the real-world interaction (`domain.identity`), the
    same for every copy. `occurred_at` is aware UTC. `thread_refs` are Message-IDs it answers, oldest first.
    `thread_hint` is the provider's own conversation id. `subject`, `snippet` and `words` are None where privacy
    forbids them; `duration_s` is the length of a meeting or call, or how long a CRM case was open (None: it is).
    `words` is all that was newly written in a mail, empty where all of it is quoted, and None where the connector may
    have read the snippet only: it is listened to, and never stored. `told` is set where the provider itself says what
    the client's word is for, as CRM cases do: then nobody listens. Its spans are words of the subject only.
    """

    item_id: str
    kind: Kind
    key: str
    occurred_at: datetime
    participants: tuple[Participant, ...]
    signals: frozenset[Signal] = frozenset()
    subject: str | None = None
    snippet: str | None = None
    thread_refs: tuple[str, ...] = ()
    thread_hint: str | None = None
    duration_s: int | None = None
    words: str | None = field(default=None, compare=False, repr=False)
    told: Heard | None = None
    revision: str = ""  # tells which of two states is newer: a time, a number and a time, an etag

    def with_only(self, left: tuple[Participant, ...]) -> "Activity":
        """Return the activity with nobody else taking part; what was `told` goes with whoever said it."""
        if self.told is None or any(p.role is Role.FROM for p in left):
            return replace(self, participants=left)
        return replace(self, participants=left, subject=None, snippet=None, told=NOTHING_HEARD)
