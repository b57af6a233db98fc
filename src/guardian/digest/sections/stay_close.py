"""Stay close: clients just handed over, new ones, complaints solved, anniversaries, the neglected, the cooling."""

from calendar import isleap
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import zip_longest
from math import inf

from guardian.digest.content import Cue, CueCode
from guardian.digest.material import ClientFacts
from guardian.digest.sections.section import Pick, Scene, Section, overtaken
from guardian.domain.standing import State

WELCOME_DAYS = (7, 30, 90)  # after the first contact
NEGLECTED_DAYS = 60  # without a word from any of us
FEEDBACK_DAYS = 7  # after the solution, time enough to see whether it holds
FIRST_WORD_DAYS = 2  # so long a rep has to greet a client that became his, before he is reminded
ANNIVERSARY_DAYS = 7  # for which it is told, because a digest may come once a week
MOST_OVERLOOKED = 1  # clients at risk that the lane above had no room for

_QUIET = frozenset({State.HEALTHY, State.COOLING, State.UNREACHABLE})
_HANDED = _QUIET | {State.NEW, State.AT_RISK, State.DORMANT}
_AT_RISK = (State.AT_RISK, State.DORMANT)


def line_up(book: Sequence[ClientFacts], scene: Scene) -> list[Pick]:
    """Return one of each kind in turn, from the handed over to the overlooked; within a kind by worth."""
    current = sorted(
        (facts for facts in book if not overtaken(facts)), key=lambda facts: -scene.weight(facts) * facts.fatigue
    )
    kinds = (
        _picks(current, scene, _handed_over),
        _picks(current, scene, _welcome),
        _picks(current, scene, _recovered),
        _picks(current, scene, _anniversary),
        _picks(current, scene, _neglected),
        [Pick(facts=facts) for facts in current if facts.assessment.state is State.COOLING],
        _overlooked(current, scene)[:MOST_OVERLOOKED],
    )
    return list(_in_turn(kinds))


def _picks(
    book: Sequence[ClientFacts], scene: Scene, cue_of: Callable[[ClientFacts, Scene], Cue | None]
) -> list[Pick]:
    return [Pick(facts=facts, cue=cue) for facts in book if (cue := cue_of(facts, scene))]


def _handed_over(facts: ClientFacts, scene: Scene) -> Cue | None:
    """Return since when a client is this rep's, unless he, or anybody of ours, has spoken with it since."""
    since = facts.yours_since
    if facts.assessment.state not in _HANDED or since is None or _have_spoken_since(facts, since):
        return None
    days = scene.days_since(since)
    return Cue(code=CueCode.HANDED_OVER, days=days) if days >= FIRST_WORD_DAYS else None


def _welcome(facts: ClientFacts, scene: Scene) -> Cue | None:
    if facts.assessment.state is not State.NEW:
        return None
    first, ours = facts.touches.first, facts.touches.last_outbound
    if first is None or ours is None:
        return Cue(code=CueCode.FIRST_CONTACT)
    age = scene.days_since(first)
    due = max((day for day in WELCOME_DAYS if day <= age), default=None)
    if due is None or age - scene.days_since(ours) >= due - due // 4:  # a word shortly before serves as well
        return None
    return Cue(code=CueCode.WELCOME, days=age)


def _recovered(facts: ClientFacts, scene: Scene) -> Cue | None:
    """Return the occasion to ask one whose complaint was solved how it went, unless somebody has spoken with him."""
    solved = facts.recovered_at
    if facts.assessment.state not in _QUIET or solved is None or _have_spoken_since(facts, solved):
        return None
    days = scene.days_since(solved)
    return Cue(code=CueCode.RECOVERED, days=days) if days >= FEEDBACK_DAYS else None


def _have_spoken_since(facts: ClientFacts, moment: datetime) -> bool:
    ours = facts.touches.last_outbound
    return ours is not None and ours > moment


def _anniversary(facts: ClientFacts, scene: Scene) -> Cue | None:
    """Return that the day of the first contact came round within the week, unless we have spoken since."""
    first, ours = facts.touches.first, facts.touches.last_outbound
    if facts.assessment.state not in _QUIET or first is None or not facts.anniversary:
        return None
    since = scene.day_of(first)
    for days in range(ANNIVERSARY_DAYS):
        day = scene.today - timedelta(days=days)
        if _comes_round(since, day) and (ours is None or scene.day_of(ours) < day):
            return Cue(code=CueCode.ANNIVERSARY, days=days, years=day.year - since.year)
    return None


def _comes_round(since: date, day: date) -> bool:
    """Say whether a day is an anniversary; a 29 February comes round on 1 March of other years."""
    if day.year <= since.year:
        return False
    leap = (since.month, since.day) == (2, 29) and not isleap(day.year)
    return (day.month, day.day) == ((3, 1) if leap else (since.month, since.day))


def _neglected(facts: ClientFacts, scene: Scene) -> Cue | None:
    return _silence_of_ours(facts, scene) if facts.assessment.state in _QUIET else None


def _overlooked(book: Sequence[ClientFacts], scene: Scene) -> list[Pick]:
    """Return them without regard to value, so that the small get a turn: at risk first, longest without us first."""
    found = _picks([facts for facts in book if facts.assessment.state in _AT_RISK], scene, _silence_of_ours)
    found.sort(key=lambda pick: (_AT_RISK.index(pick.facts.assessment.state), -_days_without_us(pick.facts, scene)))
    return found


def _days_without_us(facts: ClientFacts, scene: Scene) -> float:
    ours = facts.touches.last_outbound
    return scene.days_since(ours) if ours else inf


def _silence_of_ours(facts: ClientFacts, scene: Scene) -> Cue | None:
    ours = facts.touches.last_outbound
    if ours is None:
        return Cue(code=CueCode.NEVER_TOUCHED)
    days = scene.days_since(ours)
    return Cue(code=CueCode.NEGLECTED, days=days) if days >= NEGLECTED_DAYS else None


def _in_turn(kinds: Iterable[list[Pick]]) -> Iterable[Pick]:
    seen: set[int] = set()
    for row in zip_longest(*kinds):
        for pick in row:
            if pick is not None and pick.facts.client.id not in seen:
                seen.add(pick.facts.client.id)
                yield pick


SECTION = Section(name="stay_close", line_up=line_up)
