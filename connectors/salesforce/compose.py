"""Entries and marks as the fields of Salesforce's records; pure."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from connectors.salesforce.targets import Target
from guardian.domain.activity import Kind
from guardian.ports.write_back import Entry, Mark

LEAD = "00Q"
_SUBTYPES = {Kind.EMAIL: "Email", Kind.CALL: "Call"}
_SENT, _READ = "3", "1"  # EmailMessage.Status
_MAIL_KEY = "mid:"

Fields = dict[str, Any]


def is_mail(entry: Entry) -> bool:
    """Say whether an entry can be a mail of its own: it has a Message-ID, and we know who wrote to whom.

    A mail is filed under an account only; a task names the contact or lead as well.
    """
    names_account_only = entry.account is not None and entry.who is None
    return entry.key.startswith(_MAIL_KEY) and bool(entry.sender and entry.to) and names_account_only


def task_fields(entry: Entry, target: Target, key_field: str, *, status: str, owner: str | None) -> Fields:
    """Return a completed task for what happened; only fields that may be given, none of them empty.

    Salesforce keeps the day only, here the entry's own. A lead's task cannot be filed under an account as well.
    """
    told = {
        key_field: entry.key,
        "Subject": target.cut("Subject", entry.subject),
        "Status": status,
        "ActivityDate": entry.occurred_at.date().isoformat(),
        "TaskSubtype": _SUBTYPES.get(entry.kind),
        "CallDurationInSeconds": entry.duration_s if entry.kind is Kind.CALL else None,
        "WhoId": entry.who,
        "WhatId": None if (entry.who or "").startswith(LEAD) else entry.account,
        "OwnerId": owner,
        "Description": entry.words and target.cut("Description", entry.words),
    }
    return _given(told, target)


def mail_fields(entry: Entry, target: Target, key_field: str) -> Fields:
    """Return a mail as Salesforce keeps one that was sent or received."""
    told = {
        key_field: entry.key,
        "MessageIdentifier": f"<{entry.key.removeprefix(_MAIL_KEY)}>",
        "MessageDate": f"{entry.occurred_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
        "FromAddress": entry.sender,
        "ToAddress": _readers("ToAddress", entry.to, target),
        "CcAddress": _readers("CcAddress", entry.cc, target),
        "Incoming": entry.inbound,
        "Status": _READ if entry.inbound else _SENT,
        "Subject": target.cut("Subject", entry.subject),
        "TextBody": entry.words and target.cut("TextBody", entry.words),
        "RelatedToId": entry.account,
    }
    return _given(told, target)


def mark_fields(mark: Mark, target: Target, *, flag_field: str, next_step_field: str) -> Fields:
    """Return an account's flag, a tick or the state in words as its type wants, and its next step."""
    told: Fields = {}
    if target.takes(flag_field):
        ticked = target.kinds[flag_field] == "boolean"
        told[flag_field] = mark.at_risk if ticked else target.cut(flag_field, mark.state)
    if target.takes(next_step_field):
        told[next_step_field] = target.cut(next_step_field, mark.next_step) or None
    return told


def _readers(field: str, addresses: Sequence[str], target: Target) -> str:
    """Return as many addresses as the field takes: one that is cut would be somebody else's."""
    length, told = target.lengths.get(field, 0), ""
    for address in addresses:
        longer = f"{told}; {address}" if told else address
        if length and len(longer) > length:
            break
        told = longer
    return told


def _given(told: Fields, target: Target) -> Fields:
    return {name: value for name, value in told.items() if value not in (None, "") and target.takes(name)}
