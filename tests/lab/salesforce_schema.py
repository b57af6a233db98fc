"""What the objects of the lab's organisation are like: the truth that queries are checked against."""

from collections.abc import Mapping
from typing import Any

SYSTEM = {"Id": "id", "IsDeleted": "boolean", "CreatedDate": "datetime", "SystemModstamp": "datetime"}
PERSON = {
    "MasterRecordId": "reference",
    "LastName": "string",
    "FirstName": "string",
    "Name": "string",
    "Title": "string",
    "Email": "email",
    "Phone": "phone",
    "MobilePhone": "phone",
    "Fax": "phone",
    "OwnerId": "reference",
    "Second_Address__c": "email",
    "MailingAddress": "address",
}
ACTIVITY = {
    "OwnerId": "reference",
    "WhoId": "reference",
    "WhatId": "reference",
    "AccountId": "reference",
    "Subject": "string",
    "Description": "textarea",
    "Type": "string",
    "ActivityDate": "date",
    "IsArchived": "boolean",
    "IsRecurrence": "boolean",
}

FIELDS: Mapping[str, Mapping[str, str]] = {
    "Organization": {"Id": "id", "Name": "string", "IsSandbox": "boolean"},
    "UserPermissionAccess": {"Id": "id", "PermissionsViewAllData": "boolean"},
    "User": {key: kind for key, kind in SYSTEM.items() if key != "IsDeleted"}
    | {"Name": "string", "Email": "email", "Username": "string", "IsActive": "boolean"},
    "Account": SYSTEM
    | {
        "MasterRecordId": "reference",
        "Name": "string",
        "Website": "url",
        "OwnerId": "reference",
        "AnnualRevenue": "currency",
        "BillingAddress": "address",
    },
    "Contact": SYSTEM | PERSON | {"AccountId": "reference"},
    "Lead": SYSTEM
    | PERSON
    | {
        "Company": "string",
        "IsConverted": "boolean",
        "ConvertedContactId": "reference",
        "ConvertedAccountId": "reference",
    },
    "Opportunity": SYSTEM
    | {"AccountId": "reference", "Amount": "currency", "IsWon": "boolean", "CloseDate": "date", "Name": "string"},
    "Task": SYSTEM
    | ACTIVITY
    | {
        "CompletedDateTime": "datetime",
        "TaskSubtype": "picklist",
        "CallType": "picklist",
        "CallDisposition": "string",
        "CallDurationInSeconds": "int",
        "IsClosed": "boolean",
        "Status": "picklist",
    },
    "Event": SYSTEM
    | ACTIVITY
    | {
        "StartDateTime": "datetime",
        "EndDateTime": "datetime",
        "ActivityDateTime": "datetime",
        "DurationInMinutes": "int",
        "EventSubtype": "picklist",
        "IsChild": "boolean",
        "IsRecurrence2": "boolean",
    },
    "EmailMessage": SYSTEM
    | {
        "ActivityId": "reference",
        "ParentId": "reference",
        "RelatedToId": "reference",
        "MessageDate": "datetime",
        "FromAddress": "email",
        "FromName": "string",
        "ToAddress": "string",
        "CcAddress": "string",
        "BccAddress": "string",
        "Subject": "string",
        "TextBody": "textarea",
        "HtmlBody": "textarea",
        "Headers": "textarea",
        "MessageIdentifier": "string",
        "ThreadIdentifier": "string",
        "Status": "picklist",
        "IsBounced": "boolean",
    },
    "TaskRelation": SYSTEM | {"TaskId": "reference", "RelationId": "reference", "IsWhat": "boolean"},
    "EventRelation": SYSTEM
    | {
        "EventId": "reference",
        "RelationId": "reference",
        "IsWhat": "boolean",
        "IsInvitee": "boolean",
        "Status": "picklist",
    },
    "EmailMessageRelation": SYSTEM
    | {
        "EmailMessageId": "reference",
        "RelationId": "reference",
        "RelationType": "picklist",
        "RelationAddress": "string",
    },
}

PREFIXES = {
    "Organization": "00D",
    "UserPermissionAccess": "0UP",
    "User": "005",
    "Account": "001",
    "Contact": "003",
    "Lead": "00Q",
    "Opportunity": "006",
    "Task": "00T",
    "Event": "00U",
    "EmailMessage": "02s",
    "TaskRelation": "0RT",
    "EventRelation": "0RE",
    "EmailMessageRelation": "0RR",
}
COMPOUND = frozenset({"address", "location"})  # the Bulk API refuses these
UNFILTERABLE = frozenset({"textarea", "address", "location"})
REPLICATED = frozenset({"Account", "Contact", "Lead", "Opportunity", "Task", "Event", "EmailMessage", "User"})

_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def describe(name: str, hidden: frozenset[str]) -> dict[str, Any]:
    """Return an object's describe as a user sees it who may not see the `hidden` fields."""
    fields = [
        {"name": field, "type": kind, "filterable": kind not in UNFILTERABLE, "custom": field.endswith("__c")}
        for field, kind in FIELDS[name].items()
        if field not in hidden
    ]
    return {
        "name": name,
        "keyPrefix": PREFIXES[name],
        "queryable": True,
        "replicateable": name in REPLICATED,
        "fields": fields,
    }


def new_id(name: str, number: int) -> str:
    """Return the 18-character id of a record: prefix, pod and number in base 62, and the case of the letters."""
    digits = ""
    for _ in range(10):
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    short = f"{PREFIXES[name]}xY{digits}"
    return short + "".join(_letter(short[at : at + 5]) for at in (0, 5, 10))


def _letter(five: str) -> str:
    return _SUFFIX[sum(2**place for place, letter in enumerate(five) if letter in _UPPER)]
