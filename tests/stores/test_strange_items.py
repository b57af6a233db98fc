"""What strangers can put into a mail or a calendar is stored on both databases, and never stops a feed."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from guardian.domain.activity import Kind, Role
from guardian.domain.people import Company, Contact
from guardian.ports.connector import DeadLetter, Gone, Record
from guardian.storage import Database, StoredTimelines
from guardian.sync import Rules, SyncSummary
from tests.sync.conftest import sync_into
from tests.sync.supplier import OWN, ListFeed, StoppedClock, a_mail, person, told

LONG = "".join(sha256(str(i).encode()).hexdigest() for i in range(80))  # no index could pack it
STRANGE: dict[str, Record] = {
    "a NUL in the subject": a_mail("1", subject="Pedido\x00 urgente"),
    "half a surrogate in the subject": a_mail("1", subject="Pedido \udce9"),
    "a NUL in a name": replace(a_mail("1"), participants=(person(Role.FROM, "luis@bermeo.example", "Lu\x00is"),)),
    "half a surrogate in a name": replace(
        a_mail("1"), participants=(person(Role.FROM, "luis@bermeo.example", "Luis \ud83d"),)
    ),
    "a NUL in an address": a_mail("1", sender="lu\x00is@bermeo.example"),
    "half a surrogate in an address": a_mail("1", sender="lu\udce9s@bermeo.example"),
    "a NUL in the Message-ID": a_mail("1", mid="a\x00b"),
    "half a surrogate in the Message-ID": a_mail("1", mid="a\udce9b"),
    "a Message-ID of 5,000 characters": a_mail("1", mid=LONG),
    "a reference of 5,000 characters": a_mail("1", refs=[LONG]),
    "a reference with a NUL": a_mail("1", refs=["a\x00b"]),
    "an item id of 5,000 characters": a_mail(LONG, mid="m"),
    "an item id with a NUL": a_mail("a\x00b", mid="m"),
    "an item id that is no Unicode": a_mail("file-\udce9.eml", mid="m"),
    "an address at an endless domain": a_mail("1", sender="a@" + ".".join(["label"] * 50) + ".example"),
    "a meeting without end": replace(
        a_mail("1"), kind=Kind.MEETING, key="ical:u/single", duration_s=8_000 * 365 * 86_400
    ),
    "the last second of time": replace(a_mail("1"), occurred_at=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    "the first second of time": replace(a_mail("1"), occurred_at=datetime(1, 1, 1, tzinfo=UTC)),
    "a company with a NUL in its name": Company(ref="1", name="Ber\x00meo", domains=("bermeo.example",)),
    "a company with an endless domain": Company(ref="1", name="Bermeo", domains=(f"{LONG}.example",)),
    "a company worth no number": Company(ref="1", name="Bermeo", value=float("nan")),
    "a contact of a company with an endless name": Contact(
        ref="00Q0000000000EEEEE", name="Rosa", addresses=("rosa@gmail.com",), company_name=LONG
    ),
    "a contact with a NUL in his name": Contact(ref="c1", name="Ro\x00sa", addresses=("rosa@norte.example",)),
}


def synced(
    database: Database, *records: Record, dead: tuple[DeadLetter, ...] = (), full: bool = False
) -> SyncSummary:
    feed = ListFeed("box", list(records), dead=list(dead), page_size=50)
    return sync_into(database, feed, rules=Rules(own_domains=OWN), full=full)


@pytest.mark.parametrize("what", STRANGE)
def test_a_strange_item_is_stored_beside_ordinary_ones(database: Database, what: str) -> None:
    summary = synced(database, STRANGE[what], a_mail("ordinary", sender="eva@sur.example"))
    assert (summary.state, summary.problems) == ("ok", ())
    assert summary.new == 2
    assert "sur.example" in repr(told(database))


@pytest.mark.parametrize("what", STRANGE)
def test_a_strange_item_met_again_changes_nothing(database: Database, what: str) -> None:
    synced(database, STRANGE[what])
    before = told(database)
    again = synced(database, STRANGE[what], full=True)
    assert (again.new, again.changed, again.gone, again.unchanged) == (0, 0, 0, 1)
    assert told(database) == before


@pytest.mark.parametrize("what", ["an item id of 5,000 characters", "an item id with a NUL"])
def test_a_strange_item_can_go_again(database: Database, what: str) -> None:
    strange = STRANGE[what]
    feed = ListFeed("box", [strange])
    sync_into(database, feed, rules=Rules(own_domains=OWN))
    feed.records.append(Gone(item_id=strange.item_id))  # type: ignore[union-attr]
    assert sync_into(database, feed, rules=Rules(own_domains=OWN)).gone == 1
    assert list(StoredTimelines(database).interactions(now=StoppedClock().now())) == []


def test_a_dead_letter_may_have_any_name_and_reason(database: Database) -> None:
    dead = DeadLetter(item_id=f"{LONG}\x00\udce9", why="It says \x00 and \udce9.", raw=b"\x00\xff")
    assert synced(database, a_mail("1"), dead=(dead,)).dead_letters == 1
    assert synced(database, a_mail("1"), dead=(dead,), full=True).dead_letters == 1


def test_ids_that_differ_only_at_their_end_stay_two(database: Database) -> None:
    summary = synced(database, a_mail("1", mid=f"{LONG}a"), a_mail("2", mid=f"{LONG}b"))
    assert summary.new == 2
    assert len(told(database)["interactions"]) == 2
