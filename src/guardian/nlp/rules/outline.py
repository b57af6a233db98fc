"""A sentence as turns of phrase see it: plain words, with marks for the client, for other names, and for numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from guardian.nlp.language import is_little_word
from guardian.nlp.reading import CLIENT_MARK, Sentence

OTHER_MARK = "§"  # somebody or something with a name of its own
NUMBER_MARK = "0"
_OPENERS = '.!?:¡¿"«“(-*>'
_BLANKS = 3  # more of them stand inside a sentence only
_JOINERS = frozenset({"de", "del", "of", "and", "y", "e", "la", "las", "los", "el"})


@dataclass(frozen=True, slots=True)
class Outline:
    """The words of a sentence after marking; `places[i]` is where word i stands among the sentence's own words."""

    words: list[str]
    places: list[int]


def outline(sentence: Sentence) -> Outline:
    """Return a sentence's words with names and numbers marked, a name of several words as one."""
    spans, text = sentence.places, sentence.text
    found = Outline([], [])
    for place, (word, (start, _)) in enumerate(zip(sentence.words, spans, strict=False)):
        if text[start].isupper() or not word.isalpha():
            word = _marked(sentence, spans, place)
        if word == OTHER_MARK and found.words and text.find(",", spans[place - 1][1], start) < 0:
            if found.words[-1] == OTHER_MARK:
                continue
            if len(found.words) > 1 and found.words[-1] in _JOINERS and found.words[-2] == OTHER_MARK:
                found.words.pop()
                found.places.pop()
                continue
        found.words.append(word)
        found.places.append(place)
    return found


def is_name(sentence: Sentence, spans: Sequence[tuple[int, int]], place: int) -> bool:
    """Say whether a word bears a capital that its place in the sentence does not explain.

    What follows the client's name is the rest of it: «¤ Norte».
    """
    start, end = spans[place]
    if not sentence.text[start].isupper() or end - start == 1 or sentence.text[start + 1] in "'’":
        return False
    if place and sentence.words[place - 1] == CLIENT_MARK:
        return False
    if not opens(sentence.text, start):
        return True
    return not is_little_word(sentence.words[place]) and _goes_on(sentence.text, spans, place)


def _marked(sentence: Sentence, spans: Sequence[tuple[int, int]], place: int) -> str:
    word = sentence.words[place]
    if CLIENT_MARK in word:
        return CLIENT_MARK
    if not word.isalpha() and any(map(str.isdigit, word)):
        return NUMBER_MARK
    return OTHER_MARK if is_name(sentence, spans, place) else word


def opens(text: str, start: int) -> bool:
    """Say whether a word opens a sentence, a quotation or a list, where everything bears a capital."""
    before = text[max(0, start - 3) : start].rstrip()
    return before[-1:] in _OPENERS if before else start < _BLANKS


def _goes_on(text: str, spans: Sequence[tuple[int, int]], place: int) -> bool:
    """Say whether the next word bears a capital too: «Blue Knob is at 54»."""
    if place + 1 >= len(spans):
        return False
    end, following = spans[place][1], spans[place + 1][0]
    return text[end:following] == " " and text[following].isupper()
