"""Insults, each with how it is tied to the client: named beside him, or said of whoever the text is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from guardian.nlp.lexicon.matcher import LANGUAGE_FILES, Hit, Lexicon
from guardian.nlp.reading import CLIENT_MARK, Reading, Sentence
from guardian.nlp.rules.outline import is_name, opens

_LINKS = frozenset(
    """es son era eran fue sigue siguen parece parecen resulto salio eres sos is are was were be he's she's they're
    it's s sounds remains""".split()
)
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
_EXPLAINS = frozenset({"self", "quote", "harmless"})
_PEOPLE = ("client", "customer")
_DESKS = frozenset("care service services support success portal relations accounts desk".split())  # customer care
_AT = frozenset("at in en for to with told on para con a".split())  # before a name that is then no subject
_MANY = frozenset("son eran are were".split())  # «the lads at …» are the client all the same
_OF_SOMETHING = frozenset("that eso it this which esto".split())
_MOST_BETWEEN = 6  # words between the client and what he is called
_NEAR = 2  # words between an insult and the client it belongs to
_BEFORE = 4  # words before an insult that say how it is meant
_WINDOW = 2  # sentences back to which an insult without a name may point
_OPENING = 3  # words of a sentence among which a name with a comma behind it is an address

Spans = Sequence[tuple[int, int]]


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


@cache
def strong_words() -> Lexicon:
    """Return the words that the rules know besides the lexicon."""
    folder = resources.files("guardian.nlp.rules")
    return Lexicon(folder.joinpath(f"words_{language}.txt").read_text("utf-8") for language in LANGUAGE_FILES)


def insults_in(reading: Reading) -> Iterator[Insult]:
    """Yield every insult that nothing explains away, with its tie."""
    hits = [strong_words().hits(sentence.words) for sentence in reading.sentences]
    for number, found in enumerate(hits):
        strong = [hit for hit in found if hit.category == "insult"]
        if not strong or _explained(hits, number):
            continue
        sentence = reading.sentences[number]
        spans = sentence.places
        for hit in strong:
            if _is_title_or_quote(sentence, spans, hit):
                continue
            tie = _tie_to_client(sentence, spans, hit)
            if not tie and not _is_about_others(reading, hits, number):
                tie = _tie_to_topic(reading, hits, number) or _tie(sentence, hit)
            if tie:
                yield Insult(number=number, first=hit.first, last=hit.last, severity=hit.severity, tie=tie)


def _is_about_others(reading: Reading, hits: Sequence[Sequence[Hit]], number: int) -> bool:
    """Say whether an insult without a name is hardly the client's: he is spoken to, or somebody else spoken of."""
    around = [hit.category for found in hits[max(0, number - 1) : number + 1] for hit in found]
    return "third" in around or speaks_to_client(reading)


def speaks_to_client(reading: Reading) -> bool:
    """Say whether a mail opens with the client's name as an address: what it then says is rarely about him."""
    return any(_addressed(sentence) for sentence in reading.sentences[:3])


def _addressed(sentence: Sentence) -> bool:
    if not sentence.names_client:
        return False
    spans = sentence.places
    marks = [place for place, word in enumerate(sentence.words[: _OPENING + 2]) if word == CLIENT_MARK]
    return any(_is_address(sentence, spans, place) for place in marks)


def _is_address(sentence: Sentence, spans: Spans, place: int) -> bool:
    """Say whether a name is spoken to: near the beginning, with a comma, a colon or nothing behind it."""
    behind = sentence.text[spans[place][1] :].lstrip()[:1]
    return place <= _OPENING and behind in (",", ":", "!", "")


def _explained(hits: Sequence[Sequence[Hit]], number: int) -> bool:
    """Say whether self-reproach, a quotation or friendliness, there or just before, explains a strong word."""
    around = [hit.category for found in hits[max(0, number - 1) : number + 1] for hit in found]
    return not _EXPLAINS.isdisjoint(around)


