"""Calendars as Google and Outlook export them (RFC 5545)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from guardian.sample_company.appointments import Answer, Meeting, Occurrence
from guardian.sample_company.ical_lines import Dialect, dialect_of, escaped, folded, utc_stamp
from guardian.sample_company.people import Person, Rep

_GARBAGE = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:agenda-antigua-1\r\nDTSTART:2024\x00\xff\xfe3T1O\r\nSUMM"
)


def write_calendars(folder: Path, reps: Sequence[Rep], meetings: Sequence[Meeting], today: date) -> list[Path]:
    """Write one calendar a rep, with his holiday in it, and return the paths."""
    paths = []
    for rep in reps:
        own = [meeting for meeting in meetings if rep in meeting.calendars]
        path = folder / f"{rep.key}.ics"
        path.write_bytes(folded(_calendar(rep, own, method="PUBLISH", extra=_holiday(rep, today))))
        paths.append(path)
    return paths


def write_broken_calendar(folder: Path) -> Path:
    """Write what is left of an old calendar after a copy that broke off, and return its path."""
    path = folder / "agenda_antigua.ics"
    path.write_bytes(_GARBAGE)
    return path


def calendar_text(rep: Rep, meeting: Meeting, *, method: str) -> str:
    """Return a calendar object with one meeting, with LF line ends, as it travels in a mail (RFC 5546)."""
    return folded(_calendar(rep, [meeting], method=method)).decode().replace("\r\n", "\n")


def _calendar(rep: Rep, meetings: Sequence[Meeting], *, method: str, extra: Sequence[str] = ()) -> Iterator[str]:
    dialect = dialect_of(rep.person)
    yield from ("BEGIN:VCALENDAR", f"PRODID:{dialect.value}", "VERSION:2.0", "CALSCALE:GREGORIAN", f"METHOD:{method}")
    if method == "PUBLISH":
        yield from (f"X-WR-CALNAME:{rep.person.address}", f"X-WR-TIMEZONE:{rep.zone.name}")
    zones = dict.fromkeys([rep.zone, *(meeting.calendars[0].zone for meeting in meetings)])
    for zone in zones:
        yield from dialect.zone_lines(zone)
    for meeting in meetings:
        yield from _meeting_lines(meeting, dialect)
    yield from (*extra, "END:VCALENDAR")


def _meeting_lines(meeting: Meeting, dialect: Dialect) -> Iterator[str]:
    """Yield the meeting, then the dates of a series that differ from its rule."""
    yield from _event_lines(meeting, meeting.occurrences[0], dialect, exception=False)
    if meeting.every_weeks:
        for one in meeting.occurrences:
            if one.cancelled or one.start != one.planned:
                yield from _event_lines(meeting, one, dialect, exception=True)


def _event_lines(meeting: Meeting, when: Occurrence, dialect: Dialect, *, exception: bool) -> Iterator[str]:
    zone, series = meeting.calendars[0].zone, bool(meeting.every_weeks)
    end = when.start + timedelta(minutes=meeting.minutes)
    cancelled = when.cancelled and (exception or not series)
    yield from ("BEGIN:VEVENT", f"UID:{meeting.uid}", f"DTSTAMP:{utc_stamp(when.planned - timedelta(days=7))}")
    yield f"DTSTART{dialect.moment(when.start, zone, in_series=series)}"
    yield f"DTEND{dialect.moment(end, zone, in_series=series)}"
    if exception:
        yield f"RECURRENCE-ID{dialect.moment(when.planned, zone, in_series=True)}"
    elif series:
        yield f"RRULE:FREQ=WEEKLY;INTERVAL={meeting.every_weeks};COUNT={len(meeting.occurrences)}"
    yield from (f"SUMMARY:{escaped(meeting.title)}", f"LOCATION:{escaped(meeting.place)}")
    yield from (f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}", f"SEQUENCE:{int(exception or cancelled)}")
    yield from _people_lines(meeting)
    if dialect is Dialect.OUTLOOK:
        yield "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"
    yield "END:VEVENT"


def _people_lines(meeting: Meeting) -> Iterator[str]:
    yield f"ORGANIZER;CN={_quoted(meeting.organizer)}:mailto:{meeting.organizer.address}"
    for person, answer in ((meeting.organizer, Answer.ACCEPTED), *meeting.guests):
        role = f"CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={answer}"
        yield f"ATTENDEE;{role};CN={_quoted(person)}:mailto:{person.address}"


def _holiday(rep: Rep, today: date) -> list[str]:
    """Return an all-day entry without guests: a week off, half a year ago."""
    first = today - timedelta(days=180)
    return [
        "BEGIN:VEVENT",
        f"UID:vacaciones-{rep.key}@acme.example",
        f"DTSTAMP:{first:%Y%m%d}T080000Z",
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{first + timedelta(days=7):%Y%m%d}",
        f"SUMMARY:{'Vacaciones' if rep.person.region.language == 'es' else 'Annual leave'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _quoted(person: Person) -> str:
    return f'"{person.name}"'
