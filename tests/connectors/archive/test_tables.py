from datetime import UTC, datetime

import pytest

from connectors.archive.tables import TABLES
from guardian.domain.activity import Kind, Role, Signal
from guardian.domain.people import Colleague, Company, Contact
from guardian.ports.connector import Gone

OBJECTS = ("Account", "Contact", "Lead", "User", "Task", "Event", "EmailMessage", "Case")


def seats(activity) -> list[tuple[str, str]]:
    return [(one.role.value, one.identity.value) for one in activity.participants]


def days(folder, content: str | bytes, **settings: object) -> list[str]:
    folder.write("Task.csv", content)
    return [one.occurred_at.strftime("%Y-%m-%d") for one in folder.activities("Task.csv", **settings).values()]


def tasks(*dates: str, sep: str = ",", date: str = "ActivityDate") -> str:
    rows = (sep.join((f"00T{n:015d}", "003000000000001AAA", when, "Completed")) for n, when in enumerate(dates))
    return "\n".join((sep.join(("Id", "WhoId", date, "Status")), *rows)) + "\n"


def test_tasks_are_calls_mails_and_tasks(folder) -> None:
    folder.privacy = "full"
    folder.sample("crm/Task.csv")
    call, task, mail = folder.activities("crm/Task.csv").values()
    assert [one.kind for one in (call, task, mail)] == [Kind.CALL, Kind.TASK, Kind.EMAIL]
    assert call.key == "sf:org/00T000000000001AAA"
    assert call.occurred_at == datetime(2024, 1, 12, tzinfo=UTC)
    assert call.duration_s == 300
    assert call.snippet == 'Quedamos en llamar "pronto", sin falta'
    assert seats(call) == [
        ("owner", "005000000000001AAA"),
        ("about", "003000000000001AAA"),
        ("about", "001000000000001AAA"),
    ]


@pytest.mark.parametrize(
    ("cell", "seconds"), [("120", 120), ("120.0", 120), ("120.", 120), ("120.5", None), ("1e2", None), ("-", None)]
)
def test_a_duration_may_have_decimals_that_say_nothing(folder, cell: str, seconds: int | None) -> None:
    header = "Id,WhoId,ActivityDate,TaskSubtype,CallDurationInSeconds"
    folder.write("Task.csv", f"{header}\n00T000000000001,003000000000001AAA,2024-01-12,Call,{cell}\n")
    (call,) = folder.activities("Task.csv").values()
    assert call.duration_s == seconds


def test_bad_rows_are_dead_letters_with_their_number_and_without_words(folder) -> None:
    folder.sample("crm/Task.csv")
    bad_date, too_few = folder.dead("crm/Task.csv")
    assert bad_date.why == "Row 5: 'el martes' is no date."
    assert b"00T000000000004AAA" in bad_date.raw
    assert b"Secreto" not in bad_date.raw
    assert too_few.why == "Row 6 has 3 fields where the header has 12."
    assert too_few.raw == b""
    assert folder.records("crm/Task.csv")[-1] == Gone(item_id="00T000000000006AAA")


@pytest.mark.parametrize(("privacy", "words"), [("metadata", ()), ("subject", ("Bomba",))])
def test_cases_are_words_of_clients_and_some_are_complaints(folder, privacy: str, words: tuple[str, ...]) -> None:
    folder.privacy = privacy
    folder.sample("crm/Case.csv")
    complaint, question, gone = folder.records("crm/Case.csv")
    assert (complaint.kind, complaint.key, complaint.duration_s) == (Kind.EMAIL, "sf:org/500000000000001AAA", 7200)
    assert (complaint.told.severity, complaint.told.spans, complaint.snippet) == (3, words, None)
    assert seats(complaint) == [
        ("from", "003000000000001AAA"),
        ("about", "luis@cliente.example"),
        ("about", "001000000000001AAA"),
        ("to", "005000000000001AAA"),
    ]
    assert (question.told.severity, question.duration_s, seats(question)) == (
        0,
        None,
        [("from", "001000000000001AAA")],
    )
    assert gone == Gone(item_id="500000000000003AAA")


def test_the_object_is_the_mailbox_and_the_path_the_feed(folder) -> None:
    for name in OBJECTS:
        folder.sample(f"crm/{name}.csv")
    scopes = {feed.scope.name: feed.scope.mailbox for feed in folder.feeds().values()}
    assert {name: box for name, box in scopes.items() if name != "files"} == {
        f"crm/{name}.csv": name for name in OBJECTS
    }