def _is_title_or_quote(sentence: Sentence, spans: Spans, hit: Hit) -> bool:
    """Say whether a strong word stands in quotation marks or is (part of) a name."""
    start = spans[hit.first][0]
    before = sentence.text[:start]
    quoted = before.count('"') % 2 or before.count("«") > before.count("»") or before.count("“") > before.count("”")
    written = sentence.text[start : spans[hit.first][1]]
    name = written[0].isupper() and not written.isupper() and not opens(sentence.text, start)
    return bool(quoted) or (before[-1:] in "'‘" and before != "") or name


def _tie_to_client(sentence: Sentence, spans: Spans, hit: Hit) -> str:
    """Return how an insult is tied to the client in its own sentence."""
    ties = {_tie_at(sentence, spans, hit, place) for place in _clients(sentence, spans)}
    return next((tie for tie in ("called", "owned", "near", "beside") if tie in ties), "")


def _clients(sentence: Sentence, spans: Spans) -> list[int]:
    """Return where the client stands, unless he is spoken to."""
    return [
        place
        for place, word in enumerate(sentence.words)
        if (word == CLIENT_MARK and not _is_address(sentence, spans, place)) or _is_client(sentence.words, place)
    ]


def _is_client(words: Sequence[str], place: int) -> bool:
    """Say whether a word is the client by his role, and not the «customer care» of somebody."""
    return words[place].startswith(_PEOPLE) and _DESKS.isdisjoint(words[place + 1 : place + 2])


def _tie_at(sentence: Sentence, spans: Spans, hit: Hit, client: int) -> str:
    words = sentence.words
    low, high = (client + 1, hit.first) if client < hit.first else (hit.last, client)
    between = words[low:high]
    if not _NOT.isdisjoint(between) or any(is_name(sentence, spans, place) for place in range(low, high)):
        return ""
    if client < hit.first and _is_called(words[max(0, client - 1) : client], between):
        return "called"
    if client >= hit.last and len(between) <= _NEAR and _BETWEEN.issuperset(between):
        return "owned"
    return "near" if client < hit.first and len(between) <= _NEAR else "beside"


def _is_called(before: Sequence[str], between: Sequence[str]) -> bool:
    """Say whether the words between a client and an insult make him its subject: «… is a complete …»."""
    if len(between) > _MOST_BETWEEN or _LINKS.isdisjoint(between) or not _OF_SOMETHING.isdisjoint(between):
        return False
    return _AT.isdisjoint(before) or not _MANY.isdisjoint(between)


def _tie_to_topic(reading: Reading, hits: Sequence[Sequence[Hit]], number: int) -> str:
    """Return `follows` where the sentences just before are about the client and about nobody else."""
    for place in range(number - 1, max(-1, number - 1 - _WINDOW), -1):
        sentence = reading.sentences[place]
        if _names_others(sentence, hits[place]):
            return ""
        if _clients(sentence, sentence.places):
            return "" if _names_others(reading.sentences[number], hits[number]) else "follows"
    return ""


def _names_others(sentence: Sentence, hits: Sequence[Hit]) -> bool:
    """Say whether a sentence is about somebody beside the client, by name or by trade."""
    spans = sentence.places
    named = any(word != CLIENT_MARK and is_name(sentence, spans, place) for place, word in enumerate(sentence.words))
    return named or any(hit.category == "third" for hit in hits)


def _tie(sentence: Sentence, hit: Hit) -> str:
    """Return how an insult is put that has no name near it; nothing where it is denied."""
    words = sentence.words
    before = words[max(0, hit.first - _BEFORE) : hit.first]
    last = before[-1:]
    if not _NOT.isdisjoint(before):
        return ""
    if not _PRONOUNS.isdisjoint(before) and not _LINKS.isdisjoint(before):
        return "pronoun"
    if not _ADDRESS.isdisjoint(before):
        return "addressed"
    if not _POINTERS.isdisjoint(last) or not _POINTERS.isdisjoint(words[hit.last : hit.last + 1]):
        return "pointed"
    if not _EXCLAIMS.isdisjoint(last) or before[-2:] in (["what", "a"], ["such", "a"]):
        return "exclaimed"
    return "loose" if _LINKS.isdisjoint(before) else "said"
