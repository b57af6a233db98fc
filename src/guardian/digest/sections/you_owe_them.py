"""You owe them: open complaints first, then clients who wrote and got no answer."""

from collections.abc import Sequence
from datetime import datetime

from guardian.digest.content import Cue, CueCode
from guardian.digest.material import ClientFacts
from guardian.digest.sections.section import Pick, Scene, Section
from guardian.domain.standing import State, WhyCode

PATIENCE_WORKDAYS = 2  # of the rep; less than that is no debt yet
STALE_DAYS = 60  # an older last word of theirs was a farewell rather than a question
CROWDED = 3  # complaints, from which on they take turns
LONGEST_WORKDAYS = 10  # waiting longer does not make it more urgent

_COMPLAINTS = (State.ANGRY, State.INDIFFERENT)


def line_up(book: Sequence[ClientFacts], scene: Scene) -> list[Pick]:
    """Return complaints by gravity, then the unanswered by value^0.5 and working days waited.

    Complaints that the rep has not answered come first, then the angry, then the grave. Where there are more than the
    lane holds, those that were shown least take turns.
    """
    complaints = [facts for facts in book if facts.assessment.state in _COMPLAINTS]
    crowded = len(complaints) > CROWDED
    complaints.sort(key=lambda facts: (*_gravity(facts, take_turns=crowded), -scene.weight(facts)))
    waiting = [facts for facts in book if facts not in complaints and _owed(facts, scene)]
    waiting.sort(key=lambda facts: -scene.weight(facts) * min(_workdays_waited(facts, scene) + 1, LONGEST_WORKDAYS))
    return [Pick(facts=facts, cue=_cue(facts, scene)) for facts in (*complaints, *waiting)]


def _gravity(facts: ClientFacts, *, take_turns: bool) -> tuple[bool, int, int, int]:
    told = facts.complaint
    answered = told is not None and told.waiting_since is None
    turn = facts.unacted if take_turns else 0
    return answered, turn, _COMPLAINTS.index(facts.assessment.state), -(told.severity if told else 0)


def _owed(facts: ClientFacts, scene: Scene) -> bool:
    since = facts.touches.waiting_since
    if since is None or scene.days_since(since) > STALE_DAYS or facts.left_in_peace:
        return False
    told = any(why.code is WhyCode.UNANSWERED_INBOUND for why in facts.assessment.reasons)
    return told or _workdays_waited(facts, scene) >= PATIENCE_WORKDAYS


def _cue(facts: ClientFacts, scene: Scene) -> Cue | None:
    since: datetime | None = facts.touches.waiting_since
    return Cue(code=CueCode.WAITING, days=scene.days_since(since)) if since else None


def _workdays_waited(facts: ClientFacts, scene: Scene) -> int:
    since = facts.touches.waiting_since
    return scene.workdays_since(since) if since else 0


SECTION = Section(name="you_owe_them", line_up=line_up)
