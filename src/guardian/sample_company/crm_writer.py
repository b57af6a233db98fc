"""CRM tables as Salesforce exports them: every value quoted, API names as headers, times in UTC."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from guardian.domain.identity import long_crm_id
from guardian.sample_company.appointments import Call, Meeting
from guardian.sample_company.clients import CLIENTS, ClientCompany, Story
from guardian.sample_company.letters import Letter
from guardian.sample_company.people import REPS, Person, Rep

Row = dict[str, str]
_TASK_CUT_OFF = '"00T5g0000099999AAA","false","0035g00"'
_STREETS = {"es": "Calle Mayor, 12\nEntresuelo B", "en": "12 High Street\nUnit B"}


def write_crm(
    folder: Path,
    *,
    meetings: Sequence[Meeting],
    calls: Sequence[Call],
    logged: Sequence[Letter],
    noted: Sequence[Letter],
    today: date,
) -> list[Path]:
    """Write every table and return the paths; `logged` become EmailMessage rows, `noted` tasks of type e-mail."""
    tables: Mapping[str, Sequence[Row]] = {
        "User": [_user(rep) for rep in REPS],
        "Account": [_account(client, today) for client in CLIENTS],
        "Contact": list(_contacts(today)),
        "Lead": list(_leads(today)),
        "Task": [*_call_rows(calls), *_mail_task_rows(noted)],
        "Event": [_event(meeting) for meeting in meetings if meeting.in_crm],
        "EmailMessage": [_email(number, letter) for number, letter in enumerate(logged, 1)],
    }
    paths = [_write(folder / f"{name}.csv", rows) for name, rows in tables.items()]
    with (folder / "Task.csv").open("a", encoding="utf-8", newline="") as file:
        file.write(_TASK_CUT_OFF + "\r\n")
    return paths


def crm_id(prefix: str, number: int) -> str:
    """Return an 18-character record id."""
    return long_crm_id(f"{prefix}5g00000{number:05d}")


def account_id(name: str) -> str:
    """Return the record id of a client's account."""
    return crm_id("001", 1 + next(i for i, client in enumerate(CLIENTS) if client.name == name))


def contact_id(person: Person) -> str:
    """Return the record id of somebody at a client."""
    everybody = [one for client in CLIENTS for one in client.people]
    return crm_id("003", 1 + everybody.index(person))


def _user_id(rep: Rep) -> str:
    return crm_id("005", 1 + REPS.index(rep))


def _user(rep: Rep) -> Row:
    first, _, last = rep.person.name.partition(" ")
    return {
        "Id": _user_id(rep),
        "Username": f"{rep.person.address}.crm",
        "FirstName": first,
        "LastName": last,
        "Name": rep.person.name,
        "Email": rep.person.address,
        "IsActive": "true",
        "TimeZoneSidKey": rep.zone.name,
        "LanguageLocaleKey": "es" if rep.person.region.language == "es" else "en_US",
    }


def _account(client: ClientCompany, today: date) -> Row:
    created = _days_ago(today, 20 if client.story is Story.NEW else 1200)
    return {
        "Id": account_id(client.name),
        "IsDeleted": "false",
        "Name": client.name,
        "Type": "Customer",
        "Industry": client.trade,
        "Website": f"https://www.{client.domain}" if client.domain else "",
        "Phone": client.people[0].phone,
        "BillingStreet": _STREETS[client.language],
        "BillingCity": client.city,
        "AnnualRevenue": f"{client.worth}.0",
        "OwnerId": _user_id(client.rep),
        "Description": f'Código interno "{client.trade[:3].upper()}-{client.worth}"',
        "CreatedDate": created,
        "SystemModstamp": _days_ago(today, 3),
    }


def _contacts(today: date) -> Iterator[Row]:
    """Yield everybody at the clients, and one record that was merged into another."""
    for client in CLIENTS:
        for person in client.people:
            yield _contact(client, person, contact_id(person), today)
    client = CLIENTS[0]
    twin = _contact(client, client.people[0], crm_id("003", 900), today)
    yield twin | {"Name": "C. Ibañez", "IsDeleted": "true", "MasterRecordId": contact_id(client.people[0])}


def _contact(client: ClientCompany, person: Person, record: str, today: date) -> Row:
    first, _, last = person.name.rpartition(" ")
    return {
        "Id": record,
        "IsDeleted": "false",
        "MasterRecordId": "",
        "AccountId": account_id(client.name),
        "FirstName": first,
        "LastName": last,
        "Name": person.name,
        "Email": person.address,
        "Phone": person.phone,
        "Title": person.title,
        "MailingStreet": _STREETS[client.language],
        "OwnerId": _user_id(client.rep),
        "CreatedDate": _days_ago(today, 20 if client.story is Story.NEW else 1200),
        "SystemModstamp": _days_ago(today, 3),
    }


