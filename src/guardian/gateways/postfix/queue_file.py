"""A mail in Postfix's queue, read from what postcat(1) prints; pure.

A requeue (`postsuper -r`) would be simpler and is wrong: Postfix does not show a requeued mail to any milter, so it
reaches the client unchecked (measured with 3.7).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guardian.gateways.milter.esmtp import xtext

_NOTIFY = ((1, "NEVER"), (2, "SUCCESS"), (4, "FAILURE"), (8, "DELAY"))
_RET = {"1": "FULL", "2": "HDRS"}
_SMTPUTF8_REQUESTED = 1


Recipient = tuple[bytes, tuple[bytes, ...]]  # path and ESMTP parameters


class StrangeQueueFile(Exception):
    """What postcat printed does not add up; the mail stays where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedMail:
    """One mail of the queue as the milter would have seen it: paths, ESMTP parameters, header fields, body.

    `resolved` is `recipients` as they are after aliases and rewriting: where the mail really goes.
    `headers` are names and values, values with bare LF where they are folded; Postfix's own trace field is left out.
    """

    queue_id: str
    sender: bytes
    mail_args: tuple[bytes, ...]
    recipients: tuple[Recipient, ...]
    resolved: tuple[Recipient, ...]
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


def read_queue_file(queue_id: str, printed: bytes) -> QueuedMail:
    """Return a mail from what `postcat -q` prints; StrangeQueueFile when its recipients do not add up."""
    envelope, content = _sections(queue_id.encode(), printed)
    records = list(_records(envelope))
    sizes = next((value.split() for name, value in records if name == "message_size"), [])
    if len(sizes) < 3:
        raise StrangeQueueFile("no message_size")
    recipients, resolved, found = _recipients(records)
    if found != int(sizes[2]):  # whoever forges records must not hide a recipient from us
        raise StrangeQueueFile(f"{found} recipients instead of {int(sizes[2])}")
    headers, body = _content(content)
    return QueuedMail(
        queue_id=queue_id,
        sender=next((_path(value) for name, value in records if name == "sender"), b"<>"),
        mail_args=tuple(_mail_args(records, sizes)),
        recipients=recipients,
        resolved=resolved,
        headers=headers,
        body=body,
    )


def _sections(queue_id: bytes, printed: bytes) -> tuple[bytes, bytes]:
    """Return envelope and content; who wrote the mail could not know the queue id that stands in the marks.

    Recipients that `sendmail -t` took from the header stand behind the content.
    """
    start = re.search(rb"(?m)^\*\*\* MESSAGE CONTENTS \S*" + re.escape(queue_id) + rb" \*\*\*\n", printed)
    ends = [*re.finditer(rb"(?m)^\*\*\* HEADER EXTRACTED \S*" + re.escape(queue_id) + rb" \*\*\*\n", printed)]
    if start is None or not ends or ends[-1].start() < start.end():
        raise StrangeQueueFile("no message in it")
    envelope = printed[: start.start()] + printed[ends[-1].end() :]
    return envelope, printed[start.end() : ends[-1].start()]


def _records(envelope: bytes) -> Iterator[tuple[str, str]]:
    for line in envelope.decode("utf-8", "surrogateescape").split("\n"):
        name, colon, value = line.partition(":")
        if not colon or line.startswith("*** "):
            continue
        value = value.removeprefix(" ")
        if name == "named_attribute":
            name, _, value = value.partition("=")
        yield name, value.strip(" ") if name == "message_size" else value


def _mail_args(records: list[tuple[str, str]], sizes: list[str]) -> Iterator[bytes]:
    told = dict(records)
    if told.get("encoding") == "8bit":
        yield b"BODY=8BITMIME"
    if len(sizes) > 5 and int(sizes[5]) & _SMTPUTF8_REQUESTED:
        yield b"SMTPUTF8"
    if told.get("ret_flags") in _RET:
        yield b"RET=" + _RET[told["ret_flags"]].encode()
    if told.get("envelope_id"):
        yield b"ENVID=" + xtext(told["envelope_id"]).encode()


def _recipients(records: list[tuple[str, str]]) -> tuple[tuple[Recipient, ...], tuple[Recipient, ...], int]:
    """Return the recipients as given, each once however many an alias made of it; as resolved; how many there are."""
    given: dict[bytes, tuple[bytes, ...]] = {}
    resolved: dict[bytes, tuple[bytes, ...]] = {}
    args: list[bytes] = []
    original, count = "", 0
    for name, value in records:
        if name == "notify_flags":
            asked = ",".join(word for bit, word in _NOTIFY if int(value) & bit)
            args += [b"NOTIFY=" + asked.encode()] if asked else []
        elif name == "dsn_orig_rcpt":
            kind, _, address = value.partition(";")
            args.append(f"ORCPT={kind};{xtext(address)}".encode())
        elif name == "original_recipient":
            original = value
        elif name in {"recipient", "done_recipient"}:
            given.setdefault(_path(original or value), tuple(args))
            resolved.setdefault(_path(value), tuple(args))
            args, original, count = [], "", count + 1
    return tuple(given.items()), tuple(resolved.items()), count


def _path(address: str) -> bytes:
    local, at, domain = address.rpartition("@")
    if at and not re.fullmatch(r"[^\s\"(),:;<>@\[\\\]]+", local):
        escaped = re.sub(r'(["\\])', r"\\\1", local)
        address = f'"{escaped}"@{domain}'
    return b"<" + address.encode("utf-8", "surrogateescape") + b">"


def _content(content: bytes) -> tuple[tuple[tuple[bytes, bytes], ...], bytes]:
    head, _, body = content.partition(b"\n\n") if not content.startswith(b"\n") else (b"", b"", content[1:])
    fields = re.split(rb"\n(?![ \t])", head.removesuffix(b"\n")) if head else []
    headers = [(name, value) for name, _, value in (one.partition(b":") for one in fields)]
    if headers and headers[0][0].lower() == b"received":  # put on top by Postfix itself, which hides it from milters
        del headers[0]
    return tuple(headers), body.replace(b"\n", b"\r\n")
