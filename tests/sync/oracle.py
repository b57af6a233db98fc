"""What a timeline must be, told a second time and as simply as can be: no pages, no cursors, no tables."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from guardian.domain.activity import Activity, Role, Signal
from guardian.domain.people import Company

OURS = "acme.example"
QUIET = {Signal.BULK, Signal.AUTO_REPLY}
FREE_MAIL = "gmail.com"
Copy = tuple[str, str]  # mailbox, item id


def domain(address: str) -> str:
    return address.split("@")[1]


def sender(mail: Activity) -> str:
    return next(p.identity.value for p in mail.participants if p.role is Role.FROM)


def readers(mail: Activity) -> list[str]:
    return [p.identity.value for p in mail.participants if p.role is not Role.FROM]


def is_internal(mail: Activity) -> bool:
    return all(domain(p.identity.value) == OURS for p in mail.participants)


def same_mail(one: Activity, other: Activity) -> bool:
    return sender(one) == sender(other) or abs(one.occurred_at - other.occurred_at) <= timedelta(days=1)


def interactions(mails: Mapping[Copy, Activity]) -> list[dict[Copy, Activity]]:
    """Return the copies of each real-world mail: same key, and linked by sender or day."""
    found: list[dict[Copy, Activity]] = []
    for copy, mail in mails.items():
        joined = {copy: mail}
        rest = []
        for group in found:
            if any(mail.key == other.key and same_mail(mail, other) for other in group.values()):
                joined |= group
            else:
                rest.append(group)
        found = [*rest, joined]
    return found


def timeline(boxes: Mapping[str, Mapping[str, Activity | Company]]) -> dict[str, Any]:
    """Return what the items that the mailboxes hold now must look like as a timeline."""
    every = {(box, item_id): item for box, items in boxes.items() for item_id, item in items.items()}
    mails = {place: item for place, item in every.items() if isinstance(item, Activity) and not is_internal(item)}
    groups = interactions(mails)
    companies = {d: item.name for item in every.values() if isinstance(item, Company) for d in item.domains}
    met = {
        p.identity.value
        for group in groups
        if not any(mail.signals & QUIET for mail in group.values())
        for mail in group.values()
        for p in mail.participants
        if domain(p.identity.value) != OURS
    }
    clients = {address: name_of(address, companies) for address in met}
    known = lambda address: clients.get(address) or name_at(address, companies, met)  # noqa: E731
    return {
        "excluded": sorted(
            item_id for (_, item_id), item in every.items() if isinstance(item, Activity) and is_internal(item)
        ),
        "interactions": sorted(tell(group, known) for group in groups),
        "clients": sorted({*clients.values(), *companies.values()}),
        "owners": owners(groups, clients),
    }


def name_of(address: str, companies: Mapping[str, str]) -> str:
    where = domain(address)
    return companies.get(where) or (address if where == FREE_MAIL else where.split(".")[0].capitalize())


def name_at(address: str, companies: Mapping[str, str], met: Iterable[str]) -> str | None:
    """Return the client of an address that only machines or mailings showed, if its company is one."""
    where = domain(address)
    if where in companies:
        return companies[where]
    return name_of(address, {}) if where != FREE_MAIL and where in map(domain, met) else None


def tell(group: Mapping[Copy, Activity], known: Any) -> tuple[Any, ...]:
    mails = list(group.values())
    seats = {(p.identity.value, str(p.role)) for mail in mails for p in mail.participants}
    names = {known(address) for address, _ in seats if domain(address) != OURS}
    senders = [address for address, role in seats if role == "from"]
    return (
        mails[0].key,
        min(mail.occurred_at for mail in mails),
        "out" if any(domain(one) == OURS for one in senders) else "in",
        tuple(sorted(seats)),
        tuple(sorted(group)),
        tuple(sorted(name for name in names if name)),
    )


def owners(groups: Iterable[Mapping[Copy, Activity]], clients: Mapping[str, str]) -> dict[str, str]:
    """Return who of ours deals most with each client; every interaction counts once for each pair that took part."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for group in groups:
        mails = list(group.values())
        if any(mail.signals & QUIET for mail in mails):
            continue
        people = {(p.identity.value, p.role) for mail in mails for p in mail.participants}
        ours = {one for one, role in people if domain(one) == OURS and role in (Role.FROM, Role.TO)}
        for client in {clients[one] for one, _ in people if domain(one) != OURS}:
            counted[client].update(ours)
    return {name: min(c, key=lambda one: (-c[one], one)) for name, c in counted.items() if c}
