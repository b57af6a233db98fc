"""Calendars, CRM tables, address books and the mails about to be sent."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import icalendar
import pytest
from dateutil.rrule import rrulestr

from guardian.domain.identity import clean_message_id
from guardian.domain.verdict import Action
from guardian.sample_company.clients import Story
from guardian.sample_company.company import write_company
from guardian.sample_company.facts import SampleCompany
from guardian.sample_company.zones import CHICAGO, LONDON, MADRID, MEXICO_CITY, Zone


def table(sample: SampleCompany, name: str) -> list[dict[str, str]]:
    with (sample.exports / "crm" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if None not in row.values()]


def events(path: Path) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(path.read_bytes())
    return [one for one in calendar.walk("VEVENT") if isinstance(one, icalendar.Event)]


def good_calendars(sample: SampleCompany) -> list[Path]:
    return [path for path in sample.paths if path.suffix == ".ics" and path not in sample.broken]


def test_the_same_day_and_seed_write_the_same_bytes(tmp_path: Path) -> None:
    first = write_company(tmp_path / "a", today=date(2026, 5, 4), seed=11)
    second = write_company(tmp_path / "b", today=date(2026, 5, 4), seed=11)
    assert contents(first.folder) == contents(second.folder)
    assert first.clients == second.clients


def test_another_seed_tells_the_same_stories_in_other_words(tmp_path: Path) -> None:
    first = write_company(tmp_path / "a", today=date(2026, 5, 4), seed=11)
    second = write_company(tmp_path / "b", today=date(2026, 5, 4), seed=12)
    assert contents(first.folder) != contents(second.folder)
    assert [(one.name, one.story) for one in first.clients] == [(one.name, one.story) for one in second.clients]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_named_path_exists_below_exports(sample: SampleCompany) -> None:
    for path in sample.paths:
        assert path.exists()
        assert path.is_relative_to(sample.exports)
    assert not sample.outgoing.is_relative_to(sample.exports)


def test_calendars_show_series_exceptions_cancellations_and_a_refusal(sample: SampleCompany) -> None:
    found = [event for path in good_calendars(sample) for event in events(path)]
    assert sum("RRULE" in event for event in found) >= 6
    assert any("RECURRENCE-ID" in event and event["STATUS"] == "CANCELLED" for event in found)
    assert any("RECURRENCE-ID" in event and event["STATUS"] == "CONFIRMED" for event in found)
    assert any("RECURRENCE-ID" not in event and event.get("STATUS") == "CANCELLED" for event in found)
    declined = [event for event in found if b"PARTSTAT=DECLINED" in event.to_ical().replace(b"\r\n ", b"")]
    assert any("chema@elyunque.example" in str(event.get("ATTENDEE")) for event in declined)


def test_the_meetings_held_can_be_recounted_from_the_calendars(sample: SampleCompany) -> None:
    midnight = datetime.combine(sample.today, time(), UTC)
    held = set()
    for path in good_calendars(sample):
        by_uid: dict[str, list[icalendar.Event]] = {}
        for event in events(path):
            by_uid.setdefault(str(event["UID"]), []).append(event)
        for uid, versions in by_uid.items():
            held |= {(uid, start) for start in _starts(versions) if start < midnight}
    assert len(held) == sample.meetings


def _starts(versions: list[icalendar.Event]) -> list[datetime]:
    """Return when somebody from outside met us: the series expanded, exceptions put in place."""
    master = next(event for event in versions if "RECURRENCE-ID" not in event)
    if "ATTENDEE" not in master or not _outsiders(master):
        return []
    starts: dict[datetime, datetime | None] = {}
    begin = master.decoded("DTSTART")
    if "RRULE" in master:
        raw = master["RRULE"].to_ical()
        rule = raw if isinstance(raw, str) else bytes(raw).decode()
        starts = {one.astimezone(UTC): one.astimezone(UTC) for one in rrulestr(rule, dtstart=begin)}
    else:
        starts = {begin.astimezone(UTC): None if master["STATUS"] == "CANCELLED" else begin.astimezone(UTC)}
    for event in versions:
        if "RECURRENCE-ID" in event:
            planned = event.decoded("RECURRENCE-ID").astimezone(UTC)
            assert planned in starts
            moved = event.decoded("DTSTART").astimezone(UTC)
            starts[planned] = None if event["STATUS"] == "CANCELLED" else moved
    return [start for start in starts.values() if start]


def _outsiders(event: icalendar.Event) -> list[str]:
    people = event["ATTENDEE"] if isinstance(event["ATTENDEE"], list) else [event["ATTENDEE"]]
    coming = [str(one) for one in people if one.params.get("PARTSTAT") != "DECLINED"]
    return [one for one in coming if not one.endswith("@acme.example")]


def test_a_meeting_of_the_crm_stands_in_a_calendar_too(sample: SampleCompany) -> None:
    starts = {
        (str(event["UID"]), event.decoded("DTSTART").astimezone(UTC))
        for path in good_calendars(sample)
        for event in events(path)
        if isinstance(event.decoded("DTSTART"), datetime)
    }
    rows = table(sample, "Event")
    assert len(rows) >= 3
    for row in rows:
        assert (row["ICalUID__c"], datetime.fromisoformat(row["StartDateTime"])) in starts


def test_some_crm_mails_lie_in_the_mailboxes_and_some_only_there(
    sample: SampleCompany, mails: Mapping[str, list[EmailMessage]]
) -> None:
    known = {clean_message_id(str(mail["Message-ID"])) for box in mails.values() for mail in box}
    rows = [clean_message_id(row["MessageIdentifier"]) for row in table(sample, "EmailMessage")]
    assert sum(one not in known for one in rows) == sample.crm_only_mails > 0
    assert sum(one in known for one in rows) > 15


def test_crm_rows_point_to_rows_that_exist(sample: SampleCompany) -> None:
    accounts = {row["Id"] for row in table(sample, "Account")}
    contacts = {row["Id"] for row in table(sample, "Contact")}
    users = {row["Id"] for row in table(sample, "User")}
    assert len(accounts) == len(sample.clients)
    for name in ("Task", "Event"):
        for row in table(sample, name):
            assert row["AccountId"] in accounts
            assert row["WhoId"] in contacts
            assert row["OwnerId"] in users
    ids = [
        row["Id"]
        for name in ("Account", "Contact", "Lead", "Task", "Event", "EmailMessage")
        for row in table(sample, name)
    ]
    assert len(ids) == len(set(ids))
    assert all(len(one) == 18 for one in ids)


def test_calls_are_counted_and_one_lead_is_converted(sample: SampleCompany) -> None:
    calls = [row for row in table(sample, "Task") if row["TaskSubtype"] == "Call"]
    assert len(calls) == sample.calls
    assert any(row["CallDurationInSeconds"] == "0" for row in calls)
    assert [row["IsConverted"] for row in table(sample, "Lead")] == ["true", "false"]


def test_tables_hold_quoted_line_breaks_and_accents(sample: SampleCompany) -> None:
    rows = table(sample, "Account")
    assert any("\n" in row["BillingStreet"] for row in rows)
    assert any("Ó" in row["Name"] for row in rows)


def test_one_row_and_one_calendar_are_broken(sample: SampleCompany) -> None:
    calendar, tasks = sample.broken
    with pytest.raises(ValueError, match=r".*"):
        icalendar.Calendar.from_ical(calendar.read_bytes())
    with tasks.open(encoding="utf-8", newline="") as file:
        short = [row for row in csv.DictReader(file) if None in row.values()]
    assert len(short) == 1


def test_the_outlook_contacts_are_utf16_with_semicolons_and_days_first(sample: SampleCompany) -> None:
    raw = (sample.exports / "contacts" / "contactos_outlook.csv").read_bytes()
    assert raw.startswith(b"\xff\xfe")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-16")), delimiter=";"))
    assert all(datetime.strptime(row["Cumpleaños"], "%d/%m/%Y").replace(tzinfo=UTC) for row in rows)
    assert {row["Dirección de correo electrónico"] for row in rows} >= {"chema@elyunque.example"}


def test_vcards_come_in_both_versions_and_fold_at_75_octets(sample: SampleCompany) -> None:
    three, four = (sample.exports / "contacts" / f"{who}.vcf" for who in ("lucia.ferrer", "emma.whitfield"))
    assert b"VERSION:3.0\r\n" in three.read_bytes()
    assert b"VERSION:4.0\r\n" in four.read_bytes()
    folded = [*three.read_bytes().split(b"\r\n"), *good_calendars(sample)[0].read_bytes().split(b"\r\n")]
    assert max(map(len, folded)) <= 75


def test_held_drafts_have_a_client_among_their_readers(sample: SampleCompany) -> None:
    domains = {one.domain for one in sample.clients if one.domain}
    assert [one.draft.action for one in sample.drafts].count(Action.HOLD) == 4
    for one in sample.drafts:
        mail = message_from_bytes(one.path.read_bytes(), policy=policy.default)
        readers = getaddresses([str(mail[name]) for name in ("To", "Cc") if mail[name]])
        clients = {address.partition("@")[2] for _, address in readers} & domains
        assert clients or one.draft.file.startswith("08")
        assert bool(one.draft.codes) is (one.draft.action is Action.HOLD)
        assert "" not in (one.draft.about_es, one.draft.about_en)


def test_the_insult_below_the_polite_answer_is_our_own_quoted_text(sample: SampleCompany) -> None:
    (draft,) = (one for one in sample.drafts if one.draft.file.startswith("04"))
    mail = message_from_bytes(draft.path.read_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body is not None
    fresh, _, below = body.get_content().partition("De: Toni Vidal <toni.vidal@acme.example>")
    assert "imbécil" not in fresh
    assert "imbécil" in below


def test_every_story_is_told_by_somebody(sample: SampleCompany) -> None:
    assert {one.story for one in sample.clients} == set(Story)
    assert [one.name for one in sample.telling(Story.LOST)] == ["Construcciones Larrea"]


@pytest.mark.parametrize("zone", [MADRID, LONDON, CHICAGO, MEXICO_CITY], ids=lambda zone: str(zone.name))
def test_the_clock_rules_agree_with_the_zone_database(zone: Zone) -> None:
    try:
        truth = ZoneInfo(zone.name)
    except ZoneInfoNotFoundError:
        pytest.skip("this machine has no zone files")
    for number in range(date(2024, 1, 1).toordinal(), date(2029, 1, 1).toordinal()):
        moment = zone.at(date.fromordinal(number), time(12))
        assert moment.utcoffset() == moment.astimezone(truth).utcoffset()
