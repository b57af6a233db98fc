"""A fault that passes by itself is for later; only what a person has to mend is said to be wrong."""

from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError, ProgrammingError

from guardian.domain.errors import TryLater, UserError
from guardian.storage.engine import open_database, translated

AT = 'connection failed: connection to server at "10.0.0.5", port 5432 failed: '
PASSING = [
    "failed to resolve host 'db.acme.example': [Errno -3] Temporary failure in name resolution",
    "failed to resolve host 'db.acme.example': [Errno -2] Name or service not known",
    f"{AT}No route to host\n\tIs the server running on that host and accepting TCP/IP connections?",
    f"{AT}Network is unreachable",
    f"{AT}Connection refused",
    f"{AT}Connection timed out",
    f"{AT}server closed the connection unexpectedly",
    f"{AT}FATAL:  the database system is starting up",
    f"{AT}FATAL:  sorry, too many clients already",
    'connection is bad: connection to server on socket "/run/.s.PGSQL.5432" failed: No such file or directory',
    "consuming input failed: SSL connection has been closed unexpectedly",
    "terminating connection due to administrator command",
    "canceling statement due to lock timeout",
    "deadlock detected",
    "database is locked",
    "disk I/O error",
    "what no version of any driver ever said before",
]
LASTING = [
    f'{AT}FATAL:  password authentication failed for user "guardian"',
    f"{AT}FATAL:  la autentificación password falló para el usuario «guardian»",
    f"{AT}fe_sendauth: no password supplied",
    f'{AT}FATAL:  database "guardian" does not exist',
    f'{AT}FATAL:  role "guardian" does not exist',
    f"{AT}FATAL:  no existe la base de datos «guardian»",
    f'{AT}FATAL:  role "guardian" is not permitted to log in',
    f'{AT}FATAL:  permission denied for database "guardian"',
    f'{AT}FATAL:  no pg_hba.conf entry for host "10.0.0.6", user "guardian", database "guardian", no encryption',
    f"{AT}server does not support SSL, but SSL was required",
    f"{AT}SSL error: certificate verify failed",
    'connection is bad: invalid sslmode value: "foo"',
    'connection is bad: invalid port number: "99999"',
    "unable to open database file",
    "attempt to write a readonly database",
    "no such table: hold",
    "table hold has no column named via",
]


@pytest.mark.parametrize("said", PASSING)
def test_what_passes_is_for_later(said: str) -> None:
    with pytest.raises(TryLater, match="does not answer now") as later, translated():
        raise OperationalError("SELECT 1", None, Exception(said))
    assert "\n" not in str(later.value)


@pytest.mark.parametrize("said", LASTING)
def test_what_a_person_has_to_mend_is_said_at_once(said: str) -> None:
    with pytest.raises(UserError, match="cannot be used"), translated():
        raise OperationalError("SELECT 1", None, Exception(said))


@pytest.mark.parametrize("said", ["file is not a database", "database disk image is malformed"])
def test_a_file_that_is_no_database_any_more_is_for_a_person(said: str) -> None:
    with pytest.raises(UserError, match="damaged"), translated():
        raise DatabaseError("SELECT 1", None, Exception(said))


@pytest.mark.parametrize(
    "said",
    [
        "permission denied for schema public",
        "no schema has been selected to create in",
        "must be owner of table hold",
        "permiso denegado al esquema public",
    ],
)
def test_a_role_without_the_right_is_told_who_can_give_it(said: str) -> None:
    with pytest.raises(UserError, match=r"cannot be used: .*ALTER DATABASE NAME OWNER TO USER"), translated():
        raise ProgrammingError("CREATE TABLE x", None, Exception(f"{said}\nLINE 2: CREATE TABLE x"))


def test_a_fault_in_a_statement_of_ours_stays_what_it_is() -> None:
    with pytest.raises(ProgrammingError), translated():
        raise ProgrammingError("SELECT", None, Exception('syntax error at or near "SELECT"'))


def test_what_is_no_fault_of_the_database_stays_what_it_is() -> None:
    with pytest.raises(IntegrityError), translated():
        raise IntegrityError("INSERT", None, Exception("UNIQUE constraint failed: malformed.id"))


def test_a_host_whose_name_leads_nowhere_now_is_for_later() -> None:
    pytest.importorskip("psycopg", reason="the driver for PostgreSQL is not installed")
    away = open_database("postgresql+psycopg://guardian@nowhere.invalid/guardian?connect_timeout=2")
    with pytest.raises(TryLater, match="does not answer now"), away.reading():
        pass
    away.engine.dispose()


def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    (tmp_path / "guardian.db").write_bytes(b"x" * 5000)
    other = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
    with pytest.raises(UserError, match="not a database"), other.reading():
        pass
    other.engine.dispose()
