"""What a rep can say about a client by a link, and what would make the client leave the digest."""

from guardian.digest.content import ClearCode, Cue, CueCode
from guardian.digest.material import ClientFacts
from guardian.domain.notes import NoteKind
from guardian.domain.standing import State, WhyCode

COMPLAINTS = frozenset({State.ANGRY, State.INDIFFERENT})
WIN_BACK_OFFERS = (NoteKind.CALLED, NoteKind.MET, NoteKind.SNOOZE, NoteKind.NOT_CLIENT)
_NOT_OF_COMPLAINTS = frozenset({NoteKind.SNOOZE, NoteKind.FINE})  # a complaint is neither put off nor talked away


def offers(facts: ClientFacts) -> tuple[NoteKind, ...]:
    """Return what the rep may say about a client, in the order in which it is offered."""
    if facts.assessment.state in COMPLAINTS:
        others = (kind for kind in NoteKind if kind not in _NOT_OF_COMPLAINTS and kind is not NoteKind.SOLVED)
        return (NoteKind.SOLVED, *others)
    return tuple(kind for kind in NoteKind if kind is not NoteKind.SOLVED)


def what_clears(facts: ClientFacts, cue: Cue | None) -> ClearCode:
    """Return what would make a client leave the digest; the first ground that fits."""
    state, codes = facts.assessment.state, {why.code for why in facts.assessment.reasons}
    if state in COMPLAINTS:
        told = facts.complaint
        return ClearCode.SOLVE_ONLY if told is not None and told.waiting_since is None else ClearCode.SOLVE
    if state is State.UNREACHABLE:
        return ClearCode.FIND
    if (cue and cue.code is CueCode.WAITING) or WhyCode.UNANSWERED_INBOUND in codes:
        return ClearCode.REPLY
    if state is State.NEW:
        return ClearCode.GREET
    if state is State.COOLING and WhyCode.FEWER_TOUCHES in codes:
        return ClearCode.TALK_AS_BEFORE
    return ClearCode.TALK
