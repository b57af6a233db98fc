"""A mail without what says who is meant: for a judge that lives in another process."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from guardian.domain.addresses import domain_of, is_public_mail, is_shared_address
from guardian.domain.mail import Audience, Mail, Place
from guardian.nlp.language import is_little_word
from guardian.nlp.lexicon.matcher import Lexicon, shipped_lexicon
from guardian.nlp.normal import fold
from guardian.nlp.reading import judged_text
from guardian.nlp.sentences import sentence_spans

CLIENT, PERSON = "[CLIENT]", "[PERSON]"
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w])[+(]?\d[\d\s().,/-]{3,}\d")
_DIGITS = re.compile(r"\d{3,}")
_FACTS = ((_ADDRESS, "[ADDRESS]"), (_LINK, "[LINK]"), (_NUMBER, "[NUMBER]"), (_DIGITS, "[NUMBER]"))
_WORD = re.compile(r"\[(?:CLIENT|PERSON|ADDRESS|LINK|NUMBER)\]|[^\W\d_]+(?:['’][^\W\d_]+)*")
_JOINED = re.compile(r"(\[CLIENT\]|\[PERSON\])(?:[ ,.&'-]{1,3}(?:(?:de|del|la|los|las|van|von|of) ){0,2}\1)+")
_GREETING = re.compile(
    r"^\W*(?:hola|buenas|buenos|estimad[oa]s?|querid[oa]s?|apreciad[oa]s?|hi|hello|hey|dear|(?:buen[oa]s?|good)\s+\w+)"
    r"[ ,]+((?:[^\W\d_]+ ?){1,3})",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESSED = re.compile(r"^\W*([^\W\d_]{2,})\s*,", re.MULTILINE)  # «Ana, te paso …»
_FIRST_LINES = 400  # characters among which somebody is greeted
_SHORTEST = 3  # letters of a name in small letters
_SHOUTED = 3  # words in capitals that make the capitals of a sentence mean nothing
# Words of names and companies that are words of everyday as well: names only where they bear a capital.
_EVERYDAY = frozenset(
    """
    grupo sociedad servicios services consultores consulting industrias industries comercial trading internacional
    international nacional national general hotel hoteles hotels restaurante restaurant bar cafe clinica hospital
    colegio school universidad university ayuntamiento council banco bank cooperativa construcciones transportes
    transport logistica logistics taller talleres garage centro centre center estudio studio team equipo compras
    procurement ventas sales director directora gerente manager jefe jefa cliente client customer casa house home new
    nuevo nueva gran real plaza calle street road water agua energia energy media mail correo info company company's
    """.split()
)
# What bears a capital inside a sentence and is no name.
_CAPITALS = frozenset(
    """
    i i'm i've i'll i'd ok asap fyi ps pd nb sr sra srta sres don doña d dña dr dra mr mrs ms ud uds vd vds usted
    january february march april june july august september october november december saturday sunday spanish english
    iva vat pdf dear hola hi hello estimado estimada buenos buenas gracias saludos thanks regards cheers
    """.split()
)


@dataclass(frozen=True, slots=True)
class Redacted:
    """The sentences of a mail, as written and without names, addresses, links and numbers; parallel.

    `whole` says whether they are all of what our people say in it, with nothing but names taken out.
    """

    written: tuple[str, ...]
    told: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class _Names:
    """Folded words: of clients, of anybody else in the header or greeted, and what bears a capital like a name."""

    clients: frozenset[str]
    others: frozenset[str]
    capitals: frozenset[str] = frozenset()

    def mark_of(self, word: str) -> str | None:
        """Return what stands for a word that is a name, None for any other."""
        plain = _plain(word)
        if word[0].islower() and (len(plain) < _SHORTEST or plain in _EVERYDAY or is_little_word(word)):
            return None
        if plain in self.clients:
            return CLIENT
        return PERSON if plain in self.others or (word[0].isupper() and plain in self.capitals) else None


def redact(mail: Mail, audience: Audience, *, most: int) -> Redacted:
    """Return what our people say in a mail, at most this many characters of it, sentence by sentence."""
    said = judged_text(mail)
    text = said[:most]
    written = tuple(text[start:end] for start, end in sentence_spans(text))
    bare = [_without_facts(one) for one in written]
    names = _names_in(bare, _known(mail, audience, text))
    told = tuple(_without_names(one, names) for one in bare)
    return Redacted(written, told, whole=len(text) == len(said) and not any(map(_is_shouted, bare)))


def _known(mail: Mail, audience: Audience, text: str) -> _Names:
    """Return the names that the header, the address book and the greeting tell."""
    said = {passage.text for passage in mail.passages if passage.place is Place.NAME}  # how somebody is insulted
    shown = {address: _without_insults(name) if name in said else name for name, address in (*mail.to, *mail.cc)}
    clients: set[str] = set()
    for one in audience.clients:
        clients |= _words(one.client) | _words(shown.pop(one.address, "")) | _words_of_address(one.address)
    others = _words(mail.sender_name) | _words_of_address(mail.sender or "") | _greeted(text[:_FIRST_LINES])
    for address, name in shown.items():
        others |= _words(name) | _words_of_address(address)
    for address in (*audience.internal, *audience.others):
        others |= _words_of_address(address)
    return _Names(frozenset(clients), frozenset(others))


def _words(name: str) -> set[str]:
    return {_plain(word) for word in _WORD.findall(name) if len(word) > 1}


def _without_insults(name: str) -> str:
    return " ".join(word for word in name.split() if not _lexicon().is_known(fold(word.strip(",.;:'\"()"))))


def _words_of_address(address: str) -> set[str]:
    """Return the words of an address: domain, local part unless many share it, a surname behind an initial."""
    local, domain = address.partition("@")[0], domain_of(address)
    told = "" if is_public_mail(domain) else domain.rpartition(".")[0].replace(".", " ")
    if not is_shared_address(address):
        told += f" {local} {local[1:] if local.isalpha() and len(local) > _SHORTEST else ''}"
    return _words(told.replace("_", " "))


def _greeted(beginning: str) -> set[str]:
    called = [match[1] for match in (*_GREETING.finditer(beginning), *_ADDRESSED.finditer(beginning))]
    return {_plain(word) for names in called for word in takewhile(_is_uncommon, _WORD.findall(names))}


def _names_in(sentences: Iterable[str], known: _Names) -> _Names:
    """Return the known names, and with them what bears a capital inside a sentence, or begins one before a name."""
    capitals: set[str] = set()
    for sentence in sentences:
        words = [*_WORD.finditer(sentence)]
        likely = [_may_be_name(word[0], known) for word in words]
        for place, word in enumerate(words):
            opens_name = place == 0 and likely[:2] == [True, True] and words[1].start() - word.end() == 1
            if likely[place] and (place > 0 or opens_name):
                capitals.add(_plain(word[0]))
    return _Names(known.clients, known.others, frozenset(capitals))


def _may_be_name(word: str, known: _Names) -> bool:
    if known.mark_of(word):
        return True
    return word[0].isupper() and not _is_common(word) and not _lexicon().is_known(_plain(word))


def _is_uncommon(word: str) -> bool:
    return not _is_common(word)


def _is_common(word: str) -> bool:
    return is_little_word(word.lower()) or _plain(word) in _CAPITALS


def _is_shouted(sentence: str) -> bool:
    """Say whether words are written in capitals, so that more than names was taken for names."""
    capitals = [word for word in _WORD.findall(sentence) if len(word) > 1 and word.isupper()]
    return len(capitals) >= _SHOUTED


def _without_names(sentence: str, names: _Names) -> str:
    return _JOINED.sub(r"\1", _WORD.sub(lambda found: names.mark_of(found[0]) or found[0], sentence))


def _without_facts(text: str) -> str:
    for pattern, mark in _FACTS:
        text = pattern.sub(mark, text)
    return text


def _plain(word: str) -> str:
    return fold(word).removesuffix("'s")


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    return shipped_lexicon()
