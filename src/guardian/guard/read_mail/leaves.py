"""What a part that has no parts holds: text to judge, something sealed, or a file that nobody reads as words."""

import re
from collections.abc import Iterator
from dataclasses import replace

from guardian.domain.mail import Unscannable
from guardian.guard.read_mail import cms, tnef
from guardian.guard.read_mail.data_files import data_kind
from guardian.guard.read_mail.headers import parse_header
from guardian.guard.read_mail.limits import MAX_HEADER_BYTES, MAX_MESSAGES, MAX_PARTS, MAX_UU_FILES
from guardian.guard.read_mail.parts import Data, Kind, Part, Text, Walk
from guardian.guard.read_mail.plain_files import is_web_archive, may_be_plain, plain_text
from guardian.guard.read_mail.rtf import is_rtf, rtf_text
from guardian.guard.read_mail.sealed import HEAD, found_inside, must_be_opened, sealed_by_head
from guardian.guard.read_mail.transfer import undo_transfer, uuencoded_files

MESSAGE_FILE = re.compile(r"\.(?:eml|mht|mhtml)$", re.IGNORECASE)

_TEXT_FILE = re.compile(r"\.(?:te?xt|text|md|csv|tsv|log|x?html?|ics|vcf|xml|json|svg|rtf)$", re.IGNORECASE)
_HTML_FILE = re.compile(r"\.(?:x?html?|svg)$", re.IGNORECASE)
_TEXT_LIKE = re.compile(r"application/(?:[\w.+-]*\+)?(?:xml|json|rtf|csv)|application/(?:x-)?javascript")
_NOT_TEXT = frozenset(
    {"application", "binary", "image", "audio", "video", "font", "model", "chemical", "multipart", "message"}
)
_HTML_TYPES = frozenset(
    {"text/html", "text/x-amp-html", "application/xhtml+xml", "text/enriched", "text/richtext", "image/svg+xml"}
)
_SMIME_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SMIME_FILE = re.compile(r"\.p7m$", re.IGNORECASE)
_SIGNED = frozenset({"signed-data", "certs-only", "signed-receipt"})
_FILE_KIND = re.compile(r"\.\w{1,8}$")
_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_CALENDAR_TYPES = frozenset({"text/calendar", "text/vcard", "text/x-vcard", "text/directory"})

_IN_UUENCODE = "uuencode"


def add_leaf(kind: Kind, body: Part, found: Walk) -> None:
    """Note the text of a part, or why it cannot be read."""
    if kind.type in _SMIME_TYPES or _SMIME_FILE.search(kind.name):
        _add_smime(kind, body, found)
    elif kind.type == "application/pgp-encrypted":
        found.unread(Unscannable.ENCRYPTED)
    elif kind.type in {"message/partial", "message/external-body"}:
        found.unread(Unscannable.PARTIAL)
    elif _is_text(kind):
        add_text(kind, body, found)
        if kind.type.partition("/")[0] in _NOT_TEXT:  # only called a text
            _look_at_file(kind, body, found)
    elif kind.type in _TNEF_TYPES or kind.name.lower() == "winmail.dat":
        _add_tnef(kind, body, found)
    else:
        _look_at_file(kind, body, found)


def _is_text(kind: Kind) -> bool:
    main = kind.type.partition("/")[0]
    if kind.type in _HTML_TYPES or main not in _NOT_TEXT or main == "message":
        return True
    return bool(_TEXT_FILE.search(kind.name) or _TEXT_LIKE.fullmatch(kind.type))


def _look_at_file(kind: Kind, body: Part, found: Walk) -> None:
    """Say of a file that is no text whether it is sealed; no more of it is decoded than that takes."""
    head, _ = undo_transfer(body.data[body.start : min(body.end, body.start + 2 * HEAD)], kind.encoding)
    if sealed_by_head(head, kind.name):
        found.unread(Unscannable.ENCRYPTED)
    elif head.startswith(tnef.SIGNATURE):
        _add_tnef(kind, body, found)
    elif is_rtf(head) and not _is_text(kind):
        add_text(kind, body, found)
    elif must_be_opened(head):
        data, _ = undo_transfer(body.data[body.start : body.end], kind.encoding)
        why = found_inside(data)
        if why is not None:
            found.unread(why)
    elif not _is_text(kind) and may_be_plain(head, kind):
        _add_plain(kind, body, found)


def _add_plain(kind: Kind, body: Part, found: Walk) -> None:
    """Note the text of a file that is not called one, where it is one to its end."""
    data, _ = undo_transfer(body.data[body.start : body.end], kind.encoding)
    if is_web_archive(data):
        archive = replace(kind, name=f"{kind.name}.mht", encoding="")
        found.inside.append(replace(body, data=data, start=0, end=len(data), kind=archive))
        return
    plain = plain_text(data, kind)
    if plain is None:
        return
    words = plain[0].encode("utf-8", "replace")
    disposition = kind.disposition if kind.disposition == _IN_UUENCODE else "attachment"
    part = replace(body, data=words, start=0, end=len(words))
    add_text(Kind("text/plain", {"charset": "utf-8"}, kind.name, disposition, ""), part, found, plain[1])


