"""How mail programs write "here begins what somebody else wrote", in Spanish, English and their neighbours.

Two forms: a block of header lines (Outlook, forwards), and an intro line (Gmail, Apple, Thunderbird, telephones).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from guardian.domain.addresses import normalise_address
from guardian.guard.read_mail.lines import Line

LINE_CUT = 400  # characters of a line that are looked at
WINDOW = 7  # lines that a block of header lines may take

_LABELS = {
    "from": "from de von da desde remitente expéditeur mittente from/de",
    "date": "sent date fecha enviado enviada enviado_el enviada_el enviado_em enviada_em data gesendet datum envoyé"
    " inviato sent_on fecha_de_envío fecha/date date_d'envoi le",
    "to": "to para an à a destinatario destinataire per",
    "cc": "cc c.c. cco bcc kopie copia con_copia copie",
    "subject": "subject asunto assunto betreff objet oggetto sujet",
    "other": "importance importancia attachments adjuntos reply-to responder_a priority prioridad anexos",
}
_KIND = {name.replace("_", " "): kind for kind, names in _LABELS.items() for name in names.split()}
_LABEL = re.compile(
    r"^\s{0,8}[*_]{0,2}([^\W\d_][\w.'/ \xa0-]{0,18}?)[*_]{0,2}[ \xa0]?:[*_]{0,2}(?:\s+(.*)|)$", re.DOTALL
)
_ANY_LABEL = re.compile(r"\s*[^\s:][^:]{0,24}[ \xa0]?:\s")
_LABEL_ENDS = 34  # characters within which a label has its colon
_DATE_VALUE = re.compile(r"\d{1,2}[:.h]\d{2}|\b(?:19|20)\d{2}\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
_STAMP = re.compile(
    r"^\s*\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? +\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?(?: \w{2,5})?\s*$", re.I
)
_LONGEST_STAMP = 80
_SHORT_DATE = re.compile(r"\d{1,4}[/.-]\d{1,2}|\b(?:19|20)\d{2}\b")
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}")
# A dot in the domain: Notes and Exchange write names such as Ana Ruiz/MAD/ACME@ACME.
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:@]{1,64}@[^\s<>()\[\]\"',;:@]{1,200}\.[^\s<>()\[\]\"',;:@.]{2,30}")
_VERBS = "escribió|escribio|ha escrito|escribía|wrote|writes|has written|escreveu|a écrit|schrieb|ha scritto|scrive"
_LONGEST_VERB = max(map(len, _VERBS.split("|")))
_FURTHEST_VERB = 200  # characters from the verb to the colon at the end of an intro


def _verb(behind_first: str = "") -> str:
    """Return a pattern for the verbs; `behind_first` follows their first letter.

    The first letters are spelled out in both cases: to search for one of a few letters is ten times faster than to
    search without regard to case.
    """
    forms = [
        f"{letter}{behind_first}(?i:{verb[1:]})"
        for verb in _VERBS.split("|")
        for letter in {"s": "sSſ"}.get(verb[0], verb[0] + verb[0].upper())
    ]
    return f"(?:{'|'.join(forms)})"


_INTRO_START = re.compile(
    r"^\s*(?:el|en|on|le|il|am|em|no dia|a|à|lun|mar|mié|jue|vie|sáb|dom|mon|tue|wed|thu|fri|sat|sun)\b.{0,40}\d"
    r"|^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|^.{0,80}<[^<>@\s]+@[^<>\s]+>.{0,60}(?:" + _VERBS + ")",
    re.IGNORECASE | re.DOTALL,
)
_VERB_AT_END = re.compile(_verb() + rf"\b[^:]{{0,{_FURTHEST_VERB}}}:\s*$")
_ADDRESS_AT_END = re.compile(r"\d{1,2}:\d{2}\b.*<[^<>@\s]+@[^<>\s]+>\)?\s*:\s*$")
_VERB_WORD = re.compile(_verb(r"(?<!\w.)") + r"\b", re.DOTALL)
_BRACKET = re.compile(r"[\[<(]")
_SEPARATOR = re.compile(
    r"^\s*(?:[-_=*]{2,}\s*(?:original message|original appointment|mensaje original|correo original|mensagem original"
    r"|message d'origine|message original|ursprüngliche nachricht|messaggio originale|forwarded message"
    r"|forwarded by\b.*|mensaje reenviado|mensagem encaminhada|reenviado por\b.*|message transféré|message transmis"
    r"|weitergeleitete nachricht|messaggio inoltrato|reply message|mensaje de respuesta)\s*:?\s*[-_=*]{2,}"
    r"|(?:begin forwarded message|inicio del mensaje reenviado|início da mensagem reencaminhada"
    r"|début du message réexpédié|anfang der weitergeleiteten nachricht|inizio messaggio inoltrato)\s*:)\s*$",
    re.IGNORECASE,
)
_SEPARATOR_OR_INTRO = re.compile(f"(?:{_SEPARATOR.pattern})|(?:{_INTRO_START.pattern})", re.IGNORECASE | re.DOTALL)
_OPEN_WORDS = frozenset("el en on le il am em no lu ma mi ju vi do mo tu we th fr sa su be in".split())
_MOST_OPENINGS = 4096
_LATEST_BRACKET = 82  # characters within which the address of an intro begins
# The beginning of an intro up to its time, a name behind it: who is named is found behind the time alone.
_DATED = re.compile(
    r"(?:[Ee][ln]|[Oo]n|[Ll]e|[Ii]l|[AaEe]m) [A-Za-zÀ-ÖØ-öø-ÿ0-9.,/ -]{1,34} [0-9]{1,2}:[0-9]{2}"
    r"(?=[ ,]{1,3}[^\W\d_]{2,40}[ (<\[])"
)
_LONGEST_DATED = 300
_NAME_IN_INTRO = re.compile(
    r"(?=[\dws])(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2})?|\b(?:19|20)\d{2}|\bwrote|schrieb)(?:\s?[ap]\.?\s?m\b\.?)?(?-i:\s+\(?(?:GMT|UTC|[A-Z]{3,4}T)(?:[+-][\d:]+)?\)?)?"
    r"[\s,]*(?:(?:el|by|por|schrieb)\b)?\s*([^\d,<>()\[\]:]{2,60})",
    re.IGNORECASE,
)


class Author(NamedTuple):
    """Who wrote a quoted text, as far as the quote says."""

    name: str = ""
    address: str | None = None


UNKNOWN = Author()


@dataclass(frozen=True, slots=True)
class Beginning:
    """Somebody else's text begins: who, and how many lines say so; `intro` tells a line from a block of headers."""

    author: Author
    length: int
    intro: bool = False


