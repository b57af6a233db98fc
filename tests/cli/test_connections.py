"""Adding connections: the steps at the provider in the tenant's language, and a person who logs in."""

import json
import os
import threading
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from guardian.cli import app
from guardian.cli.tenant import open_tenant
from guardian.connector_registry import kind_of, kinds, reveal
from guardian.domain.errors import UserError
from tests.lab.certificates import make_app_key
from tests.lab.google_world import new_world
from tests.lab.loopback import only_loopback
from tests.lab.serving import running_lab


@pytest.fixture
def tenant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert CliRunner().invoke(app, ["init", str(tmp_path), "--own-domain", "acme.example"]).exit_code == 0
    monkeypatch.setenv("GUARDIAN_CONFIG", str(tmp_path / "guardian.toml"))
    return tmp_path


@pytest.mark.parametrize("kind", kinds())
def test_every_provider_tells_its_steps_in_both_languages(kind: str) -> None:
    spanish, english = (kind_of(kind).steps(language) for language in ("es", "en"))
    assert len(spanish) == len(english) >= 3
    assert all(step.endswith(".") for step in (*spanish, *english))
    assert set(spanish).isdisjoint(english)


@pytest.mark.parametrize("kind", ["google", "outlook", "salesforce"])
def test_adding_without_settings_walks_through_the_steps_and_writes_nothing(tenant: Path, kind: str) -> None:
    before = (tenant / "guardian.toml").read_text()
    done = CliRunner().invoke(app, ["connectors", "add", "one", kind])
    assert "guardian connectors check" in done.stderr
    assert f"guardian connectors add one {kind} key=value" in str(done.exception)
    assert (tenant / "guardian.toml").read_text() == before


def test_a_person_logs_in_while_a_connection_is_added_and_again_later(
    tenant: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with only_loopback(), running_lab(tmp_path) as lab:
        world = new_world(lab, tmp_path, make_app_key())
        world.google.login.consent.person = world.ana

        def browser(text: str) -> None:
            if "/o/oauth2/" in text:
                threading.Thread(target=follow, args=(text,), daemon=True).start()

        def follow(url: str) -> None:
            answer = requests.get(url, verify=str(lab.ca_bundle), allow_redirects=False, timeout=10)
            requests.get(answer.headers["Location"], timeout=10)

        monkeypatch.setattr("guardian.cli.output.say", browser)
        monkeypatch.setenv("APP_SECRET", "secret")
        settings = {
            "client_id": "client",
            "client_secret": "env:APP_SECRET",
            "mailboxes": world.ana,
            "api_url": lab.url,
            "auth_url": f"{lab.url}/o/oauth2/v2/auth",
            "token_url": f"{lab.url}/token",
            "ca_bundle": str(lab.ca_bundle),
        }
        pairs = [f"{key}={value}" for key, value in settings.items()]
        done = CliRunner().invoke(app, ["connectors", "add", "me", "google", "--login", *pairs])
        assert done.exit_code == 0, done.exception
        written = (tenant / "guardian.toml").read_text()
        assert 'refresh_token = "stored:me/refresh_token"' in written
        assert open_tenant().secrets.get("me/refresh_token") in world.google.login.refresh_tokens
        assert CliRunner().invoke(app, ["connectors", "check", "me"]).exit_code == 0

        world.google.login.refresh_tokens.clear()
        assert CliRunner().invoke(app, ["connectors", "check", "me"]).exit_code == 1
        assert CliRunner().invoke(app, ["connectors", "login", "me"]).exit_code == 0
        assert CliRunner().invoke(app, ["connectors", "check", "me"]).exit_code == 0
        assert (tenant / "guardian.toml").read_text() == written


def test_nobody_logs_in_to_a_folder_of_exports(tenant: Path) -> None:
    (tenant / "exports").mkdir()
    done = CliRunner().invoke(app, ["connectors", "add", "x", "archive", "--login", "path=exports"])
    assert "Nobody logs in to Export files" in str(done.exception)


def add_exports(*pairs: str) -> BaseException | None:
    return CliRunner().invoke(app, ["connectors", "add", "exports", "archive", *pairs]).exception


def test_a_connection_is_written_without_touching_the_mode_or_the_link_of_the_file(tenant: Path) -> None:
    (tenant / "exports").mkdir()
    (tenant / "etc").mkdir()
    (tenant / "guardian.toml").rename(tenant / "etc" / "real.toml").chmod(0o640)
    (tenant / "guardian.toml").symlink_to(tenant / "etc" / "real.toml")
    assert add_exports("path=exports") is None
    assert "[connectors.exports]" in (tenant / "etc" / "real.toml").read_text()
    assert (tenant / "etc" / "real.toml").stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in (tenant / "etc").iterdir()) == ["real.toml"]


