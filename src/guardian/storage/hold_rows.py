"""Held mail as rows: how a hold is written down, and how its trail is chained."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from guardian.domain.mail import Envelope
from guardian.domain.verdict import Action, Reason, ReasonCode, Verdict
from guardian.ports.holds import ERASED, Hold, HoldEvent, HoldState, is_erased


def hold_row(hold: Hold, raw: bytes) -> dict[str, Any]:
    """Return the row that keeps a hold and its bytes."""
    return {
        "id": hold.id,
        "state": hold.state.value,
        "offer": offer(_envelope_text(hold.envelope), raw),
        "envelope": _envelope_text(hold.envelope, hold.envelope.spellings),
        "verdict": _verdict_text(hold.verdict),
        "subject": storable(hold.subject),
        "message_id": None if hold.message_id is None else storable(hold.message_id),
        "digest": hashlib.sha256(raw).hexdigest(),
        "client_addresses": _text(hold.client_addresses),
        "written_by": _text(hold.written_by),
        "held_at": hold.held_at,
        "decided_by": hold.decided_by,
        "decided_why": hold.decided_why,
        "decided_at": hold.decided_at,
        "raw": raw,
    }


def hold_of(row: Row[Any]) -> Hold:
    """Return the hold that a row keeps."""
    return Hold(
        id=row.id,
        state=HoldState(row.state),
        envelope=_envelope(json.loads(row.envelope)),
        verdict=_verdict(json.loads(row.verdict)),
        subject=row.subject,
        message_id=row.message_id,
        digest=row.digest,
        held_at=row.held_at,
        decided_by=row.decided_by,
        decided_why=row.decided_why,
        decided_at=row.decided_at,
        client_addresses=tuple(json.loads(row.client_addresses)),
        written_by=tuple(json.loads(row.written_by)),
    )


def offer(envelope: str, raw: bytes) -> bytes:
    """Return what tells an offered mail from every other: sha256 of envelope and bytes."""
    written = envelope.encode()
    digest = hashlib.sha256(len(written).to_bytes(8, "big") + written)
    digest.update(raw)  # not put together first: a mail may be large
    return digest.digest()


def first_link(hold_id: str, digest: str) -> bytes:
    """Return what a trail hangs on: the hold and the digest of its bytes."""
    return hashlib.sha256(_text([hold_id, digest]).encode()).digest()


def next_link(previous: bytes, event: HoldEvent) -> bytes:
    """Return the link of an event behind another: sha256 of the previous link and the canonical row.

    Who and why enter as digests, so that a trail still proves itself after somebody's words were forgotten.
    """
    at = int(event.at.timestamp())
    told = [event.hold_id, at, event.what, erased(event.by), erased(event.why)]
    row = _text([*told, event.via] if event.via else told)  # the first versions did not know `via`
    return hashlib.sha256(previous + row.encode()).digest()


def erased(words: str) -> str:
    """Return what stands for words in the trail once they are forgotten."""
    if is_erased(words):
        return words
    return ERASED + hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def _envelope_text(envelope: Envelope, *more: object) -> str:
    return _text([envelope.sender, envelope.recipients, envelope.mail_args, envelope.rcpt_args, *filter(None, more)])


def _envelope(told: list[Any]) -> Envelope:
    sender, recipients, mail_args, rcpt_args, *spellings = told
    return Envelope(
        sender=sender,
        recipients=tuple(recipients),
        mail_args=tuple(mail_args),
        rcpt_args=tuple(tuple(args) for args in rcpt_args),
        spellings=tuple((address, spelled) for pairs in spellings for address, spelled in pairs),
    )


def _verdict_text(verdict: Verdict) -> str:
    return _text(
        {
            "action": verdict.action,
            "would_hold": verdict.would_hold,
            "reasons": [[one.code, one.span, one.score] for one in verdict.reasons],
            "clients": verdict.clients,
            "score": verdict.score,
            "language": verdict.language,
            "degraded": verdict.degraded,
        }
    )


def _verdict(told: dict[str, Any]) -> Verdict:
    return Verdict(
        action=Action(told["action"]),
        would_hold=told["would_hold"],
        reasons=tuple(Reason(code=ReasonCode(code), span=span, score=score) for code, span, score in told["reasons"]),
        clients=tuple(told["clients"]),
        score=told["score"],
        language=told["language"],
        degraded=tuple(told["degraded"]),
    )


def without_quotes(verdict: str) -> str:
    """Return a verdict, as it is kept, without words of the mail; why it could not be read is not in its words."""
    told = json.loads(verdict)
    told["reasons"] = [
        [code, span if code == ReasonCode.UNSCANNABLE else "", score] for code, span, score in told["reasons"]
    ]
    return _text(told)


def clients_in(verdict: str) -> list[str]:
    """Return the names of the clients in a verdict, as it is kept."""
    return list(json.loads(verdict)["clients"])


def with_clients(verdict: str, clients: Sequence[str]) -> str:
    """Return a verdict, as it is kept, with other names of clients."""
    return _text(json.loads(verdict) | {"clients": clients})


def storable(text: str) -> str:
    """Return a text as both databases can keep it."""
    # Neither database keeps halves of characters, PostgreSQL no NUL: a hostile subject must not prevent a hold.
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
