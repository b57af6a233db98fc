"""Whatever comes first, the timeline ends up the same."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardian.domain.people import Colleague, Company, Contact
from guardian.ports.connector import Record
from guardian.storage import open_database, upgrade
from guardian.sync import Rules
from tests.sync.conftest import sync_into
from tests.sync.supplier import OWN, ListFeed, a_mail, told

ITEMS: list[Record] = [
    a_mail("1", day=0, subject="una queja"),
    a_mail("2", day=1, sender="ana@acme.example", to=["luis@bermeo.example"], refs=["1"]),
    a_mail("3", day=2, refs=["2"]),
    a_mail("4", day=3, refs=["1", "3"]),
    a_mail("copy-of-1", mid="1", day=0, subject="una pega", to=["ana@acme.example", "eva@acme.example"]),
    a_mail("5", mid="1", day=50, sender="rosa@norte.example"),
    a_mail("6", day=4, sender="pepe@gmail.com", subject="ya resuelto"),
    a_mail("7", day=5, sender="info@sur.example"),
    a_mail("8", day=6, sender="eva@acme.example", to=["ana@acme.example"]),
    Company(
        ref="0010000000000AAAAA", name="Talleres Bermeo", domains=("bermeo.example",), owner_ref="0050000000000BBBBB"
    ),
    Contact(
        ref="0030000000000CCCCC",
        name="Luis Bermeo",
        addresses=("luis@bermeo.example",),
        company_ref="0010000000000AAAAA",
    ),
    Contact(ref="0030000000000DDDDD", name="Luis B.", addresses=("luis@bermeo.example", "info@sur.example")),
    Contact(ref="00Q0000000000EEEEE", name="Rosa", addresses=("rosa@norte.example",), company_name="Norte, S. L."),
    Colleague(ref="0050000000000BBBBB", name="Eva", address="eva@acme.example"),
]


def after(feeds: list[ListFeed], folder: Path) -> dict[str, object]:
    database = open_database(f"sqlite:///{folder / 'x.db'}")
    upgrade(database)
    for feed in feeds:
        sync_into(database, feed, rules=Rules(own_domains=OWN))
    result = told(database)
    database.engine.dispose()
    return result


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=st.permutations(ITEMS), split=st.integers(0, len(ITEMS)), page=st.integers(1, 5))
def test_the_order_of_items_pages_and_feeds_makes_no_difference(order: list[Record], split: int, page: int) -> None:
    place = {id(one): index % 2 for index, one in enumerate(ITEMS)}  # which of two mailboxes an item lies in
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        straight = [ListFeed(str(box), [r for r in ITEMS if place[id(r)] == box], page_size=50) for box in (0, 1)]
        mixed = [ListFeed(str(box), [r for r in order if place[id(r)] == box], page_size=page) for box in (1, 0)]
        expected = after(straight, Path(one))
        growing = [
            ListFeed(feed.name, feed.records[: min(split, len(feed.records))], page_size=page) for feed in mixed
        ]
        database = open_database(f"sqlite:///{Path(other) / 'x.db'}")
        upgrade(database)
        for feed in (*growing, *mixed):
            sync_into(database, feed, rules=Rules(own_domains=OWN))
        got = told(database)
        database.engine.dispose()
    assert got == expected


def test_the_straight_order_gives_what_one_expects(tmp_path: Path) -> None:
    result = after([ListFeed("all", list(ITEMS), page_size=50)], tmp_path)
    names = [name for name, *_ in result["clients"]]  # type: ignore[attr-defined]
    assert names == ["Norte, S. L.", "Sur", "Talleres Bermeo", "pepe@gmail.com"]
    assert len(result["threads"]) == 1  # type: ignore[arg-type]
    assert result["excluded"] == ["8"]
    assert result["complaints"] == [("mid:1@x.example", 2, False), ("mid:6@x.example", 0, True)]
