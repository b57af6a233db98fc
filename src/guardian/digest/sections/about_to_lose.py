"""About to lose: clients at risk, dormant, or newly lost, the ones most worth saving first."""

from collections.abc import Sequence

from guardian.digest.material import ClientFacts
from guardian.digest.sections.section import Pick, Scene, Section, overtaken
from guardian.domain.standing import State

RECOVERABILITY = {State.AT_RISK: 1.0, State.DORMANT: 0.6, State.LOST: 0.4}
LONG_LOST_DAYS = 400  # with nothing known of before, a longer silence is an old loss, not news


def line_up(book: Sequence[ClientFacts], scene: Scene) -> list[Pick]:
    """Return them by P(silent) x value^0.5 (capped) x recoverability x fatigue, highest first."""
    members = [facts for facts in book if _belongs(facts)]
    return [Pick(facts=facts) for facts in sorted(members, key=lambda facts: -urgency(facts, scene))]


def urgency(facts: ClientFacts, scene: Scene) -> float:
    """Return the rank of one client; only the order means anything."""
    return _p_silent(facts) * scene.weight(facts) * RECOVERABILITY[facts.assessment.state] * facts.fatigue


def _p_silent(facts: ClientFacts) -> float:
    standing = facts.assessment
    if standing.p_silent is not None:
        return standing.p_silent
    return 0.5 if standing.p_alive is None else 1 - standing.p_alive


def _belongs(facts: ClientFacts) -> bool:
    if facts.assessment.state not in RECOVERABILITY or overtaken(facts):
        return False
    return facts.assessment.state is not State.LOST or _newly_lost(facts)


def _newly_lost(facts: ClientFacts) -> bool:
    if facts.before is None:
        silent = facts.assessment.silent_days
        return silent is not None and silent <= LONG_LOST_DAYS
    return facts.before is not State.LOST


SECTION = Section(name="about_to_lose", line_up=line_up)
