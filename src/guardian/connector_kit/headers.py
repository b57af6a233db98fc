"""Reading mail header fields: bounded in time and size, never raising, whatever the bytes."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from guardian.connector_kit.encoded_words import decode_words, printable
from guardian.domain.moments import utc

Fields = Sequence[tuple[str, str]]

LONGEST_BLOCK = 1_048_576  # bytes of header that are looked at
MOST_FIELDS = 2_000
LONGEST_FIELD = 65_536

_BLANK_LINE = re.compile(rb"\n\r{0,3}\n|\r\r(?!\n)")
_FIELD = re.compile(r"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_MONTHS = (
    {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
    | {name: n for n, name in enumerate("ene feb mar abr may jun jul ago sep oct nov dic".split(), 1)}
    | {"set": 9}
)
_ZONES = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
_MAIL_DATE = re.compile(
    r"(?:[^\W\d]{2,12}\.?,?\s*)?(\d{1,2})[\s\-./]+([^\W\d]{3})[^\W\d]*\.?[\s\-./]+(\d{4}|\d{2})[,\s]+"
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*([+-]\d{4}|[+-]\d{2}:\d{2}|[A-Za-z]{1,5})?"
)
_UNIX_DATE = re.compile(
    r"[A-Za-z]{3},?\s+([A-Za-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s+"
    r"(?:([+-]\d{4}|[A-Za-z]{1,5})\s+)?(\d{4})(?:\s+([+-]\d{4}))?"
)


def split_mail(raw: bytes) -> tuple[Fields, int]:
    """Return the header fields of a mail (RFC 5322), unfolded, still encoded, and where its body begins.

    Never raises. Lines that are no field are passed over; more than the limits above is not looked at.
    """
    start = 0
    while start < 4096 and raw[start : start + 1] in (b"\r", b"\n"):
        start += 1
    blank = _BLANK_LINE.search(raw, start, start + LONGEST_BLOCK)
    end = blank.start() if blank else min(len(raw), start + LONGEST_BLOCK)
    return header_fields(raw[start:end]), blank.end() if blank else end


def header_fields(block: bytes) -> Fields:
    """Return the fields of a header block in order, each value on one line; 8-bit text as UTF-8 or Windows-1252."""
    fields: list[tuple[str, list[str]]] = []
    for line in _text(block).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in (" ", "\t"):
            if fields:
                fields[-1][1].append(line.strip())
        elif len(fields) < MOST_FIELDS and (field := _FIELD.match(line)):
            fields.append((field.group(1), [field.group(2).strip()]))
    return [(name, " ".join(parts)[:LONGEST_FIELD]) for name, parts in fields]


def every(fields: Fields, name: str) -> list[str]:
    """Return the values of all fields of this name, in order; the name in lower case."""
    return [value for field, value in fields if field.lower() == name]


def first(fields: Fields, name: str) -> str:
    """Return the value of the first field of this name, or an empty string."""
    return next((value for field, value in fields if field.lower() == name), "")


def read_text(value: str) -> str:
    """Return an unstructured field (Subject) as people see it: decoded, on one line, without control characters."""
    return printable(decode_words(value))


def read_date(value: str) -> datetime | None:
    """Return the moment of a Date field as aware UTC, or None when it tells none.

    RFC 5322 with the obsolete zones, Unix `ctime`, ISO 8601, Spanish month names; no zone means UTC; years before
    1970 or after 2199 are no date.
    """
    text = value[:200].strip()
    found = _MAIL_DATE.match(text)
    if found:
        day, month, year, hour, minute, second, zone = found.groups()
        return _moment((year, month, day), (hour, minute, second), zone)
    found = _UNIX_DATE.search(text)
    if found:
        month, day, hour, minute, second, zone, year, late_zone = found.groups()
        return _moment((year, month, day), (hour, minute, second), zone or late_zone)
    return _iso(text)


def received_date(fields: Fields) -> datetime | None:
    """Return when the last server took the mail over (the topmost Received that tells a date), or None."""
    for value in every(fields, "received")[:20]:
        moment = read_date(value.rpartition(";")[2])
        if moment:
            return moment
    return None


def parameter(value: str, name: str) -> str:
    """Return a parameter of a structured field (`boundary`, `charset`, `method`), or an empty string."""
    found = re.search(rf";\s*{name}\*?\s*=\s*(?:\"([^\"]*)\"|([^;\s]+))", value[:LONGEST_FIELD], re.IGNORECASE)
    return (found.group(1) or found.group(2) or "").strip() if found else ""


def _text(block: bytes) -> str:
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError:
        return "\n".join(_line(line) for line in block.split(b"\n"))


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _moment(day: tuple[str, str, str], time: tuple[str, str, str | None], zone: str | None) -> datetime | None:
    year, month = int(day[0]), _MONTHS.get(day[1].lower())
    if not month:
        return None
    if len(day[0]) == 2:
        year += 2000 if year < 70 else 1900
    try:
        moment = datetime(
            year, month, int(day[2]), int(time[0]), int(time[1]), min(int(time[2] or 0), 59), tzinfo=UTC
        )
        return _sane(moment - _offset(zone or ""))
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta:
    if zone[:1] in ("+", "-"):
        digits = zone[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        return timedelta(minutes=minutes if zone[0] == "+" else -minutes) if minutes < 24 * 60 else timedelta()
    return timedelta(hours=_ZONES.get(zone.lower(), 0))


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return _sane(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _sane(moment: datetime) -> datetime | None:
    whole = utc(moment)
    return whole if 1970 <= whole.year < 2200 else None
