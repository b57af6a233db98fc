"""What a digest is made from: the rep, his clients in figures, what he was shown, and the stories of a few."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from guardian.digest.content import Channel, LastWords
from guardian.domain.errors import UserError
from guardian.domain.people import Client
from guardian.domain.standing import Assessment, State

WEEKS = 12  # of touches kept for the sparkline


@dataclass(frozen=True, slots=True, kw_only=True)
class Rep:
    """One of our people who looks after clients; `language` as in `es` or `en-GB`, `timezone` an IANA name."""

    address: str
    name: str
    language: str
    timezone: str

    def zone(self) -> ZoneInfo:
        """Return the rep's time zone; UserError when nobody knows it."""
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            name = self.timezone[:40]
            raise UserError(f"Time zone {name!r} is unknown: use an IANA name such as Europe/Madrid.") from unknown

    def today(self, now: datetime) -> date:
        """Return the day it is where the rep lives; UserError when his time zone is unknown."""
        return now.astimezone(self.zone()).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchFacts:
    """What the touches of one client say, up to now.

    `last_outbound` is when we last spoke, `waiting_since` when he first wrote after that (None when nothing waits),
    `unanswered` how often we wrote since he last spoke, `weeks` the touches of the last 12 weeks, oldest first.
    """

    first: datetime | None = None
    last: datetime | None = None
    last_outbound: datetime | None = None
    waiting_since: datetime | None = None
    unanswered: int = 0
    weeks: tuple[int, ...] = (0,) * WEEKS


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """One client of the rep; `before` is his state two weeks ago, None when nothing was known then."""

    client: Client
    assessment: Assessment
    before: State | None
    touches: TouchFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """When a digest last showed a client, and what state it showed (None when that is no longer known)."""

    day: date
    state: State | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What only the interactions tell about a client: whom to speak to, the last words, who else knows them."""

    contact_name: str = ""
    contact_address: str | None = None
    last_words: LastWords | None = None
    last_channel: Channel | None = None
    next_meeting: datetime | None = None
    colleagues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything one digest is made from.

    `clients` is the rep's whole book; `shown` holds the clients that digests of the last days showed; `stories` is
    needed only for the clients that `compose.choose` picks.
    """

    clients: tuple[ClientFacts, ...]
    shown: Mapping[int, Shown] = field(default_factory=dict)
    stories: Mapping[int, Story] = field(default_factory=dict)
