"""What is wrong around Guardian is told in one sentence, never by a traceback."""

import io
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from guardian import settings
from guardian.cli import app
from guardian.cli.output import say_line
from guardian.cli.tenant import open_tenant
from guardian.domain.errors import UserError
from guardian.guard.mail_files import messages
from guardian.storage.engine import open_database
from guardian.wiring.folders import write_files


@pytest.fixture
def tenant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert CliRunner().invoke(app, ["init", str(tmp_path), "--own-domain", "acme.example"]).exit_code == 0
    monkeypatch.setenv("GUARDIAN_CONFIG", str(tmp_path / "guardian.toml"))
    return tmp_path


@pytest.mark.parametrize("rest", ["u:p@ss:w0rd@h/db", "u:w0rd@h:54x/db"])
def test_a_wrong_database_address_is_told_without_its_password(rest: str) -> None:
    with pytest.raises(UserError, match="%40 for @") as told:
        open_database(f"postgresql+psycopg://{rest}")
    assert "w0rd" not in str(told.value)
    assert told.value.__suppress_context__


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://guardian.db",
        "sqlite:///{folder}/guardian.db?timeout=long",
        "mysql://ana:w0rd@h/db",
        "postgresql+psycopg2://ana:w0rd@h/db",
        "postgresql+psycopg://ana:w0rd@127.0.0.1:9/db?nonsense=1",
    ],
)
def test_a_database_that_there_cannot_be_is_told_in_one_sentence_without_its_password(
    tmp_path: Path, url: str
) -> None:
    with (
        pytest.raises(UserError, match="database_url") as told,
        open_database(url.format(folder=tmp_path)).reading(),
    ):
        pass
    assert "w0rd" not in str(told.value)
    assert "\n" not in str(told.value)


def test_a_damaged_database_asks_for_a_backup(tenant: Path) -> None:
    for file in tenant.glob("guardian.db*"):
        file.unlink()
    (tenant / "guardian.db").write_bytes(b"\x07" * 8192)
    with pytest.raises(UserError, match="restore a backup"):
        open_tenant().secrets.list()


def test_settings_that_may_not_be_read_are_named(tenant: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    for words in (["doctor"], ["connectors", "remove", "x"]):
        assert str(CliRunner().invoke(app, words).exception).endswith(
            "guardian.toml cannot be read: Permission denied."
        )


def test_the_folder_is_no_setting(tmp_path: Path) -> None:
    (tmp_path / "guardian.toml").write_text('folder = "x"\n')
    with pytest.raises(UserError, match="there is no setting called folder"):
        settings.load(tmp_path / "guardian.toml")


@pytest.mark.parametrize("place", ["afile", "afile/below"])
def test_no_tenant_is_laid_out_in_a_file(tmp_path: Path, place: str) -> None:
    (tmp_path / "afile").touch()
    told = CliRunner().invoke(app, ["init", str(tmp_path / place)]).exception
    assert isinstance(told, UserError)
    assert "cannot be a folder for Guardian" in str(told)


@pytest.mark.parametrize("place", ["guardian.toml", "guardian.toml/below", "/proc/guardian-demo"])
@pytest.mark.parametrize(
    "words", [["digest", "preview", "--out"], ["digest", "rollup", "preview", "--out"], ["demo", "--dir"]]
)
def test_what_cannot_be_a_folder_is_named_before_anything_is_written(
    tenant: Path, words: list[str], place: str
) -> None:
    before = (tenant / "guardian.toml").read_bytes()
    told = CliRunner().invoke(app, [*words, str(tenant / place)]).exception
    assert isinstance(told, UserError), told
    assert str(told).startswith(f"{tenant / place} cannot be a folder for Guardian: ")
    assert (tenant / "guardian.toml").read_bytes() == before


def test_a_folder_in_which_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "ana.html").mkdir()
    with pytest.raises(UserError, match=f"Nothing can be written into {tmp_path}: "):
        write_files(tmp_path, [("ana.html", b"x")])


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31"])
@pytest.mark.parametrize("words", [["clients"], ["ageing"], ["timeline", "--all"], ["digest", "preview"]])
def test_a_day_of_which_nothing_can_be_known_is_refused(tenant: Path, words: list[str], day: str) -> None:
    told = CliRunner().invoke(app, [*words, "--as-of", day]).exception
    assert str(told) == f"Nothing is known of {day}; name a day from 1970-01-01 on."


@pytest.mark.parametrize("words", [["clients"], ["ageing"], ["timeline", "--all"]])
def test_the_first_day_that_can_be_asked_about_is_answered(tenant: Path, words: list[str]) -> None:
    assert CliRunner().invoke(app, [*words, "--as-of", "1970-01-01"]).exit_code == 0


def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "locked").mkdir()
    listed = Path.iterdir

    def refuse(path: Path) -> object:
        if path.name == "locked":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(UserError, match=r"locked: this folder cannot be read \(Permission denied\)"):
        list(messages([tmp_path]))


def test_a_secret_in_another_encoding_is_refused_without_being_shown(tenant: Path) -> None:
    told = CliRunner().invoke(app, ["secrets", "set", "m365"], input=b"contrase\xf1a").exception
    assert str(told) == "The secret is not text in UTF-8; give it in that encoding."
    assert open_tenant().secrets.list() == []


def test_a_file_name_that_is_no_text_can_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="utf-8", write_through=True))
    say_line("a\udcf1o.eml  hold  Cliente: ñ")
    assert raw.getvalue().decode() == "a?o.eml  hold  Cliente: ñ\n"


@pytest.mark.parametrize("refused", ["guardian.toml", "guardian.key"])
def test_no_tenant_is_laid_out_where_nothing_may_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    written, opened = Path.write_text, os.open

    def no_text(path: Path, *given: Any, **named: Any) -> int:
        if path.name == refused:
            raise PermissionError(13, "Permission denied")
        return written(path, *given, **named)

    def no_file(path: Any, *given: Any) -> int:
        if Path(path).name == refused:
            raise PermissionError(13, "Permission denied")
        return opened(path, *given)

    monkeypatch.setattr(Path, "write_text", no_text)
    monkeypatch.setattr(os, "open", no_file)
    told = CliRunner().invoke(app, ["init", str(tmp_path)]).exception
    assert isinstance(told, UserError)
    assert str(told) == f"Nothing can be written into {tmp_path}: Permission denied."
    assert list(tmp_path.iterdir()) == []


def test_a_domain_of_our_own_is_written_as_it_was_meant(tmp_path: Path) -> None:
    words = ["init", str(tmp_path), "--own-domain", "https://www.ACME.example/", "--own-domain", "@acme.test"]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert settings.load(tmp_path / "guardian.toml").own_domains == ("acme.example", "acme.test")


@pytest.mark.parametrize("domain", ["ana@acme.example", "acme"])
def test_a_mail_address_is_no_domain_of_our_own(tmp_path: Path, domain: str) -> None:
    told = CliRunner().invoke(app, ["init", str(tmp_path / "new"), "--own-domain", domain]).exception
    assert isinstance(told, UserError)
    assert str(told) == f"{domain} is no domain; write only what stands behind the @, as acme.example."
    assert not (tmp_path / "new").exists()


def test_a_scan_takes_no_domain_of_our_own_that_is_none(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["guard", "scan", str(tmp_path), "--own-domain", "acme"]).exception
    assert isinstance(told, UserError)
    assert str(told) == "acme is no domain; write only what stands behind the @, as acme.example."