def test_events_are_meetings(folder) -> None:
    folder.sample("crm/Event.csv")
    (event,) = folder.activities("crm/Event.csv", org_id="00D1").values()
    assert (event.kind, event.key, event.duration_s) == (Kind.MEETING, "sf:00D1/00U000000000001AAA", 3600)
    assert event.occurred_at == datetime(2024, 1, 15, 10, tzinfo=UTC)
    assert event.subject is None


@pytest.mark.parametrize(
    ("row", "signals"),
    [("true,false,0", {Signal.NOT_HELD}), ("false,true,3", {Signal.NOT_HELD}), ("false,true,1", set())],
)
def test_the_pattern_of_a_series_was_never_held_but_its_meetings_were(folder, row: str, signals: set[Signal]) -> None:
    header = "Id,StartDateTime,IsRecurrence,IsRecurrence2,GroupEventType"
    folder.write("Event.csv", f"{header}\n00U000000000001AAA,2024-01-15T10:00:00.000+0000,{row}\n")
    (event,) = folder.activities("Event.csv").values()
    assert event.signals == signals


def test_a_colleagues_copy_of_a_group_event_is_no_second_meeting(folder) -> None:
    rows = (f"00U{n:015d},005{n:015d},2024-01-15T10:00:00.000+0000,{n > 0}" for n in range(3))
    folder.write("Event.csv", "\n".join(("Id,OwnerId,StartDateTime,IsChild", *rows)) + "\n")
    assert list(folder.activities("Event.csv")) == [f"00U{0:015d}"]
    assert folder.dead("Event.csv") == []
    assert folder.feeds()["Event.csv"].count() == 1


@pytest.mark.parametrize("draft", ["5", "Draft", "Borrador"])
def test_a_draft_is_no_mail(folder, draft: str) -> None:
    row = "02s{n:015d},ana@acme.example,eva@cliente.example,2024-01-08T08:15:00.000Z,{status}"
    rows = (row.format(n=n, status=status) for n, status in enumerate((draft, "3", "Sent", "")))
    folder.write("EmailMessage.csv", "\n".join(("Id,FromAddress,ToAddress,MessageDate,Status", *rows)) + "\n")
    assert list(folder.activities("EmailMessage.csv")) == [f"02s{n:015d}" for n in (1, 2, 3)]
    assert folder.feeds()["EmailMessage.csv"].count() == 3


def test_a_mail_that_came_back_says_so(folder) -> None:
    row = "02s000000000001AAA,ana@acme.example,eva@cliente.example,2024-01-08T08:15:00.000Z,true"
    folder.write("EmailMessage.csv", f"Id,FromAddress,ToAddress,MessageDate,IsBounced\n{row}\n")
    assert [one.signals for one in folder.activities("EmailMessage.csv").values()] == [{Signal.BOUNCE}]


def test_a_mail_meets_its_copy_in_a_mailbox_by_message_id(folder) -> None:
    folder.privacy = "subject"
    folder.sample("crm/EmailMessage.csv")
    first, second = folder.activities("crm/EmailMessage.csv").values()
    assert (first.key, second.key) == ("mid:one@cliente.example", "sf:org/02s000000000002AAA")
    assert seats(first)[:3] == [
        ("from", "ana@cliente.example"), ("to", "luis@acme.example"), ("to", "otro@acme.example")
    ]  # fmt: skip
    assert seats(first)[3] == (Role.ABOUT, "001000000000001AAA")
    assert (first.subject, first.snippet) == ("Oferta", None)


def test_accounts_contacts_leads_and_users(folder) -> None:
    for name in ("Account", "Contact", "Lead", "User"):
        folder.sample(f"crm/{name}.csv")
    accounts = folder.records("crm/Account.csv")
    assert accounts[0] == Company(
        ref="001000000000001AAA",
        name="Cliente, S.L.",
        domains=("cliente.example",),
        owner_ref="005000000000001AAA",
        value=120_000.5,
    )
    assert accounts[2] == Gone(item_id="001000000000003AAA")
    ana, merged = folder.people("crm/Contact.csv").values()
    assert ana == Contact(
        ref="003000000000001AAA",
        name="Ana Núñez",
        addresses=("ana@cliente.example",),
        phones=("+34600112233",),
        company_ref="001000000000001AAA",
        owner_ref="005000000000001AAA",
        title="Jefa",
    )
    assert merged.merged_into == "003000000000001AAA"
    eva, converted = folder.people("crm/Lead.csv").values()
    assert (eva.company_name, eva.merged_into) == ("Nuevo SA", None)
    assert converted.merged_into == "003000000000001AAA"
    assert folder.records("crm/User.csv") == [
        Colleague(ref="005000000000001AAA", name="Luis Rep", address="luis@acme.example")
    ]


