"""What to log in a CRM and under whom, from what happened without it; pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo

from guardian.domain.activity import Activity, Direction, Kind, Participant, Role, Signal
from guardian.domain.people import IdentityKind
from guardian.domain.placing import place, talking
from guardian.domain.touch import NEVER_A_TOUCH
from guardian.ports.write_back import Entry, Filing, Unlogged
from guardian.sync.rules import Rules

MACHINE = "machine"
NOBODY = "nobody_in_crm"
LONG_KEY = "long_key"
_SILENT = NEVER_A_TOUCH | {Signal.NOT_HELD, Signal.WRITTEN_BACK}
_SENDERS = (Role.FROM, Role.ORGANIZER)
_READERS = {"to": (Role.TO,), "cc": (Role.CC,)}  # a blind copy stays blind

# A subject for what privacy leaves without one: by kind, and whether the client spoke.
_PLAIN = {
    "es": {
        (Kind.EMAIL, True): "Correo del cliente",
        (Kind.EMAIL, False): "Correo al cliente",
        (Kind.MEETING, True): "Reunión",
        (Kind.MEETING, False): "Reunión",
        (Kind.CALL, True): "Llamada",
        (Kind.CALL, False): "Llamada",
    },
    "en": {
        (Kind.EMAIL, True): "Mail from the client",
        (Kind.EMAIL, False): "Mail to the client",
        (Kind.MEETING, True): "Meeting",
        (Kind.MEETING, False): "Meeting",
        (Kind.CALL, True): "Call",
        (Kind.CALL, False): "Call",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An interaction that is not logged, and why: a rule's name, `machine`, `long_key` or `nobody_in_crm`."""

    key: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How entries are written: the tenant's rules, what privacy takes away, and whose language and time zone."""

    rules: Rules
    scrub: Callable[[Activity], Activity]
    language: str
    zone: tzinfo = UTC


def plan_entries(found: Iterable[Unlogged], manner: Manner, *, longest_key: int) -> Iterator[Entry | LeftOut]:
    """Yield, for each interaction, the entry that logs it or why there is none; `longest_key` is in characters."""
    for one in found:
        why = _left_out(one.activity, manner.rules) or (LONG_KEY if len(one.activity.key) > longest_key else "")
        yield LeftOut(key=one.activity.key, why=why) if why else _entry(one, manner)


def _left_out(told: Activity, rules: Rules) -> str:
    if told.signals & _SILENT:
        return MACHINE
    return rules.exclusion(told) or ""


def _entry(one: Unlogged, manner: Manner) -> Entry | LeftOut:
    told, rules = manner.scrub(one.activity), manner.rules
    outside = [p for p in told.participants if _may_be_named(p, rules)]
    direction = place(told, rules.is_own).direction
    talkers = talking(told.kind, direction, is_case=False)
    filed = _filed([p for p in outside if p.role in talkers], outside, one)
    if filed is None:
        return LeftOut(key=told.key, why=NOBODY)
    inbound = direction is Direction.IN
    readers = {name: _addresses(told, roles, rules) for name, roles in _READERS.items()}
    return Entry(
        key=told.key,
        kind=told.kind,
        occurred_at=told.occurred_at.astimezone(manner.zone),
        subject=(told.subject or "").strip() or _PLAIN[manner.language][told.kind, inbound],
        words=told.snippet,
        duration_s=told.duration_s,
        inbound=inbound,
        who=filed.record,
        account=filed.account,
        owner=_owner(told, one, rules),
        sender=next(iter(_addresses(told, _SENDERS, rules)), ""),
        **readers,
    )


def _may_be_named(p: Participant, rules: Rules) -> bool:
    return not rules.is_own(p) and p.role is not Role.OWNER and not p.declined and not rules.blocks(p.identity.value)


def _filed(talkers: Iterable[Participant], outside: Iterable[Participant], one: Unlogged) -> Filing | None:
    """Return where an interaction is filed: with those outside who talk in it, else with who has a copy.

    Whoever has a copy names an account of theirs where none of them has a record.
    """
    everybody = _known(outside, one)
    first = next(iter([*_known(talkers, one), *everybody]), None)
    if first is None or first.record:
        return first
    return next((filing for filing in everybody if filing.record and filing.account == first.account), first)


def _known(people: Iterable[Participant], one: Unlogged) -> list[Filing]:
    """Return where people are filed: first those who have a record, then those who have an account only."""
    filings = [filing for p in people if (filing := one.filings.get(p.identity.value))]
    return [filing for filing in filings if filing.record] + [
        filing for filing in filings if filing.account and not filing.record
    ]


def _owner(told: Activity, one: Unlogged, rules: Rules) -> str | None:
    """Return our one who wrote or invited, else the first of ours who was written to or invited."""
    ours = sorted((p for p in told.participants if rules.is_own(p)), key=lambda p: p.role not in _SENDERS)
    filings = (one.filings.get(p.identity.value) for p in ours)
    return next((filing.record for filing in filings if filing and filing.record), None)


def _addresses(told: Activity, roles: Iterable[Role], rules: Rules) -> tuple[str, ...]:
    return tuple(
        p.identity.value
        for p in told.participants
        if p.role in roles and p.identity.kind is IdentityKind.EMAIL and not rules.blocks(p.identity.value)
    )
