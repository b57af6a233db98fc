"""What strangers write, in a form that every database can keep: no NUL, no half surrogate, no endless id; pure.

Ids that differ stay different: in ids such characters are spelled out, and what is too long for an index ends in the
hash of the whole. In words for people they are dropped or replaced.
"""

import hashlib
import math
from dataclasses import replace

from guardian.domain.activity import Activity, Participant
from guardian.domain.clientele import LONGEST_DOMAIN
from guardian.domain.people import Colleague, Company, Contact
from guardian.ports.connector import DeadLetter, Gone, Page, Present, Record, Scope

LONGEST_ID = 500  # characters; four bytes each still fit a PostgreSQL index entry (2,704 bytes)
LONGEST_NAME = 500
LONGEST_DURATION = 2**31 - 1  # seconds
_KEPT_OF_LONG_ID = 400


def storable_page(page: Page) -> Page:
    """Return the page in a form that any store can keep; the very same page where it is so already."""
    records = tuple(map(_record, page.records))
    dead = tuple(map(_dead_letter, page.dead_letters))
    if records == page.records and dead == page.dead_letters:
        return page
    return replace(page, records=records, dead_letters=dead)


def storable_scope(scope: Scope) -> Scope:
    """Return a scope whose names any store can keep."""
    return Scope(name=_id(scope.name), mailbox=_text(scope.mailbox))


def _id(text: str) -> str:
    if len(text) <= LONGEST_ID and text.isprintable():
        return text
    spelled = text.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()
    if len(spelled) <= LONGEST_ID:
        return spelled
    whole = hashlib.sha256(spelled.encode()).hexdigest()[:32]
    return f"{spelled[:_KEPT_OF_LONG_ID]}#{whole}"


def _key(key: str) -> str:
    # The Message-ID in a key must come out as it does in the references of other mails.
    kind, colon, rest = key.partition(":")
    return f"{kind}{colon}{_id(rest)}"


def _text(text: str) -> str:
    if text.isprintable():
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _name(text: str) -> str:
    return _text(text[:LONGEST_NAME])


def _or_none(text: str | None) -> str | None:
    return None if text is None else _text(text)


def _id_or_none(text: str | None) -> str | None:
    return None if text is None else _id(text)


def _record(record: Record) -> Record:
    match record:
        case Activity():
            return _activity(record)
        case Company():
            return _company(record)
        case Contact():
            return _contact(record)
        case Colleague():
            address = _id_or_none(record.address)
            return Colleague(ref=_id(record.ref), name=_name(record.name), address=address, active=record.active)
        case Gone():
            return Gone(item_id=_id(record.item_id))
        case Present():
            return Present(item_id=_id(record.item_id))


def _activity(one: Activity) -> Activity:
    if _is_fine(one):
        return one
    fine = replace(
        one,
        item_id=_id(one.item_id),
        key=_key(one.key),
        participants=tuple(map(_participant, one.participants)),
        subject=_or_none(one.subject),
        snippet=_or_none(one.snippet),
        thread_refs=tuple(map(_id, one.thread_refs)),
        thread_hint=_id_or_none(one.thread_hint),
        duration_s=None if one.duration_s is None else min(max(one.duration_s, 0), LONGEST_DURATION),
        revision=_id(one.revision),
    )
    return one if fine == one else fine


def _is_fine(one: Activity) -> bool:
    """Say at little cost whether an activity is storable as it is, as nearly all are; False also where in doubt."""
    short = [one.item_id, one.key, one.revision, one.thread_hint or "", *one.thread_refs]
    for p in one.participants:
        short += (p.identity.value, p.name)
    words = "".join((*short, one.subject or "", one.snippet or ""))
    if not words.isprintable() or max(map(len, short)) > min(LONGEST_ID, LONGEST_NAME):
        return False
    return one.duration_s is None or 0 <= one.duration_s <= LONGEST_DURATION


def _participant(one: Participant) -> Participant:
    value, name = _id(one.identity.value), _name(one.name)
    if value == one.identity.value and name == one.name:
        return one
    return replace(one, identity=replace(one.identity, value=value), name=name)


def _company(one: Company) -> Company:
    return replace(
        one,
        ref=_id(one.ref),
        name=_name(one.name),
        domains=tuple(_id(domain) for domain in one.domains if len(domain) <= LONGEST_DOMAIN),
        owner_ref=_id_or_none(one.owner_ref),
        owner_address=_id_or_none(one.owner_address),
        value=one.value if one.value is not None and math.isfinite(one.value) else None,
    )


def _contact(one: Contact) -> Contact:
    return replace(
        one,
        ref=_id(one.ref),
        name=_name(one.name),
        addresses=tuple(map(_id, one.addresses)),
        phones=tuple(map(_id, one.phones)),
        company_ref=_id_or_none(one.company_ref),
        company_name=None if one.company_name is None else _name(one.company_name),
        owner_ref=_id_or_none(one.owner_ref),
        title=_or_none(one.title),
        merged_into=_id_or_none(one.merged_into),
    )


def _dead_letter(one: DeadLetter) -> DeadLetter:
    return replace(one, item_id=_id(one.item_id), why=_text(one.why), about=_id(one.about))
