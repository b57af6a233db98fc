"""The grounds of an opinion: for each hostile sentence what it is and the exact words, as they were written."""

import re

import numpy as np

from guardian.domain.verdict import Reason, ReasonCode
from guardian.nlp.heads import sigmoid
from guardian.nlp.lexicon.matcher import Hit
from guardian.nlp.reading import Reading, Sentence
from guardian.nlp.rules.by_lexicon import CODE_OF_CATEGORY
from guardian.nlp.trained import KINDS

MOST = 5
_SURE = 0.5
_NEAR = 1.0  # logits below the worst sentence: what is milder only stands beside it
_SUSPECT = 0.02
_SEVERE = 3
_PLAIN = 2  # severity from which a word is an insult whatever the tone
_SAYS_SOMETHING = re.compile(r"[^\W\d_]|[^\x00-\x7f]")  # a letter or a picture: a telephone number is no ground
_NAMED_BY_WORDS = (ReasonCode.INSULT, ReasonCode.OBFUSCATED)


def reasons_of(reading: Reading, *, hold: bool) -> tuple[Reason, ...]:
    """Return the reasons, strongest first: the sentences rather hostile than not; the worst one for a hold.

    Where not even the worst sentence is suspect there is no reason, and without a reason nothing is held.
    """
    speaking = [sentence for sentence in reading.sentences if _SAYS_SOMETHING.search(sentence.text)]
    worst = sorted(speaking, key=lambda sentence: -sentence.hostility)[:MOST]
    bar = max((sentence.hostility for sentence in worst), default=0.0) - _NEAR
    chosen = [one for one in worst if sigmoid(one.hostility) >= _SURE and one.hostility >= bar]
    if hold and not chosen:
        chosen = [sentence for sentence in worst[:1] if sigmoid(sentence.hostility) >= _SUSPECT]
    return tuple(_reason(reading, sentence) for sentence in chosen)


def _reason(reading: Reading, sentence: Sentence) -> Reason:
    code = _code(reading, sentence)
    start, end = _place(sentence, code)
    low, high = reading.normal.span(sentence.start + start, sentence.start + end)
    score = round(sigmoid(sentence.hostility), 4)
    return Reason(code=code, span=reading.normal.original[low:high], score=score)


def _code(reading: Reading, sentence: Sentence) -> ReasonCode:
    """Return the most probable kind; a disguised word, a plain insult or a rule settles it before heads are asked.

    Without heads the gravest lexicon hit does.
    """
    if any(low < sentence.end and sentence.start < high for low, high in reading.normal.disguised):
        return ReasonCode.OBFUSCATED
    if any(hit.category == "insult" and hit.severity >= _PLAIN for hit in sentence.hits):
        return ReasonCode.INSULT
    if sentence.found is not None:
        return sentence.found.code
    if sentence.kinds is not None:
        return KINDS[int(np.argmax(sentence.kinds))]
    grave = max((hit for hit in sentence.hits if hit.category in CODE_OF_CATEGORY), key=_gravity, default=None)
    return CODE_OF_CATEGORY[grave.category] if grave else ReasonCode.CONTEMPT


def _place(sentence: Sentence, code: ReasonCode) -> tuple[int, int]:
    """Return the insulting words where the lexicon knows them, else the whole sentence."""
    if code in _NAMED_BY_WORDS:
        if sentence.found is not None and sentence.found.code is ReasonCode.INSULT:
            return sentence.places[sentence.found.first][0], sentence.places[sentence.found.last - 1][1]
        grave = [hit for hit in sentence.hits if CODE_OF_CATEGORY.get(hit.category) in _NAMED_BY_WORDS]
        worst = max(grave, key=_gravity, default=None)
        if worst and worst.severity >= _SEVERE:
            return sentence.places[worst.first][0], sentence.places[worst.last - 1][1]
    return 0, len(sentence.text)


def _gravity(hit: Hit) -> tuple[int, int]:
    return hit.severity, hit.last - hit.first
