"""Held mail is kept byte for byte, decided once, and its trail cannot be changed unseen."""

import hashlib
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from guardian.domain.errors import UserError
from guardian.domain.verdict import Reason, ReasonCode
from guardian.ports.holds import Hold, HoldState
from guardian.storage.engine import Database, open_database
from guardian.storage.holds import StoredHolds
from guardian.storage.schema import upgrade
from tests.stores.mails import RAW, REVIEWER, SENDER, held_mail, step
from tests.stores.world import day


@pytest.fixture
def holds(database: Database) -> StoredHolds:
    return StoredHolds(database)


def test_a_held_mail_comes_back_as_it_was(holds: StoredHolds) -> None:
    kept = holds.keep(held_mail(), RAW)
    assert kept == replace(held_mail(), digest=hashlib.sha256(RAW).hexdigest())
    assert holds.get("h1") == kept
    assert holds.raw("h1") == RAW
    (first,) = holds.events("h1")
    assert (first.what, first.by, first.at) == ("held", "guardian", day(0))


def test_unknown_holds_are_said_to_be_unknown(holds: StoredHolds) -> None:
    assert holds.get("none") is None
    assert holds.events("none") == []
    for asking in (holds.raw, holds.broken_trails):
        with pytest.raises(KeyError):
            asking("none")
    with pytest.raises(KeyError):
        holds.move(held_mail("none"), HoldState.DISCARDED, step(held_mail("none")))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=200), subject=st.text(st.characters(), max_size=20))
def test_any_bytes_and_any_subject_can_be_held(database: Database, raw: bytes, subject: str) -> None:
    holds = StoredHolds(database)
    name = hashlib.sha1(raw + subject.encode("utf-8", "surrogatepass")).hexdigest()
    kept = holds.keep(replace(held_mail(name), subject=subject + "\ud800\x00"), raw)
    assert holds.raw(kept.id) == raw
    assert holds.get(kept.id) == kept


def test_addresses_come_back_as_they_were_written_and_make_no_other_mail(holds: StoredHolds) -> None:
    plain = held_mail("h1")
    spelled = replace(plain.envelope, spellings=((plain.envelope.recipients[0], "Written@So"),))
    first = holds.keep(replace(plain, envelope=spelled), RAW)
    assert first.envelope.spellings == spelled.spellings
    assert holds.keep(replace(held_mail("h2"), envelope=plain.envelope), RAW).id == "h1"


def test_the_same_mail_offered_again_meets_the_same_hold_while_it_is_open(holds: StoredHolds) -> None:
    first = holds.keep(held_mail("h1"), RAW)
    assert holds.keep(held_mail("h2", at=1), RAW) == first
    moved = holds.move(first, HoldState.RETURN_REQUESTED, step(first))
    assert holds.keep(held_mail("h3"), RAW) == moved
    assert len(holds.events("h1")) == 2
    assert moved is not None
    assert holds.move(moved, HoldState.RETURNED, step(moved)) is not None
    assert holds.keep(held_mail("h4"), RAW).id == "h4"


def ending(holds: StoredHolds, kept: Hold, *states: HoldState) -> Hold:
    """Take a hold through these states and return it."""
    for number, state in enumerate(states, 2):
        moved = holds.move(kept, state, step(kept, at=day(number)))
        assert moved is not None
        kept = moved
    return kept


@pytest.mark.parametrize(
    "way",
    [
        (HoldState.DISCARDED,),
        (HoldState.RELEASE_REQUESTED, HoldState.SENDING, HoldState.RELEASED),
        (HoldState.INTERNAL_REQUESTED, HoldState.SENDING, HoldState.RELEASED_INTERNAL),
        (HoldState.RETURN_REQUESTED, HoldState.SENDING, HoldState.RETURNED),
    ],
)
def test_bytes_and_words_of_a_mail_go_with_the_last_step_and_not_before(
    holds: StoredHolds, way: tuple[HoldState, ...]
) -> None:
    kept = holds.keep(held_mail(), RAW)
    before = ending(holds, kept, *way[:-1])
    assert (holds.raw("h1"), before.subject) == (RAW, kept.subject)
    over = ending(holds, before, way[-1])
    assert holds.get("h1") == over
    assert (holds.raw("h1"), over.subject, [one.span for one in over.verdict.reasons]) == (b"", "", [""])
    assert (over.digest, over.envelope, over.client_addresses) == (kept.digest, kept.envelope, kept.client_addresses)
    assert holds.broken_trails() == []


