"""The words that the rules know besides the lexicon: the learned scores never count them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib import resources

from guardian.nlp.lexicon.matcher import LANGUAGE_FILES, Hit, Lexicon
from guardian.nlp.lexicon.notation import STEM, read_entries
from guardian.nlp.reading import Sentence
from guardian.nlp.rules.nouns import begins_trade

_EXPLAINS = frozenset({"self", "quote", "harmless"})
_SHORTEST_UNCOVERED = 5  # letters; shorter ones may be part numbers
_DENIALS = frozenset(
    "no not never isn't aren't wasn't weren't ain't is are was were nada ni tampoco jamas hardly".split()
)
_CLAUSE_ENDS = frozenset(",;:()—–")
_INSULT, _IDIOM, _LITERAL = "insult", "idiom", "literal"
_PLAIN, _GRAVEST = 2, 3  # severities


@cache
def strong_words() -> Lexicon:
    """Return the rules' own words, ready to match."""
    return Lexicon(_texts())


@cache
def worth_uncovering() -> frozenset[str]:
    """Return the folded words whose disguise is worth removing: those that are nothing but insults."""
    single = (
        entry.words[0].removesuffix(STEM)
        for text in _texts()
        for entry in read_entries(text)
        if entry.category == _INSULT and entry.severity == _GRAVEST and len(entry.words) == 1
    )
    return frozenset(word for word in single if len(word) >= _SHORTEST_UNCOVERED)


def strong_hits(sentence: Sentence) -> list[Hit]:
    """Return what the rules' own words are in a sentence, and the lexicon's insults, which count as less grave.

    An insult is left out inside an idiom («incapaz de abrir …», "entitled to …") and before a noun ("a pig farm").
    """
    own = strong_words().hits(sentence.words)
    if sentence.hits:
        known = {(hit.first, hit.last) for hit in own if hit.category == _INSULT}
        plain = [hit for hit in sentence.hits if hit.category == _INSULT and hit.severity >= _PLAIN]
        own += (replace(hit, severity=_PLAIN) for hit in plain if (hit.first, hit.last) not in known)
    innocent = [
        one
        for one in own
        if one.category == _IDIOM or (one.category == _LITERAL and begins_trade(sentence, one, own))
    ]
    return [hit for hit in own if not _is_inside(hit, innocent)] if innocent else own


def is_quoted(hits: Sequence[Hit]) -> bool:
    """Say whether a sentence tells what somebody said: what follows may be more of it."""
    return any(hit.category == "quote" for hit in hits)


def is_explained(hits: Sequence[Hit]) -> bool:
    """Say whether self-reproach, a quotation or friendliness explains strong words."""
    return any(hit.category in _EXPLAINS for hit in hits)


def denies_later(sentence: Sentence, insult: Hit, hit: Hit) -> bool:
    """Say whether a hit denies something in a clause behind an insult: «is a rascal, he will never pay»."""
    if hit.category != "harmless" or hit.first < insult.last or sentence.words[hit.first] not in _DENIALS:
        return False
    spans = sentence.places
    return not _CLAUSE_ENDS.isdisjoint(sentence.text[spans[insult.last - 1][1] : spans[hit.first][0]])


def _is_inside(hit: Hit, innocent: Sequence[Hit]) -> bool:
    """Say whether an insult is part of what is none."""
    return hit.category == _INSULT and any(one.first <= hit.first and hit.last <= one.last for one in innocent)


@cache
def _texts() -> tuple[str, ...]:
    folder = resources.files("guardian.nlp.rules")
    return tuple(folder.joinpath(f"words_{language}.txt").read_text("utf-8") for language in LANGUAGE_FILES)
