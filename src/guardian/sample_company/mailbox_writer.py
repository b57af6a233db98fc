"""Mails as bytes (RFC 5322, MIME), and the four forms in which mailboxes are exported."""

import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from email.header import Header
from email.utils import format_datetime
from functools import cache
from html import escape
from pathlib import Path

from guardian.sample_company.letters import Dress, Letter, ascii_words
from guardian.sample_company.people import Export, Manner, Person, Rep

_LATIN = frozenset({Dress.LATIN1_QP, Dress.LATIN1_PLAIN})
_DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def mail_bytes(letter: Letter, *, holder: str = "") -> bytes:
    """Return a mail with LF line ends, as it lies in one rep's mailbox.

    Only in the first holder's copy does the Message-ID look as it was sent: every other copy shows what gateways
    make of it, no brackets and a domain in capitals.
    """
    first = not holder or letter.holders[:1] == (holder,)
    body_head, body = _body(letter)
    head = [*_head(letter, as_sent=first), "MIME-Version: 1.0", *body_head]
    return "\n".join(head).encode("ascii") + b"\n\n" + body


def write_mailbox(folder: Path, rep: Rep, letters: Sequence[Letter]) -> Path:
    """Write one rep's mailbox below `folder` in the form he exports it, and return its path."""
    if rep.export is Export.MAILDIR:
        return _write_files(folder / rep.key, _maildir_files(rep, letters), ("cur", "new", "tmp"))
    if rep.export is Export.EML_FOLDER:
        return _write_files(folder / rep.key, _eml_files(rep, letters), ())
    path = folder / f"{rep.key}.mbox"
    path.write_bytes(b"".join(_mbox_entry(letter, rep) for letter in letters))
    return path


def _head(letter: Letter, *, as_sent: bool) -> Iterator[str]:
    local, _, domain = letter.message_id.rpartition("@")
    yield from (f"{name}: {value}" for name, value in letter.headers if name == "Return-Path")
    yield f"Date: {format_datetime(letter.sent_at)}"
    yield f"From: {_mailbox(letter.sender)}"
    yield f"To: {_mailboxes(letter.to)}"
    if letter.cc:
        yield f"Cc: {_mailboxes(letter.cc)}"
    yield f"Subject: {_encoded(letter.subject, _charset(letter))}"
    yield f"Message-ID: <{letter.message_id}>" if as_sent else f"Message-Id: {local}@{domain.upper()}"
    if letter.answers:
        yield f"In-Reply-To: <{letter.answers[-1]}>"
        yield "References: " + "\n ".join(f"<{one}>" for one in letter.answers)
    yield from (f"{name}: {value}" for name, value in letter.headers if name != "Return-Path")
    if letter.sender.manner is Manner.OUTLOOK:
        yield "X-Mailer: Microsoft Outlook 16.0"


def _charset(letter: Letter) -> str:
    return "iso-8859-1" if letter.dress in _LATIN else "utf-8"


def _mailboxes(people: Sequence[Person]) -> str:
    return ",\n ".join(_mailbox(person) for person in people)


@cache
def _mailbox(person: Person) -> str:
    if not person.name:
        return person.address
    plain = person.name.isascii()
    name = f'"{person.name}"' if plain and "." in person.name else person.name
    return f"{name if plain else _encoded(person.name, 'utf-8')} <{person.address}>"


def _encoded(text: str, charset: str) -> str:
    if text.isascii() and len(text) < 60:
        return text
    return Header(text, charset, header_name="Subject").encode(linesep="\n")


def _body(letter: Letter) -> tuple[list[str], bytes]:
    text = f"{letter.text}\n\n{letter.trail}\n" if letter.trail else f"{letter.text}\n"
    if letter.parts:
        parts = [
            _text_part(text, "plain", Dress.UTF8_QP),
            *(_raw_part(part.content_type, part.text) for part in letter.parts),
        ]
        return _multipart(letter, letter.container, parts)
    if letter.dress is Dress.WITH_HTML:
        parts = [_text_part(text, "plain", Dress.UTF8_QP), _text_part(_html(letter), "html", Dress.UTF8_QP)]
        return _multipart(letter, "multipart/alternative", parts)
    return _text_part(text, "plain", letter.dress)


