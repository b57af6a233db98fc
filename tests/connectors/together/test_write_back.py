"""What mailboxes hold and Salesforce lacks is logged there once, whatever happens, and comes back as a copy."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from guardian.domain.activity import Direction
from guardian.domain.errors import TryLater, UserError
from guardian.ports.timeline import Interaction
from guardian.ports.write_back import Mark, Outcome, WritingConnector
from guardian.storage import Database, StoredTimelines, StoredWriteBacks, SyncTables, forget
from guardian.sync import Manner, Rules, WriteBack, WriteBackSummary, sync_connector, write_back
from guardian.sync.rules import scrubber
from tests.connectors.together.test_one_meeting import ANA, BRUNO, EVA, LUIS, SUR, a_meeting, ids, places
from tests.lab.faults import FaultPlan, dropped_after, unavailable
from tests.lab.nights import RULES, Killed, MortalTables, OfficeClock, a_night, new_store
from tests.lab.office import OWN, Office
from tests.lab.salesforce_org import Record
from tests.lab.salesforce_seed import log_letter, log_meeting
from tests.sync.dump import dump
from tests.sync.supplier import NoBars

LATER = timedelta(days=2)
RECEPTION = "recepcion@norte.example"  # who has no record


@pytest.fixture
def office(office: Office) -> Office:
    """Salesforce takes what we write; nothing waits to be logged by others."""
    office.org.make_field("Task.Guardian_Key__c", "Account.Guardian_State__c", "Account.Guardian_Next_Step__c")
    office.crm_settings = {"write_back": "on", "write_back_after_hours": 0}
    return office


def told(office: Office, store: Database, **more: Any) -> list[Interaction]:
    """Let two days go by and a night with them; return what the timeline tells."""
    office.pass_time(LATER)
    summaries = a_night(office, store, **more)
    assert [(one.state, one.problems) for one in summaries] == [("ok", ())] * 3
    return known(office, store)


def known(office: Office, store: Database) -> list[Interaction]:
    everything = StoredTimelines(store).interactions(now=office.company.now)
    return [one for one in everything if one.kind in ("email", "meeting")]


def wrote(
    office: Office,
    store: Database,
    *,
    dry: bool = False,
    rules: Rules = RULES,
    marks: tuple[Mark, ...] = (),
    into: Callable[[Database], StoredWriteBacks] = StoredWriteBacks,
    zone: tzinfo = UTC,
) -> tuple[WriteBackSummary, list[Outcome]]:
    connection = office.connections()[0]
    connector = connection.open()
    assert isinstance(connector, WritingConnector)
    manner = Manner(rules=rules, scrub=scrubber(connection.privacy), language="es", zone=zone)
    job = WriteBack(
        connector="crm",
        store=into(store),
        writer=connector.writer(),
        manner=manner,
        now=office.company.now,
        dry=dry,
    )
    outcomes: list[Outcome] = []
    return write_back(job, marks, outcomes.append), outcomes


def tasks(office: Office) -> list[Record]:
    return [one for one in office.org.living("Task").values() if one["Guardian_Key__c"]]


def the_org(office: Office) -> dict[str, dict[str, Record]]:
    return {name: dict(those) for name, those in office.org.records.items()}


def test_a_mail_that_salesforce_lacks_is_logged_once_and_comes_back_as_a_copy(
    office: Office, store: Database
) -> None:
    letter = office.company.write(LUIS, (ANA,))
    (before,) = told(office, store)
    summary, _ = wrote(office, store)
    assert (summary.entries, summary.refused, summary.problems) == (1, 0, [])
    (task,) = tasks(office)
    assert task["Guardian_Key__c"] == f"mid:{letter.message_id}"
    assert (task["WhoId"], task["OwnerId"]) == (ids(office)[LUIS], ids(office)[ANA])
    (after,) = told(office, store)
    assert places(after) == [("crm", "Task"), ("microsoft", ANA)]
    assert replace(after, copies=before.copies) == before
    assert wrote(office, store)[0].entries == 0
    assert len(tasks(office)) == 1


def test_a_mail_of_the_client_stays_his_when_only_the_task_that_logs_it_is_left(
    office: Office, store: Database
) -> None:
    office.company.write(LUIS, (ANA,))
    told(office, store)
    wrote(office, store)
    told(office, store)
    box = office.company.desks[ANA].mail
    box.remove(next(iter(box.items)))
    for _ in range(2):
        (one,) = told(office, store)
        assert (places(one), one.direction, one.touch.weight) == ([("crm", "Task")], Direction.IN, 1.0)
        (task,) = tasks(office)
        office.org.update(str(task["Id"]), Subject="Another")


def test_a_meeting_in_two_calendars_is_one_task_and_one_interaction(office: Office, store: Database) -> None:
    office.company.meet(a_meeting(office))
    told(office, store)
    wrote(office, store)
    (task,) = tasks(office)
    assert (task["TaskSubtype"], task["Subject"]) == ("Task", "Reunión")
    (one,) = told(office, store)
    assert places(one) == [("crm", "Task"), ("google", BRUNO), ("microsoft", ANA)]
    assert one.touch.weight == 2.0


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Europe/Madrid", "America/Los_Angeles", "Etc/GMT+12"])
def test_a_mail_is_logged_on_the_day_that_it_was_where_we_work(office: Office, store: Database, zone: str) -> None:
    letter = office.company.write(LUIS, (ANA,))
    told(office, store)
    wrote(office, store, zone=ZoneInfo(zone))
    (task,) = tasks(office)
    assert task["ActivityDate"] == letter.sent_at.astimezone(ZoneInfo(zone)).date().isoformat()


def test_nothing_is_logged_that_salesforce_holds_in_any_form(office: Office, store: Database) -> None:
    mail, logged = office.company.write(LUIS, (ANA,)), office.company.write(ANA, (EVA,))
    log_letter(office.org, ids(office), mail, with_task=False)
    log_letter(office.org, ids(office), logged, with_task=True)
    meeting = a_meeting(office)
    office.company.meet(meeting)
    log_meeting(office.org, ids(office), meeting)
    told(office, store)
    summary, outcomes = wrote(office, store)
    assert (summary.entries, outcomes, tasks(office)) == (0, [], [])


def test_the_future_machines_and_our_own_talk_are_not_logged(office: Office, store: Database) -> None:
    office.company.write(ANA, (BRUNO,))
    office.company.write("news@norte.example", (ANA,), headers=(("List-Unsubscribe", "<https://x.example>"),))
    told(office, store)
    office.company.meet(a_meeting(office))
    office.pass_time(timedelta(minutes=10))
    a_night(office, store)
    summary, _ = wrote(office, store)
    assert (summary.entries, tasks(office)) == (0, [])
    assert summary.left_out == {"machine": 1}


def test_what_is_with_nobody_in_salesforce_is_not_logged(office: Office, store: Database) -> None:
    office.company.write("new@prospect-without-account.example", (ANA,))
    told(office, store)
    summary, _ = wrote(office, store)
    assert (summary.entries, summary.left_out) == (0, {"nobody_in_crm": 1})


def test_a_key_that_no_external_id_can_hold_is_left_out_and_counted(office: Office, store: Database) -> None:
    office.company.write(LUIS, (ANA,), message_id=f"{'x' * 300}@norte.example")
    told(office, store)
    summary, _ = wrote(office, store)
    assert (summary.entries, summary.refused, summary.left_out) == (0, 0, {"long_key": 1})


def test_somebody_without_a_record_is_filed_under_the_account(office: Office, store: Database) -> None:
    office.company.write("recepcion@norte.example", (ANA,))
    told(office, store)
    wrote(office, store)
    (task,) = tasks(office)
    assert (task["WhoId"], office.org.record(task["WhatId"])["Name"]) == (None, "Norte S.L.")


@pytest.mark.parametrize(
    ("sender", "to", "cc"),
    [(RECEPTION, (ANA,), (SUR,)), (ANA, (RECEPTION,), (SUR,)), (ANA, (RECEPTION,), (SUR, EVA))],
)
def test_a_mail_is_filed_with_who_speaks_in_it_and_not_with_another_client_who_has_a_copy(
    office: Office, store: Database, sender: str, to: tuple[str, ...], cc: tuple[str, ...]
) -> None:
    office.company.write(sender, to, cc=cc)
    told(office, store)
    wrote(office, store)
    (task,) = tasks(office)
    assert office.org.record(task["WhatId"])["Name"] == "Norte S.L."
    assert task["WhoId"] == (ids(office)[EVA] if EVA in cc else None)


def test_a_mail_that_only_has_a_copy_for_a_client_is_filed_with_him(office: Office, store: Database) -> None:
    office.company.write(ANA, ("new@prospect-without-account.example",), cc=(LUIS,))
    told(office, store)
    wrote(office, store)
    assert [one["WhoId"] for one in tasks(office)] == [ids(office)[LUIS]]


def test_a_rep_who_has_a_new_user_owns_his_tasks_though_the_old_one_is_inactive(
    office: Office, store: Database
) -> None:
    office.org.update(ids(office)[ANA], IsActive=False)
    new = office.org.create("User", Name="Ana", Email=ANA, Username="ana.2@acme.example", IsActive=True)
    office.company.write(LUIS, (ANA,))
    told(office, store)
    wrote(office, store)
    assert [one["OwnerId"] for one in tasks(office)] == [new]


def test_a_blocked_person_is_never_written_nor_filed_under(office: Office, store: Database) -> None:
    office.company.write(LUIS, (ANA,))
    office.company.write(ANA, (LUIS, EVA))
    told(office, store)
    rules = Rules(own_domains=OWN, addresses=frozenset({LUIS}))
    summary, _ = wrote(office, store, rules=rules)
    assert (summary.entries, summary.left_out) == (1, {"blocked_address": 1})
    assert [one["WhoId"] for one in tasks(office)] == [ids(office)[EVA]]


@pytest.mark.parametrize(
    ("privacy", "subject", "words"),
    [("metadata", "Correo del cliente", False), ("subject", "Renovación", False), ("full", "Renovación", True)],
)
def test_privacy_decides_which_words_are_written(
    office: Office, store: Database, privacy: str, subject: str, words: bool
) -> None:
    office.privacy.update(crm=privacy, microsoft="full", google="full")
    office.company.write(LUIS, (ANA,), subject="Renovación")
    told(office, store)
    wrote(office, store)
    (task,) = tasks(office)
    assert (task["Subject"], bool(task["Description"])) == (subject, words)


def test_a_dry_run_says_exactly_what_the_next_one_writes_and_writes_nothing(office: Office, store: Database) -> None:
    office.company.write(LUIS, (ANA,))
    office.company.meet(a_meeting(office))
    told(office, store)
    org, rows = the_org(office), dump(store)
    planned, drafts = wrote(office, store, dry=True)
    assert (the_org(office), dump(store)) == (org, rows)
    done, outcomes = wrote(office, store)
    assert (planned.entries, done.entries) == (2, 2)
    assert [one.draft for one in drafts] == [one.draft for one in outcomes]
    for outcome in outcomes:
        task = office.org.record(str(outcome.record))
        assert {name: task[name] for name in outcome.draft.fields} == dict(outcome.draft.fields)


class Dies(StoredWriteBacks):
    """The process is killed after Salesforce has committed and before we have."""

    def note(self, *_: Any, **__: Any) -> None:
        raise Killed


def test_killed_between_their_commit_and_ours_the_repeat_changes_nothing(office: Office, store: Database) -> None:
    office.company.write(LUIS, (ANA,))
    office.company.meet(a_meeting(office))
    told(office, store)
    with pytest.raises(Killed):
        wrote(office, store, into=Dies)
    org = the_org(office)
    assert len(tasks(office)) == 2
    summary, _ = wrote(office, store)
    assert (summary.entries, summary.there) == (0, 2)
    assert the_org(office) == org
    assert sorted(len(one.copies) for one in told(office, store)) == [2, 3]


def test_a_lost_answer_writes_nothing_twice(office: Office, store: Database) -> None:
    office.company.write(LUIS, (ANA,))
    told(office, store)
    office.lab.faults = FaultPlan().lay(dropped_after(), on="PATCH")
    summary, _ = wrote(office, store)
    assert (summary.entries, len(tasks(office))) == (1, 1)


def test_a_new_store_finds_what_an_old_one_wrote(office: Office, store: Database, tmp_path: Any) -> None:
    office.company.write(LUIS, (ANA,))
    told(office, store)
    wrote(office, store)
    another = new_store(tmp_path / "another.db")
    (one,) = told(office, another)
    assert places(one) == [("crm", "Task"), ("microsoft", ANA)]
    assert wrote(office, another)[0].entries == 0
    another.engine.dispose()


def test_what_is_refused_is_found_and_tried_again(office: Office, store: Database) -> None:
    office.company.write(LUIS, (ANA,))
    office.company.write(EVA, (ANA,))
    told(office, store)
    luis = ids(office)[LUIS]
    office.org.rule = lambda name, record: "No mails of Luis." if record.get("WhoId") == luis else ""
    summary, _ = wrote(office, store)
    assert (summary.entries, summary.refused) == (1, 1)
    (finding,) = SyncTables(store, OWN).left_out("crm")
    assert (finding["what"], finding["mailbox"]) == ("not written", "Task")
    assert "No mails of Luis" in finding["why"]
    office.org.rule = lambda name, record: ""
    office.pass_time(timedelta(minutes=1))
    assert wrote(office, store)[0].entries == 1
    assert SyncTables(store, OWN).left_out("crm") == []


def test_a_refusal_that_is_no_longer_met_is_forgotten(office: Office, store: Database) -> None:
    office.company.write(LUIS, (ANA,))
    told(office, store)
    office.org.rule = lambda name, record: "No."
    wrote(office, store)
    office.pass_time(timedelta(days=60))
    a_night(office, store)
    wrote(office, store)
    assert SyncTables(store, OWN).left_out("crm") == []


def test_where_salesforce_asks_to_wait_the_next_run_writes_the_rest(
    office: Office, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guardian.sync.write_back_run.MOST", 2)
    for n in range(5):
        office.company.write(LUIS, (ANA,), subject=str(n))
    told(office, store)
    office.lab.faults = FaultPlan().lay(unavailable(retry_after=600), on="PATCH", skip=1, times=9)
    summary, _ = wrote(office, store)
    assert (summary.entries, len(tasks(office))) == (2, 2)
    assert summary.problems[-1].endswith("What is left is written by the next run.")
    office.lab.faults = FaultPlan()
    assert wrote(office, store)[0].entries == 3
    assert len(told(office, store)) == 5


def test_nothing_is_written_before_salesforce_was_read_to_the_end(office: Office, store: Database) -> None:
    office.company.write(LUIS, (ANA,))
    with pytest.raises(UserError, match="run `guardian sync crm` first"):
        wrote(office, store)
    told(office, store)
    SyncTables(store, OWN).begin_walk(1)
    with pytest.raises(UserError, match="was not read to the end"):
        wrote(office, store)


def test_what_came_after_salesforce_was_last_read_waits(office: Office, store: Database) -> None:
    told(office, store)
    office.pass_time(LATER)
    office.company.write(LUIS, (ANA,))
    office.pass_time(timedelta(hours=1))
    mailboxes = office.connections()[1]
    sync_connector(mailboxes, MortalTables(store), RULES, clock=OfficeClock(office), progress=NoBars())
    assert len(known(office, store)) == 1
    assert wrote(office, store)[0].entries == 0


def test_only_what_is_old_enough_and_not_too_old_is_logged(office: Office, store: Database) -> None:
    office.crm_settings |= {"write_back_after_hours": 24, "write_back_days": 30}
    office.company.write(LUIS, (ANA,), subject="long ago")
    office.pass_time(timedelta(days=40))
    office.company.write(LUIS, (ANA,), subject="lately")
    told(office, store)
    office.company.write(LUIS, (ANA,), subject="just now")
    office.pass_time(timedelta(hours=1))
    a_night(office, store)
    assert wrote(office, store)[0].entries == 1


def test_two_processes_do_not_write_at_once(office: Office, store: Database) -> None:
    told(office, store)
    with StoredWriteBacks(store).taking_turn("crm") as mine:
        assert mine
        with pytest.raises(TryLater, match="Another process is writing"):
            wrote(office, store)


def test_forgetting_somebody_says_which_records_are_about_him_and_they_do_not_come_back(
    office: Office, store: Database
) -> None:
    office.company.write(LUIS, (ANA,))
    office.company.write(EVA, (ANA,))
    told(office, store)
    wrote(office, store)
    told(office, store)
    (about_luis,) = [one["Id"] for one in tasks(office) if one["WhoId"] == ids(office)[LUIS]]
    forgotten = forget(store, LUIS, now=office.company.now)
    assert forgotten.written == (("crm", about_luis),)
    assert forget(store, LUIS, now=office.company.now).written == (("crm", about_luis),)
    office.pass_time(LATER)
    a_night(office, store, full=True)
    kept = known(office, store)
    assert [one for one in kept if any(copy.id == about_luis for copy in one.copies)] == []
    assert wrote(office, store)[0].entries == 0
    office.org.delete(about_luis)
    office.pass_time(LATER)
    a_night(office, store)
    assert forget(store, LUIS, now=office.company.now).written == ()


def test_accounts_are_marked_where_they_differ(office: Office, store: Database) -> None:
    office.crm_settings |= {"flag_field": "Guardian_State__c", "next_step_field": "Guardian_Next_Step__c"}
    told(office, store)
    accounts = StoredWriteBacks(store).accounts("crm")
    assert sorted(accounts.values()) == sorted(office.org.living("Account"))
    first = sorted(accounts.values())[0]
    mark = Mark(account=first, at_risk=True, state="En riesgo", next_step="Llame a Luis.")
    assert wrote(office, store, marks=(mark,))[0].marks == 1
    assert office.org.record(first)["Guardian_State__c"] == "En riesgo"
    assert wrote(office, store, marks=(mark,))[0].marks == 0
    before = dump(store)
    assert told(office, store) == []
    assert dump(store) == before
