"""However a company's items are dealt out to feeds, pages and runs, the store ends up holding the same."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from guardian.domain.activity import Activity, Kind, Participant, Role
from guardian.domain.people import Colleague, Company, Contact, Identity, IdentityKind
from guardian.ports.connector import Record
from guardian.storage import Database, open_database, upgrade
from guardian.sync import Rules
from tests.sync.conftest import sync_into
from tests.sync.dump import Dump, dump
from tests.sync.supplier import NOON, OWN, ListFeed, a_mail, person

ACCOUNT, OTHER_ACCOUNT = "0010000000000AAAAA", "0010000000000ZZZZZ"
USER = "0050000000000BBBBB"
RULES = Rules(own_domains=OWN)
Feeds = dict[str, list[Record]]


@cache
def pattern() -> bytes:
    """Return the bytes of an empty database; copied, for migrating each anew takes most of a test's time."""
    with TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/x.db")
        upgrade(database)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.engine.dispose()
        return Path(folder, "x.db").read_bytes()


@contextmanager
def empty_store() -> Iterator[Database]:
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.db")
        path.write_bytes(pattern())
        database = open_database(f"sqlite:///{path}")
        yield database
        database.engine.dispose()


def named(mail: Activity, name: str) -> Activity:
    """Return the mail with a name shown beside its sender."""
    first, *others = mail.participants
    return replace(mail, participants=(replace(first, name=name), *others))


def crm(role: Role, value: str, name: str = "") -> Participant:
    return Participant(role=role, identity=Identity(kind=IdentityKind.CRM, value=value), name=name)


def a_task(item_id: str, owner: str, about: str) -> Activity:
    seats = (crm(Role.OWNER, owner), crm(Role.ABOUT, about))
    return Activity(item_id=item_id, kind=Kind.TASK, key=f"sf:org/{item_id}", occurred_at=NOON, participants=seats)


def a_meeting(item_id: str, uid: str, *, declined: bool = False, guest: str = "luis@bermeo.example") -> Activity:
    seats = (
        person(Role.ORGANIZER, "ana@acme.example"),
        replace(person(Role.ATTENDEE, guest), declined=declined),
    )
    return Activity(
        item_id=item_id, kind=Kind.MEETING, key=f"ical:{uid}/single", occurred_at=NOON, participants=seats
    )


MAILS: Feeds = {
    "ana": [
        named(a_mail("a1", mid="1"), "Luis"),
        a_mail("a2", mid="2", sender="ana@acme.example", to=["luis@bermeo.example"], refs=["1"], day=1),
        a_mail("a3", mid="3", refs=["2"], day=2),
        a_mail("a4", mid="4", sender="rosa@norte.example", refs=["lost", "3"], day=3),
        a_mail("a5", mid="same", refs=["p"]),
        a_mail("a6", mid="7", refs=["same"], day=50),
        a_mail("a7", mid="8", refs=["p"]),
        a_mail("a8", mid="m1", refs=["x1", "x2"]),
        a_mail("a9", mid="e", sender="pepe@gmail.com"),
    ],
    "eva": [
        named(a_mail("e1", mid="1", to=["ana@acme.example", "eva@acme.example"]), "Luis Bermeo Arana"),
        a_mail("e5", mid="same", sender="rosa@norte.example", refs=["q"], day=40),
        a_mail("e6", mid="9", refs=["q"]),
        a_mail("e8", mid="m1", refs=["y1", "y2", "y3"]),
        a_mail("e9", mid="x2"),
        a_mail("e10", mid="y1"),
        a_mail("e11", sender="eva@acme.example"),
        a_mail("e12", mid="10", sender="info@sur.example"),
    ],
    "calendars": [a_meeting("c1", "u1"), a_meeting("c2", "u1", declined=True), a_meeting("c3", "u2")],
}
CRM: Feeds = {
    "Account": [
        Company(ref=ACCOUNT, name="Talleres Bermeo", domains=("bermeo.example",), owner_ref=USER, value=9000.0),
        Company(ref=OTHER_ACCOUNT, name="Norte"),
    ],
    "Contact": [
        Contact(ref="0030000000000CCCCC", name="Luis", addresses=("luis@bermeo.example",), company_ref=ACCOUNT),
        Contact(ref="0030000000000DDDDD", name="L. Bermeo", addresses=("luis@bermeo.example", "info@sur.example")),
        Contact(ref="0030000000000EEEEE", name="Rosa", addresses=("rosa@norte.example",), company_ref=OTHER_ACCOUNT),
        Contact(ref="0030000000000FFFFF", name="Sur", addresses=("info@sur.example",), phones=("+34 600 100 200",)),
    ],
    "Lead": [
        Contact(ref="00Q0000000000EEEEE", name="Iker", addresses=("iker@este.example",), company_name="Este, S. L."),
        Contact(ref="00Q0000000000GGGGG", name="Pepe", addresses=("pepe@gmail.com",), company_name="Pepe y Cía."),
        Contact(ref="00Q0000000000HHHHH", name="Uno", addresses=("uno@este.example",), company_name="ESTE"),
    ],
    "User": [Colleague(ref=USER, name="Eva", address="eva@acme.example")],
    "Task": [a_task("t1", USER, ACCOUNT), a_task("t2", "0050000000000CCCCC", "0050000000000BBBBB")],
    "more": [a_task("t3", ACCOUNT, "0050000000000CCCCC")],
}