def test_fifteen_character_ids_become_eighteen(folder) -> None:
    folder.write("a.csv", "Id,WhoId,ActivityDate,Status\n00T3000000aBcDE,0033000000aBcDE,2024-01-02,Completed\n")
    (task,) = folder.activities("a.csv").values()
    assert task.item_id == "00T3000000aBcDEAU"[:15] + task.item_id[15:]
    assert len(task.item_id) == len(task.participants[0].identity.value) == 18


def test_report_labels_are_understood_and_report_footers_are_no_rows(folder) -> None:
    folder.write(
        "report.csv",
        '"Account Name","Account Owner","Annual Revenue"\n"Cliente","Luis Rep","EUR 1.200,50"\n'
        '\n\n"Accounts by owner"\n"Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved."\n"Acme"\n',
    )
    assert folder.dead("report.csv") == []
    assert folder.feeds()["report.csv"].scope.mailbox == "Account"
    assert [one.value for one in folder.people("report.csv").values()] == [1200.5]


def accounts(*rows: str) -> str:
    return "\n".join(("Id,Name,Website,Description", *rows)) + "\n"


def test_a_broken_row_that_names_salesforce_ends_no_table(folder) -> None:
    broken = "https://acme.my.salesforce.com/00O1 before calling"
    folder.write("Account.csv", accounts("001000000000001,A,a.example,", broken, "001000000000002,B,b.example,"))
    assert [one.name for one in folder.people("Account.csv").values()] == ["A", "B"]
    assert [dead.why for dead in folder.dead("Account.csv")] == ["Row 3 has 1 fields where the header has 4."]


def test_a_table_that_goes_on_in_broken_rows_has_no_endless_footer(folder) -> None:
    broken = [f"{n} salesforce.com" for n in range(50)]
    folder.write("Account.csv", accounts("001000000000001,A,a.example,", *broken))
    assert len(folder.dead("Account.csv")) >= 21


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1.39E8", 139_000_000.0),
        ("1.39e+8", 139_000_000.0),
        ("2E3", 2000.0),
        ("-1.5E2", -150.0),
        ("1E999", None),
        ("EUR 1200", 1200.0),
        ('"1.200,50"', 1200.5),
    ],
)
def test_a_revenue_may_stand_in_scientific_notation(folder, cell: str, value: float | None) -> None:
    folder.write("Account.csv", f"Id,Name,AnnualRevenue\n001000000000001,Cliente,{cell}\n")
    assert [one.value for one in folder.people("Account.csv").values()] == [value]


@pytest.mark.parametrize(
    "header",
    ["Name,Email Address,Website", "Nombre,Name,Correo electrónico,Sitio web", "Name,Website,E-mail 1 - Value"],
)
def test_a_list_of_people_with_web_sites_keeps_their_addresses(folder, header: str) -> None:
    cells = ("ana@cliente.example" if "mail" in name or "Correo" in name else "Ana" for name in header.split(","))
    folder.write("people.csv", f"{header}\n{','.join(cells)}\n")
    (ana,) = folder.people("people.csv").values()
    assert isinstance(ana, Contact)
    assert ana.addresses == ("ana@cliente.example",)


@pytest.mark.parametrize("header", ["Id,Name,Website,Email Address", "Account Name,Website,Owner Email"])
def test_a_list_of_accounts_may_have_addresses(folder, header: str) -> None:
    cells = {"Id": "001000000000001", "Website": "cliente.example", "Owner Email": "luis@acme.example"}
    folder.write("x.csv", f"{header}\n" + ",".join(cells.get(name, "Cliente") for name in header.split(",")) + "\n")
    assert [type(one) for one in folder.people("x.csv").values()] == [Company]


