"""What the guard would make of mail that lies in files: `guard scan`, which changes nothing."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

from guardian.domain.identity import clean_message_id
from guardian.domain.mail import Envelope
from guardian.domain.verdict import Verdict
from guardian.guard.check import Guard
from guardian.guard.read_mail import Header, mailboxes, outer_header

_RECIPIENTS = ("to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc")


def scan_message(path: str, raw: bytes, guard: Guard, *, timer: Callable[[], float] = perf_counter) -> dict[str, Any]:
    """Return one line of `guard scan --json`: what the guard would do with one message, whatever its bytes.

    Files have no envelope, so the recipients are those of the header. `action` is what enforce mode does; `ms` is the
    time it took.
    """
    began = timer()
    header = outer_header(raw)
    verdict = guard.check(header_envelope(header), raw)
    return {
        "path": path,
        "message_id": clean_message_id(header.get("message-id")[:1000]),
        "action": "hold" if verdict.would_hold else "pass",
        "reasons": _reasons(verdict),
        "clients": list(verdict.clients),
        "score": round(verdict.score, 4),
        "language": verdict.language,
        "ms": round((timer() - began) * 1000, 2),
    }


def header_envelope(header: Header) -> Envelope:
    """Return the envelope that a header suggests: From, and everybody in To, Cc, Bcc and their Resent- twins."""
    senders = mailboxes(header.all("from")[:1])
    found = mailboxes([value for name in _RECIPIENTS for value in header.all(name)])
    return Envelope(
        sender=senders[0][1] if senders else "", recipients=tuple(dict.fromkeys(address for _, address in found))
    )


def _reasons(verdict: Verdict) -> list[dict[str, Any]]:
    return [
        {"code": reason.code.value, "span": reason.span, "score": round(reason.score, 4)}
        for reason in verdict.reasons
    ]
