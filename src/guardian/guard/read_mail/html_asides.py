"""Words of an HTML page that stand beside its text: what some programs show, and some only in certain states.

Pictures that were not loaded show their `alt`, a pointer that rests shows a `title`, Outlook shows what comments hold
for it alone, and a style can put words on the page.
"""

import base64
import re
from collections.abc import Iterator
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from guardian.domain.html_characters import unescaped

_SPOKEN = ("alt", "title", "value", "placeholder", "aria-label", "label", "summary")
_HAS_WORD = re.compile(r"[^\W\d_]{2}")
_SYMBOL = "[\u231a-\u23ff\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff][\ufe0f\u200d\u20e3]*"
_EMOJI = re.compile(rf"(?:{_SYMBOL}){{1,20}}")  # not what pictures of list marks are called (•, →, ©)
_ANY_TAG = re.compile(r"<[^<>]*>")
_INLINE_TAG = re.compile(
    r"</?(?:a|b|big|em|font|i|ins|mark|s|small|span|strong|sub|sup|u|wbr)\b[^<>]*>", re.IGNORECASE
)
_CONDITIONAL = re.compile(r"<!--\[if [^\]]{1,200}\]>(.*?)<!\[endif\]-->", re.DOTALL | re.IGNORECASE)
_CONDITION_ENDS = re.compile(r"<!\[endif\]-->", re.IGNORECASE)
_SETTINGS = re.compile(r"<(xml|style)\b|</(xml|style)\s*+>", re.IGNORECASE)
_STYLED_WORDS = re.compile(r"content\s*:\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_OVERRIDE = re.compile(r"unicode-bidi\s*:\s*(?:isolate-|bidi-)?override", re.IGNORECASE)
_MOST = 20_000  # characters of one aside


def shown_to_outlook(page: str) -> str:
    """Return a page with what comments hold for Outlook as part of it, Office's settings left out."""
    if "<!--[" not in page:
        return page
    end = max([found.end() for found in _CONDITION_ENDS.finditer(page)], default=0)  # behind it none is looked for
    return _CONDITIONAL.sub(lambda found: _without_settings(found[1]), page[:end]) + page[end:]


def _without_settings(said: str) -> str:
    """Return what stands in a comment outside of Office's settings; those that nobody closes are no settings."""
    closed_at = {found[2].lower(): found.start() for found in _SETTINGS.finditer(said) if found[2]}
    kept, done, inside = [], 0, ""
    for found in _SETTINGS.finditer(said):
        opens, closes = (found[1] or "").lower(), (found[2] or "").lower()
        if opens and not inside and found.start() < closed_at.get(opens, 0):
            kept.append(said[done : found.start()])
            inside = opens
        elif closes and closes == inside:
            done, inside = found.end(), ""
    return "".join([*kept, said[done:]])


def asides_of(node: LexborNode, tag: str, attributes: dict[str, str | None]) -> Iterator[str]:
    """Yield the words that an element says beside its text."""
    for name in _SPOKEN:
        value = attributes.get(name)
        if value and _HAS_WORD.search(value):
            yield value[:_MOST]
    framed = attributes.get("srcdoc")
    if framed:
        yield said_in_markup(framed[:_MOST])
    for name in ("src", "data"):
        source = attributes.get(name) or ""
        if source[:10].lower() == "data:text/":
            yield _ANY_TAG.sub(" ", _data(source[: 2 * _MOST]))
    if tag == "bdo" or _OVERRIDE.search(attributes.get("style") or ""):
        yield node.text()[:_MOST][::-1]  # as it looks when it runs the other way


def emoji_pictured(attributes: dict[str, str | None]) -> str:
    """Return the emoji that a picture is, empty where it is another: Gmail and Outlook send emoji as pictures."""
    names = [(attributes.get(name) or "").strip() for name in ("data-emoji", "alt")]
    return next((one for one in names if _EMOJI.fullmatch(one)), "")


def said_in_markup(markup: str) -> str:
    """Return the text of markup that the parser does not take apart; tags inside words do not separate."""
    return unescaped(_ANY_TAG.sub(" ", _INLINE_TAG.sub("", markup)))


def styled_words(sheet: str) -> Iterator[str]:
    """Yield the words that a style sheet puts on the page."""
    for found in _STYLED_WORDS.finditer(sheet):
        words = found[1] or found[2] or ""
        if _HAS_WORD.search(words):
            yield words[:_MOST]


def _data(url: str) -> str:
    """Return the text of a data URL (RFC 2397)."""
    head, _, body = url.partition(",")
    if not head.lower().endswith(";base64"):
        return unquote(body)
    letters = re.sub(r"[^A-Za-z0-9+/]", "", unquote(body))
    return base64.b64decode(letters[: len(letters) // 4 * 4]).decode("utf-8", "replace")