class _Openings(dict[str, bool]):
    """Whether a line that begins with these two letters may be a separator, an intro or a stamp."""

    def __missing__(self, two: str) -> bool:
        if len(self) >= _MOST_OPENINGS:
            self.clear()
        first = two[:1]
        plain = two.isascii() and not (first.isspace() or first.isdigit() or first in "-_=*")
        self[two] = found = not plain or two.lower() in _OPEN_WORDS or first in ("a", "A")
        return found


_OPENINGS = _Openings()


def may_begin(lines: list[Line]) -> list[bool]:
    """Say of every line, at little cost, whether `beginning` could find anything there."""
    could, opens = _SEPARATOR_OR_INTRO.match, _OPENINGS
    found = [False] * len(lines)
    for place in [place for place, line in enumerate(lines) if line[3]]:
        found[place] = not lines[place].hidden
    looked_at = [
        place
        for place, line in enumerate(lines)
        if (text := line[0]) and (opens[text[:2]] or ":" in text[:_LABEL_ENDS] or "<" in text[:_LATEST_BRACKET])
    ]
    for place in looked_at:
        text, _, hidden, _ = lines[place]
        if not hidden and (":" in text[:_LABEL_ENDS] or could(text, 0, LINE_CUT)):
            found[place] = True
        if place and not (text[0].isalpha() or lines[place - 1].hidden) and _STAMP.match(text, 0, _LONGEST_STAMP):
            found[place - 1] = True
    return found


def beginning(lines: list[Line], at: int) -> Beginning | None:
    """Return what begins at a line that is not hidden, or None when it is just text."""
    text = lines[at].text[:LINE_CUT]
    dated = _DATED.match(text) if text[-1:] == ":" and len(text) < _LONGEST_DATED and not lines[at].mark else None
    return (dated and _dated_intro(text[dated.end() :])) or beginning_of_any_kind(lines, at)


@lru_cache(maxsize=4096)
def _dated_intro(rest: str) -> Beginning | None:
    """Return what a whole intro in one line begins, by all that stands behind its time: the date says nothing more.

    None where it is none. The same few people write all of a thread.
    """
    line = f"El 1 ene 2026 a las 10:33{rest}"
    return _intro([Line(line)], 0)


def beginning_of_any_kind(lines: list[Line], at: int) -> Beginning | None:
    """Return the same as `beginning`, whatever the line looks like."""
    text = lines[at].text[:LINE_CUT]
    if not text.strip():
        return None
    block = _header_block(lines, at)
    if block:
        return block
    if _SEPARATOR.match(text):
        return _after_separator(lines, at)
    if lines[at].mark:
        return _after_markup(lines, at)
    return _intro(lines, at) or _stamped(lines, at)


def _near(lines: list[Line], at: int, most: int) -> Iterator[tuple[int, str]]:
    """Yield the next lines at the same depth, empty and hidden ones left out, with their places."""
    depth, left = lines[at].depth, most
    for place, line in enumerate(lines[at : at + 2 * most], at):
        if line.depth != depth or not left:
            break
        if line.text.strip() and not line.hidden:
            yield place, line.text[:LINE_CUT]
            left -= 1


