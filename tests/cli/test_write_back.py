"""Writing back as an administrator meets it: shown before, written once, at night only where it is wanted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from connectors.salesforce.feed import ObjectFeed
from guardian import settings
from guardian.cli import app
from guardian.domain.errors import TryLater, UserError
from guardian.ports.connector import Cursor, Page
from guardian.wiring.nightly import Nightly
from guardian.wiring.tenant import Tenant
from tests.cli.conftest import Ran
from tests.connectors.together.conftest import a_small_company
from tests.lab.certificates import make_app_key
from tests.lab.in_process import without_wire
from tests.lab.loopback import only_loopback
from tests.lab.office import Office, open_office
from tests.lab.salesforce_login import CLIENT_ID, SECRET
from tests.lab.salesforce_org import Record
from tests.lab.serving import Lab

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
TOML = """
own_domains = ["acme.example"]
language = "en"
[mail]
smtp = "folder:outbox"
[connectors.crm]
kind = "salesforce"
auth = "client_credentials"
client_id = "{client_id}"
client_secret = "env:LAB_SECRET"
login_url = "{url}"
ca_bundle = "{ca_bundle}"
quota_share = 1.0
write_back = "{mode}"
write_back_after_hours = 0
flag_field = "Guardian_At_Risk__c"
next_step_field = "Guardian_Next_Step__c"
[connectors.exports]
kind = "archive"
path = "exports"
privacy = "full"
"""
MAIL = """\
From: Luis <luis@norte.example>
To: Ana <ana@acme.example>
Subject: Renewal
Date: {date}
Message-ID: <1@norte.example>