def test_a_contact_report_and_an_activity_report(folder) -> None:
    folder.write("c.csv", "First Name,Last Name,Account Name,Email,Contact Owner\nAna,N,Cliente,a@c.example,Luis\n")
    assert [one.company_name for one in folder.people("c.csv").values()] == ["Cliente"]
    folder.write("t.csv", "Activity ID,Subject,Date,Assigned,Contact ID,Task Subtype\n00T1,x,5/13/2024,L,003,Call\n")
    (call,) = folder.activities("t.csv").values()
    assert (call.kind, call.occurred_at.strftime("%d")) == (Kind.CALL, "13")


@pytest.mark.parametrize(
    ("row", "signals"),
    [
        ("Call,Completed,120,", set()),
        ("Call,Completed,12,", {Signal.SHORT}),
        ("Call,Open,,", {Signal.NOT_HELD}),
        ("Call,Completed,,Left voicemail", {Signal.NOT_HELD}),
        ("ListEmail,Completed,,", {Signal.BULK}),
        ("Task,Open,,", set()),
    ],
)
def test_what_the_fields_of_a_task_tell(folder, row, signals) -> None:
    header = "Id,WhoId,ActivityDate,TaskSubtype,Status,CallDurationInSeconds,CallDisposition"
    folder.write("Task.csv", f"{header}\n00T000000000001AAA,003000000000001AAA,2024-01-02,{row}\n")
    (one,) = folder.activities("Task.csv").values()
    assert one.signals == signals


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("Task,Call,,", Kind.CALL),
        ("Task,Llamada,,", Kind.CALL),
        ("Task,,Outbound,", Kind.CALL),
        ("Task,Email,,", Kind.EMAIL),
        ("Task,Email,,false", Kind.TASK),  # still to be written
        ("Task,Prep,,", Kind.TASK),
        ("Task,,,", Kind.TASK),
        ("Email,Call,,", Kind.EMAIL),
    ],
)
def test_where_the_subtype_is_the_one_that_every_task_has_its_type_says_what_it_logs(folder, row, kind) -> None:
    header = "Id,WhoId,ActivityDate,TaskSubtype,Type,CallType,IsClosed"
    folder.write("Task.csv", f"{header}\n00T000000000001AAA,003000000000001AAA,2024-01-02,{row}\n")
    assert [one.kind for one in folder.activities("Task.csv").values()] == [kind]


@pytest.mark.parametrize(("row", "kind"), [("Event,Call", Kind.CALL), ("Event,", Kind.MEETING), (",Call", Kind.CALL)])
def test_an_event_of_the_usual_subtype_is_a_call_where_its_type_says_so(folder, row, kind) -> None:
    header = "Id,StartDateTime,EventSubtype,Type"
    folder.write("Event.csv", f"{header}\n00U000000000001AAA,2024-01-15T10:00:00.000+0000,{row}\n")
    assert [one.kind for one in folder.activities("Event.csv").values()] == [kind]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (tasks("2024-05-03"), ["2024-05-03"]),
        (tasks("03/05/2024", "13/05/2024"), ["2024-05-03", "2024-05-13"]),
        (tasks("05/03/2024", "05/13/2024"), ["2024-05-03", "2024-05-13"]),
        (tasks("03/05/2024"), ["2024-03-05"]),
        (tasks("03/05/2024", sep=";"), ["2024-05-03"]),
        (tasks("03/05/2024", sep="\t"), ["2024-03-05"]),
        (tasks("03.05.2024"), ["2024-05-03"]),
        (tasks("3/5/24 10:30 PM", sep=";"), ["2024-05-03"]),
        (tasks("2024/05/03"), ["2024-05-03"]),
        (tasks("2024-05-03T23:30:00.000+0000"), ["2024-05-03"]),
        (tasks("03/05/2024").replace("Status", "Estado").replace("ActivityDate", "Fecha"), ["2024-05-03"]),
        (tasks("31/02/2024"), []),
        (tasks("99999999"), []),
    ],
)
def test_each_column_of_dates_decides_its_own_order(folder, content, wanted) -> None:
    assert days(folder, content) == wanted


def test_the_setting_overrules_the_columns(folder) -> None:
    assert days(folder, tasks("03/05/2024", sep=";"), day_first=False) == ["2024-03-05"]
    assert days(folder, tasks("03/05/2024"), day_first=True) == ["2024-05-03"]


