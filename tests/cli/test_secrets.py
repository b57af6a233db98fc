"""Secrets by the command line: set from standard input, used by stored:NAME, rotated without a gap."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from guardian.cli import app
from guardian.cli.tenant import open_tenant
from guardian.domain.errors import UserError


@pytest.fixture
def tenant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert CliRunner().invoke(app, ["init", str(tmp_path), "--own-domain", "acme.example"]).exit_code == 0
    monkeypatch.setenv("GUARDIAN_CONFIG", str(tmp_path / "guardian.toml"))
    return tmp_path


def run(*words: str, given: str = "") -> str:
    done = CliRunner().invoke(app, words, input=given)
    if isinstance(done.exception, UserError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_secret_is_kept_and_listed_by_name_only(tenant: Path) -> None:
    run("secrets", "set", "m365", given="s3cret\n")
    listed = [json.loads(line) for line in run("secrets", "list", "--json").splitlines()]
    assert [one["name"] for one in listed] == ["m365"]
    assert "s3cret" not in json.dumps(listed)
    assert open_tenant().secrets.get("m365") == "s3cret"
    assert (tenant / "secrets.keys").stat().st_mode & 0o777 == 0o600


def test_a_connection_gets_what_stored_stands_for(tenant: Path) -> None:
    (tenant / "exports").mkdir()
    run("secrets", "set", "where", given="exports")
    run("connectors", "add", "exports", "archive", "path=stored:where")
    assert "stored:where" in (tenant / "guardian.toml").read_text()


def test_a_connection_whose_secret_is_missing_is_not_written(tenant: Path) -> None:
    run("secrets", "set", "other", given="x")
    before = (tenant / "guardian.toml").read_text()
    with pytest.raises(UserError, match="No secret is called where; set it with `guardian secrets set where`"):
        run("connectors", "add", "exports", "archive", "path=stored:where")
    assert (tenant / "guardian.toml").read_text() == before


def test_after_a_rotation_the_ring_holds_one_new_key_and_everything_opens(tenant: Path) -> None:
    run("secrets", "set", "m365", given="s3cret")
    before = (tenant / "secrets.keys").read_text()
    run("secrets", "rotate")
    after = (tenant / "secrets.keys").read_text()
    assert before not in after
    assert len(after.splitlines()) == 1
    assert open_tenant().secrets.get("m365") == "s3cret"


def test_a_rotation_cut_off_before_the_old_key_goes_leaves_everything_open(
    tenant: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("secrets", "set", "m365", given="s3cret")

    def cut_off(*_: object) -> int:
        raise UserError("cut off")

    with monkeypatch.context() as cut:
        cut.setattr("guardian.storage.secrets.StoredSecrets.reseal", cut_off)
        with pytest.raises(UserError, match="cut off"):
            run("secrets", "rotate")
    assert open_tenant().secrets.get("m365") == "s3cret"
    run("secrets", "rotate")
    assert open_tenant().secrets.get("m365") == "s3cret"


def test_a_ring_in_the_environment_reseals_with_its_last_key(tenant: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from guardian.storage import new_ring

    ring = new_ring()
    monkeypatch.setenv("GUARDIAN_KEYS", "env:RING")
    monkeypatch.setenv("RING", ring.text())
    run("secrets", "set", "m365", given="s3cret")
    wider = ring.with_new_key()
    monkeypatch.setenv("RING", wider.text())
    run("secrets", "rotate")
    monkeypatch.setenv("RING", wider.newest_only().text())
    assert open_tenant().secrets.get("m365") == "s3cret"


@pytest.mark.parametrize("name", ["", "-x y", "../../etc", "ñ"])
def test_a_name_that_no_reference_could_carry_is_refused(tenant: Path, name: str) -> None:
    with pytest.raises(UserError, match="is no name for a secret"):
        open_tenant().secrets.put(name, "x")


def test_a_lost_ring_is_never_replaced_by_a_new_one(tenant: Path) -> None:
    run("secrets", "set", "m365", given="s3cret")
    (tenant / "secrets.keys").unlink()
    with pytest.raises(UserError, match=r"secrets\.keys cannot be read"):
        run("secrets", "set", "more", given="x")
    run("secrets", "remove", "m365")
    run("secrets", "set", "more", given="x")
    assert open_tenant().secrets.get("more") == "x"
