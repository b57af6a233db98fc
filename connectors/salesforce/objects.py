"""Which objects are read, which of their fields are asked for at which privacy, and which rows count as living."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.salesforce.translate_people import PersonFields

CASE = "Case"  # read only where the settings say so
ALWAYS = ("Id", "SystemModstamp")
_WORDS = frozenset({"TextBody", "Headers", "Description"})  # fields that hold long texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Rows of another object that belong to an item: `parent` is the field that names the item."""

    name: str
    parent: str
    fields: tuple[str, ...]
    living: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectKind:
    """One object: its fields by privacy level, its relations, and a condition beside not being deleted.

    `merges` is set where the loser of a merge stays readable and points to the winner.
    """

    name: str
    fields: tuple[str, ...]
    at_subject: tuple[str, ...] = ()
    at_full: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    only: tuple[tuple[str, str], ...] = ()  # (field, condition), each where the field exists
    merges: bool = False
    people: bool = False  # every mail and phone field is asked for, custom ones included
    written: bool = False  # rows of it may be ours, which the key that Guardian gave them tells
    needs: tuple[str, ...] = ()  # without these, rows would be about nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """An object as this organisation has it and this user may see it, from its describe."""

    kind: ObjectKind
    fields: tuple[str, ...]
    only: str  # the condition of the rows that are read at all; empty for all
    living: str  # the condition of those that are walked and counted
    relations: tuple[Relation, ...]
    person: PersonFields
    replicates: bool
    worth: bool = False  # opportunities can be read
    key_field: str = ""  # the field that holds the key of what Guardian wrote; empty where there is none

    @property
    def touching(self) -> tuple[tuple[str, str], ...]:
        """The objects whose changes change these items, each with the field that names the item."""
        worth = (("Opportunity", "AccountId"),) if self.worth else ()
        return (*((one.name, one.parent) for one in self.relations), *worth)

    @property
    def digest(self) -> str:
        """What differs when something else is asked for, so that all of it must be read anew."""
        told = (self.fields, self.only, self.living, [(one.name, one.fields) for one in self.relations], self.worth)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    @property
    def has_words(self) -> bool:
        """Whether its rows hold long texts."""
        return not _WORDS.isdisjoint(self.fields)

    @property
    def name(self) -> str:
        """The object's API name."""
        return self.kind.name


_TASK_MAILS = Relation(
    name="EmailMessage",
    parent="ActivityId",
    fields=("Id", "ActivityId", "MessageIdentifier", "MessageDate", "FromAddress", "FromName", "ToAddress",
            "CcAddress", "BccAddress"),
)  # fmt: skip

KINDS: Mapping[str, ObjectKind] = {
    kind.name: kind
    for kind in (
        ObjectKind(name="User", fields=("Name", "Email", "Username", "IsActive")),
        ObjectKind(name="Account", fields=("IsDeleted", "Name", "Website", "OwnerId", "AnnualRevenue")),
        ObjectKind(
            name="Contact",
            fields=("IsDeleted", "MasterRecordId", "Name", "AccountId", "OwnerId", "Title"),
            merges=True,
            people=True,
            needs=("Email", "AccountId"),
        ),
        ObjectKind(
            name="Lead",
            fields=("IsDeleted", "MasterRecordId", "Name", "Company", "OwnerId", "Title", "IsConverted",
                    "ConvertedContactId", "ConvertedAccountId"),
            merges=True,
            people=True,
            needs=("Email",),
        ),
        ObjectKind(
            name="Task",
            fields=("IsDeleted", "ActivityDate", "CompletedDateTime", "CreatedDate", "OwnerId", "WhoId", "WhatId",
                    "AccountId", "TaskSubtype", "Type", "CallType", "CallDisposition", "CallDurationInSeconds",
                    "IsClosed"),
            at_subject=("Subject",),
            at_full=("Description",),
            relations=(
                Relation(name="TaskRelation", parent="TaskId", fields=("Id", "TaskId", "RelationId", "IsWhat")),
                _TASK_MAILS,
            ),
            written=True,
            needs=("OwnerId", "WhoId"),
        ),
        ObjectKind(
            name="Event",
            fields=("IsDeleted", "StartDateTime", "ActivityDateTime", "ActivityDate", "EndDateTime",
                    "DurationInMinutes", "OwnerId", "WhoId", "WhatId", "AccountId", "EventSubtype", "Type",
                    "IsRecurrence", "GroupEventType"),
            at_subject=("Subject",),
            at_full=("Description",),
            relations=(
                Relation(
                    name="EventRelation",
                    parent="EventId",
                    fields=("Id", "EventId", "RelationId", "IsInvitee", "IsWhat", "Status"),
                ),
            ),
            only=(("IsChild", "IsChild = false"),),  # a colleague's copy of an event, which its relations name
            needs=("OwnerId", "WhoId"),
        ),
        ObjectKind(
            name="EmailMessage",
            fields=("IsDeleted", "MessageDate", "CreatedDate", "FromAddress", "FromName", "ToAddress", "CcAddress",
                    "BccAddress", "RelatedToId", "ParentId", "MessageIdentifier", "ThreadIdentifier", "IsBounced"),
            at_subject=("Subject", "Headers"),
            at_full=("TextBody",),
            relations=(
                Relation(
                    name="EmailMessageRelation",
                    parent="EmailMessageId",
                    fields=("Id", "EmailMessageId", "RelationId", "RelationType", "RelationAddress"),
                ),
            ),
            only=(("Status", "Status != '5'"),),  # drafts
            written=True,
            needs=("FromAddress", "ToAddress", "MessageIdentifier"),
        ),
        ObjectKind(
            name=CASE,
            fields=("IsDeleted", "MasterRecordId", "IsClosed", "ClosedDate", "Priority", "Type", "Reason",
                    "AccountId", "ContactId", "SuppliedEmail", "OwnerId", "CreatedDate"),
            at_subject=("Subject",),
            at_full=("Description",),
        ),
    )
}  # fmt: skip