def test_local_times_are_of_the_configured_zone(folder) -> None:
    folder.write("e.csv", "Activity ID;StartDateTime\n00U1;03/05/2024 10:00\n")
    (event,) = folder.activities("e.csv", time_zone="Europe/Madrid").values()
    assert event.occurred_at == datetime(2024, 5, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("sep", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_separator(folder, encoding, sep, line_end) -> None:
    rows = [("Nombre", "Apellidos", "Correo electrónico"), ("Begoña", '"Muñoz\nLópez"', "b@c.example")]
    folder.write("c.csv", (line_end.join(sep.join(row) for row in rows) + line_end).encode(encoding))
    assert [one.name for one in folder.people("c.csv").values()] == ["Begoña Muñoz López"]


def test_excels_own_first_line_is_no_header(folder) -> None:
    folder.write("c.csv", "sep=;\r\nName;Email\r\nAna;a@c.example\r\n")
    assert [one.name for one in folder.people("c.csv").values()] == ["Ana"]


def test_a_stray_windows_1252_byte_costs_a_utf_8_table_no_letter(folder) -> None:
    folder.write("c.csv", "Name,Email\nBegoña Muñoz,b@c.example\n".encode() + b"Bob\x92s \xa9 \x81,e@c.example\n")
    assert [one.name for one in folder.people("c.csv").values()] == ["Begoña Muñoz", "Bob’s © \ufffd"]


def test_an_unclosed_quotation_mark_costs_one_row(folder) -> None:
    rows = "".join(f"N{n},n{n}@c.example\n" for n in range(30))
    folder.write("c.csv", f'Name,Email\nAna,a@c.example\n"Eva,e@c.example\n{rows}')
    assert len(folder.people("c.csv")) == 31
    (dead,) = folder.dead("c.csv")
    assert "quotation mark" in dead.why
    assert dead.item_id == "row 3"


def test_address_books_of_outlook_and_google(folder) -> None:
    folder.sample("contactos/outlook-es.csv")
    folder.sample("contactos/google.csv")
    ana, eva = folder.people("contactos/outlook-es.csv").values()
    assert (ana.name, ana.company_name, ana.title, ana.addresses, ana.phones) == (
        "Ana Núñez", "Cliente", "Jefa", ("ana@cliente.example",), ("600112233",)
    )  # fmt: skip
    assert eva.addresses == ("eva@nuevo.example",)
    (ana,) = folder.people("contactos/google.csv").values()
    assert (ana.company_name, ana.addresses) == ("Cliente", ("ana@cliente.example", "ana2@cliente.example"))


def test_old_google_and_english_outlook(folder) -> None:
    folder.write(
        "old.csv",
        "Name,Given Name,Family Name,E-mail 1 - Type,E-mail 1 - Value,Organization 1 - Name,Organization 1 - Title\n"
        "Ana N,Ana,N,*,a@c.example,Cliente,Jefa\n",
    )
    folder.write(
        "outlook.csv",
        "Title,First Name,Last Name,Company,Job Title,Business Phone,Business Fax,E-mail Address,E-mail 2 Address\n"
        "Ms,Ana,N,Cliente,Jefa,600112233,911111111,a@c.example,b@c.example\n",
    )
    (old,) = folder.people("old.csv").values()
    assert (old.name, old.title, old.addresses) == ("Ana N", "Jefa", ("a@c.example",))
    (new,) = folder.people("outlook.csv").values()
    assert (new.title, new.addresses, new.phones) == ("Jefa", ("a@c.example", "b@c.example"), ("600112233",))


@pytest.mark.parametrize(
    "header",
    [
        "Id,Name,AccountId,StageName,CloseDate,Amount",
        "Id,CaseNumber,AccountId,ContactId,Status,Email",
        "Color,Weight",
    ],
)
def test_tables_that_are_none_of_ours_are_named(folder, header) -> None:
    folder.write("x.csv", f"{header}\n" + ",".join("1" for _ in header.split(",")) + "\n")
    assert [dead.item_id for dead in folder.dead("files")] == ["x.csv"]


def test_a_repeated_record_id_is_a_dead_letter(folder) -> None:
    folder.write("Task.csv", tasks("2024-01-01") + tasks("2024-01-02").partition("\n")[2])
    assert len(folder.activities("Task.csv")) == 1
    assert "earlier row" in folder.dead("Task.csv")[0].why


def test_a_row_that_occurs_twice_is_told_once(folder) -> None:
    row = "001000000000001AAA,A,a.example,"
    folder.write("Account.csv", accounts(row, "001000000000002AAA,B,b.example,", row))
    assert [one.name for one in folder.records("Account.csv")] == ["A", "B"]
    assert folder.dead("Account.csv") == []
    assert folder.feeds()["Account.csv"].count() == 2


def test_a_second_row_of_a_record_that_differs_does_not_take_its_name(folder) -> None:
    folder.write("Account.csv", accounts("001000000000001AAA,A,a.example,", "001000000000001AAA,A2,a.example,"))
    assert [one.name for one in folder.records("Account.csv")] == ["A"]
    assert [dead.item_id for dead in folder.dead("Account.csv")] == ["row 3"]


def test_a_bad_row_goes_by_the_id_of_its_record_only_where_no_other_row_does(folder) -> None:
    head, bad = "Id,WhoId,ActivityDate,Status\n", "00T00000000000{}AAA,003000000000001AAA,someday,Open\n"
    good = "00T000000000001AAA,003000000000001AAA,2024-01-02,Open\n"
    folder.write("Task.csv", head + good + bad.format(1) + bad.format(2) + bad.format(2).replace("Open", "Done"))
    assert list(folder.activities("Task.csv")) == ["00T000000000001AAA"]
    assert [dead.item_id for dead in folder.dead("Task.csv")] == ["row 3", "00T000000000002AAA", "row 5"]


def test_an_export_in_data_loader_capitals(folder) -> None:
    assert days(
        folder, tasks("2024-05-03").replace("Id,WhoId,ActivityDate,Status", "ID,WHOID,ACTIVITYDATE,STATUS")
    ) == ["2024-05-03"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("User.csv", "Id,Name,Email,IsActive\n0055g000000000aAAA,Luis Rep,luis@acme.example,true\n"),
        ("usuarios.csv", "Id;Nombre;Apellidos;Correo electrónico\n0055g000000000aAAA;Luis;Rep;luis@acme.example\n"),
        ("extract.csv", "Id,Name,Email\n\n0055g000000000aAAA,Luis Rep,luis@acme.example\n"),
        ("users.csv", "sep=,\nId,Name,Email\n0055g000000000aAAA,Luis Rep,luis@acme.example\n"),
    ],
)
def test_users_are_known_by_file_name_or_by_their_ids_without_a_column_of_user_names(
    folder, name: str, content: str
) -> None:
    folder.write(name, content)
    assert folder.feeds()[name].scope.mailbox == "User"
    assert folder.records(name) == [Colleague(ref="0055g000000000aAAA", name="Luis Rep", address="luis@acme.example")]


def test_users_of_another_crm_are_known_by_file_name(folder) -> None:
    folder.write("users.csv", "Id,Name,Email\n7,Luis Rep,luis@acme.example\n")
    assert folder.records("users.csv") == [Colleague(ref="7", name="Luis Rep", address="luis@acme.example")]


@pytest.mark.parametrize(
    "content",
    [
        "Id,Name,Email\n0033g000000000aAAA,Ana,ana@cliente.example\n",
        "Id,AccountId,LastName,Email\n7,8,Ana,ana@cliente.example\n",
        "Name,Email\nAna,ana@cliente.example\n",
    ],
)
def test_a_file_called_after_users_that_holds_contacts_is_no_list_of_users(folder, content: str) -> None:
    folder.write("user contacts.csv", content)
    (contact,) = folder.records("user contacts.csv")
    assert isinstance(contact, Contact)
    assert contact.addresses == ("ana@cliente.example",)


def test_roles_of_users_are_no_users(folder) -> None:
    folder.write("UserRole.csv", "Id,Name\n00E5g000000000aEAA,Sales\n")
    assert "UserRole.csv" not in folder.feeds()


def test_a_table_that_an_earlier_version_took_for_another_is_read_anew(
    folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("User.csv", "Id,Name,Email\n0055g000000000aAAA,Luis Rep,luis@acme.example\n")
    with monkeypatch.context() as earlier:
        earlier.setattr("connectors.archive.tables.TABLES", tuple(one for one in TABLES if one.mailbox != "User"))
        *_, last = folder.pages("User.csv")
        assert isinstance(last.records[0], Contact)
    (page, *_) = folder.pages("User.csv", last.cursor)
    assert page.records == (Colleague(ref="0055g000000000aAAA", name="Luis Rep", address="luis@acme.example"),)
