"""Whether a sentence says that the client is something: «¤ is a …», but not «¤ says his landlord is a …»."""

import re
from collections.abc import Sequence
from itertools import pairwise

from guardian.nlp.lexicon.matcher import Hit
from guardian.nlp.reading import Sentence
from guardian.nlp.rules.things import is_of_thing, owns

LINKS = frozenset(
    """es son era eran fue sigue siguen parece parecen resulto salio eres sos is are was were be he's she's they're
    it's s sounds remains""".split()
)
_MOST_BETWEEN = 6  # words between the client and what he is called
_OTHER_SUBJECTS = frozenset(
    """that eso it this which esto i i'm i'd we we're yo soy nosotros nosotras somos fuimos eramos""".split()
)
_ANY = frozenset("a an un una unos unas".split())
_ARTICLES = _ANY | frozenset("the el la los las".split())
_POINTED = "the his her their our my its su sus mi mis nuestro nuestra nuestros nuestras el los"
_SUBJECTS = frozenset(_POINTED.split())  # who bears one of these is somebody else, behind what is no preposition
_BEFORE_NOUNS = LINKS | frozenset("de del of at from in for with and en a por para con y e".split())
_NO_POSSESSION = frozenset("a an the".split())  # what is somebody's bears none of these
_JUST = frozenset("just such still being really honestly always some".split())
_NO_PREDICATE = frozenset(
    """with by about on for from to into at against con por para sobre contra desde hacia entre who whoever quien
    quienes when while if because though although cuando mientras aunque porque""".split()
)
_DOING = frozenset("being acting behaving becoming fucking freaking frigging effing".split())
_ASIDE = re.compile(r"\s*,[^,]{2,40},")  # «is, without a doubt, the …»
_NEW_CLAUSE = re.compile(
    r"(?:[,;:]|\b(?:and|but|while|y|pero|mientras)) (?:and |but |y |pero )?"
    rf"(?:some|algun[oa]?s?|algún|la|las|{_POINTED.replace(' ', '|')}) ",
    re.IGNORECASE,
)


def is_called(sentence: Sentence, client: int, insult: Hit, found: Sequence[Hit]) -> bool:
    """Say whether the client is the subject of what an insult behind him says; `found` is all of the sentence."""
    between = sentence.words[client + 1 : insult.first]
    if len(between) > _MOST_BETWEEN or not _OTHER_SUBJECTS.isdisjoint(between):
        return False
    if any(hit.category == "third" and client < hit.first and hit.last <= insult.first for hit in found):
        return False
    link = _link(sentence, client, between)
    if link is None:
        return False
    lead = between[: max(0, link)]
    if is_of_thing(sentence, client, lead, insult, found) or not _keeps_subject(lead):
        return False
    spans = sentence.places
    return _is_predicate(between[link + 1 :], sentence.text[spans[client + 1 + link][1] : spans[insult.first][0]])


def is_called_before(words: Sequence[str], insult: Hit, client: int, names: frozenset[str]) -> bool:
    """Say whether an insult before the client is said of him: «son unos … los de ¤», «qué … es ¤».

    `names` are the words that may stand before his name.
    """
    between = words[insult.last : client]
    if not between or not (names | LINKS).issuperset(between):
        return False
    lead = [word for word in words[max(0, insult.first - 2) : insult.first] if word not in _ANY]
    return not LINKS.isdisjoint(between) or not LINKS.isdisjoint(lead[-1:])


def _link(sentence: Sentence, client: int, between: Sequence[str]) -> int | None:
    """Return the place of the last verb that says what somebody is, -1 where the client bears it: «¤'s a …»."""
    links = [place for place, word in enumerate(between) if word in LINKS]
    if links:
        return links[-1]
    said = between[1:2] if between and between[0] in _JUST else between[:1]
    return -1 if owns(sentence, client) and not _NO_POSSESSION.isdisjoint(said) else None


def _keeps_subject(lead: Sequence[str]) -> bool:
    """Say whether the words between the client and the verb leave him its subject: nobody else comes up."""
    later = pairwise(lead)
    return not any(
        word in ("que", "si") or (word in _SUBJECTS and before not in _BEFORE_NOUNS) for before, word in later
    )


def _is_predicate(words: Sequence[str], text: str) -> bool:
    """Say whether what stands between the verb and an insult lets it say what somebody is."""
    article = next((place for place, word in enumerate(words) if word in _ARTICLES), len(words))
    if any(word.endswith("ing") and word not in _DOING for word in words[:article]):
        return False  # «is using …»
    pairs = pairwise(words)
    if any(word in ("de", "of") and after in _ANY for word, after in pairs):
        return False  # «era socio de un …»
    plain = _ASIDE.sub("", text)
    return not _NEW_CLAUSE.search(plain) and (plain != text or _NO_PREDICATE.isdisjoint(words))