def _labelled(text: str) -> tuple[str, str] | None:
    match = _LABEL.match(text) if ":" in text[:_LABEL_ENDS] else None
    kind = _KIND.get(match[1].replace("\xa0", " ").strip().lower()) if match else None
    return (kind, (match[2] or "").strip(" *_")) if match and kind else None


def _header_block(lines: list[Line], at: int) -> Beginning | None:
    if not _labelled(lines[at].text[:LINE_CUT]):
        return None
    found: dict[str, str] = {}
    last = at
    for place, text in _near(lines, at, WINDOW):
        labelled = _labelled(text)
        if labelled and labelled[0] not in found:
            found[labelled[0]] = labelled[1]
            last = place
    dated = _DATE_VALUE.search(found.get("date") or found.get("from", ""))
    headers = found.keys() - {"other", "date"} | ({"date"} if dated else set())
    if len(headers) < 3 or "from" not in headers or not dated:
        return None
    return Beginning(author_in(found["from"]), last - at + 1)


def _after_separator(lines: list[Line], at: int) -> Beginning:
    for place, _ in islice(_near(lines, at, 4), 1, None):
        block = _header_block(lines, place) or _stamped(lines, place)
        if block:
            return Beginning(block.author, place - at + block.length)
    return Beginning(UNKNOWN, 1)


def _after_markup(lines: list[Line], at: int) -> Beginning | None:
    """Trust the markup only where lines that look like headers follow, in whatever language."""
    labelled = [text for _, text in _near(lines, at, WINDOW) if _ANY_LABEL.match(text)]
    if len(labelled) < 3:
        return _intro(lines, at)
    return Beginning(author_in(labelled[0].partition(":")[2]), 1)


def _stamped(lines: list[Line], at: int) -> Beginning | None:
    """Notes writes the name, the date and time in a line of their own, then To, cc and Subject."""
    if at + 1 >= len(lines) or not _STAMP.match(lines[at + 1].text, 0, _LONGEST_STAMP):
        return None
    kinds: dict[str, int] = {}
    for place, text in islice(_near(lines, at, WINDOW), 2, None):
        labelled = _labelled(text)
        if labelled:
            kinds.setdefault(labelled[0], place)
    if not {"to", "subject"} <= kinds.keys():
        return None
    return Beginning(author_in(lines[at].text[:LINE_CUT]), max(kinds.values()) - at + 1)


def _intro(lines: list[Line], at: int) -> Beginning | None:
    if not _INTRO_START.match(lines[at].text[:LINE_CUT]):
        return None
    joined = ""
    for place, text in _near(lines, at, 4):
        joined = f"{joined} {text.strip()}"[-LINE_CUT:]
        if joined.endswith(":") and _ends_an_intro(joined):
            return _named_intro(joined, place - at + 1)
    return None


def _ends_an_intro(text: str) -> bool:
    """Say whether a verb, or an address behind a time of day, leads to the colon at the end."""
    verb_from = max(text.rfind(":", 0, -1) + 1, len(text) - 1 - _FURTHEST_VERB - _LONGEST_VERB)
    return bool(_VERB_AT_END.search(text, verb_from) or _ADDRESS_AT_END.search(text))


def _named_intro(text: str, length: int) -> Beginning | None:
    address = _address_in(text)
    if not address and not (_TIME.search(text) or _SHORT_DATE.search(text)):
        return None
    return Beginning(_author(text, address), length, intro=True)


def has_time(text: str) -> bool:
    """Say whether a line names a time of day, as intro lines do that are followed by unmarked text."""
    return bool(_TIME.search(text))


def author_in(text: str) -> Author:
    """Return the author that a From value or an intro line names."""
    return _author(text, _address_in(text))


def _address_in(text: str) -> re.Match[str] | None:
    """Return the first address in a text, looked for from where the first @ may have the beginning of one."""
    at = text.find("@")
    return _ADDRESS.search(text, max(text.rfind(" ", 0, at), text.rfind("<", 0, at)) + 1) if at >= 0 else None


_normal = lru_cache(maxsize=4096)(normalise_address)  # the same few people write all of a thread


def _author(text: str, found: re.Match[str] | None) -> Author:
    address = _normal(found[0].removeprefix("mailto:")) if found else None
    before = text[: found.start()] if found and found.start() else text
    named = _NAME_IN_INTRO.findall(before)
    bare = named[-1] if named else before
    ends = [mark.start() for mark in (_VERB_WORD.search(bare), _BRACKET.search(bare)) if mark]
    bare = bare[: min(ends, default=None)].replace("mailto:", "")
    bare = _ADDRESS.sub("", bare) if "@" in bare else bare
    return Author(" ".join(bare.split()).strip(" \"'*:,;"), address)