def _multipart(letter: Letter, kind: str, parts: Sequence[tuple[list[str], bytes]]) -> tuple[list[str], bytes]:
    boundary = "=_" + re.sub(r"[^A-Za-z0-9]", "", letter.message_id)[:30]
    pieces = [b"--%s\n%s\n\n%s\n" % (boundary.encode(), "\n".join(head).encode(), body) for head, body in parts]
    return [f'Content-Type: {kind};\n boundary="{boundary}"'], b"".join(pieces) + b"--%s--\n" % boundary.encode()


def _text_part(text: str, subtype: str, dress: Dress) -> tuple[list[str], bytes]:
    charset, raw = "utf-8", text.encode()
    if dress in _LATIN and all(ord(letter) < 256 for letter in text):
        charset, raw = "iso-8859-1", text.encode("latin-1")
    head = [f'Content-Type: text/{subtype}; charset="{charset}"']
    if dress is Dress.UTF8_BASE64:
        lines = [b2a_base64(raw[i : i + 57]) for i in range(0, len(raw), 57)]
        return [*head, "Content-Transfer-Encoding: base64"], b"".join(lines)
    if dress in (Dress.UTF8_PLAIN, Dress.LATIN1_PLAIN):
        return [*head, "Content-Transfer-Encoding: 8bit"], raw
    return [*head, "Content-Transfer-Encoding: quoted-printable"], b2a_qp(raw, istext=True)


def _raw_part(content_type: str, text: str) -> tuple[list[str], bytes]:
    return [f"Content-Type: {content_type}", "Content-Transfer-Encoding: 8bit"], text.encode()


def _html(letter: Letter) -> str:
    paragraphs = "".join(f"<p>{_lines(part)}</p>\n" for part in letter.text.split("\n\n"))
    trail = (
        f'<div class="gmail_quote"><blockquote>{_lines(letter.trail)}</blockquote></div>\n' if letter.trail else ""
    )
    return (
        f'<html><head><meta charset="utf-8"></head><body><div dir="ltr">\n{paragraphs}</div>\n{trail}</body></html>\n'
    )


def _lines(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>\n")


def _mbox_entry(letter: Letter, rep: Rep) -> bytes:
    when = letter.sent_at.astimezone(UTC)
    stamp = f"{_DAYS[when.weekday()]} {_MONTHS[when.month - 1]} {when.day:2d} {when:%H:%M:%S}"
    if rep.export is Export.TAKEOUT_MBOX:
        label = "Enviados" if letter.sender == rep.person else "Recibidos,Abiertos"
        lead = f"From {int(when.timestamp())}@xxx {stamp} +0000 {when.year}\nX-Gmail-Labels: {label}\n"
    else:
        lead = f"From - {stamp} {when.year}\nX-Mozilla-Status: 0001\nX-Mozilla-Status2: 00000000\n"
    raw = re.sub(rb"^(>*From )", rb">\1", mail_bytes(letter, holder=rep.key), flags=re.MULTILINE)
    return lead.encode() + raw.rstrip(b"\n") + b"\n\n"


def _maildir_files(rep: Rep, letters: Sequence[Letter]) -> Iterator[tuple[str, bytes]]:
    for number, letter in enumerate(letters, 1):
        flags = "RS" if letter.sender != rep.person else "S"
        name = f"{int(letter.sent_at.timestamp())}.M{number}P4711.mx1:2,{flags}"
        yield f"cur/{name}", mail_bytes(letter, holder=rep.key)


def _eml_files(rep: Rep, letters: Sequence[Letter]) -> Iterator[tuple[str, bytes]]:
    for number, letter in enumerate(letters, 1):
        raw = mail_bytes(letter, holder=rep.key).replace(b"\n", b"\r\n")
        yield f"{letter.sent_at:%Y-%m-%d} {number:04d} {ascii_words(letter.subject)[:40].strip()}.eml", raw


def _write_files(root: Path, files: Iterator[tuple[str, bytes]], folders: Sequence[str]) -> Path:
    for name in ("", *folders):
        (root / name).mkdir(parents=True, exist_ok=True)
    for name, raw in files:
        (root / name).write_bytes(raw)
    return root


def by_mailbox(letters: Sequence[Letter], reps: Sequence[Rep]) -> Mapping[str, list[Letter]]:
    """Return each rep's mails, oldest first."""
    ordered = sorted(letters, key=lambda letter: (letter.sent_at, letter.message_id))
    return {rep.key: [letter for letter in ordered if rep.key in letter.holders] for rep in reps}
