"""Insults, each with how it is tied to the client: named beside him, or said of whoever the text is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guardian.nlp.lexicon.matcher import Hit
from guardian.nlp.reading import CLIENT_MARK, Reading, Sentence
from guardian.nlp.rules.called import LINKS, is_called, is_called_before
from guardian.nlp.rules.outline import is_name, opens
from guardian.nlp.rules.strong import denies_later, is_explained, is_quoted, strong_hits
from guardian.nlp.rules.whom import Spans, clients_in, names_others, speaks_to_client

_PRONOUNS = frozenset("he she they him her he's she's they're".split())
_ADDRESS = frozenset("you you're usted ustedes eres sos vos tu sois seras sereis".split())
_POINTERS = frozenset("este ese esta esa estos esos estas esas aquel aquella that this those these".split())
_EXCLAIMS = frozenset("que menudo menuda vaya valiente pedazo cacho".split())
_NOT = frozenset(
    "no not never isn't aren't wasn't weren't ain't isnt arent ni tampoco nunca jamas sin hardly".split()
)
_BETWEEN = frozenset(
    """de del la el los las of sr sra srta mr mrs ms dr don doña señor señora este ese esta esa at from over en in the
    that this cliente client customer doctor doctora licenciado licenciada ingeniero ingeniera""".split()
)
_WHERE = frozenset("de del of at from in".split())
_OF_A = (["of", "a"], ["of", "an"])  # «that … of a client»
_NEAR = 2  # words between an insult and the client it belongs to
_BEFORE = 4  # words before an insult that say how it is meant
_WINDOW = 2  # sentences back to which an insult without a name may point
_CLEAR = frozenset({"called", "owned"})  # he is meant, whatever else the sentence denies
_TIES = ("called", "owned", "near", "beside")


@dataclass(frozen=True, slots=True, kw_only=True)
class Insult:
    """A strong word of sentence `number`, its words `first` to `last` (exclusive); `tie` says how it is the client's.

    `called`, `owned`, `near` and `beside`: in one sentence with him; `follows`: right after a sentence about him;
    `pronoun`, `addressed`, `pointed`, `exclaimed`, `said`, `loose`: about somebody the sentence does not name.
    """

    number: int
    first: int
    last: int
    severity: int
    tie: str


def insults_in(reading: Reading) -> Iterator[Insult]:
    """Yield every insult that may be the client's and that nothing explains away."""
    hits = [strong_hits(sentence) for sentence in reading.sentences]
    for number, found in enumerate(hits):
        strong = [hit for hit in found if hit.category == "insult"] if found else found
        if not strong or any(map(is_quoted, hits[max(0, number - 1) : number])):
            continue
        sentence = reading.sentences[number]
        spans = sentence.places
        for hit in strong:
            if is_explained([one for one in found if not denies_later(sentence, hit, one)]):
                continue
            tie = "" if _is_title_or_quote(sentence, spans, hit) else _tie(reading, hits, number, hit)
            if tie in _CLEAR or (tie and not is_explained(found)):
                yield Insult(number=number, first=hit.first, last=hit.last, severity=hit.severity, tie=tie)


def _is_title_or_quote(sentence: Sentence, spans: Spans, hit: Hit) -> bool:
    """Say whether a strong word stands in quotation marks or is (part of) a name."""
    start = spans[hit.first][0]
    before = sentence.text[:start]
    if before.count('"') % 2 or before.count("«") > before.count("»") or before.count("“") > before.count("”"):
        return True
    written = sentence.text[start : spans[hit.first][1]]
    name = written[0].isupper() and not written.isupper() and not opens(sentence.text, start)
    return name or before.endswith(("'", "‘"))


def _tie(reading: Reading, hits: Sequence[Sequence[Hit]], number: int, hit: Hit) -> str:
    """Return how an insult is tied to the client, nothing where it is hardly his."""
    sentence = reading.sentences[number]
    spans = sentence.places
    ties = {_tie_at(sentence, hits[number], hit, place) for place in clients_in(sentence, spans)}
    beside_him = next((tie for tie in _TIES if tie in ties), "")
    if beside_him or _is_about_others(reading, hits, number):
        return beside_him
    return "follows" if _follows_client(reading, hits, number) else _tie_without_name(sentence, hit)


def _tie_at(sentence: Sentence, found: Sequence[Hit], hit: Hit, client: int) -> str:
    words, spans = sentence.words, sentence.places
    low, high = (client + 1, hit.first) if client < hit.first else (hit.last, client)
    between = words[low:high]
    named_from = _behind_place(words, low) if client < hit.first else low
    if not _NOT.isdisjoint(between) or any(is_name(sentence, spans, place) for place in range(named_from, high)):
        return ""
    if client < hit.first:
        if is_called(sentence, client, hit, found):
            return "called"
        return "near" if len(between) <= _NEAR else "beside"
    if len(between) <= _NEAR and (_BETWEEN.issuperset(between) or between in _OF_A):
        return "owned"
    return "called" if is_called_before(words, hit, client, _BETWEEN) else "beside"


def _behind_place(words: Sequence[str], low: int) -> int:
    """Return from where on names are somebody else's: behind where the client is, «the customers at …»."""
    role = low > 0 and words[low - 1] != CLIENT_MARK
    return low + 2 if role and words[low : low + 1] and words[low] in _WHERE else low


def _is_about_others(reading: Reading, hits: Sequence[Sequence[Hit]], number: int) -> bool:
    """Say whether an insult without a name is hardly the client's: he is spoken to, or somebody else spoken of."""
    around = [hit.category for found in hits[max(0, number - 1) : number + 1] for hit in found]
    return "third" in around or speaks_to_client(reading)


def _follows_client(reading: Reading, hits: Sequence[Sequence[Hit]], number: int) -> bool:
    """Say whether the sentences just before are about the client, and nobody else is named from there on."""
    if names_others(reading.sentences[number], hits[number]):
        return False
    for place in range(number - 1, max(-1, number - 1 - _WINDOW), -1):
        sentence = reading.sentences[place]
        if names_others(sentence, hits[place]):
            return False
        if clients_in(sentence, sentence.places):
            return True
    return False


def _tie_without_name(sentence: Sentence, hit: Hit) -> str:
    """Return how an insult is put that has no name near it; nothing where it is denied."""
    words = sentence.words
    before = words[max(0, hit.first - _BEFORE) : hit.first]
    last = before[-1:]
    if not _NOT.isdisjoint(before):
        return ""
    if not _PRONOUNS.isdisjoint(before) and not LINKS.isdisjoint(before):
        return "pronoun"
    if not _ADDRESS.isdisjoint(before):
        return "addressed"
    if not _POINTERS.isdisjoint(last) or not _POINTERS.isdisjoint(words[hit.last : hit.last + 1]):
        return "pointed"
    if not _EXCLAIMS.isdisjoint(last) or before[-2:] in (["what", "a"], ["such", "a"]):
        return "exclaimed"
    return "loose" if LINKS.isdisjoint(before) else "said"
