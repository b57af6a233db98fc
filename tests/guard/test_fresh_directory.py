"""The directory in a file: it answers as a dictionary would, shows what is new, and gets cautious with age."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.domain.mail import Envelope
from guardian.guard.address_table import AddressTable, build_table, table_key
from guardian.guard.audience import audience_of
from guardian.guard.fresh_directory import FreshDirectory, write_directory

NOW = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
STALE_AFTER = timedelta(hours=1)


@dataclass
class SetClock:
    """A clock that is set by hand."""

    at: datetime = NOW

    def now(self) -> datetime:
        """Return what it was set to."""
        return self.at


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_directory(
        tmp_path / "directory",
        [
            ("luis@gmail.com", "Luis Peña"),
            ("@cliente.example", "Cliente"),
            ("@xn--andu-hqa.example", "Ñandú"),
            ("socio@acme.example", "Socio"),
        ],
        now=NOW,
    )
    return tmp_path / "directory"


def opened(path: Path, clock: SetClock, *lists: Path) -> FreshDirectory:
    return FreshDirectory(path, own_domains=["acme.example"], clock=clock, stale_after=STALE_AFTER, lists=lists)


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=12), max_size=40), st.text(max_size=12))
def test_the_table_answers_as_a_dictionary_does(names: dict[str, str], other: str) -> None:
    table = AddressTable(memoryview(build_table(names.items(), now=NOW)))
    wanted = {table_key(address): name for address, name in names.items()}
    for address in (*names, other):
        assert table.get(address) == wanted.get(table_key(address))


@pytest.mark.parametrize("cut", [0, 10, 60, -1])
def test_a_table_cut_short_is_refused(cut: int) -> None:
    whole = build_table([("a@b.example", "B")], now=NOW)
    with pytest.raises(ValueError, match="table"):
        AddressTable(memoryview(whole[:cut]))


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("luis@gmail.com", "Luis Peña"),
        ("l.u.i.s+ofertas@googlemail.com", "Luis Peña"),
        ("otro@gmail.com", None),
        ("a@mail.cliente.example", "Cliente"),
        ("a@xn--andu-hqa.example", "Ñandú"),
        ("socio+x@acme.example", "Socio"),
        ("eva@acme.example", None),
    ],
)
def test_addresses_and_domains_lead_to_their_client(
    path: Path, clock: SetClock, address: str, client: str | None
) -> None:
    assert opened(path, clock).client_of(address) == client


def test_a_list_shows_the_client_on_it_from_the_next_look_on(path: Path, clock: SetClock, tmp_path: Path) -> None:
    lists, to_sales = tmp_path / "virtual", Envelope(sender="", recipients=("ventas@acme.example",))
    lists.write_text("ventas@acme.example  eva@acme.example\n")
    directory = opened(path, clock, lists)
    lists.write_text("ventas@acme.example  eva@acme.example, luis@gmail.com\n")
    clock.at += timedelta(seconds=2)
    assert audience_of(to_sales, directory).client_names == ()
    directory.look_at_lists()
    assert audience_of(to_sales, directory).client_names == ("Luis Peña",)


def test_a_new_file_is_seen_and_the_old_one_read_until_then(path: Path, clock: SetClock) -> None:
    directory = opened(path, clock)
    assert directory.client_of("x@nuevo.example") is None
    write_directory(path, [("@nuevo.example", "Nuevo")], now=NOW)
    clock.at += timedelta(seconds=2)
    assert directory.client_of("x@nuevo.example") == "Nuevo"
    assert directory.client_of("luis@gmail.com") is None


def test_an_old_file_makes_it_cautious_and_a_new_one_calms_it(path: Path, clock: SetClock) -> None:
    directory = opened(path, clock)
    assert not directory.cautious
    clock.at += STALE_AFTER + timedelta(seconds=1)
    assert directory.cautious
    assert audience_of(Envelope(sender="", recipients=("x@nobody.example",)), directory).clients
    assert not audience_of(Envelope(sender="", recipients=("eva@acme.example",)), directory).clients
    write_directory(path, [], now=clock.at)
    clock.at += timedelta(seconds=2)
    assert not directory.cautious


@pytest.mark.parametrize("content", [None, b"", b"rubbish" * 20])
def test_without_a_readable_file_it_is_cautious(tmp_path: Path, clock: SetClock, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "directory").write_bytes(content)
    assert opened(tmp_path / "directory", clock).cautious


def test_a_clock_that_goes_backwards_does_not_keep_a_new_file_from_being_seen(path: Path, clock: SetClock) -> None:
    directory = opened(path, clock)
    assert directory.client_of("x@nuevo.example") is None
    write_directory(path, [("@nuevo.example", "Nuevo")], now=NOW)
    clock.at -= timedelta(days=1)
    assert directory.client_of("x@nuevo.example") == "Nuevo"


def test_a_file_from_the_future_makes_it_cautious(path: Path, clock: SetClock) -> None:
    """The clock jumped: nobody can tell how old the file is."""
    directory = opened(path, clock)
    clock.at -= STALE_AFTER + timedelta(seconds=1)
    assert directory.cautious


def test_two_writers_at_once_never_show_half_a_file(path: Path, clock: SetClock) -> None:
    real = Path.replace
    drafts: list[Path] = []

    def replaced_late(draft: Path, target: Path) -> Path:
        """Let a second writer begin and end between the first one's last byte and his replacing."""
        drafts.append(draft)
        if len(drafts) == 1:
            write_directory(path, [(f"@{number}.example", "Dos") for number in range(100)], now=NOW)
        return real(draft, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", replaced_late)
        write_directory(path, [("@uno.example", "Uno")], now=NOW)
    assert opened(path, clock).client_of("x@uno.example") == "Uno"
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_what_a_killed_writer_left_is_removed_and_what_one_writes_now_is_not(path: Path) -> None:
    for name, age in (("directory.1-a.new", 7200), ("directory.2-b.new", 60)):
        (path.parent / name).write_bytes(b"half")
        os.utime(path.parent / name, (NOW.timestamp() - age,) * 2)
    write_directory(path, [], now=NOW)
    assert sorted(one.name for one in path.parent.iterdir()) == ["directory", "directory.2-b.new"]


@pytest.mark.slow
def test_a_million_addresses_take_less_than_150_megabytes(tmp_path: Path) -> None:
    rows = (
        (f"person{number}@company{number % 100_000}.example", f"Client {number % 100_000}") for number in range(10**6)
    )
    assert write_directory(tmp_path / "directory", rows, now=NOW) < 40_000_000
