"""The trail of held mail: nobody rewrites it, and whoever gets round that is found out, with the place."""

import pytest
from sqlalchemy import Table, delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from guardian.ports.holds import VIEWED, HoldEvent, HoldState
from guardian.storage.engine import Database
from guardian.storage.erasure import forget
from guardian.storage.holds import StoredHolds
from guardian.storage.tables import hold as held
from guardian.storage.tables import hold_event
from tests.stores.mails import RAW, held_mail, step
from tests.stores.world import day


@pytest.fixture
def holds(database: Database) -> StoredHolds:
    """Three mails, the second with a trail of three steps."""
    store = StoredHolds(database)
    for name in ("h1", "h2", "h3"):
        store.keep(held_mail(name), RAW + name.encode())
    second = store.get("h2")
    assert second is not None
    asked = store.move(second, HoldState.RETURN_REQUESTED, step(second, what="return"))
    assert asked is not None
    store.move(asked, HoldState.SENDING, step(asked, "guardian", what="sending"))
    return store


def without_guards(database: Database) -> None:
    """Take the triggers away, as somebody with every right in the database could."""
    triggers = ("hold_event_unchanged", "hold_event_kept")
    with database.writing() as connection:
        for name in triggers:
            connection.execute(text(f"DROP TRIGGER {name}" + ("" if database.is_sqlite else " ON hold_event")))


def places(holds: StoredHolds) -> list[tuple[str, int, str]]:
    return [(one.hold_id, one.step, one.what) for one in holds.broken_trails()]


def change(database: Database, table: Table, changed_step: str, /, **values: object) -> None:
    with database.writing() as connection:
        connection.execute(
            update(table).where(hold_event.c.hold_id == "h2", hold_event.c.what == changed_step).values(**values)
        )


@pytest.mark.parametrize("column", ["by", "why", "what", "at", "chain", "via"])
def test_the_database_refuses_to_change_a_step(database: Database, holds: StoredHolds, column: str) -> None:
    value = {"at": day(9), "chain": b"x"}.get(column, "changed")
    with pytest.raises(DBAPIError, match="trail"):
        change(database, hold_event, "return", **{column: value})
    assert places(holds) == []


def test_the_database_refuses_to_take_a_step_out(database: Database, holds: StoredHolds) -> None:
    with pytest.raises(DBAPIError, match="trail"), database.writing() as connection:
        connection.execute(delete(hold_event).where(hold_event.c.what == "sending"))
    if not database.is_sqlite:
        with pytest.raises(DBAPIError, match="trail"), database.writing() as connection:
            connection.execute(text("TRUNCATE hold_event"))
    assert places(holds) == []


def test_forgetting_somebody_is_no_break(database: Database, holds: StoredHolds) -> None:
    forget(database, "boss@acme.example", now=day(9))
    assert [one.by[:7] for one in holds.events("h2")] == ["guardia", "sha256:", "guardia"]
    assert places(holds) == []


def test_words_that_were_never_said_cannot_be_passed_off_as_forgotten(database: Database, holds: StoredHolds) -> None:
    try:
        change(database, hold_event, "return", by="sha256:" + "0" * 64)
    except DBAPIError:
        return  # PostgreSQL compares the digests itself
    assert places(holds) == [("h2", 2, "return")]


@pytest.mark.parametrize("column", ["by", "why", "at", "via"])
def test_a_changed_step_shows_and_where(database: Database, holds: StoredHolds, column: str) -> None:
    without_guards(database)
    change(database, hold_event, "return", **{column: day(9) if column == "at" else "changed"})
    assert places(holds) == [("h2", 2, "return")]


@pytest.mark.parametrize(("gone", "step_number"), [("held", 1), ("return", 2), ("sending", 3)])
def test_a_step_taken_out_shows_and_where(
    database: Database, holds: StoredHolds, gone: str, step_number: int
) -> None:
    without_guards(database)
    with database.writing() as connection:
        connection.execute(delete(hold_event).where(hold_event.c.hold_id == "h2", hold_event.c.what == gone))
    assert [(one.hold_id, one.step) for one in holds.broken_trails()] == [("h2", step_number)]