def _add_smime(kind: Kind, body: Part, found: Walk) -> None:
    """Have what is only signed walked through, as the part and as the file that it may be; the rest is sealed."""
    data, _ = undo_transfer(body.data[body.start : body.end], kind.encoding)
    try:
        content = cms.signed_content(data)
    except cms.NotReadable:
        found.unread(Unscannable.BROKEN)
        return
    if content is None:
        called_signed = kind.params.get("smime-type", "").strip().lower() in _SIGNED
        found.unread(Unscannable.BROKEN if called_signed else Unscannable.ENCRYPTED)
    elif content:
        found.inside += _signed_parts(content, _SMIME_FILE.sub("", kind.name), body)


def _signed_parts(content: bytes, name: str, body: Part) -> Iterator[Part]:
    """Yield what was signed: a file where the name of the signed one tells its name, a part where it has a header."""
    part = Part(content, 0, len(content), body.depth, body.messages, body.message, body.alternative)
    header = content[: 2 * MAX_HEADER_BYTES].replace(b"\r\n", b"\n")
    is_file = bool(_FILE_KIND.search(name))
    if not is_file or parse_header(header, 0, len(header)).get("content-type"):
        yield part
    if is_file:
        yield replace(part, kind=Kind("application/octet-stream", {}, name, "attachment", ""))


def _add_tnef(kind: Kind, body: Part, found: Walk) -> None:
    """Note what Outlook's envelope holds: versions of one text, and files."""
    data, _ = undo_transfer(body.data[body.start : body.end], kind.encoding)
    try:
        inside = tnef.contents(data)
    except tnef.NotReadable:
        found.unread(Unscannable.BROKEN)
        return
    if body.messages >= MAX_MESSAGES or len(inside) > MAX_PARTS:
        found.unread(Unscannable.TOO_DEEP if body.messages >= MAX_MESSAGES else Unscannable.TOO_MANY_PARTS)
        return
    versions = -1 - len(found.texts)  # no multipart has such a number
    for one in inside:
        if one.cut:
            found.unread(Unscannable.TOO_LONG)
        is_file = one.kind in {"application/octet-stream", "application/ms-tnef"}
        group = None if is_file else versions
        part = Part(one.data, 0, len(one.data), body.depth, body.messages, body.message, group)
        if one.name and not body.messages:
            found.file_names[one.name] = None
        inner = Kind(one.kind, {"charset": one.charset}, one.name, "attachment" if is_file else "", "")
        _add_inner(inner, part, found, within=is_file)


def _add_inner(kind: Kind, part: Part, found: Walk, *, within: bool = False) -> None:
    """Note what lay in a leaf; a message is walked through later, and counts itself as one more around its parts."""
    if MESSAGE_FILE.search(kind.name):
        found.inside.append(replace(part, kind=kind))
    else:
        add_leaf(kind, replace(part, messages=part.messages + within), found)


def add_text(kind: Kind, body: Part, found: Walk, holds: Data | None = None) -> None:
    """Note a text, which may be known to hold data, and the files that stand in it in uuencode."""
    if len(found.texts) >= MAX_PARTS:
        found.unread(Unscannable.TOO_MANY_PARTS)  # envelopes in one another may hold any number of them
        return
    data, readable = undo_transfer(body.data[body.start : body.end], kind.encoding)
    if not readable:
        found.unread(Unscannable.BROKEN)
    rich = is_rtf(data)
    text, whole = rtf_text(data) if rich else ("", True)
    if not whole:
        found.unread(Unscannable.TOO_LONG)
    named = bool(kind.name) and any(text.message == body.message for text in found.texts)
    html = kind.type in _HTML_TYPES or bool(_HTML_FILE.search(kind.name))
    attached = kind.disposition in {"attachment", _IN_UUENCODE} or named or body.messages > 0
    found.texts.append(
        Text(
            data=text.encode() if rich else data,
            charset="utf-8" if rich else kind.params.get("charset", "").split("(")[0].strip(),
            html=html,
            flowed=kind.params.get("format", "").lower() == "flowed",
            delsp=kind.params.get("delsp", "").lower() == "yes",
            calendar=kind.type in _CALENDAR_TYPES,
            attached=attached,
            message=body.message or 0,
            alternative=body.alternative,
            holds=(holds or data_kind(kind)) if attached and not html and body.alternative is None else None,
        )
    )
    for number, (name, file) in enumerate(uuencoded_files(data)):
        if kind.disposition == _IN_UUENCODE or number == MAX_UU_FILES:
            found.unread(Unscannable.TOO_MANY_PARTS if number else Unscannable.TOO_DEEP)
            break
        inner = Part(file, 0, len(file), body.depth, body.messages, body.message)
        _add_inner(Kind("application/octet-stream", {}, name, _IN_UUENCODE, ""), inner, found)
