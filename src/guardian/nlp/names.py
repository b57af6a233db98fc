"""Where a text names the client: company, person, and what their addresses give away."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guardian.domain.addresses import domain_of, is_public_mail, is_shared_address
from guardian.domain.mail import Audience, Mail, Place
from guardian.nlp.disguise import UNCOMMON
from guardian.nlp.normal import fold
from guardian.nlp.openers import OPENERS

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]{2,})?")
_SHORTEST = 3
_SIGMA = "Σ"  # the only letter whose small form depends on what stands around it
_OPENING = re.compile(r"(?:^|[.!?…:;\n¿¡(\"'«“‘]|(?:^|\s)[-–—•*])\s*$")
_JOINERS = re.compile(r"\s{0,3}[&.,-]?\s{0,3}(?:de |del |la |los |las |y |and |of |the |e )?\s{0,3}")
# Words of company names and titles that say nothing about which company or person.
_COMMON = frozenset(
    """
    the and los las del and para con por ltd limited inc llc plc corp corporation company group grupo sociedad
    sa sl srl sas spa cia compañia hermanos hnos bros sons hijos asociados associates partners servicios
    services consultores consulting industrias industries comercial trading internacional international nacional
    national general hotel hoteles hotels restaurante restaurant bar cafe clinica clinic hospital colegio school
    schools college universidad university ayuntamiento council banco bank cooperativa constructora
    construcciones construction inmobiliaria transportes transport logistica logistics distribuciones
    distribuidora supermercados foods farmacia farmacias pharmacy laboratorios taller talleres garage garden
    gardens centre center centro estudio studio studios team equipo compras procurement ventas sales director
    directora gerente manager jefe jefa señor señora don doña sra srta dra lic licenciado licenciada ing
    ingeniero ingeniera arq arquitecto arquitecta prof mr mrs miss mister madam dr sir lady lord capt sister
    father hermana hermano mail correo com net org example info home house casa san santa nueva nuevo new big
    great royal north south east west norte sur este oeste norte city town real gran plaza calle street road
    water agua solar power energy energia tech digital media
    """.split()
)


@dataclass(frozen=True, slots=True)
class ClientNames:
    """The words that name the clients, folded; `ends` are surnames hidden behind an initial in a local part."""

    words: frozenset[str]
    ends: frozenset[str] = frozenset()

    def mentions(self, text: str) -> list[tuple[int, int]]:
        """Return the spans of a text that name a client, neighbouring words joined."""
        chunks = self._chunks(text)
        if not chunks:
            return []
        careful = _has_capitals(text)
        found = [word for start, end in chunks for word in _WORD.finditer(text, start, end)]
        likely = [word for word in found if not (careful and word[0][0].islower())]
        words = fold(" ".join([found[0] for found in likely])).split(" ") if likely else []
        single = {found.span(): word for found, word in zip(likely, words, strict=True) if self._is_name(word)}
        spans = _joined(text, single)
        return [span for span in spans if single.get(span) not in OPENERS or not _may_be_no_name(text, span)]

    def _chunks(self, text: str) -> list[tuple[int, int]]:
        """Return, told at little cost, all stretches between blanks that may hold one of the words, in order."""
        words = self.words | self.ends
        folded = fold(text)
        if not words or (_SIGMA not in text and not any(word in folded for word in words)):
            return []
        if not _keeps_places(text, folded):
            return [(0, len(text))]
        blank = text.replace("\n", " ")
        chunks = set()
        for word in words:
            place = folded.find(word)
            while place >= 0:
                start, end = blank.rfind(" ", 0, place) + 1, blank.find(" ", place)
                end = end if end >= 0 else len(text)
                chunks.add((start, end))
                place = folded.find(word, end)
        return sorted(chunks)

    def _is_name(self, word: str) -> bool:
        bare = word.removesuffix("'s")
        return bare in self.words or bare in self.ends


def _may_be_no_name(text: str, span: tuple[int, int]) -> bool:
    """Say whether an ordinary word ("Claro", "Next") has its capital from where it stands, or has none."""
    start, end = span
    return text[start].islower() or (
        _OPENING.search(text, max(0, start - 8), start) is not None and text[end : end + 1] != "'"
    )


def _keeps_places(text: str, folded: str) -> bool:
    """Say whether every letter of a text stands where it stood once folded."""
    odd = {letter for run in UNCOMMON.findall(text) for letter in run}
    return len(folded) == len(text) and _SIGMA not in odd and all(len(fold(letter)) == 1 for letter in odd)


def client_names(mail: Mail, audience: Audience) -> ClientNames:
    """Return the words that name the clients among the readers, from names shown, addresses and the address book.

    A name that is a passage of the mail is not how somebody is called, but what is said of him.
    """
    said = {passage.text for passage in mail.passages if passage.place is Place.NAME}
    shown = {address: name for name, address in (*mail.to, *mail.cc) if name and name not in said}
    words: set[str] = set()
    ends: set[str] = set()
    for one in audience.clients:
        local = one.address.partition("@")[0]
        words |= _telling(one.client) | _telling(shown.get(one.address, ""))
        if not is_shared_address(one.address):
            words |= _telling(re.sub(r"[\d._+-]+", " ", local))
            ends |= {local[1:]} if local.isalpha() and len(local) > 4 else set()
        if not is_public_mail(domain_of(one.address)):
            words |= _telling(domain_of(one.address).partition(".")[0])
    return ClientNames(frozenset(words), frozenset(ends))


def masked(text: str, spans: Iterable[tuple[int, int]], mask: str) -> str:
    """Return the text with every span replaced by a mask."""
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        pieces += (text[done:start], mask)
        done = end
    return "".join([*pieces, text[done:]])


def _telling(name: str) -> set[str]:
    return {word for word in (fold(w) for w in _WORD.findall(name)) if len(word) >= _SHORTEST and word not in _COMMON}


def _has_capitals(text: str) -> bool:
    """Say whether the writer uses capitals at all, so that a name in small letters is an ordinary word."""
    words = _WORD.findall(text[:2000])
    capitals: int = sum(word[0].isupper() for word in words)
    return capitals * 25 > len(words)


def _joined(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    current: tuple[int, int] | None = None
    for start, end in spans:
        if current and _JOINERS.fullmatch(text, current[1], start):
            current = (current[0], end)
            continue
        if current:
            yield current
        current = (start, end)
    if current:
        yield current
