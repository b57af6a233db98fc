"""The keys that make many copies one interaction, and the ids that make many records one person."""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from guardian.domain.marks import in_form

CRM, CALENDAR = "sf:", "ical:"  # how the keys of CRM activities and of meetings in calendars begin
_COMMENT = re.compile(r"\([^()]*\)")
_ID_IN_BRACKETS = re.compile(r"<\s*([^<>\s]+)\s*>")
_REPLY_PREFIX = re.compile(
    r"^\s*+(?:(?:re|rv|fw|fwd|aw|wg|tr|sv|vs|ref|enc|res)\s*+(?:\[\d++\]\s*+)?:|\[[^\]]{1,40}\])\s*",
    re.IGNORECASE,
)
_SF_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def clean_message_id(header: str) -> str | None:
    """Return a Message-ID as Guardian compares it, or None when the header holds none.

    Unfolded, comments and angle brackets stripped, the domain part in lower case, the left part as is
    (RFC 5322 3.6.4; senders and gateways add and drop the brackets).
    """
    text = re.sub(r"[\r\n\t\x00]+", " ", header)
    bracketed = _ID_IN_BRACKETS.search(text)
    if not bracketed:
        text = _COMMENT.sub("", text)
    bare = bracketed.group(1) if bracketed else "".join(text.strip().strip("<>").split())
    left, at, domain = bare.rpartition("@")
    return (f"{left}@{domain.lower()}" if at else bare) or None


def message_ids(header: str) -> tuple[str, ...]:
    """Return every Message-ID of a References or In-Reply-To header, in order, without repeats."""
    found = _ID_IN_BRACKETS.findall(re.sub(r"[\r\n\t\x00]+", " ", header))
    return tuple(dict.fromkeys(clean for raw in found if (clean := clean_message_id(f"<{raw}>"))))


def mail_key(message_id: str | None, fingerprint: str) -> str:
    """Return the key of a mail: `mid:` and the Message-ID, or `fp:` and the fingerprint where it has none."""
    clean = clean_message_id(message_id) if message_id else None
    return f"mid:{clean}" if clean else f"fp:{fingerprint}"


def fingerprint(*, sender: str, recipients: Iterable[str], sent_at: datetime, subject: str, body: str) -> str:
    """Return what identifies a mail without Message-ID: who, to whom, when, about what, and how it begins."""
    parts = (
        sender,
        ",".join(sorted(recipients)),
        sent_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S"),
        plain_subject(subject),
        "".join(body.split())[:512],
    )
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def plain_subject(subject: str) -> str:
    """Return a subject without reply and forward marks, case and repeated blanks: what threads share."""
    text = in_form("NFKC", subject)
    for _ in range(20):
        shorter = _REPLY_PREFIX.sub("", text, count=1)
        if shorter == text:
            break
        text = shorter
    return " ".join(text.split()).casefold()


def meeting_key(series_uid: str, original_start: datetime | None) -> str:
    """Return the key of one occurrence of a meeting: series UID and original start in UTC, or `single`."""
    when = original_start.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") if original_start else "single"
    return f"{CALENDAR}{series_uid.strip()}/{when}"


def crm_key(org_id: str, record_id: str) -> str:
    """Return the key of a CRM activity: organisation and 18-character record id."""
    return f"{CRM}{org_id}/{long_crm_id(record_id)}"


def is_crm_id(text: str) -> bool:
    """Say whether a text looks like the id of a Salesforce record, of whatever object."""
    return len(text) in (15, 18) and text.isascii() and text.isalnum()


def long_crm_id(record_id: str) -> str:
    """Return the 18-character, case-safe form of a 15-character Salesforce id; other ids stay as they are."""
    bare = record_id.strip()
    if len(bare) != 15 or not bare.isalnum():
        return bare
    chunks = (bare[i : i + 5] for i in (0, 5, 10))
    return bare + "".join(_SF_ALPHABET[sum(1 << i for i, c in enumerate(chunk) if c.isupper())] for chunk in chunks)


def normalise_phone(text: str) -> str | None:
    """Return a phone number as digits with a leading + where the country is given, or None when too short."""
    digits = re.sub(r"\D", "", text)
    if len(digits) < 7 or len(digits) > 15:
        return None
    if text.strip().startswith("+"):
        return f"+{digits}"
    return f"+{digits[2:]}" if text.strip().startswith("00") else digits