def wanted_fields(kind: ObjectKind, privacy: str) -> tuple[str, ...]:
    """Return the fields that a privacy level asks for; what it forbids is never among them."""
    more = kind.at_subject if privacy in ("subject", "full") else ()
    return (*ALWAYS, *kind.fields, *more, *(kind.at_full if privacy == "full" else ()))


def missing_fields(kind: ObjectKind, describe: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields that the user does not see and without which the object is not read."""
    there = {field["name"] for field in describe["fields"]}
    return tuple(name for name in (*ALWAYS, *kind.needs) if name not in there)


def spared_fields(kind: ObjectKind, describe: Mapping[str, Any], privacy: str) -> tuple[str, ...]:
    """Return the other fields that the user does not see; the object is read without them."""
    there = {field["name"] for field in describe["fields"]}
    return tuple(one for one in wanted_fields(kind, privacy) if one not in {*there, *ALWAYS, *kind.needs})


def shape_of(
    kind: ObjectKind,
    describe: Mapping[str, Any],
    privacy: str,
    related: Mapping[str, Mapping[str, Any]],
    key_field: str = "",
) -> Shape:
    """Return the object's shape from its describe and those of the related objects that this user may query.

    `key_field` is where Guardian writes the key of what it logs; objects without that field have none of it. No
    field may be missing (`missing_fields`).
    """
    there = {field["name"]: field for field in describe["fields"]}
    person = PersonFields(addresses=_of_type(there, "email"), phones=_of_type(there, "phone"))
    own = [name for name in wanted_fields(kind, privacy) if name in there]
    extra = [*person.addresses, *person.phones] if kind.people else []
    key = key_field if kind.written and key_field in there else ""
    return Shape(
        kind=kind,
        fields=tuple(dict.fromkeys([*own, *extra, *([key] if key else [])])),
        only=" AND ".join(_only(kind, there)),
        living=" AND ".join((*_undeleted(kind, there), *_only(kind, there))),
        relations=tuple(
            _present(one, related[one.name])
            for one in kind.relations
            if one.name in related and _can_be_followed(one, related[one.name])
        ),
        person=person,
        replicates=bool(describe.get("replicateable")),
        worth=kind.name == "Account" and "Opportunity" in related,
        key_field=key,
    )


def _only(kind: ObjectKind, there: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(condition for field, condition in kind.only if field in there)


def _undeleted(kind: ObjectKind, there: Mapping[str, Any]) -> tuple[str, ...]:
    if "IsDeleted" not in there:
        return ()
    if kind.merges and "MasterRecordId" in there:
        return ("(IsDeleted = false OR MasterRecordId != null)",)
    return ("IsDeleted = false",)


def _can_be_followed(relation: Relation, describe: Mapping[str, Any]) -> bool:
    """Say whether the user sees what its rows are found by and read in order of change by."""
    return {*ALWAYS, relation.parent} <= {field["name"] for field in describe["fields"]}


def _present(relation: Relation, describe: Mapping[str, Any]) -> Relation:
    there = {field["name"] for field in describe["fields"]}
    fields = tuple(name for name in relation.fields if name in there)
    living = "IsDeleted = false" if "IsDeleted" in there else ""
    return Relation(name=relation.name, parent=relation.parent, fields=fields, living=living)


def _of_type(there: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    return tuple(name for name, field in there.items() if field["type"] == kind and "Fax" not in name)
