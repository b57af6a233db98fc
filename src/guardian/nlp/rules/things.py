"""Whether what a sentence says of the client is said of something of his: «¤'s dog is …», «the file for ¤ is …»."""

from collections.abc import Sequence

from guardian.nlp.language import is_little_word
from guardian.nlp.lexicon.matcher import Hit
from guardian.nlp.reading import CLIENT_MARK, Sentence
from guardian.nlp.rules.nouns import PEOPLE, goes_on
from guardian.nlp.rules.outline import is_name

_AT = frozenset("at in en for to with on para con a al".split())  # before a name that is then no subject
_OWNERS = frozenset("de del of from".split())
_POINTING = frozenset(
    """the un una unos unas el la los las his her their our my its su sus mi mis nuestro nuestra nuestros nuestras
    este esta estos estas ese esa esos esas this that these those""".split()
)
_ASKED = frozenset(
    """pide piden pidio quiere quieren queria manda mando mandaron envia envio enviaron propone propuso paga pago
    ofrece ofrecio dice exige plantea trae trajo trajeron usa necesita""".split()
)  # «lo que pide el cliente es …» is about what he asks for
_MANY = frozenset("son eran are were".split())  # «the lads at …» are the client all the same
_ENGLISH = frozenset("is are was were be he's she's they're it's s sounds remains".split())
_WHO = frozenset("que quien quienes who".split())
_ANEW = frozenset("y e and but pero porque because he she they".split())  # he is the subject of what they begin
_PERSONAL = frozenset("he's she's they're".split())
_GRAVEST = 3  # the severity of words that name nobody but people


def is_of_thing(sentence: Sentence, client: int, lead: Sequence[str], insult: Hit, found: Sequence[Hit]) -> bool:
    """Say whether it is something of the client's that is called it; `lead` stands between him and the verb."""
    if lead and (owns(sentence, client) or _is_compound(sentence, client, lead, insult, found)):
        return PEOPLE.isdisjoint(lead)
    place = _before(sentence.words, client)
    before = sentence.words[place] if place >= 0 else ""
    if before == "told":
        return True  # «told ¤ he's a …» is what somebody said to him
    if before in _AT:
        return _is_elsewhere(sentence, client, place, lead, insult)
    if before in _OWNERS and place > 0:
        insulted = any(hit.category == "insult" and hit.last == place for hit in found)
        person = insulted or _is_person(sentence, place - 1)
        return not (person or _starts_anew(sentence, client, lead, who=insult.severity == _GRAVEST))
    return before in _ASKED and sentence.words[place - 1 : place] == ["que"]


def owns(sentence: Sentence, client: int) -> bool:
    """Say whether the client's name is a possessive."""
    start, end = sentence.places[client]
    return sentence.text[start:end].endswith(("'s", "’s"))


def _before(words: Sequence[str], client: int) -> int:
    """Return the place of what stands before the client and what points to him: «of» in «of this client»."""
    place = client - 1
    while place >= 0 and words[place] in _POINTING:
        place -= 1
    return place


def _is_compound(sentence: Sentence, client: int, lead: Sequence[str], insult: Hit, found: Sequence[Hit]) -> bool:
    """Say whether the client is but the first word of what an English verb is about: «the client file is»."""
    verb, end = client + 1 + len(lead), client
    if insult.severity == _GRAVEST and sentence.words[client] == CLIENT_MARK:
        return False  # what follows is a surname in small letters
    while end + 1 < verb and _is_rest_of_name(sentence, end + 1):
        end += 1
    return sentence.words[verb] in _ENGLISH and goes_on(sentence, end, found)


def _is_rest_of_name(sentence: Sentence, place: int) -> bool:
    return sentence.words[place] == CLIENT_MARK or sentence.text[sentence.places[place][0]].isupper()


def _is_elsewhere(sentence: Sentence, client: int, place: int, lead: Sequence[str], insult: Hit) -> bool:
    """Say whether the client is only where or for whom something is: «the lift at ¤», «the file for the client»."""
    if _is_person(sentence, place - 1) or _starts_anew(sentence, client, lead, who=True):
        return False
    many = sentence.words[client + 1 + len(lead)] in _MANY
    return not (many and (insult.severity == _GRAVEST or _opens_clause(sentence, place)))


def _is_person(sentence: Sentence, place: int) -> bool:
    """Say whether a word is somebody, by name or by what he is."""
    if place < 0:
        return False
    word = sentence.words[place]
    return word in PEOPLE or word == CLIENT_MARK or is_name(sentence, sentence.places, place)


def _starts_anew(sentence: Sentence, client: int, lead: Sequence[str], *, who: bool) -> bool:
    """Say whether a clause about the client begins behind him: «I spoke to ¤, he is …», with `who` «¤, who is …»."""
    verb, spans = client + 1 + len(lead), sentence.places
    if verb >= len(sentence.words) or not (_ANEW | _WHO if who else _ANEW).issuperset(lead):
        return False
    apart = bool(sentence.text[spans[client][1] : spans[verb][0]].strip())
    return apart or bool(lead) or sentence.words[verb] in _PERSONAL


def _opens_clause(sentence: Sentence, place: int) -> bool:
    """Say whether no noun stands before a word: «in ¤ they are …», «y en ¤ son …»."""
    words, spans = sentence.words, sentence.places
    if place == 0 or is_little_word(words[place - 1]):
        return True
    return bool(sentence.text[spans[place - 1][1] : spans[place][0]].strip())
