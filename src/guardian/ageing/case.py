"""One client before the rules of `states`: what is known of it, what its touches say, when silence is alarming."""

from dataclasses import dataclass

from guardian.ageing.lanes import PATIENCE, Thresholds
from guardian.ageing.policy import AgeingPolicy
from guardian.domain.standing import State, Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a client apart from its touches.

    `none_since` is how many days ago a rep said that this is no client, `snoozed_for` how many more days it shall be
    left alone; None where nobody said so.
    `contacts` counts the addresses that lead to somebody, `gone` those that no longer do; `change` is a change of the
    people we deal with, `alone` when we dealt with nobody else there. `angry` and `indifferent` are the reasons of an
    open complaint, at most one of them given; `recovered` says that one was resolved of late. `peace_since` is how
    many days ago the client asked not to be contacted any more, by his own words or those of a rep.
    """

    has_owner: bool
    contacts: int
    key: bool = False
    none_since: int | None = None
    snoozed_for: int | None = None
    gone: int = 0
    change: Why | None = None
    alone: bool = False
    angry: tuple[Why, ...] = ()
    indifferent: tuple[Why, ...] = ()
    recovered: Why | None = None
    peace_since: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacted:
    """What the touches of one client say, as of a day; probabilities are the model's, days are whole days.

    `silent_before` and `alive_before` are P(silent) and P(alive) as they stood `trend_days` ago (None when there was
    nothing to judge then), `alive_early` P(alive) after the first month of the silence, or now where it is shorter.
    `returned_from` is the longest silence that the client ended twice, `spread` the deviation of its log gaps. The
    rest is explained at `conversation.Conversations`.
    """

    touch_days: int
    silent_days: int
    cadence: float
    p_silent: float
    p_alive: float
    silent_before: float | None = None
    alive_before: float | None = None
    alive_early: float = 1.0
    spread: float = 0.0
    waiting: int = 0
    waiting_days: int = 0
    unanswered: int = 0
    since_inbound: int = 0
    era_rate: float | None = None
    returned_from: int = 0
    week: int = 0
    recent: int = 0
    before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One client before the rules; `touched` is None for one never touched, `at` is when silence is alarming.

    `was` is how it stood when it was last assessed, `unmoved` whether nothing has happened with it since.
    """

    facts: Facts
    touched: Contacted | None
    policy: AgeingPolicy
    at: Thresholds
    was: State | None = None
    unmoved: bool = False

    @property
    def threshold(self) -> float:
        """The P(alive) at or below which this client is at risk."""
        return self.at.alive

    @property
    def few(self) -> bool:
        """Whether there are too few touch-days to know a cadence."""
        return self.touched is None or self.touched.touch_days < self.policy.fewest_touch_days

    @property
    def ceiling(self) -> int:
        """The days of silence from which this client is at risk, whatever the model or the book's past says."""
        return self.patience(self._first_ceiling)

    @property
    def learnt_ceiling(self) -> int:
        """The same, sooner where the book's past says so; only of clients who have a past themselves."""
        if self.at.ceiling is None or self.few:
            return self.ceiling
        returned = self.touched.returned_from if self.touched else 0
        return min(max(self.at.ceiling, round(PATIENCE * returned)), self.ceiling)

    def patience(self, days: int) -> int:
        """Return a ceiling as it is for this client: all are put off alike for one who came back twice from more."""
        returned = self.touched.returned_from if self.touched else 0
        return days + max(round(PATIENCE * returned) - self._first_ceiling, 0)

    @property
    def _first_ceiling(self) -> int:
        return self.policy.ceiling_key_days if self.facts.key else self.policy.ceiling_days
