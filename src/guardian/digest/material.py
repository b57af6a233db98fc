"""What a digest is made from: the rep, his clients in figures, what he was shown, and the stories of a few."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from guardian.digest.concentration import Spread
from guardian.digest.content import Channel, LastWords
from guardian.domain.complaint_life import Complaint
from guardian.domain.errors import UserError
from guardian.domain.notes import Reach
from guardian.domain.people import Client
from guardian.domain.standing import Assessment, State

WEEKS = 12  # of touches kept for the sparkline
REPEAT_AFTER_DAYS = 7
FINE_FOR_DAYS = 28  # nobody is asked again so soon about a client of whom he said that all is well
TIRING = 3  # digests that showed a client without anybody speaking with it since: from then on it ranks half


class NoReader(UserError):
    """Mail cannot be written to one of our people; to the others it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rep:
    """One of our people who looks after clients; `language` as in `es` or `en-GB`, `timezone` an IANA name.

    `workdays` are the days of the week on which he works (Monday is 0), `days_off` single days on which he does not.
    `stopped` are the sorts of mail that he wants no more. `last_day`, where a past day is looked at, is that day:
    no later one has come for him, though its last hours (UTC) may belong to the next one where he lives.
    """

    address: str
    name: str
    language: str
    timezone: str
    workdays: frozenset[int] = frozenset(range(5))
    days_off: frozenset[date] = frozenset()
    stopped: frozenset[str] = frozenset()
    last_day: date | None = None

    def zone(self) -> ZoneInfo:
        """Return the rep's time zone; NoReader when nobody knows it."""
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            name = self.timezone[:40]
            raise NoReader(f"Time zone {name!r} is unknown: use an IANA name such as Europe/Madrid.") from unknown

    def works_on(self, day: date) -> bool:
        """Say whether he works on a day."""
        return day.weekday() in self.workdays and day not in self.days_off

    def today(self, now: datetime) -> date:
        """Return the day it is where the rep lives, his last one at most; NoReader when his time zone is unknown."""
        day = now.astimezone(self.zone()).date()
        return day if self.last_day is None else min(day, self.last_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchFacts:
    """What the touches of one client say, up to now.

    `last_outbound` is when we last spoke, `last_inbound` when he did, `waiting_since` when he first wrote after our
    last word and `last_waiting` when he last did (None when nothing waits), `unanswered` how often we wrote since he
    last spoke, `weeks` on how many days of each of the last 12 weeks we were in touch, oldest first.
    """

    first: datetime | None = None
    last: datetime | None = None
    last_outbound: datetime | None = None
    last_inbound: datetime | None = None
    waiting_since: datetime | None = None
    last_waiting: datetime | None = None
    unanswered: int = 0
    weeks: tuple[int, ...] = (0,) * WEEKS


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """One client of the rep.

    `before` is his state two weeks ago, None when nothing was known then; `unacted` counts the digests that showed
    him since we last spoke. `complaint` is the one that is open, `recovered_at` when one was resolved of
    late. `people` is how many there took part within a year, None where nobody counts; `anniversary` says whether the
    first contact is known to be one, rather than the first that was read. `reach` is by which way the client wants to
    be reached, as reps say, `yours_since` when it became this rep's, if of late, `peace_since` when it asked for no
    contact.
    """

    client: Client
    assessment: Assessment
    before: State | None
    touches: TouchFacts
    unacted: int = 0
    complaint: Complaint | None = None
    recovered_at: datetime | None = None
    people: int | None = None
    anniversary: bool = False
    reach: Reach = Reach.ANY
    yours_since: datetime | None = None
    peace_since: datetime | None = None

    @property
    def left_in_peace(self) -> bool:
        """Whether the client asked for no contact, and has neither written since nor complains."""
        wrote, asked = self.touches.last_inbound, self.peace_since
        return asked is not None and self.complaint is None and (wrote is None or wrote <= asked)

    @property
    def fatigue(self) -> float:
        """What his urgency is multiplied by: whoever was shown often in vain makes room for others."""
        return 0.5 if self.unacted >= TIRING else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """When a digest last showed a client, or its rep said that all is well, and how it stood then.

    `state` is None when that is no longer known, `heard_until` the last of their words of which that took account;
    `rest_days` is how long it is not shown again without cause.
    """

    day: date
    state: State | None
    heard_until: datetime
    rest_days: int = REPEAT_AFTER_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What only the interactions tell about a client: whom to speak to, the last words, who else knows them.

    `only_asked` says that our last two mails wanted something of the client and gave nothing, as far as words tell.
    """

    contact_name: str = ""
    contact_address: str | None = None
    contact_phone: str | None = None
    last_words: LastWords | None = None
    last_channel: Channel | None = None
    next_meeting: date | None = None  # a moment, or a day where it is at no hour
    colleagues: tuple[str, ...] = ()
    only_asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything one digest is made from.

    `clients` is the rep's whole book; `shown` holds the clients that digests of the last days showed; `stories` is
    needed only for the clients that `compose.shown_today` names. `win_back` is how many of them there may be to win
    back, 0 where this week's were shown. `spread` is on how many of 90 days each client was in touch with us.
    """

    clients: tuple[ClientFacts, ...]
    shown: Mapping[int, Shown] = field(default_factory=dict)
    stories: Mapping[int, Story] = field(default_factory=dict)
    win_back: int = 0
    spread: Spread = field(default_factory=Spread)
