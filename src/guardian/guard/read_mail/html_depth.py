"""How deeply HTML nests, told before it is parsed: parsing time and memory grow with the square of it.

The scan follows the tokeniser of the HTML standard (13.2.5) for tags, attributes, comments and raw text, and where it
must guess, it guesses deeper than the parser will find.
"""

import re
from dataclasses import dataclass, field

from guardian.guard.read_mail.limits import MAX_ATTRIBUTES, MAX_HTML_LEVELS

_BLANK = r"[\t\n\f\r ]"
_ATTRIBUTE = (
    rf"(?:{_BLANK}|/)*+[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rf"(?:{_BLANK}*+={_BLANK}*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|(?=>)|[^\t\n\f\r >\"'][^\t\n\f\r >]*+))?+"
)
_TOKEN = re.compile(
    rf"<!--(?:-?>|.*?(?:--!?>|\Z))|<!\[CDATA\[.*?(?:\]\]>|\Z)|<[!?][^>]*+>?|</[^a-zA-Z>][^>]*+>?|"
    rf"<(?P<close>/?)(?P<name>[a-zA-Z][^\t\n\f\r />]*+)(?:{_ATTRIBUTE})*+(?:{_BLANK}|/)*+(?:>|\Z)",
    re.DOTALL,
)
_OPENING = re.compile(r"<[a-zA-Z]")
_FOREIGN = re.compile(r"<(?:svg|math)", re.IGNORECASE)
_RAW = frozenset("script style textarea title xmp iframe noembed noframes".split())
_FLAT_EVERYWHERE = frozenset("br hr img embed meta head body".split())
_FLAT = _FLAT_EVERYWHERE | frozenset(
    "input link area base col param source track wbr tr td th tbody thead tfoot colgroup caption html".split()
)
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_WALLS = frozenset("table object applet marquee template select button svg math foreignobject".split())
_BLOCKS = frozenset(
    """
    address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer header
    hgroup listing main menu nav ol pre search section summary ul form h1 h2 h3 h4 h5 h6 frameset noscript
    """.split()
)
_ITEMS = frozenset({"li", "dd", "dt"})
_SPECIAL = _BLOCKS | _ITEMS | {"p"}
_STOPS_ITEM = _SPECIAL - {"div", "address", "p"}
_SURELY_SHALLOW = 1_000  # tags
_MOST_SCRIPTS = 500  # each can hide a level from this scan
_MOST_WORK = 2_000_000  # elements that are opened again and again, or looked at again and again


@dataclass(slots=True)
class _OpenElements:
    """The elements open at one place, as the parser keeps them, or more."""

    flat: frozenset[str]  # elements that have no inside
    names: list[str] = field(default_factory=list)
    formatting: int = 0
    work: int = 0

    def open(self, name: str) -> None:
        """Open an element; a paragraph or list item before it may end by that."""
        if name == "p" or name in _BLOCKS:
            self.close("p")
        elif name in _ITEMS:
            self._end_item(name)
        self.names.append(name)
        self.formatting += name in _FORMATTING

    def close(self, name: str) -> None:
        """Close as the parser would; an end tag that it might ignore is ignored."""
        if self.names and self.names[-1] == name:  # as nearly always
            self.names.pop()
            self.work += 1
            self.formatting -= name in _FORMATTING
            return
        place = self._nearest(name, _stops(name))
        if place is not None:
            self._cut(name, place)

    def _end_item(self, name: str) -> None:
        place = self._nearest(name, _STOPS_ITEM)
        if place is not None:
            self._cut(name, place)

    def _cut(self, name: str, place: int) -> None:
        above = self.names[place + 1 :]
        if not above:
            self.names.pop()
            self.formatting -= name in _FORMATTING
            return
        if name in _WALLS:
            kept: list[str] = []
        elif name == "form" or name in _FORMATTING:
            kept = above
        else:
            kept = [one for one in above if one in _FORMATTING]  # the parser opens these again
        del self.names[place:]
        self.names += kept
        self.formatting -= (name in _FORMATTING) + sum(one in _FORMATTING for one in above)
        self.formatting += sum(one in _FORMATTING for one in kept)

    def _nearest(self, name: str, stops: frozenset[str]) -> int | None:
        if name not in self.names:
            self.work += len(self.names) >> 4
            return None
        for place in range(len(self.names) - 1, -1, -1):
            self.work += 1
            here = self.names[place]
            if here == name:
                return place
            if here in _WALLS or here in stops:
                return None
        return None

    @property
    def too_much(self) -> bool:
        return len(self.names) > MAX_HTML_LEVELS or self.work > _MOST_WORK


# Possessive throughout: no input makes them go back over what they read.
_WHOLE_TAG = re.compile(r"""<[a-zA-Z](?:[^>"'=]++|=\s*+(?:"[^"]*+"?+|'[^']*+'?+)?+|["'])*+""")
_VALUE = re.compile(r"""=\s*+(?:"[^"]*+"?+|'[^']*+'?+|[^\s>"']*+)""")
_SEPARATOR = re.compile(r"[\s/]+")


def _stops(name: str) -> frozenset[str]:
    """Return the elements that an end tag of this name does not reach beyond (tables and the like aside)."""
    if name == "li":
        return frozenset({"ul", "ol"})
    return frozenset() if name in _SPECIAL or name in _FORMATTING or name in _WALLS else _SPECIAL


def is_beyond_parsing(html: str) -> bool:
    """Say whether HTML is made to take the parser forever: nested too deep, or with a tag that goes on and on."""
    return _has_endless_tag(html) or nests_too_deep(html)


def nests_too_deep(html: str) -> bool:
    """Say whether HTML nests, or unclosed formatting repeats, beyond what is parsed."""
    if html.count("<") <= _SURELY_SHALLOW:
        return False
    foreign = bool(_FOREIGN.search(html))
    elements = _OpenElements(flat=_FLAT_EVERYWHERE if foreign else _FLAT)
    at = scripts = 0
    while raw := _follow(elements, html, at):
        name = raw["name"].lower()
        at = _raw_end(html, raw.end(), name)
        if foreign:
            _open_all(elements, html[raw.end() : at])
        scripts += name == "script"
        elements.work += elements.formatting
        if elements.too_much or scripts > _MOST_SCRIPTS:
            return True
    return elements.too_much


def _follow(elements: _OpenElements, html: str, at: int) -> re.Match[str] | None:
    """Follow the tags from a place on; return the next whose content is raw text, None at the end or for too much."""
    flat = elements.flat
    for token in _TOKEN.finditer(html, at):
        close, name = token.group(1, 2)
        name = name.lower() if name else ""
        if name in flat:
            pass
        elif close:
            elements.close(name)
        elif name:
            elements.open(name)
            if name in _RAW:
                return token
        elif token[0].startswith("<!["):
            _open_all(elements, token[0])
        elements.work += elements.formatting
        if len(elements.names) > MAX_HTML_LEVELS or elements.work > _MOST_WORK:
            return None
    return None


def _has_endless_tag(html: str) -> bool:
    """Say whether one tag has more attributes than any real one: parsing time grows with their square as well."""
    long_tags = [tag for tag in _WHOLE_TAG.findall(html) if len(tag) > MAX_ATTRIBUTES]
    return any(len(_SEPARATOR.findall(_VALUE.sub("= ", tag))) > MAX_ATTRIBUTES for tag in long_tags)


def _open_all(elements: _OpenElements, text: str) -> None:
    for _ in range(len(_OPENING.findall(text))):
        elements.open("?")


def _raw_end(html: str, at: int, name: str) -> int:
    end = re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE).search(html, at)
    return end.start() if end else len(html)
