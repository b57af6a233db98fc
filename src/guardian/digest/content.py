"""A digest before it is put into words: lanes of clients, each with his reasons and a next step."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from guardian.domain.notes import NoteKind, Reach
from guardian.domain.standing import State, Why
from guardian.domain.win_back import Step as WinBackStep


class Channel(StrEnum):
    """By which way to reach a client."""

    MAIL = "mail"
    PHONE = "phone"
    MEETING = "meeting"
    RESEARCH = "research"  # nothing to reach him by yet


class StepCode(StrEnum):
    """What to do next; `digest.steps` holds the rules, the catalogues the sentences."""

    CALL_ABOUT_COMPLAINT = "call_about_complaint"
    REPLY_TODAY = "reply_today"
    ASK_SUCCESSOR = "ask_successor"
    FIND_CONTACT = "find_contact"
    PREPARE_MEETING = "prepare_meeting"
    CALL_INSTEAD = "call_instead"
    GIVE_FIRST = "give_first"
    ASK_WHY = "ask_why"
    PROPOSE_VISIT = "propose_visit"
    INTRODUCE_YOURSELF = "introduce_yourself"
    WELCOME = "welcome"
    CALL = "call"
    CALL_AS_LIKED = "call_as_liked"
    SEND_SOMETHING_USEFUL = "send_something_useful"
    ASK_FEEDBACK = "ask_feedback"
    SAY_THANKS = "say_thanks"


class CueCode(StrEnum):
    """Why a client stands in its lane, beyond the reasons of its assessment."""

    WAITING = "waiting"
    FIRST_CONTACT = "first_contact"
    WELCOME = "welcome"
    NEGLECTED = "neglected"
    NEVER_TOUCHED = "never_touched"
    RECOVERED = "recovered"
    ANNIVERSARY = "anniversary"
    HANDED_OVER = "handed_over"


class ClearCode(StrEnum):
    """What would make a client leave the digest."""

    SOLVE = "solve"
    SOLVE_ONLY = "solve_only"  # the rep has answered
    REPLY = "reply"
    FIND = "find"
    GREET = "greet"
    TALK_AS_BEFORE = "talk_as_before"
    TALK = "talk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One such ground and its days: waited, or since the first contact, our last word, the solution, the handover.

    Of an anniversary, `years` since the first contact, and the days since that day came round.
    """

    code: CueCode
    days: int = 0
    years: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWords:
    """What was last said, at most 160 characters on one line; `subject_only` where no more may be known."""

    text: str
    at: date  # a moment, or a day where it was at no hour
    who: str
    subject_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next step: by which channel, with whom (where known), and for which meeting."""

    code: StepCode
    channel: Channel
    contact_name: str = ""
    contact_address: str | None = None
    contact_phone: str | None = None
    meeting_at: date | None = None  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One client in a digest; all texts are single lines without control characters."""

    client_id: int
    name: str
    state: State
    value: float | None
    cue: Cue | None
    reasons: tuple[Why, ...]
    last_words: LastWords | None
    step: Step
    colleagues: tuple[str, ...]
    weeks: tuple[int, ...]
    clears: ClearCode = ClearCode.TALK
    actions: tuple[NoteKind, ...] = ()
    answered_by: tuple[str, ...] = ()  # who of ours answered in the owner's place; empty: nobody knows his name
    reach: Reach = Reach.ANY  # by which way the client wants to be reached
    alone: bool = False  # a valuable client of whom we know one person only
    answered: bool = False  # its open complaint has the rep's answer, and waits for a solution only


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One section with at least one client, most urgent first."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regain:
    """One client to win back this week; texts are single lines without control characters."""

    client_id: int
    name: str
    state: State
    value: float | None
    silent_days: int | None
    contact_name: str = ""
    contact_address: str | None = None
    contact_phone: str | None = None
    actions: tuple[NoteKind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WinBackPlan:
    """Whom to win back this week, the most valuable first, and what to do with each of them on which day."""

    clients: tuple[Regain, ...] = ()
    steps: tuple[tuple[date, WinBackStep], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many clients a rep has, and with how many of them we spoke in the last 30 and 90 days.

    `tenth_share` is what part of the contacts of 90 days the busiest `tenth` of them had; None for a small book.
    """

    clients: int
    reached_30: int
    reached_90: int
    tenth: int = 0
    tenth_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one rep is told on one day."""

    sort: ClassVar[str] = "digest"

    address: str
    rep_name: str
    language: str
    timezone: str
    day: date
    lanes: tuple[Lane, ...]
    coverage: Coverage
    win_back: WinBackPlan = WinBackPlan()

    @property
    def client_ids(self) -> tuple[int, ...]:
        """The clients that the lanes show, in order; those to win back are repeated every week on purpose."""
        return tuple(item.client_id for lane in self.lanes for item in lane.items)
