"""Why a client stands in a digest, in sentences to the one who looks after him; nothing is said twice."""

from collections.abc import Callable
from typing import Any

from guardian.digest.content import CueCode, Item
from guardian.digest.plain import one_line
from guardian.domain.notes import Reach
from guardian.domain.standing import Why, WhyCode

Wording = Callable[[Why, str], str]  # a reason as a whole sentence in `es` or `en`

_SENTENCE_LIMIT = 400
_DAYS = "business_days"
_UNANSWERED = frozenset({WhyCode.COMPLAINT_UNANSWERED, WhyCode.COMPLAINT_NOT_BY_OWNER})
# What a cue says already, and what says a cue already.
_SAID_BY = {
    CueCode.WAITING: {WhyCode.UNANSWERED_INBOUND} | _UNANSWERED,
    CueCode.RECOVERED: {WhyCode.RECOVERED},
}
_ALONE = {WhyCode.CONTACT_LEFT, WhyCode.CONTACT_BOUNCES, WhyCode.CONTACT_NEW}  # they speak of the only person, too
_PREFERENCES = {Reach.MAIL, Reach.PHONE, Reach.MEETING}
_SAYS = {
    CueCode.WELCOME: {WhyCode.FEW_TOUCHES},
    CueCode.FIRST_CONTACT: {WhyCode.NEVER_TOUCHED},
    CueCode.NEVER_TOUCHED: {WhyCode.NEVER_TOUCHED},
}


def sentences(item: Item, language: str, wording: Wording, say: Any) -> list[str]:
    """Return the cue first, unless a reason says the same, then the reasons; `say` are the macros of the language."""
    cue, told = item.cue, {why.code: why for why in item.reasons}
    hidden = _SAYS.get(cue.code, set[WhyCode]()) if cue else set()
    found = [
        _to_owner(why, told, item, say) or wording(why, language)
        for why in item.reasons
        if why.code not in hidden and not _is_repeated(why, told)
    ]
    if cue and not _SAID_BY.get(cue.code, set[WhyCode]()) & told.keys():
        found.insert(0, say.cue(cue.code, cue.days, cue.years))
    if item.reach in _PREFERENCES:
        found.append(say.prefers(item.reach))
    if item.alone and not _ALONE & told.keys():
        found.append(say.single_threaded())
    return [one_line(sentence, _SENTENCE_LIMIT) for sentence in found]


def _is_repeated(why: Why, told: dict[WhyCode, Why]) -> bool:
    """Say whether a complaint is told by its silence, of just as many days."""
    silent = told.get(WhyCode.SILENT_AFTER_COMPLAINT)
    return why.code is WhyCode.COMPLAINT_OPEN and silent is not None and silent.figure(_DAYS) == why.figure(_DAYS)


def _to_owner(why: Why, told: dict[WhyCode, Why], item: Item, say: Any) -> str:
    """Return who answered a complaint as its owner is told, by name, and for how long it waits where that is news."""
    if why.code is WhyCode.COMPLAINT_ANSWERED:
        return str(say.you_answered(round(why.figure(_DAYS))))
    if why.code not in _UNANSWERED:
        return ""
    opened = told.get(WhyCode.COMPLAINT_OPEN)
    same = opened is not None and opened.figure(_DAYS) == why.figure(_DAYS) and not _is_repeated(opened, told)
    if why.code is WhyCode.COMPLAINT_UNANSWERED:
        return str(say.nobody_answered()) if same else ""
    if not item.answered_by:
        return ""
    days = None if same else round(why.figure(_DAYS))
    named, unnamed = [one for one in item.answered_by if one], [str(say.somebody())] * ("" in item.answered_by)
    line = str(say.answered_by(named + unnamed, days))
    return line if named else line[:1].upper() + line[1:]
