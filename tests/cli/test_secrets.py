"""Secrets by the command line: set from standard input, used by stored:NAME, rotated without a gap."""

import json
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from guardian.cli import app
from guardian.cli.tenant import open_tenant
from guardian.domain.errors import UserError
from guardian.storage.secrets import StoredSecrets


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


def test_a_backup_of_before_a_rotation_opens_with_the_ring_that_was_put_aside(tenant: Path) -> None:
    run("secrets", "set", "m365", given="s3cret")
    old = (tenant / "secrets.keys").read_text()
    run("db", "backup", str(tenant / "before.db"))
    told = [CliRunner().invoke(app, ["secrets", "rotate"]).stderr for _ in range(2)]
    first, second = sorted(tenant.glob("secrets.keys.until-*"))
    assert [str(one) in said for one, said in zip((first, second), told, strict=True)] == [True, True]
    assert "as long as you keep backups made before" in told[0]
    assert [stat.S_IMODE(one.stat().st_mode) for one in (first, second)] == [0o600, 0o600]
    assert first.read_text() == old != second.read_text()
    run("db", "restore", str(tenant / "before.db"))
    with pytest.raises(UserError, match="put it back from a backup"):
        open_tenant().secrets.get("m365")
    first.replace(tenant / "secrets.keys")
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


def meanwhile(act: Callable[[], object]) -> threading.Thread:
    """Begin something at once, and go on when it is done or has waited for a while."""
    other = threading.Thread(target=act)
    other.start()
    other.join(timeout=1)
    return other


def test_a_secret_that_is_put_while_all_are_resealed_still_opens(
    tenant: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("secrets", "set", "m365", given="s3cret")
    put, others = StoredSecrets.put, list[threading.Thread]()

    def slow_put(self: StoredSecrets, *words: Any, **more: Any) -> None:
        others.append(meanwhile(lambda: open_tenant().secrets.rotate()))
        put(self, *words, **more)

    with monkeypatch.context() as slow:
        slow.setattr(StoredSecrets, "put", slow_put)
        open_tenant().secrets.put("renewed", "refresh token")
    others[0].join()
    assert [open_tenant().secrets.get(name) for name in ("m365", "renewed")] == ["s3cret", "refresh token"]
    assert len((tenant / "secrets.keys").read_text().splitlines()) == 1


def test_two_rotations_at_once_follow_each_other(tenant: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("secrets", "set", "m365", given="s3cret")
    reseal, others = StoredSecrets.reseal, list[threading.Thread]()

    def slow_reseal(self: StoredSecrets, *words: Any) -> int:
        if not others:
            others.append(threading.current_thread())
            others.append(meanwhile(lambda: open_tenant().secrets.rotate()))
        return reseal(self, *words)

    with monkeypatch.context() as slow:
        slow.setattr(StoredSecrets, "reseal", slow_reseal)
        assert open_tenant().secrets.rotate().count == 1
        others[1].join()
    assert open_tenant().secrets.get("m365") == "s3cret"


def test_the_disk_has_the_name_of_the_ring_before_anything_leans_on_it(
    tenant: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("secrets", "set", "m365", given="s3cret")
    told: list[str] = []
    fsync, replace, reseal = os.fsync, Path.replace, StoredSecrets.reseal

    def tell(word: str, act: Callable[..., object]) -> Callable[..., object]:
        def noted(*words: object) -> object:
            told.append(word)
            return act(*words)

        return noted

    def noted_fsync(handle: int) -> None:
        told.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", tell("rename", replace))
    monkeypatch.setattr(StoredSecrets, "reseal", tell("reseal", reseal))
    open_tenant().secrets.rotate()
    aside, ring = ["file", "folder"], ["file", "rename", "folder"]
    assert told == [*aside, *ring, "reseal", *ring]


def test_a_ring_keeps_the_mode_and_the_link_it_had(tenant: Path) -> None:
    run("secrets", "set", "m365", given="s3cret")
    (tenant / "elsewhere").mkdir()
    (tenant / "secrets.keys").rename(tenant / "elsewhere" / "ring").chmod(0o640)
    (tenant / "secrets.keys").symlink_to(tenant / "elsewhere" / "ring")
    run("secrets", "rotate")
    assert (tenant / "secrets.keys").is_symlink()
    assert (tenant / "elsewhere" / "ring").stat().st_mode & 0o777 == 0o640
    assert open_tenant().secrets.get("m365") == "s3cret"
