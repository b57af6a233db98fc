"""Our lists follow the files that tell them, and outlive them."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from guardian.guard.fresh_lists import FreshLists
from tests.guard.test_fresh_directory import SetClock

SALES, EVA, LUIS = "ventas@acme.example", "eva@acme.example", "luis@cliente.example"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def aliases(tmp_path: Path) -> Path:
    (tmp_path / "sales").write_text(f"{EVA}\n")
    (tmp_path / "aliases").write_text(f"ventas: :include:{tmp_path}/sales\n")
    return tmp_path / "aliases"


@pytest.fixture
def lists(aliases: Path, clock: SetClock) -> FreshLists:
    return FreshLists([aliases], own_domains=["acme.example"], clock=clock)


def seen(lists: FreshLists, clock: SetClock) -> tuple[str, ...]:
    """Return who is on the list at the next look."""
    clock.at += timedelta(seconds=2)
    lists.look()
    return lists.known.expand(SALES)


def test_a_file_that_changed_is_read_again(lists: FreshLists, aliases: Path, clock: SetClock) -> None:
    assert seen(lists, clock) == (EVA,)
    aliases.write_text(f"ventas: {EVA}, {LUIS}\n")
    assert seen(lists, clock) == (EVA, LUIS)


def test_a_file_put_in_place_of_another_is_read_whatever_its_date(
    lists: FreshLists, aliases: Path, clock: SetClock
) -> None:
    before = aliases.stat()
    other = aliases.with_name("other")
    other.write_text(aliases.read_text().replace("ventas:", "compra:"))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(aliases)
    assert seen(lists, clock) == (SALES,)


def test_an_included_file_that_changed_is_read_again(lists: FreshLists, aliases: Path, clock: SetClock) -> None:
    aliases.with_name("sales").write_text(f"{EVA}\n{LUIS}\n")
    assert seen(lists, clock) == (EVA, LUIS)


def test_files_that_did_not_change_are_not_read_again(lists: FreshLists, clock: SetClock) -> None:
    known = lists.known
    seen(lists, clock)
    assert lists.known is known


def test_a_file_that_is_being_written_is_read_when_it_is_whole(
    lists: FreshLists, aliases: Path, clock: SetClock
) -> None:
    aliases.write_text("# todos\n")
    moment = clock.at.timestamp() + 2
    os.utime(aliases, (moment, moment))
    assert seen(lists, clock) == (EVA,)
    with aliases.open("a") as file:
        file.write(f"ventas: {LUIS}\n")
    os.utime(aliases, (moment + 1, moment + 1))
    assert seen(lists, clock) == (EVA,)
    assert seen(lists, clock) == (LUIS,)


@pytest.mark.parametrize("gone", ["aliases", "sales"])
def test_what_was_known_stays_known_while_a_file_cannot_be_read_and_the_log_says_so_once(
    lists: FreshLists, aliases: Path, clock: SetClock, gone: str
) -> None:
    for _ in range(2):
        aliases.with_name(gone).rename(aliases.with_name("away"))
        with capture_logs() as log:
            assert [seen(lists, clock) for _ in range(3)] == [(EVA,)] * 3
        assert [one["event"] for one in log] == ["guard.lists_unreadable"]
        assert gone in log[0]["why"]
        aliases.with_name("away").rename(aliases.with_name(gone))
        seen(lists, clock)
    aliases.write_text(f"ventas: {LUIS}\n")
    assert seen(lists, clock) == (LUIS,)
