"""What goes wrong with one connection is one clear sentence in `check`, `sync` and the log; it marks no other, and
costs nothing: once it is mended, everything is there.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from typer.testing import CliRunner

from guardian.cli import app
from guardian.domain.errors import UserError
from guardian.storage import open_database
from guardian.wiring.tenant import SystemClock
from tests.lab.certificates import make_app_key
from tests.lab.graph_login import CLIENT, SECRET, TENANT
from tests.lab.nights import stored_story
from tests.lab.office import NAMES, Office
from tests.lab.salesforce_login import CLIENT_ID, USERNAME
from tests.lab.salesforce_seed import log_letter
from tests.lab.serving import Answer, Request
from tests.lab.story import true_story

ANA, BRUNO, NOBODY = "ana@acme.example", "bruno@acme.example", "nobody@acme.example"
ONE_SENTENCE = re.compile(r"[^\n]{20,300}\.")
OTHER_KEY = make_app_key()


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    log: list[dict[str, Any]]

    @property
    def summaries(self) -> dict[str, dict[str, Any]]:
        return {one["connector"]: one for one in map(json.loads, self.out.splitlines())}


@dataclass
class Firm:
    """An office, the folder of its guardian.toml, and what differs from the right settings."""

    office: Office
    folder: Path
    settings: dict[str, dict[str, Any]]
    after: list[Callable[[], None]] = field(default_factory=list)

    def run(self, *words: str) -> Ran:
        self.write_settings()
        done = CliRunner().invoke(app, ["--config", str(self.folder / "guardian.toml"), *words])
        if done.exception and not isinstance(done.exception, SystemExit):
            assert isinstance(done.exception, UserError), done.exception
            return Ran(2, str(done.exception), _events(done.stderr))
        return Ran(done.exit_code, done.stdout, _events(done.stderr))

    def write_settings(self) -> None:
        tables = [f"[connectors.{name}]\n{_lines(values)}" for name, values in self.settings.items()]
        own = 'own_domains = ["acme.example"]\nlanguage = "en"\ndatabase_url = "sqlite:///guardian.db"\n'
        (self.folder / "guardian.toml").write_text(own + "\n".join(tables), encoding="utf-8")

    def something_happens(self, mails: int = 6) -> None:
        """Let mail come to both, and a part of it be logged in the CRM."""
        company, org = self.office.company, self.office.org
        ids = {one["Email"]: key for name in ("User", "Contact") for key, one in org.records[name].items()}
        for n in range(mails):
            company.write("luis@norte.example", (ANA, BRUNO), subject=f"{n} {'word ' * 20}")
            letter = list(company.desks[ANA].mail.items.values())[-1].letter
            log_letter(org, ids, replace(letter, message_id=f"crm{n}.{letter.message_id}"), with_task=False)

    def is_whole(self) -> bool:
        """Say whether the store holds the true story, and nothing else."""
        database = open_database(f"sqlite:///{self.folder / 'guardian.db'}")
        try:
            return stored_story(database, self.office.company.now) == true_story(self.office)
        finally:
            database.engine.dispose()


def _lines(values: dict[str, Any]) -> str:
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())


def _events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.fixture
def firm(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Firm]:
    """Ana's mailbox is at Microsoft, Bruno's at Google, both are in the CRM; all of it has been synced once."""
    monkeypatch.setattr(SystemClock, "now", lambda _: office.company.now)
    monkeypatch.setenv("LAB_SECRET", SECRET)
    (tmp_path / "google.json").write_text(office.google.login.key_file())
    (tmp_path / "sf.pem").write_text(office.salesforce.tokens.app.private_key)
    bundle, url = str(office.lab.ca_bundle), office.lab.url
    settings: dict[str, dict[str, Any]] = {
        "microsoft": {
            "kind": "outlook",
            "tenant_id": TENANT,
            "client_id": CLIENT,
            "client_secret": "env:LAB_SECRET",
            "authority_url": url,
            "graph_url": url,
            "ca_bundle": bundle,
            "mailboxes": [ANA],
        },
        "google": {
            "kind": "google",
            "service_account": "file:google.json",
            "api_url": url,
            "ca_bundle": bundle,
            "mailboxes": [BRUNO],
        },
        "crm": {
            "kind": "salesforce",
            "client_id": CLIENT_ID,
            "username": USERNAME,
            "private_key": "file:sf.pem",
            "login_url": url,
            "ca_bundle": bundle,
            "quota_share": 1.0,
        },
    }
    made = Firm(office, tmp_path, settings)
    made.something_happens()
    made.write_settings()
    assert made.run("db", "upgrade").code == 0
    _well(made)
    yield made
    for undo in made.after:
        undo()


def _well(firm: Firm) -> None:
    """Let two nights go by, the second of which finds nothing amiss, and assert that nothing is missing."""
    for _ in range(2):
        _time_goes_by(firm)
        ran = firm.run("sync", "--json")
    assert {one["state"] for one in ran.summaries.values()} == {"ok"}, ran.out
    assert firm.is_whole()


def _time_goes_by(firm: Firm) -> None:
    firm.office.pass_time(timedelta(minutes=15))


# --- what may go wrong: each breaks something, says what must be read, and can be mended ------------------------


def wrong_secret(firm: Firm, name: str) -> str:
    """Somebody set a secret or key that is not the right one."""
    if name == "microsoft":
        firm.settings[name]["client_secret"] = "env:HOME"
        return "the secret or certificate: it is wrong or has run out; set a new one"
    if name == "google":
        told = json.loads(firm.office.google.login.key_file()) | {"private_key": OTHER_KEY.private_key}
        (firm.folder / "other.json").write_text(json.dumps(told))
        firm.settings[name]["service_account"] = "file:other.json"
        return "refuses the key of the service account; make a new one"
    (firm.folder / "other.pem").write_text(OTHER_KEY.private_key)
    firm.settings[name]["private_key"] = "file:other.pem"
    return "Upload the certificate that belongs to private_key"


def missing_consent(firm: Firm, name: str) -> str:
    """No administrator has agreed."""
    if name == "microsoft":
        firm.office.graph.entra.roles.clear()
        firm.office.graph.entra.revoke()
        return "grant it Mail.ReadBasic.All"
    if name == "google":
        firm.office.google.login.authorised = frozenset()
        return "Authorise the service account's client id in the Admin console"
    firm.office.salesforce.tokens.approved = False
    firm.office.salesforce.tokens.revoke()
    return "Approve the connected app for the integration user"


def revoked_token(firm: Firm, name: str) -> str:
    """An administrator takes the connection its rights while it is reading."""
    lab, asked = firm.office.lab, [0]
    answer = lab.answer
    said = {
        "microsoft": (400, {"error": "invalid_grant", "error_description": "AADSTS50173: x."}, "it was revoked"),
        "google": (400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."},
                   "was revoked or has expired; connect it again"),
        "crm": (400, {"error": "invalid_grant", "error_description": "expired access/refresh token"},
                "refuses the login of the integration user; check"),
    }  # fmt: skip
    logins = {"microsoft": f"/{TENANT}/oauth2/v2.0/token", "google": "/token", "crm": "/services/oauth2/token"}
    data = {"microsoft": "/v1.0/users/", "google": ("/gmail/", "/batch", "/calendar/", "/v1/people"),
            "crm": "/services/data/"}  # fmt: skip
    status, body, sentence = said[name]

    def struck(request: Request) -> Answer:
        if request.path.startswith(logins[name]) and asked[0] >= 3:
            return Answer(status=status, body=json.dumps(body).encode())
        if request.path.startswith(data[name]):
            asked[0] += 1
            if asked[0] > 3:
                return Answer(status=401, body=b"{}")
        return answer(request)

    _wrap(firm, struck)
    return sentence


def unknown_mailbox(firm: Firm, name: str) -> str:
    """Somebody who does not exist is to be read as well."""
    if name == "crm":
        firm.settings[name]["username"] = NOBODY
        return "Activate the integration user in Salesforce, or name another one"
    firm.settings[name]["mailboxes"].append(NOBODY)
    return f"There is no mailbox {NOBODY}" if name == "microsoft" else f"Google knows no user {NOBODY}"


def full_disk(firm: Firm, name: str) -> str:
    """The database cannot grow."""
    path = firm.folder / "guardian.db"

    def small(connection: Any, _record: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    assert path.is_file()
    event.listen(Engine, "connect", small)
    firm.after.append(lambda: event.remove(Engine, "connect", small))
    firm.something_happens(mails=60)
    return "The disk is full"


def schema_change(firm: Firm, name: str) -> str:
    """The provider tells something otherwise than yesterday."""
    if name == "crm":
        hidden = firm.office.org.hidden
        hidden.add("EmailMessage.SystemModstamp")
        firm.after.append(lambda: hidden.discard("EmailMessage.SystemModstamp"))
        return "Let the integration user see SystemModstamp of EmailMessage"
    was, now = {
        "microsoft": (rb'"(sent|received)DateTime": "[^"]*"', rb'"\1DateTime": {"at": 1}'),
        "google": (rb'"payload"', rb'"content"'),
    }[name]
    answer = firm.office.lab.answer

    def renamed(request: Request) -> Answer:
        told = answer(request)
        return replace(told, body=re.sub(was, now, told.body))

    _wrap(firm, renamed)
    return "could not be read; `guardian connectors show"


def _wrap(firm: Firm, struck: Callable[[Request], Answer]) -> None:
    lab, before = firm.office.lab, firm.office.lab.answer
    lab.answer = struck  # type: ignore[method-assign]
    firm.after.append(lambda: setattr(lab, "answer", before))


TROUBLES = (wrong_secret, missing_consent, revoked_token, unknown_mailbox, full_disk, schema_change)
SEEN_BY_CHECK = (wrong_secret, missing_consent, unknown_mailbox)  # others strike while something is read


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_one_sentence_one_connection_and_nothing_lost(
    firm: Firm, name: str, trouble: Callable[[Firm, str], str]
) -> None:
    right = json.loads(json.dumps(firm.settings))
    roles, authorised = set(firm.office.graph.entra.roles), firm.office.google.login.authorised
    firm.something_happens()
    _time_goes_by(firm)
    sentence = trouble(firm, name)

    _check_says_it(firm, name, trouble, sentence)
    alone = [name] if trouble is full_disk else []  # a disk is full for all of them
    ran = firm.run("sync", "--json", *alone)
    _sync_says_it(ran, name, sentence)
    if trouble is not full_disk:
        _only_it_is_marked(firm, name, sentence)

    for undo in firm.after:
        undo()
    firm.after.clear()
    firm.settings = right
    firm.office.graph.entra.roles.update(roles)
    firm.office.graph.entra.revoke()
    firm.office.google.login.authorised = authorised
    firm.office.salesforce.tokens.approved = True
    if trouble is schema_change:
        _time_goes_by(firm)
        firm.run("sync", "--full", name)
    _well(firm)


def _check_says_it(firm: Firm, name: str, trouble: Callable[[Firm, str], str], sentence: str) -> None:
    ran = firm.run("connectors", "check")
    said = dict(line.split(": ", 1) for line in ran.out.splitlines())
    if trouble is full_disk:
        assert ran.code == 1
        assert sentence in said.pop("database")
    assert said.keys() == set(NAMES), "one line a connection"
    if trouble in SEEN_BY_CHECK or (trouble is schema_change and name == "crm"):
        assert ran.code == 1
        assert sentence in said[name]
        assert ONE_SENTENCE.fullmatch(said[name]), said[name]
    assert not any(sentence in said[other] for other in NAMES if other != name)


def _sync_says_it(ran: Ran, name: str, sentence: str) -> None:
    if ran.code == 2:  # nothing could be kept, not even how the run went
        assert ONE_SENTENCE.fullmatch(ran.out)
        assert sentence in ran.out
        return
    assert ran.code == 1
    summaries = ran.summaries
    assert summaries[name]["state"] != "ok"
    assert {one["state"] for other, one in summaries.items() if other != name} <= {"ok"}, ran.out
    telling = [one for one in summaries[name]["problems"] if sentence in one]
    assert len(telling) == 1, summaries[name]["problems"]
    assert len(summaries[name]["problems"]) <= 3, summaries[name]["problems"]  # one a permission, at most
    assert all(ONE_SENTENCE.fullmatch(one.partition(": ")[2] or one) for one in telling)
    (logged,) = (one for one in ran.log if one.get("connector") == name and sentence_in(one, sentence))
    assert "Traceback" not in json.dumps(ran.log)
    assert "ana@" not in json.dumps(logged)


def sentence_in(logged: dict[str, Any], sentence: str) -> bool:
    return sentence.replace(NOBODY, "…@acme.example") in json.dumps(logged, ensure_ascii=False)


def _only_it_is_marked(firm: Firm, name: str, sentence: str) -> None:
    listed = {one["name"]: one for one in map(json.loads, firm.run("connectors", "list", "--json").out.splitlines())}
    assert listed[name]["state"] != "ok"
    assert sentence in listed[name]["last_error"]
    assert {one["state"] for other, one in listed.items() if other != name} == {"ok"}


def test_the_clock_of_these_tests_is_the_offices(firm: Firm) -> None:
    assert isinstance(SystemClock().now(), datetime)
    assert SystemClock().now() == firm.office.company.now