def test_a_step_put_in_shows(database: Database, holds: StoredHolds) -> None:
    with database.writing() as connection:
        connection.execute(
            insert(hold_event).values(hold_id="h3", at=day(1), what="release", by="x@y.example", why="", chain=b"1")
        )
    assert places(holds) == [("h3", 2, "release")]


def test_a_state_that_nobody_decided_shows(database: Database, holds: StoredHolds) -> None:
    with database.writing() as connection:
        connection.execute(update(held).where(held.c.id == "h1").values(state="discarded"))
    assert places(holds) == [("h1", 2, "")]


def test_a_state_that_nobody_decided_shows_behind_notes_of_who_was_told_too(
    database: Database, holds: StoredHolds
) -> None:
    told = holds.get("h1")
    assert told is not None
    assert holds.move(told, HoldState.HELD, step(told, "guardian", what="sender_told")) is not None
    assert places(holds) == []
    with database.writing() as connection:
        connection.execute(update(held).where(held.c.id == "h1").values(state="discarded"))
    assert places(holds) == [("h1", 3, "")]


def test_a_decision_that_was_undone_by_hand_shows(database: Database, holds: StoredHolds) -> None:
    with database.writing() as connection:
        values = {"state": "held", "decided_by": None, "decided_why": None, "decided_at": None}
        connection.execute(update(held).where(held.c.id == "h2").values(values))
    assert places(holds) == [("h2", 4, "")]


def test_whoever_looks_stands_in_the_trail_and_changes_nothing(holds: StoredHolds) -> None:
    for name, before in (("h1", ["held"]), ("h2", ["held", "return", "sending"])):
        kept = holds.get(name)
        holds.note(HoldEvent(hold_id=name, at=day(3), what=VIEWED, by="boss@acme.example", via="console"))
        assert holds.get(name) == kept
        assert [one.what for one in holds.events(name)] == [*before, VIEWED]
        assert holds.events(name)[-1].via == "console"
    assert places(holds) == []
    with pytest.raises(KeyError):
        holds.note(HoldEvent(hold_id="none", at=day(3), what=VIEWED, by="boss@acme.example"))


def test_looking_covers_up_no_decision_that_was_undone_by_hand(database: Database, holds: StoredHolds) -> None:
    kept = holds.get("h1")
    assert kept is not None
    holds.move(kept, HoldState.DISCARDED, step(kept, what="discard"))
    with database.writing() as connection:
        values = {"state": "held", "decided_by": None, "decided_why": None, "decided_at": None}
        connection.execute(update(held).where(held.c.id == "h1").values(values))
    holds.note(HoldEvent(hold_id="h1", at=day(3), what=VIEWED, by="boss@acme.example"))
    assert [one[0] for one in places(holds)] == ["h1"]


def test_looking_passes_for_no_decision(database: Database, holds: StoredHolds) -> None:
    holds.note(HoldEvent(hold_id="h1", at=day(3), what=VIEWED, by="boss@acme.example"))
    with database.writing() as connection:
        values = {"state": "discarded", "decided_by": "boss@acme.example", "decided_why": "", "decided_at": day(3)}
        connection.execute(update(held).where(held.c.id == "h1").values(values))
    assert [one[0] for one in places(holds)] == ["h1"]


def test_a_decider_who_is_not_in_the_trail_shows(database: Database, holds: StoredHolds) -> None:
    with database.writing() as connection:
        connection.execute(update(held).where(held.c.id == "h2").values(decided_by="x@y.example"))
    assert [one.hold_id for one in holds.broken_trails()] == ["h2"]


def test_one_trail_can_be_asked_about(holds: StoredHolds) -> None:
    assert holds.broken_trails("h2") == []
    with pytest.raises(KeyError):
        holds.broken_trails("none")


def test_the_trails_of_open_mail_are_read_at_once(holds: StoredHolds) -> None:
    trails = holds.trails(states=frozenset({HoldState.HELD, HoldState.SENDING}))
    assert {name: [one.what for one in steps] for name, steps in trails.items()} == {
        "h1": ["held"],
        "h2": ["held", "return", "sending"],
        "h3": ["held"],
    }
    assert set(holds.trails(states=frozenset({HoldState.HELD}))) == {"h1", "h3"}
    assert holds.trails(states=frozenset()) == {}
