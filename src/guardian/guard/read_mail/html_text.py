"""HTML to lines of text: blocks end lines, inline tags separate answers only, hidden text is kept and marked.

An own walk over lexbor's tree: libraries that put blanks at inline tags split words (`cre<b>ti</b>no`), and those on
libxml2 lose what is nested beyond 256 levels. Comments and scripts are no text; templates, and what stands in for
frames, are hidden.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from guardian.guard.read_mail.html_answers import Answers
from guardian.guard.read_mail.html_asides import asides_of, emoji_pictured, said_in_markup, styled_words
from guardian.guard.read_mail.limits import MAX_HTML_NODES, MAX_LINES, MAX_TEXT_CHARS
from guardian.guard.read_mail.lines import Line, unquoted

_BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol option optgroup p
    plaintext pre search section select summary table tbody tfoot thead tr ul xmp
    """.split()
)
_CELLS = frozenset({"td", "th"})
_NO_TEXT = frozenset("script style template title head iframe noembed noframes -comment !doctype".split())
_STAND_INS = frozenset({"iframe", "noembed", "noframes"})  # their content is letters to the parser
_DRAWN = frozenset("svg g a path rect circle ellipse line polyline polygon text tspan image use symbol".split())
_KEEPS_LINES = frozenset("pre listing xmp plaintext textarea".split())
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|font-size\s*:\s*+0*+(?:\.0*+)?\s*+(?:[a-z%]++)?\s*+(?:;|!|$)"
    r"|(?<![\w-])opacity\s*:\s*+0*+(?:\.0*+)?\s*+(?:;|!|%|$)",
    re.IGNORECASE,
)
_QUOTE_CLASS = re.compile(r"\b(?:gmail_quote|yahoo_quoted|protonmail_quote|moz-forward-container|zmail_extra)\b")
_QUOTE_ID = frozenset({"olk_src_body_section", "mail-editor-reference-message-container"})
_REPLY_ID = re.compile(r"divrplyfwdmsg|reply-intro", re.IGNORECASE)
_RULED = re.compile(r"border-top\s*:\s*+(?:solid|[^\s:]++\s++solid|1)", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\n\r\f\xa0]+")


