"""The Graph schema as the vendor's reference has it (v1.0), as far as the lab speaks it; kept by hand.

Requests are checked against it (`checked_select`), and so are the lab's own rows (`checked_row`), so that the lab
cannot drift into agreeing with a connector's mistakes.
"""

from collections.abc import Mapping
from typing import Any

_ITEM = "id changeKey categories createdDateTime lastModifiedDateTime"
PROPERTIES: Mapping[str, frozenset[str]] = {
    kind: frozenset(f"{names} {_ITEM if kind in ('message', 'event', 'contact') else 'id'}".split())
    for kind, names in {
        "message": """
            receivedDateTime sentDateTime hasAttachments internetMessageId internetMessageHeaders subject body
            bodyPreview importance parentFolderId sender from toRecipients ccRecipients bccRecipients replyTo
            conversationId conversationIndex uniqueBody isDeliveryReceiptRequested isReadReceiptRequested isRead
            isDraft webLink inferenceClassification flag
        """,
        "event": """
            originalStartTimeZone originalEndTimeZone responseStatus iCalUId reminderMinutesBeforeStart isReminderOn
            hasAttachments subject body bodyPreview importance sensitivity start originalStart end location locations
            isAllDay isCancelled isOrganizer recurrence responseRequested seriesMasterId showAs type attendees
            organizer webLink onlineMeetingUrl isOnlineMeeting onlineMeetingProvider allowNewTimeProposals
            transactionId hideAttendees onlineMeeting isDraft cancelledOccurrences
        """,
        "contact": """
            parentFolderId birthday fileAs displayName givenName initials middleName nickName surname title
            yomiGivenName yomiSurname yomiCompanyName generation emailAddresses imAddresses jobTitle companyName
            department officeLocation profession businessHomePage assistantName manager homePhones mobilePhone
            businessPhones homeAddress businessAddress otherAddress spouseName personalNotes children
        """,
        "mailFolder": "displayName parentFolderId childFolderCount unreadItemCount totalItemCount isHidden",
        "contactFolder": "displayName parentFolderId",
        "user": "displayName mail userPrincipalName accountEnabled userType proxyAddresses otherMails jobTitle",
    }.items()
}
DEFAULT_MESSAGE = PROPERTIES["message"] - {"internetMessageHeaders", "uniqueBody"}
# What `Mail.ReadBasic` shows of a message: everything but its words, attachments and extended properties.
BODY = frozenset({"body", "bodyPreview", "uniqueBody"})
WELL_KNOWN = "inbox sentitems drafts deleteditems junkemail archive outbox conversationhistory syncissues".split()


class Unknown(Exception):
    """A request names what the schema does not have."""


def checked_select(kind: str, select: str | None) -> frozenset[str] | None:
    """Return the properties that $select names, or None without it; Unknown names the first that does not exist."""
    if select is None:
        return None
    wanted = frozenset(one.strip() for one in select.split(","))
    for name in sorted(wanted):
        if name not in PROPERTIES[kind]:
            raise Unknown(f"Could not find a property named '{name}' on type 'microsoft.graph.{kind}'.")
    return wanted | {"id"}


def checked_row(kind: str, row: Mapping[str, Any], select: frozenset[str] | None) -> dict[str, Any]:
    """Return a row with the selected properties only."""
    strange = {name for name in row if not name.startswith("@")} - PROPERTIES[kind]
    assert not strange, f"the lab made up {strange} of {kind}"
    chosen = select if select is not None else PROPERTIES[kind]
    return {name: value for name, value in row.items() if name in chosen or name.startswith("@")}


def recipient(address: str, name: str = "") -> dict[str, Any]:
    """Return a recipient as Graph writes it."""
    return {"emailAddress": {"name": name or address, "address": address}}