@pytest.mark.parametrize("back", [HoldState.HELD, HoldState.RELEASE_REQUESTED])
def test_a_mail_that_could_not_be_sent_or_perhaps_was_keeps_its_bytes(holds: StoredHolds, back: HoldState) -> None:
    kept = holds.keep(held_mail(), RAW)
    again = ending(holds, kept, HoldState.RELEASE_REQUESTED, HoldState.SENDING, back)
    assert (holds.raw("h1"), again.subject, again.verdict) == (RAW, kept.subject, kept.verdict)


def test_why_a_decided_mail_could_not_be_read_stays_because_it_quotes_nothing(holds: StoredHolds) -> None:
    unread = Reason(code=ReasonCode.UNSCANNABLE, span="encrypted", score=1.0)
    sealed = replace(held_mail(), verdict=replace(held_mail().verdict, reasons=(unread,)))
    assert ending(holds, holds.keep(sealed, RAW), HoldState.DISCARDED).verdict.reasons == (unread,)


def test_a_decided_mail_is_not_in_the_file_of_the_database_either(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
    upgrade(database)
    holds = StoredHolds(database)
    kept = holds.keep(held_mail(), RAW + b"nobody shall read this\r\n" * 1_000)
    ending(holds, kept, HoldState.DISCARDED)
    with database.reading() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    assert b"nobody shall read this" not in (tmp_path / "guardian.db").read_bytes()


@pytest.mark.parametrize(
    "other",
    [
        (held_mail("h2"), RAW + b"."),
        (held_mail("h2", recipients=("ana@client.example", "x@client.example")), RAW),
        (replace(held_mail("h2"), envelope=replace(held_mail().envelope, mail_args=())), RAW),
    ],
)
def test_other_bytes_or_another_envelope_is_another_hold(holds: StoredHolds, other: tuple[Hold, bytes]) -> None:
    holds.keep(held_mail("h1"), RAW)
    assert holds.keep(*other).id == "h2"


def test_holds_are_listed_by_state_oldest_first(holds: StoredHolds) -> None:
    for name, at in (("a", 3), ("b", 1), ("c", 2)):
        holds.keep(held_mail(name, at=at), name.encode())
    c = holds.get("c")
    assert c is not None
    holds.move(c, HoldState.DISCARDED, step(c))
    assert [one.id for one in holds.list()] == ["b", "c", "a"]
    assert [one.id for one in holds.list(states=frozenset({HoldState.HELD}))] == ["b", "a"]
    assert [one.id for one in holds.list(states=frozenset({HoldState.DISCARDED}))] == ["c"]
    assert list(holds.list(states=frozenset())) == []


def test_what_is_over_is_read_page_by_page_newest_first(holds: StoredHolds) -> None:
    for name, at in (("a", 1), ("b", 2), ("c", 2), ("d", 3)):
        kept = holds.keep(held_mail(name, at=at), name.encode())
        if name != "d":
            holds.move(kept, HoldState.DISCARDED, step(kept))
    over = frozenset({HoldState.DISCARDED})
    assert [one.id for one in holds.latest(states=over, most=2)] == ["c", "b"]
    assert [one.id for one in holds.latest(states=over, most=2, before="b")] == ["a"]
    assert [one.id for one in holds.latest(states=frozenset(HoldState), most=9)] == ["d", "c", "b", "a"]
    assert list(holds.latest(states=over, most=2, before="none")) == []


def test_a_decision_says_who_why_and_when(holds: StoredHolds) -> None:
    kept = holds.keep(held_mail(), RAW)
    asked = holds.move(kept, HoldState.RELEASE_REQUESTED, step(kept, what="release", at=day(1)))
    assert asked is not None
    assert (asked.decided_by, asked.decided_why, asked.decided_at) == (REVIEWER, "he asked for it", day(1))
    sending = holds.move(asked, HoldState.SENDING, step(asked, "guardian", "", what="sending", at=day(2)))
    assert sending is not None
    done = holds.move(sending, HoldState.RELEASED, step(sending, "guardian", "queued as 1", what="sent", at=day(3)))
    assert done is not None
    left = replace(asked, state=HoldState.RELEASED, subject="", verdict=done.verdict)
    assert done == holds.get("h1") == left
    assert [one.what for one in holds.events("h1")] == ["held", "release", "sending", "sent"]
    assert holds.events("h1")[-1].why == "queued as 1"
    with pytest.raises(ValueError, match="no hold goes"):
        holds.move(done, HoldState.HELD, step(done))


@pytest.mark.parametrize("sender", [SENDER, " REP@Acme.Example ", "rep+later@acme.example"])
@pytest.mark.parametrize("to", [HoldState.RELEASE_REQUESTED, HoldState.RELEASED])
def test_a_sender_cannot_release_his_own_mail(holds: StoredHolds, sender: str, to: HoldState) -> None:
    kept = holds.keep(held_mail(), RAW)
    with pytest.raises(UserError, match="its sender cannot"):
        holds.move(kept, to, step(kept, sender))
    forged = replace(kept, envelope=replace(kept.envelope, sender="somebody@acme.example"))
    with pytest.raises(UserError, match="its sender cannot"):
        holds.move(forged, to, step(kept, sender))
    assert holds.get("h1") == kept
    assert len(holds.events("h1")) == 1


@pytest.mark.parametrize("to", [HoldState.INTERNAL_REQUESTED, HoldState.RETURN_REQUESTED, HoldState.DISCARDED])
def test_a_sender_may_choose_whatever_spares_the_client(holds: StoredHolds, to: HoldState) -> None:
    kept = holds.keep(held_mail(), RAW)
    moved = holds.move(kept, to, step(kept, SENDER, ""))
    assert moved is not None
    assert (moved.state, moved.decided_by) == (to, SENDER)


def test_what_the_sender_sent_to_colleagues_cannot_end_as_a_release_to_all(holds: StoredHolds) -> None:
    kept = holds.keep(held_mail(), RAW)
    inside = holds.move(kept, HoldState.INTERNAL_REQUESTED, step(kept, SENDER))
    assert inside is not None
    with pytest.raises(UserError):
        holds.move(inside, HoldState.RELEASE_REQUESTED, step(kept, REVIEWER))


@pytest.mark.parametrize("why", ["", "  \n"])
def test_a_release_needs_a_justification(holds: StoredHolds, why: str) -> None:
    kept = holds.keep(held_mail(), RAW)
    with pytest.raises(UserError, match="justification"):
        holds.move(kept, HoldState.RELEASE_REQUESTED, step(kept, REVIEWER, why))


def test_a_decision_needs_a_name(holds: StoredHolds) -> None:
    kept = holds.keep(held_mail(), RAW)
    with pytest.raises(UserError, match="who decides"):
        holds.move(kept, HoldState.DISCARDED, step(kept, " "))


def test_nothing_is_sent_before_it_was_decided(holds: StoredHolds) -> None:
    kept = holds.keep(held_mail(), RAW)
    with pytest.raises(ValueError, match="no hold goes"):
        holds.move(kept, HoldState.SENDING, step(kept))


def test_the_slower_of_two_reviewers_changes_nothing(holds: StoredHolds) -> None:
    kept = holds.keep(held_mail(), RAW)
    assert holds.move(kept, HoldState.DISCARDED, step(kept)) is not None
    assert holds.move(kept, HoldState.RELEASE_REQUESTED, step(kept)) is None
    assert [one.state for one in holds.list()] == [HoldState.DISCARDED]
    assert len(holds.events("h1")) == 2


def test_of_many_threads_moving_one_hold_exactly_one_wins(holds: StoredHolds) -> None:
    for name in "abcde":
        kept = holds.keep(held_mail(name), name.encode())
        start = Barrier(6)

        def race(number: int, kept: Hold = kept, start: Barrier = start) -> Hold | None:
            start.wait()
            return holds.move(kept, HoldState.DISCARDED, step(kept, f"r{number}@acme.example"))

        with ThreadPoolExecutor(6) as pool:
            won = [one for one in pool.map(race, range(6)) if one is not None]
        assert [holds.get(name)] == won
        assert len(holds.events(name)) == 2
        assert not holds.broken_trails(name)


def _move_elsewhere(url: str, ready: Any, answers: Any, number: int) -> None:
    database = open_database(url)
    holds = StoredHolds(database)
    kept = holds.get("h1")
    assert kept is not None
    ready.wait()
    answers.put(holds.move(kept, HoldState.DISCARDED, step(kept, f"r{number}@acme.example")) is not None)
    database.engine.dispose()


def test_of_two_processes_moving_one_hold_exactly_one_wins(database: Database, holds: StoredHolds) -> None:
    holds.keep(held_mail(), RAW)
    spawn = multiprocessing.get_context("spawn")
    ready, answers = spawn.Barrier(2), spawn.Queue()
    url = database.engine.url.render_as_string(hide_password=False)
    workers = [spawn.Process(target=_move_elsewhere, args=(url, ready, answers, n)) for n in range(2)]
    for worker in workers:
        worker.start()
    assert sorted(answers.get(timeout=60) for _ in workers) == [False, True]
    for worker in workers:
        worker.join()
    assert len(holds.events("h1")) == 2


def test_one_mail_offered_many_times_at_once_is_held_once(holds: StoredHolds) -> None:
    start = Barrier(6)

    def offer(number: int) -> str:
        start.wait()
        return holds.keep(held_mail(f"h{number}"), RAW).id

    with ThreadPoolExecutor(6) as pool:
        ids = set(pool.map(offer, range(6)))
    assert len(ids) == len(holds.list()) == 1


def test_a_hold_is_on_the_disk_when_keep_returns(database: Database, holds: StoredHolds) -> None:
    asked = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}[database.engine.dialect.name]
    seen = []

    def look(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("INSERT INTO hold "):
            with connection.connection.cursor() if asked.startswith("SHOW") else _closing(connection) as own:
                seen.append(own.execute(asked).fetchone()[0])

    event.listen(database.engine, "before_cursor_execute", look)
    holds.keep(held_mail(), RAW)
    event.remove(database.engine, "before_cursor_execute", look)
    assert seen in ([2], ["on"])


def _closing(connection: Any) -> Any:
    from contextlib import closing

    return closing(connection.connection.cursor())


def test_a_step_that_must_happen_once_happens_once_even_after_the_mail_is_held_again(holds: StoredHolds) -> None:
    kept = holds.keep(held_mail("h1"), RAW)
    other = holds.keep(held_mail("h2"), RAW + b"2")
    moved = holds.move(kept, HoldState.RETURN_REQUESTED, step(kept), once="link 1")
    assert moved is not None
    again = holds.move(moved, HoldState.HELD, step(moved, "guardian"))
    assert again is not None
    assert holds.move(again, HoldState.RETURN_REQUESTED, step(again), once="link 1") is None
    assert holds.get("h1") == again
    assert holds.move(other, HoldState.RETURN_REQUESTED, step(other), once="link 1") is not None
    assert holds.move(again, HoldState.RETURN_REQUESTED, step(again), once="link 2") is not None


def test_a_refused_step_uses_up_nothing(holds: StoredHolds) -> None:
    kept = holds.keep(held_mail(), RAW)
    with pytest.raises(UserError):
        holds.move(kept, HoldState.RELEASE_REQUESTED, step(kept, SENDER), once="link")
    assert holds.move(kept, HoldState.DISCARDED, step(kept, SENDER), once="link") is not None


def test_of_many_threads_taking_one_step_that_changes_no_state_exactly_one_takes_it(holds: StoredHolds) -> None:
    kept = holds.keep(held_mail(), RAW)
    start = Barrier(6)

    def race(number: int) -> Hold | None:
        start.wait()
        return holds.move(kept, HoldState.HELD, step(kept, f"r{number}@acme.example"), once="tell")

    with ThreadPoolExecutor(6) as pool:
        won = [one for one in pool.map(race, range(6)) if one is not None]
    assert len(won) == 1
    assert len(holds.events("h1")) == 2
    assert not holds.broken_trails()
