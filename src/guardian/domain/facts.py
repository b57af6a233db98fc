"""Records as text and back: a copy is kept exactly as its provider told it, to be compared with the next telling."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from guardian.domain.activity import Activity, Kind, Participant, Role, Signal
from guardian.domain.complaint import Heard, InboundKind
from guardian.domain.people import Colleague, Company, Contact, Identity, IdentityKind

HASH_BYTES = 16


def fact_hash(facts: str) -> bytes:
    """Return 16 bytes that differ when the facts differ."""
    return hashlib.blake2b(facts.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES).digest()


def letter_hash(why: str, raw: bytes) -> bytes:
    """Return 16 bytes that differ when an item cannot be read for another reason, or other bytes of it are kept."""
    return hashlib.blake2b(why.encode("utf-8", "surrogatepass") + b"\0" + raw, digest_size=HASH_BYTES).digest()


_dump = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def write_activity(one: Activity) -> str:
    """Return an activity as text, without the item id; equal activities give equal texts."""
    told = () if one.told is None else (_write_told(one.told),)  # left out where there is none, as it always was
    return _dump(
        [
            one.kind,
            one.key,
            int(one.occurred_at.timestamp()),
            [[p.role, p.identity.kind, p.identity.value, p.name, int(p.declined)] for p in one.participants],
            sorted(one.signals),
            one.subject,
            one.snippet,
            one.thread_refs,
            one.thread_hint,
            one.duration_s,
            one.revision,
            *told,
        ]
    )


def read_activity(item_id: str, facts: str) -> Activity:
    """Return the activity that was written as these facts."""
    kind, key, at, people, signals, subject, snippet, refs, hint, duration, revision, *told = json.loads(facts)
    return Activity(
        item_id=item_id,
        kind=Kind(kind),
        key=key,
        occurred_at=datetime.fromtimestamp(at, UTC),
        participants=tuple(_participant(*one) for one in people),
        signals=frozenset(map(Signal, signals)),
        subject=subject,
        snippet=snippet,
        thread_refs=tuple(refs),
        thread_hint=hint,
        duration_s=duration,
        told=_read_told(*told[0]) if told else None,
        revision=revision,
    )


def _write_told(one: Heard) -> list[Any]:
    return [one.kind, one.severity, one.spans, one.score, one.settled, one.degraded]


def _read_told(kind: str, severity: int, spans: list[str], *more: Any) -> Heard:
    score, settled, degraded = more
    return Heard(
        kind=InboundKind(kind),
        severity=severity,
        spans=tuple(spans),
        score=score,
        settled=settled,
        degraded=degraded,
    )


def _participant(role: str, kind: str, value: str, name: str, declined: int) -> Participant:
    identity = Identity(kind=IdentityKind(kind), value=value)
    return Participant(role=Role(role), identity=identity, name=name, declined=bool(declined))


def write_record(one: Company | Contact | Colleague) -> str:
    """Return a record of people as text; equal records give equal texts."""
    told = [getattr(one, name) for name in one.__slots__]
    return _dump(told[:-1] if isinstance(one, Colleague) and one.active else told)  # as it always was


def read_company(facts: str) -> Company:
    """Return the company that was written as these facts."""
    return Company(**_fields(Company, facts))


def read_contact(facts: str) -> Contact:
    """Return the contact that was written as these facts."""
    return Contact(**_fields(Contact, facts))


def read_colleague(facts: str) -> Colleague:
    """Return the colleague that was written as these facts."""
    return Colleague(**_fields(Colleague, facts))


def _fields(kind: type[Company | Contact | Colleague], facts: str) -> dict[str, Any]:
    values = (tuple(value) if isinstance(value, list) else value for value in json.loads(facts))
    return dict(zip(kind.__slots__, values, strict=kind is not Colleague))