Thank you, we will let you know on Monday.
"""


class Shop:
    """A tenant with one mail of a client, which its Salesforce does not know of."""

    def __init__(self, folder: Path, office: Office) -> None:
        self.folder, self.office, self.now = folder, office, NOW

    def pass_time(self, span: timedelta) -> None:
        self.now += span
        self.office.org.now += span

    def is_set(self, mode: str) -> None:
        lab = self.office.lab
        text = TOML.format(client_id=CLIENT_ID, url=lab.url, ca_bundle=lab.ca_bundle, mode=mode)
        (self.folder / "guardian.toml").write_text(text)

    def run(self, *words: str) -> Ran:
        done = CliRunner().invoke(app, words)
        if isinstance(done.exception, UserError):
            return Ran(2, done.stdout, str(done.exception))  # as `guardian.cli.main` ends
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ran(done.exit_code, done.stdout, done.stderr)

    def tasks(self) -> list[Record]:
        return [one for one in self.office.org.living("Task").values() if one["Guardian_Key__c"]]

    def a_night(self) -> None:
        tenant = Tenant(settings.load(self.folder / "guardian.toml"))
        Nightly(tenant).afterwards(tenant.clock.now())


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("LAB_SECRET", SECRET)
    monkeypatch.setenv("GUARDIAN_CONFIG", str(tmp_path / "guardian.toml"))
    lab = Lab(tmp_path)
    with only_loopback(), without_wire(lab):
        office = open_office(lab, tmp_path, make_app_key(), a_small_company())
        office.org.now = NOW + timedelta(minutes=30)
        office.org.make_field("Task.Guardian_Key__c", "Account.Guardian_At_Risk__c", "Account.Guardian_Next_Step__c")
        (tmp_path / "exports").mkdir()
        mail = MAIL.format(date=format_datetime(NOW - timedelta(days=2)))
        (tmp_path / "exports" / "one.eml").write_text(mail)
        made = Shop(tmp_path, office)
        monkeypatch.setattr("guardian.wiring.tenant.SystemClock.now", lambda clock: made.now)
        made.is_set("on")
        assert made.run("db", "upgrade").code == 0
        assert made.run("sync").code == 0
        yield made
    lab.stop()


def test_it_is_shown_exactly_before_it_is_written_once(shop: Shop) -> None:
    planned = shop.run("connectors", "write-back", "crm", "--dry-run", "--json")
    assert shop.tasks() == []
    done = shop.run("connectors", "write-back", "crm", "--json")
    (task,) = shop.tasks()
    first, *_, summary = planned.lines()
    assert (planned.code, done.code) == (0, 0)
    assert (first["object"], first["key"], first["id"], first["there"]) == (
        "Task",
        "mid:1@norte.example",
        None,
        False,
    )
    assert done.lines()[0] == {**first, "id": task["Id"]}
    assert {name: task[name] for name in first["fields"]} == first["fields"]
    assert (summary["summary"], summary["dry_run"], summary["entries"]) == ("crm", True, 1)
    again = shop.run("connectors", "write-back", "crm", "--json")
    (nothing,) = again.lines()
    assert (nothing["entries"], nothing["marks"], len(shop.tasks())) == (0, 0, 1)


def test_accounts_say_who_is_about_to_be_lost_and_what_to_do(shop: Shop) -> None:
    (norte,) = [one["Id"] for one in shop.office.org.living("Account").values() if one["Name"] == "Norte S.L."]

    def marked() -> tuple[bool, str | None]:
        shop.run("sync")
        shop.run("connectors", "write-back", "crm")
        account = shop.office.org.record(norte)
        return account["Guardian_At_Risk__c"], account["Guardian_Next_Step__c"]

    assert marked() == (False, None)
    shop.pass_time(timedelta(days=100))
    at_risk, step = marked()
    assert at_risk
    assert "Luis" in str(step)
    again = MAIL.replace("<1@", "<2@").format(date=format_datetime(shop.now - timedelta(days=1)))
    (shop.folder / "exports" / "two.eml").write_text(again)
    assert marked() == (False, None)


def test_for_people_it_is_a_table_and_a_sentence(shop: Shop) -> None:
    shown = shop.run("connectors", "write-back", "crm", "--dry-run")
    assert "Mail from the client" in " ".join(shown.out.split())
    assert "1 activity would be written, 0 were there already, 0 refused" in shown.err


def test_what_is_off_is_not_written_and_says_how_to_look(shop: Shop) -> None:
    shop.is_set("off")
    refused = shop.run("connectors", "write-back", "crm")
    assert refused.code == 2
    assert "set write_back" in refused.err
    assert shop.run("connectors", "write-back", "crm", "--dry-run").code == 0
    assert shop.tasks() == []


def test_dry_run_in_the_settings_stays_dry(shop: Shop) -> None:
    shop.is_set("dry-run")
    assert shop.run("connectors", "write-back", "crm", "--json").lines()[-1]["dry_run"] is True
    shop.a_night()
    assert shop.tasks() == []


def test_the_night_writes_where_it_is_on(shop: Shop) -> None:
    shop.a_night()
    assert len(shop.tasks()) == 1


def test_the_night_writes_nothing_where_it_is_off(shop: Shop) -> None:
    shop.is_set("off")
    shop.a_night()
    assert shop.tasks() == []


def test_what_is_missing_in_salesforce_is_one_sentence_and_does_not_stop_the_night(shop: Shop) -> None:
    shop.office.org.hidden.add("Task.Guardian_Key__c")
    told = shop.run("connectors", "write-back", "crm")
    assert told.code == 2
    assert "Make a text field Guardian_Key__c of Activity in Salesforce" in told.err
    shop.a_night()
    assert shop.tasks() == []


@pytest.mark.parametrize("where", ["Salesforce", "ours"])
def test_digests_go_out_though_writing_back_fails_in_a_way_that_nobody_foresaw(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def breaks(*_: object) -> None:
        raise ValueError

    sent: list[object] = []
    monkeypatch.setattr("guardian.wiring.digests.Digests.send", lambda self, now, **more: sent.append(now) or [])
    if where == "Salesforce":
        shop.office.org.hidden.add("TaskStatus")
    else:
        monkeypatch.setattr("connectors.salesforce.write.SalesforceWriter.draft", breaks)
    shop.a_night()
    assert (len(sent), shop.tasks()) == (1, [])


def test_a_refused_record_is_a_finding(shop: Shop) -> None:
    shop.office.org.rule = lambda name, record: "Say which product." if name == "Task" else ""
    told = shop.run("connectors", "write-back", "crm", "--json")
    assert told.code == 1
    assert (
        told.lines()[0]["problem"] == "Salesforce refuses it: Say which product (FIELD_CUSTOM_VALIDATION_EXCEPTION)."
    )
    (finding,) = shop.run("connectors", "show", "crm", "--json").lines()
    assert finding["what"] == "not written"


def test_only_salesforce_can_be_written_to(shop: Shop) -> None:
    told = shop.run("connectors", "write-back", "exports", "--dry-run")
    assert told.code == 2
    assert "exports cannot be written to" in told.err


def test_what_a_feed_was_not_asked_tonight_waits_for_the_night_that_asks_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.run("connectors", "write-back", "crm")
    shop.pass_time(timedelta(days=1))
    mail = MAIL.replace("<1@", "<2@").format(date=format_datetime(shop.now - timedelta(hours=3)))
    (shop.folder / "exports" / "two.eml").write_text(mail)
    shop.office.org.create(
        "EmailMessage", MessageIdentifier="<2@norte.example>", MessageDate=shop.now - timedelta(hours=3),
        FromAddress="luis@norte.example", ToAddress="ana@acme.example", Status="1", Incoming=True,
    )  # fmt: skip
    asked = ObjectFeed.changes

    def busy(feed: ObjectFeed, after: Cursor | None) -> Iterator[Page]:
        if feed.scope.name == "EmailMessage":
            raise TryLater("Salesforce is busy.", after_seconds=60)
        return asked(feed, after)

    with monkeypatch.context() as tonight:
        tonight.setattr(ObjectFeed, "changes", busy)
        assert shop.run("sync").code == 1
        assert shop.run("connectors", "write-back", "crm", "--json").lines()[-1]["entries"] == 0
    shop.pass_time(timedelta(hours=1))
    assert shop.run("sync").code == 0
    assert shop.run("connectors", "write-back", "crm", "--json").lines()[-1]["entries"] == 0
    assert [one["Guardian_Key__c"] for one in shop.tasks()] == ["mid:1@norte.example"]


def test_forgetting_says_which_records_lie_in_salesforce(shop: Shop) -> None:
    shop.run("connectors", "write-back", "crm")
    told = shop.run("forget", "luis@norte.example", "--yes")
    assert f"delete it there: {shop.tasks()[0]['Id']} (crm)" in told.err