def _leads(today: date) -> Iterator[Row]:
    """Yield one lead that became a client, and one who works at a client already."""
    new = next(client for client in CLIENTS if client.story is Story.NEW)
    hotel = next(client for client in CLIENTS if client.name == "Hotel Casa Jacaranda")
    yield _lead(1, new, (new.people[0].name, new.people[0].address), today) | {
        "Status": "Closed - Converted",
        "IsConverted": "true",
        "ConvertedDate": (today - timedelta(days=8)).isoformat(),
        "ConvertedAccountId": account_id(new.name),
        "ConvertedContactId": contact_id(new.people[0]),
    }
    yield _lead(2, hotel, ("Ximena Valle", f"eventos@{hotel.domain}"), today)


def _lead(number: int, client: ClientCompany, who: tuple[str, str], today: date) -> Row:
    first, _, last = who[0].partition(" ")
    return {
        "Id": crm_id("00Q", number),
        "IsDeleted": "false",
        "FirstName": first,
        "LastName": last,
        "Name": who[0],
        "Company": client.name,
        "Email": who[1],
        "Phone": client.people[0].phone,
        "LeadSource": "Feria",
        "Status": "Open - Not Contacted",
        "IsConverted": "false",
        "ConvertedDate": "",
        "ConvertedAccountId": "",
        "ConvertedContactId": "",
        "OwnerId": _user_id(client.rep),
        "CreatedDate": _days_ago(today, 16),
        "SystemModstamp": _days_ago(today, 8),
    }


def _call_rows(calls: Sequence[Call]) -> Iterator[Row]:
    for number, call in enumerate(calls, 1):
        answered = call.seconds > 0
        yield _task(number, call.client, call.contact, call.at) | {
            "Subject": call.subject,
            "Description": call.notes if answered else "",
            "TaskSubtype": "Call",
            "Type": "Call",
            "CallType": "Outbound",
            "CallDurationInSeconds": str(call.seconds),
            "CallDisposition": "Connected" if answered else "No Answer",
        }


def _mail_task_rows(noted: Sequence[Letter]) -> Iterator[Row]:
    for number, letter in enumerate(noted, 5001):
        client = next(client for client in CLIENTS if client.name == letter.client)
        yield _task(number, client, letter.to[0], letter.sent_at) | {
            "Subject": f"Email: {letter.subject}",
            "Description": letter.text.replace("\n", "\r\n"),
            "TaskSubtype": "Email",
            "Type": "Email",
        }


def _task(number: int, client: ClientCompany, person: Person, at: datetime) -> Row:
    return {
        "Id": crm_id("00T", number),
        "IsDeleted": "false",
        "WhoId": contact_id(person),
        "WhatId": account_id(client.name),
        "AccountId": account_id(client.name),
        "OwnerId": _user_id(client.rep),
        "Subject": "",
        "Description": "",
        "Status": "Completed",
        "ActivityDate": at.date().isoformat(),
        "CompletedDateTime": _stamp(at),
        "TaskSubtype": "Task",
        "Type": "",
        "CallType": "",
        "CallDurationInSeconds": "",
        "CallDisposition": "",
        "CreatedDate": _stamp(at),
        "SystemModstamp": _stamp(at),
    }


def _event(meeting: Meeting) -> Row:
    client = next(client for client in CLIENTS if client.name == meeting.client)
    start = meeting.occurrences[0].start
    return {
        "Id": crm_id("00U", 1 + CLIENTS.index(client)),
        "IsDeleted": "false",
        "WhoId": contact_id(client.people[0]),
        "WhatId": account_id(client.name),
        "AccountId": account_id(client.name),
        "OwnerId": _user_id(client.rep),
        "Subject": meeting.title,
        "Location": meeting.place,
        "StartDateTime": _stamp(start),
        "EndDateTime": _stamp(start + timedelta(minutes=meeting.minutes)),
        "DurationInMinutes": str(meeting.minutes),
        "IsAllDayEvent": "false",
        "ICalUID__c": meeting.uid,
        "CreatedDate": _stamp(start - timedelta(days=7)),
        "SystemModstamp": _stamp(start),
    }


def _email(number: int, letter: Letter) -> Row:
    identifier = f"<{letter.message_id}>" if number % 2 else letter.message_id
    return {
        "Id": crm_id("02s", number),
        "IsDeleted": "false",
        "RelatedToId": account_id(letter.client or ""),
        "MessageDate": _stamp(letter.sent_at),
        "Subject": letter.subject,
        "TextBody": letter.text,
        "FromName": letter.sender.name,
        "FromAddress": letter.sender.address,
        "ToAddress": "; ".join(person.address for person in letter.to),
        "CcAddress": "; ".join(person.address for person in letter.cc),
        "Incoming": "false" if letter.sender.is_own else "true",
        "Status": "3" if letter.sender.is_own else "1",
        "MessageIdentifier": identifier,
        "CreatedDate": _stamp(letter.sent_at),
        "SystemModstamp": _stamp(letter.sent_at),
    }


def _stamp(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _days_ago(today: date, days: int) -> str:
    return f"{today - timedelta(days=days):%Y-%m-%d}T09:00:00.000Z"


def _write(path: Path, rows: Sequence[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    return path