def test_a_full_disk_costs_nothing_of_the_settings_file(tenant: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (tenant / "guardian.toml").read_bytes()
    (tenant / "exports").mkdir()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert str(add_exports("path=exports")).endswith("guardian.toml cannot be written: No space left on device.")
    assert (tenant / "guardian.toml").read_bytes() == before
    assert not list(tenant.glob("*.new"))


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), RuntimeError("a connector's fault"), UserError("refused")])
def test_whatever_stops_the_check_of_new_settings_leaves_the_file_as_it_was(
    tenant: Path, monkeypatch: pytest.MonkeyPatch, problem: BaseException
) -> None:
    (tenant / "guardian.toml").write_bytes(b"\xef\xbb\xbf" + (tenant / "guardian.toml").read_bytes() + b"# mine\r\n")
    before = (tenant / "guardian.toml").read_bytes()

    def stop(*_: object) -> None:
        raise problem

    monkeypatch.setattr("guardian.wiring.tenant.Tenant.open_connector", stop)
    add_exports("path=exports")
    assert (tenant / "guardian.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("own_domains = [", "is not valid TOML"),
        ("# \xf1", "is not valid TOML"),
        ("connectors = 3", "connectors is no section"),
        ("[connectors]\nother = 3", "connectors.other is no section"),
    ],
)
def test_a_damaged_settings_file_is_told_and_left(tenant: Path, text: str, complaint: str) -> None:
    (tenant / "guardian.toml").write_text(text, encoding="latin-1")
    done = CliRunner().invoke(app, ["connectors", "set", "other", "path=x"])
    assert isinstance(done.exception, UserError)
    assert complaint in str(done.exception)
    assert (tenant / "guardian.toml").read_text(encoding="latin-1") == text


def test_a_setting_that_is_no_text_is_refused(tenant: Path) -> None:
    before = (tenant / "guardian.toml").read_bytes()
    assert str(add_exports("path=a\udcf1o")) == "A setting of exports has characters that are no text."
    assert (tenant / "guardian.toml").read_bytes() == before


def test_a_secret_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"contrase\xf1a")
    with pytest.raises(UserError, match=r"secret is not text in UTF-8"):
        reveal("file:secret", tmp_path)


IN_CLEAR = {
    "outlook": ("client_secret=hunter2", "tenant_id=t", "client_id=c"),
    "google": ("refresh_token=hunter2", "client_id=c", "mailboxes=ana@acme.example"),
    "salesforce": ("private_key=hunter2", "client_id=c", "username=u@acme.example"),
}


@pytest.mark.parametrize("kind", IN_CLEAR)
@pytest.mark.parametrize("more", [[], ["--login"]])
def test_a_secret_in_clear_is_refused_with_what_to_type(tenant: Path, kind: str, more: list[str]) -> None:
    if more and not hasattr(kind_of(kind), "log_in"):
        return
    before = (tenant / "guardian.toml").read_bytes()
    done = CliRunner().invoke(app, ["connectors", "add", "mine", kind, *IN_CLEAR[kind], *more])
    setting = IN_CLEAR[kind][0].partition("=")[0]
    assert isinstance(done.exception, UserError)
    assert str(done.exception) == (
        f"[connectors.mine] {setting}: a secret never stands here itself; type `guardian secrets set mine-{setting}`"
        f" and write stored:mine-{setting}, or give it as env:NAME or file:PATH."
    )
    assert (tenant / "guardian.toml").read_bytes() == before


def test_a_secret_in_clear_in_the_environment_is_refused_likewise(
    tenant: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in (("KIND", "outlook"), ("TENANT_ID", "t"), ("CLIENT_ID", "c"), ("CLIENT_SECRET", "hunter2")):
        monkeypatch.setenv(f"GUARDIAN_CONNECTORS__MINE__{key}", value)
    with pytest.raises(UserError, match="guardian secrets set mine-client_secret"):
        open_tenant().open_connector("mine")
    monkeypatch.setenv("GUARDIAN_CONNECTORS__MINE__CLIENT_SECRET", "env:HOME")
    assert open_tenant().open_connector("mine") is not None


@pytest.mark.parametrize(
    ("level", "told"),
    [
        (None, "privacy: metadata; complaints and last words are not read"),
        ("subject", "privacy: subject; complaints are read in subjects only, and last words are not read"),
        ("full", "privacy: full"),
    ],
)
def test_a_check_ends_with_what_privacy_leaves_unread(tenant: Path, level: str | None, told: str) -> None:
    (tenant / "exports").mkdir()
    assert add_exports("path=exports", *([f"privacy={level}"] if level else [])) is None
    assert CliRunner().invoke(app, ["connectors", "check", "exports"]).stdout.rstrip().endswith(told)
    found = [json.loads(line) for line in CliRunner().invoke(app, ["doctor", "--json"]).stdout.splitlines()]
    assert next(one["text"] for one in found if one["check"] == "connection exports").endswith(told)


def test_adding_names_privacy_in_its_help() -> None:
    assert "privacy=" in CliRunner().invoke(app, ["connectors", "add", "--help"]).stdout
