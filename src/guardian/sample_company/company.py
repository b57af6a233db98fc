"""Writing the whole sample company into a folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from guardian.sample_company.appointments import Call, Meeting, all_calls, all_meetings, declined_meeting
from guardian.sample_company.calendar_writer import calendar_text, write_broken_calendar, write_calendars
from guardian.sample_company.clients import CLIENTS, EXPECTED_STATES, Story
from guardian.sample_company.contacts_writer import write_contacts
from guardian.sample_company.crm_writer import write_crm
from guardian.sample_company.facts import (
    Contacts,
    DraftFacts,
    MailboxFacts,
    SampleCompany,
    client_facts,
    meetings_held,
)
from guardian.sample_company.letters import Letter
from guardian.sample_company.mailbox_writer import by_mailbox, write_mailbox
from guardian.sample_company.noise import machine_and_office_mail
from guardian.sample_company.outgoing import drafts, write_outgoing
from guardian.sample_company.people import OWN_DOMAIN, OWN_NAME, REPS, RODRIGO
from guardian.sample_company.reports import calendar_letter
from guardian.sample_company.stories import client_letters
from guardian.sample_company.story_texts import DECLINE_YUNQUE

_CRM_ONLY_EVERY = 151  # of the mails with healthy clients, one of so many was deleted in the mailbox
_LOGGED_EVERY = 41
_NOTED_EVERY = 97
_FOLDERS = ("exports/mail", "exports/calendar", "exports/crm", "exports/contacts", "outgoing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """Everything that happened at the company; of the mails, `crm_only` are in no mailbox any more."""

    mails: Sequence[Letter]
    crm_only: Sequence[Letter]
    meetings: Sequence[Meeting]
    calls: Sequence[Call]


def write_company(folder: Path, *, today: date, seed: int = 7) -> SampleCompany:
    """Write the sample company below a folder, the same for the same day and seed, and return what is true of it.

    `exports/` holds mailboxes, calendars, CRM tables and address books up to the day before `today`; `outgoing/`
    holds the mails of this morning, which no sync should see. Existing files of the same names are replaced.
    """
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    year = imagine_year(today, seed)
    exports = folder / "exports"
    mailboxes = _write_mail(exports / "mail", year)
    broken = write_broken_calendar(exports / "calendar")
    tables = _write_tables(exports / "crm", year, today)
    calendars = write_calendars(exports / "calendar", REPS, year.meetings, today)
    books = write_contacts(exports / "contacts")
    outgoing = write_outgoing(folder / "outgoing", today)
    contacts = Contacts(letters=[*year.mails, *year.crm_only], calls=year.calls, meetings=year.meetings)
    return SampleCompany(
        name=OWN_NAME,
        own_domains=(OWN_DOMAIN,),
        today=today,
        folder=folder,
        exports=exports,
        outgoing=folder / "outgoing",
        reps=REPS,
        clients=tuple(client_facts(one, EXPECTED_STATES[one.story], contacts, today) for one in CLIENTS),
        mailboxes=mailboxes,
        drafts=tuple(DraftFacts(path=p, draft=d) for p, d in zip(outgoing, drafts(today), strict=True)),
        paths=(*(one.path for one in mailboxes), *calendars, broken, *tables, *books),
        broken=(broken, exports / "crm" / "Task.csv"),
        distinct_mails=len({letter.message_id for letter in year.mails}),
        crm_only_mails=len(year.crm_only),
        meetings=sum(1 for meeting, _ in meetings_held(year.meetings, today)),
        calls=len(year.calls),
    )


def imagine_year(today: date, seed: int) -> Year:
    """Return all that happened until the day before `today`, without writing anything."""
    people_mail = list(client_letters(today, seed))
    lost = {letter.message_id for letter in _removable(people_mail)[::_CRM_ONLY_EVERY]}
    mails = [*people_mail, *machine_and_office_mail(people_mail, today, seed), *_declined_invitation(today)]
    return Year(
        mails=[letter for letter in mails if letter.message_id not in lost],
        crm_only=[letter for letter in people_mail if letter.message_id in lost],
        meetings=all_meetings(today, seed),
        calls=all_calls(today, seed),
    )


def _removable(people_mail: Sequence[Letter]) -> list[Letter]:
    """Return the mails that a story can spare: of healthy clients, and with an answer after them."""
    healthy = {client.name for client in CLIENTS if client.story is Story.HEALTHY}
    answered = {letter.answers[-1] for letter in people_mail if letter.answers}
    return [letter for letter in people_mail if letter.client in healthy and letter.message_id in answered]


def _write_mail(folder: Path, year: Year) -> tuple[MailboxFacts, ...]:
    mails = by_mailbox(year.mails, REPS)
    return tuple(
        MailboxFacts(
            owner=rep.person.address,
            path=write_mailbox(folder, rep, mails[rep.key]),
            export=rep.export,
            mails=len(mails[rep.key]),
        )
        for rep in REPS
    )


def _write_tables(folder: Path, year: Year, today: date) -> list[Path]:
    healthy = {client.name for client in CLIENTS if client.story is Story.HEALTHY}
    human = [letter for letter in year.mails if letter.client in healthy and not letter.signals]
    ours = [letter for letter in human if letter.sender.is_own and not letter.to[0].is_own and letter.to[0].name]
    return write_crm(
        folder,
        meetings=year.meetings,
        calls=year.calls,
        logged=[*human[::_LOGGED_EVERY], *year.crm_only],
        noted=ours[::_NOTED_EVERY],
        today=today,
    )


def _declined_invitation(today: date) -> list[Letter]:
    """Return the invitation to the meeting that the client declined, and his refusal."""
    meeting = declined_meeting(today)
    (client,) = (one for one in CLIENTS if one.name == meeting.client)
    guest, asked = client.people[0], meeting.occurrences[0].planned - timedelta(days=7, hours=2)
    request = calendar_letter(
        RODRIGO.person,
        guest,
        asked,
        subject=meeting.title,
        text="Don Chema, le propongo vernos para revisar precios. ¿Le queda bien este día?",
        method="REQUEST",
        calendar=calendar_text(RODRIGO, meeting, method="REQUEST"),
        client=client.name,
    )
    refusal = calendar_letter(
        guest,
        RODRIGO.person,
        asked + timedelta(hours=3),
        subject=f"Rechazada: {meeting.title}",
        text=DECLINE_YUNQUE,
        method="REPLY",
        calendar=calendar_text(RODRIGO, meeting, method="REPLY"),
        client=client.name,
    )
    return [request, refusal]
