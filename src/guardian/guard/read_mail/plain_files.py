"""Files that are text although neither their name nor their type says so: notes without a kind, tables called .xls.

Programs save pages, lists and texts under the names of office files, and office programs open them. A page is known
under any name; other text is left alone where a name says what it is: a drawing, a certificate, a program.
"""

import re

from guardian.domain.html_characters import unescaped
from guardian.guard.read_mail.charsets import decode
from guardian.guard.read_mail.parts import Data, Kind

_TELLING_NOTHING = re.compile(
    r"(?:application|binary)/(?:(?:x-)?(?:octet-stream|binary|unknown|download)|force-download)"
)
_ENDING = re.compile(r"\.(?=\w*[^\W\d_])\w{1,8}$")
_OFFICE = re.compile(r"\.(?:doc|dot|docx|xls|xlt|xlsx|xlsm)$", re.IGNORECASE)
_NO_WORDS = ("-----BEGIN ", "%PDF", "%!PS")
_WORD = re.compile(r"[^\W\d_]{3}")
_ARCHIVE = re.compile(rb"\s*MIME-Version:\s*1\.0\s", re.IGNORECASE)
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_PAGE = re.compile(
    r"\s*(?:<\?xml[^<>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)?<(?:!doctype\s+html|html|head|body|table|meta|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP = re.compile(r"\s*<(?:\?xml|!)")
_UNSHOWN = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))|<(style|script)\b.*?(?:</\1|\Z)", re.IGNORECASE | re.DOTALL)
_BLANKS = re.compile(r"\s+")
_CELL_END = re.compile(r"</(?:td|th|cell)\b[^<>]*>", re.IGNORECASE)
_LINE_END = re.compile(r"<(?:br|/?p|/?div|/?h[1-6]|/?li|/tr|/title|/row)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[/!?a-z][^<>]*>", re.IGNORECASE)


def may_be_plain(head: bytes, kind: Kind) -> bool:
    """Say from the first bytes of a file whether it has to be looked at as a text that is not called one."""
    text = decode(head, "").lstrip("\ufeff")
    if _NO_TEXT.search(text) or text.startswith(_NO_WORDS):
        return False
    return bool(_PAGE.match(text) or _OFFICE.search(kind.name)) or (
        bool(_TELLING_NOTHING.fullmatch(kind.type)) and not _ENDING.search(kind.name)
    )


def is_web_archive(data: bytes) -> bool:
    """Say whether a file that may be plain is a page with its pictures in one file, as spreadsheets save them."""
    return bool(_ARCHIVE.match(data))


def plain_text(data: bytes, kind: Kind) -> tuple[str, Data] | None:
    """Return the words of a file that is not called a text, and what it may hold; None where it is no text."""
    text = decode(data, "").lstrip("\ufeff")
    common = len(text.encode("ascii", "ignore"))
    if _NO_TEXT.search(text) or common * 5 < len(text) * 3 or text.count("\ufffd") * 100 > common:
        return None
    if not _WORD.search(text):
        return None
    if _PAGE.match(text) or _MARKUP.match(text):
        return _without_tags(text), Data.RECORDS
    return text, Data.RECORDS if _OFFICE.search(kind.name) else Data.TEXT


def _without_tags(text: str) -> str:
    text = _BLANKS.sub(" ", _UNSHOWN.sub(" ", text))
    return unescaped(_TAG.sub("", _LINE_END.sub("\n", _CELL_END.sub("\t", text))))