class _Page:
    """The text of a page as it comes: the line being written, and the lines done."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._seen: list[str] = []
        self._unseen: list[str] = []
        self._asides: list[str] = []
        self._answers = Answers()
        self.depth = 0
        self.hidden = 0
        self.keeps_lines = 0
        self.mark = False
        self.chars = 0

    def mark_next_line(self) -> None:
        """Say of the next visible line that a quoted mail begins there."""
        self.end_line()
        self.mark = True

    def write_text(self, node: LexborNode, element: LexborNode) -> None:
        """Write the text of a node; a marked answer, and what stands behind it, is a paragraph of its own."""
        text = node.text_content or ""
        if self._answers.parts(text, node, element):
            self.end_line()
            self.gap()
        self.write(text)

    def write(self, text: str) -> None:
        self.chars += len(text)
        if self.keeps_lines:
            first, *rest = text.split("\n")
            self._write(first)
            for line in rest:
                self.end_line(forced=True)
                self._write(line)
        else:
            self._write(_single_blanks(text))

    def _write(self, text: str) -> None:
        (self._unseen if self.hidden else self._seen).append(text)

    def say_aside(self, words: Iterable[str]) -> None:
        """Keep words that stand beside the text, each for a hidden line of its own behind the present one."""
        for text in words:
            self.chars += len(text)
            self._asides.append(" ".join(text.split()))

    def end_line(self, *, forced: bool = False) -> None:
        """End the line; an empty one counts only where it was `forced` (a line break)."""
        if self._asides:
            self._flush_asides()
        if self._seen or forced:
            self._add(self._seen, forced=forced)
        if self._unseen:
            self._add(self._unseen, hidden=True)

    def _add(self, words: list[str], *, forced: bool = False, hidden: bool = False) -> None:
        joined = "".join(words)
        text = joined if self.keeps_lines else _single_blanks(joined).strip(" ")
        written = bool(text) and not text.isspace()
        if written or forced:
            marked = self.mark and not hidden and written
            marks, text = unquoted(text)
            self.lines.append(Line(text, self.depth + marks, hidden, marked))
            self.mark = self.mark and not marked
        words.clear()

    def _flush_asides(self) -> None:
        said, self._asides = self._asides, []
        self.end_line()
        self.lines += [Line(text, self.depth, hidden=True) for text in said if text]

    def end_block(self) -> None:
        """End the line, and the paragraph where an answer ends with it."""
        self.end_line()
        if self._answers.end_block():
            self.gap()

    def gap(self) -> None:
        """Leave an empty line between paragraphs."""
        if self.lines and self.lines[-1].text:
            self.lines.append(Line("", self.depth))


class _Effect(NamedTuple):
    """What an element does to the text inside it."""

    block: bool = False
    paragraph: bool = False
    hides: bool = False
    quotes: bool = False
    keeps_lines: bool = False


_NONE = _Effect()
_PLAIN = {tag: _Effect(tag in _BLOCKS, tag == "p", keeps_lines=tag in _KEEPS_LINES) for tag in _BLOCKS | _KEEPS_LINES}


def _single_blanks(text: str) -> str:
    """Return text with every run of blanks as one; most has none, which is told ten times faster."""
    return text if text.isprintable() and "  " not in text else _BLANKS.sub(" ", text)


def html_lines(html: str) -> tuple[list[Line], bool]:
    """Return the lines of an HTML page that does not nest too deeply, and whether it was cut off for its size."""
    tree = LexborHTMLParser(html)
    root = tree.body or tree.root
    page = _begun(tree.head)
    if root is None:
        return [], False
    opened: list[tuple[LexborNode, _Effect]] = [(root, _NONE)]
    node, count = root.first_child, 0
    while opened:
        if node is None:
            done, effect = opened.pop()
            _leave(page, effect)
            node = done.next
            continue
        count += 1
        if count > MAX_HTML_NODES or page.chars > MAX_TEXT_CHARS or len(page.lines) > MAX_LINES:
            break
        tag = node.tag or ""
        if tag == "-text":
            page.write_text(node, opened[-1][0])
        elif tag in _NO_TEXT and not (tag == "title" and opened[-1][0].tag in _DRAWN):
            _hear_aside(page, node, tag)
        else:
            opened.append((node, _enter(page, node, tag)))
            node = node.first_child
            continue
        node = node.next
    page.end_line()
    return page.lines, bool(opened)


def _begun(head: LexborNode | None) -> _Page:
    """Return a page with what its head holds to be shown instead of it."""
    page = _Page()
    for node in head.iter() if head else ():
        if node.tag != "style":
            _hear_aside(page, node, node.tag or "")
    return page


def _hear_aside(page: _Page, node: LexborNode, tag: str) -> None:
    """Keep what elements say that have no text of their own."""
    if tag == "style":
        page.say_aside(styled_words(node.text()))
    elif tag == "template":
        page.say_aside([said_in_markup(node.html or "")])
    elif tag in _STAND_INS:
        page.say_aside([*asides_of(node, tag, node.attributes), said_in_markup(node.text())])


def _enter(page: _Page, node: LexborNode, tag: str) -> _Effect:
    if tag == "br":
        page.end_line(forced=True)
        return _NONE
    if tag in _CELLS:
        page.write(" \t ")
    attributes = node.attributes
    effect = _effect(attributes, tag, page) if attributes else _PLAIN.get(tag, _NONE)
    effect = effect._replace(hides=True) if tag == "title" else effect  # of a drawing
    if attributes:
        page.say_aside(asides_of(node, tag, attributes))
        if tag == "img" and not effect.hides:
            page.write(emoji_pictured(attributes))
    if effect is _NONE:
        return effect
    if effect.block:
        page.end_block()
    if effect.paragraph:
        page.gap()
    page.hidden += effect.hides
    page.depth += effect.quotes
    page.keeps_lines += effect.keeps_lines
    return effect


def _leave(page: _Page, effect: _Effect) -> None:
    if effect is _NONE:
        return
    if effect.block or effect.quotes:
        page.end_block()
    if effect.paragraph:
        page.gap()
    page.hidden -= effect.hides
    page.depth -= effect.quotes
    page.keeps_lines -= effect.keeps_lines


def _effect(attributes: dict[str, str | None], tag: str, page: _Page) -> _Effect:
    style, name = attributes.get("style") or "", (attributes.get("id") or "").lower()
    if (name and _REPLY_ID.search(name)) or (style and tag == "div" and _RULED.search(style)):
        page.mark_next_line()
    hides = "hidden" in attributes or (bool(style) and _hides(style))
    quotes = _is_quote(attributes, tag, style, name)
    if not hides and not quotes:
        return _PLAIN.get(tag, _NONE)
    return _Effect(tag in _BLOCKS, tag == "p", hides, quotes, tag in _KEEPS_LINES)


@lru_cache(maxsize=512)  # a page has few styles, each of them a thousand times
def _hides(style: str) -> bool:
    return bool(_HIDING.search(style))


def _is_quote(attributes: dict[str, str | None], tag: str, style: str, name: str) -> bool:
    classes = attributes.get("class") or ""
    if tag == "blockquote":
        kind = (attributes.get("type") or "").lower()
        return kind == "cite" or "cite" in attributes or "border-left" in style or bool(_QUOTE_CLASS.search(classes))
    if name in _QUOTE_ID:
        return True
    return tag == "div" and bool(classes) and "gmail_quote" not in classes and bool(_QUOTE_CLASS.search(classes))
