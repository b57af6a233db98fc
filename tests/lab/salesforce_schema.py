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
        "Guardian_At_Risk__c": "boolean",
        "Guardian_State__c": "string",
        "Guardian_Next_Step__c": "string",
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
        "Guardian_Key__c": "string",
    },
    "TaskStatus": {
        "Id": "id",
        "ApiName": "string",
        "MasterLabel": "string",
        "IsClosed": "boolean",
        "IsDefault": "boolean",
        "SortOrder": "int",
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
        "GroupEventType": "picklist",
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
        "Incoming": "boolean",
        "Guardian_Key__c": "string",
    },
    "Case": SYSTEM
    | {
        "MasterRecordId": "reference",
        "CaseNumber": "string",
        "Subject": "string",
        "Description": "textarea",
        "Status": "picklist",
        "IsClosed": "boolean",
        "ClosedDate": "datetime",
        "Priority": "picklist",
        "Type": "picklist",
        "Reason": "picklist",
        "Origin": "picklist",
        "AccountId": "reference",
        "ContactId": "reference",
        "SuppliedEmail": "email",
        "OwnerId": "reference",
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

DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "Task": {"TaskSubtype": "Task"},
    "Event": {"EventSubtype": "Event", "GroupEventType": "0"},
}
"""What fields say of records for which nobody gave anything else."""

PREFIXES = {
    "Organization": "00D",
    "UserPermissionAccess": "0UP",
    "User": "005",
    "Account": "001",
    "Contact": "003",
    "Lead": "00Q",
    "Opportunity": "006",
    "Task": "00T",
    "TaskStatus": "01T",
    "Event": "00U",
    "EmailMessage": "02s",
    "Case": "500",
    "TaskRelation": "0RT",
    "EventRelation": "0RE",
    "EmailMessageRelation": "0RR",
}
COMPOUND = frozenset({"address", "location"})  # the Bulk API refuses these
UNFILTERABLE = frozenset({"textarea", "address", "location"})
REPLICATED = frozenset({"Account", "Contact", "Lead", "Opportunity", "Task", "Event", "EmailMessage", "Case", "User"})

ON_REQUEST = frozenset(
    {
        "Task.Guardian_Key__c",
        "EmailMessage.Guardian_Key__c",
        "Account.Guardian_At_Risk__c",
        "Account.Guardian_State__c",
        "Account.Guardian_Next_Step__c",
    }
)
"""Custom fields that are there once an admin has made them (`Org.make_field`)."""

EXTERNAL_IDS = frozenset({"Guardian_Key__c"})
LENGTHS: Mapping[str, int] = {
    "Subject": 255,
    "Description": 32_000,
    "Guardian_Key__c": 255,
    "Guardian_State__c": 40,
    "Guardian_Next_Step__c": 120,
    "MessageIdentifier": 765,
}
_BOTH = frozenset({"create", "update"})
_ONCE = frozenset({"create"})
WRITABLE: Mapping[str, Mapping[str, frozenset[str]]] = {
    "Task": dict.fromkeys(
        ("OwnerId", "WhoId", "WhatId", "Subject", "Description", "Type", "ActivityDate", "Status", "CallType",
         "CallDisposition", "CallDurationInSeconds", "Guardian_Key__c"),
        _BOTH,
    )
    | {"TaskSubtype": _ONCE},
    "EmailMessage": dict.fromkeys(
        ("MessageDate", "FromAddress", "FromName", "ToAddress", "CcAddress", "BccAddress", "Subject", "TextBody",
         "HtmlBody", "Headers", "MessageIdentifier", "ThreadIdentifier", "Status", "Incoming", "RelatedToId",
         "Guardian_Key__c"),
        _ONCE,
    ),
    "Account": dict.fromkeys(
        ("Name", "Website", "OwnerId", "AnnualRevenue", "Guardian_At_Risk__c", "Guardian_State__c",
         "Guardian_Next_Step__c"),
        _BOTH,
    ),
}  # fmt: skip
"""Which fields may be given when a record is made, and which may be changed afterwards."""

_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def describe(name: str, hidden: frozenset[str], locked: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return an object's describe as a user sees it who may not see the `hidden` fields, nor write the `locked` ones.

    An empty name among the `locked` is the object itself.
    """
    fields = [
        {
            "name": field,
            "type": kind,
            "length": LENGTHS.get(field, 255) if kind in ("string", "textarea", "picklist", "email") else 0,
            "filterable": kind not in UNFILTERABLE,
            "custom": field.endswith("__c"),
            "externalId": field in EXTERNAL_IDS,
            "createable": may(name, field, "create", locked),
            "updateable": may(name, field, "update", locked),
        }
        for field, kind in FIELDS[name].items()
        if field not in hidden
    ]
    return {
        "createable": any(field["createable"] for field in fields),
        "updateable": any(field["updateable"] for field in fields),
        "name": name,
        "keyPrefix": PREFIXES[name],
        "queryable": True,
        "replicateable": name in REPLICATED,
        "fields": fields,
    }


def may(name: str, field: str, do: str, locked: frozenset[str] = frozenset()) -> bool:
    """Say whether a field can be given (`create`) or changed (`update`) by a user for whom some are locked."""
    return do in WRITABLE.get(name, {}).get(field, ()) and not locked & {"", field}


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