GROUPS = {"mails": MAILS, "crm": CRM}


def synced(runs: Sequence[tuple[str, list[Record], int]]) -> Dump:
    """Return what a store holds after these runs of (feed, all its items until then, page size)."""
    with empty_store() as database:
        for name, records, page in runs:
            sync_into(database, ListFeed(name, list(records), page_size=page), rules=RULES)
        return dump(database)


@st.composite
def dealt(draw: st.DrawFn, feeds: Feeds) -> list[tuple[str, list[Record], int]]:
    """Draw an order of feeds, of the items in each, how many come in a first run, and the sizes of pages."""
    orders = {name: draw(st.permutations(records)) for name, records in feeds.items()}
    first = [
        (name, orders[name][: draw(st.integers(0, len(orders[name])))], draw(st.integers(1, 4)))
        for name in draw(st.permutations(sorted(feeds)))
    ]
    second = [(name, list(orders[name]), draw(st.integers(1, 9))) for name in draw(st.permutations(sorted(feeds)))]
    return [*first, *second]


@cache
def straight(*which: str) -> Dump:
    feeds = {name: records for group in which for name, records in GROUPS[group].items()}
    return synced([(name, records, 99) for name, records in feeds.items()])


# Shrinking would take minutes; what fails is small enough to read.
SLOW_TO_TRY = [HealthCheck.too_slow]
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
QUICK = settings(max_examples=12, deadline=None, suppress_health_check=SLOW_TO_TRY, phases=PHASES)


@QUICK
@given(runs=dealt(MAILS))
def test_mails_and_meetings_stored_in_any_order_are_the_same_timeline(
    runs: list[tuple[str, list[Record], int]],
) -> None:
    assert synced(runs) == straight("mails")


@QUICK
@given(runs=dealt(CRM))
def test_records_of_a_crm_stored_in_any_order_are_the_same_clients(runs: list[tuple[str, list[Record], int]]) -> None:
    assert synced(runs) == straight("crm")


@settings(QUICK, max_examples=6)
@given(runs=dealt({**MAILS, **CRM}))
def test_a_crm_and_mailboxes_connected_in_any_order_agree(runs: list[tuple[str, list[Record], int]]) -> None:
    assert synced(runs) == straight("mails", "crm")


def test_conversations_are_what_the_references_say() -> None:
    threads = [{key.removeprefix("mid:").partition("@")[0] for key in keys} for keys in straight("mails")["threads"]]
    assert {"1", "2", "3", "4"} in threads
    assert {"m1", "x2", "y1"} in threads
    assert {"same", "7", "8", "9"} in threads
