"""What clients complain of, in both databases: heard at ingest, once a mail, and gone with the mail or the person."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from guardian.domain.activity import Activity, Kind, Role, Signal
from guardian.domain.complaint import Heard, InboundKind, InboundWords
from guardian.domain.complaint_life import Judging, complaints
from guardian.domain.complaint_record import ComplaintRecord, Decision, Ruling, Speaker
from guardian.domain.hearings import Hearing, write_hearing
from guardian.domain.notes import Note, NoteKind
from guardian.domain.people import Company, Contact
from guardian.ports.connector import Gone, Record
from guardian.ports.holds import HoldState
from guardian.storage import tables
from guardian.storage.complaint_tables import complaint, complaint_decision
from guardian.storage.complaints import StoredComplaints
from guardian.storage.engine import Database
from guardian.storage.erasure import forget
from guardian.storage.hearing import complaint_row
from guardian.storage.holds import StoredHolds
from guardian.storage.notes import StoredNotes
from guardian.storage.sync_tables import SyncTables
from guardian.storage.timelines import StoredTimelines
from guardian.sync import Connection, Ear, Rules, SyncSummary, Work, sync_here
from tests.stores.mails import RAW, held_mail
from tests.sync.listening import PlainEar
from tests.sync.supplier import NOON, OWN, ListFeed, NoBars, StoppedClock, a_mail, as_connector, person

RULES = Rules(own_domains=OWN)
LATER = NOON + timedelta(days=400)
LUIS, ROSA, ANA = "luis@bermeo.example", "rosa@bermeo.example", "ana@acme.example"
COPIED = (person(Role.FROM, ANA), person(Role.TO, ROSA), person(Role.CC, LUIS))


def a_complaint(item_id: str = "1", words: str = "una queja", **more: object) -> Activity:
    return replace(a_mail(item_id, **more), snippet=words)  # type: ignore[arg-type]  # facts are named freely


class Shop:
    """A database, and syncing lists into it with somebody who listens."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ear = PlainEar()
        self.store = StoredComplaints(database)

    def sync(
        self, *feeds: ListFeed, name: str = "lists", privacy: str = "full", full: bool = False, listens: bool = True
    ) -> SyncSummary:
        work = Work(
            connection=Connection(name=name, kind="list", open=lambda: as_connector(*feeds), privacy=privacy),
            store=SyncTables(self.database, OWN),
            rules=RULES,
            clock=StoppedClock(),
            progress=NoBars(),
            full=full,
            ear=Ear(listener=self.ear, rules=RULES) if listens else None,
        )
        return sync_here(work, at_once=1)

    def records(self, until: datetime = LATER) -> list[ComplaintRecord]:
        return list(self.store.known(until=until).values())

    def told(self) -> list[tuple[int, bool, tuple[str, ...]]]:
        heard = [one for record in self.records() for one in record.heard]
        return [(one.severity, one.settled, one.words) for one in heard]

    def count(self, of: str) -> int:
        with self.database.reading() as connection:
            return int(connection.scalar(text(f"SELECT count(*) FROM {of}")) or 0)


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)


def test_a_mail_that_complains_is_a_complaint_of_its_client(shop: Shop) -> None:
    shop.sync(ListFeed("box", [a_complaint(), a_mail("2"), a_complaint("3", "ya resuelto", day=2)]))
    assert shop.told() == [(2, False, ("queja",)), (0, True, ())]
    (client,) = shop.store.known(until=LATER)
    assert client == next(one.id for one in StoredTimelines(shop.database).clients())


@pytest.mark.parametrize(
    "mail",
    [
        a_complaint(signals=frozenset({Signal.AUTO_REPLY})),
        a_complaint(signals=frozenset({Signal.BULK})),
        a_complaint(signals=frozenset({Signal.SYSTEM, Signal.REPLY})),
        a_complaint(signals=frozenset({Signal.INVITE})),
        a_complaint(sender="no-reply@bermeo.example"),
        a_complaint(sender=ANA, to=(LUIS,)),
        a_complaint(sender=ANA, to=("eva@acme.example",)),
        replace(a_complaint(), kind=Kind.CALL),
    ],
)
def test_nobody_listens_to_machines_mailings_ourselves_or_calls(shop: Shop, mail: Activity) -> None:
    shop.sync(ListFeed("box", [mail]))
    assert (shop.ear.asked, shop.told()) == ([], [])


def test_an_answer_of_a_person_is_listened_to(shop: Shop) -> None:
    shop.sync(ListFeed("box", [a_complaint(signals=frozenset({Signal.REPLY}))]))
    assert shop.told() == [(2, False, ("queja",))]


@pytest.mark.parametrize(
    ("privacy", "heard", "told"),
    [
        ("full", [("Queja", "una queja")], [(2, False, ("queja",))]),
        ("subject", [("Queja", "")], []),
        ("metadata", [], []),
    ],
)
def test_only_what_privacy_lets_be_read_is_judged_and_kept(
    shop: Shop, privacy: str, heard: list[tuple[str, str]], told: list[tuple[int, bool, tuple[str, ...]]]
) -> None:
    shop.sync(ListFeed("box", [a_complaint(subject="Queja")]), privacy=privacy)
    assert [(one.subject, one.text) for one in shop.ear.asked] == heard
    assert shop.told() == told
    with shop.database.reading() as connection:
        kept = [
            repr(tuple(row)) for table in tables.metadata.sorted_tables for row in connection.execute(select(table))
        ]
    assert any("queja" in row for row in kept) is (privacy == "full")


def test_more_than_the_snippet_is_listened_to_where_it_is_in_hand_and_none_of_it_is_stored(shop: Shop) -> None:
    mail = replace(a_complaint(words="Buenos días:"), words="Buenos días:\nTenemos una queja que hacer.")
    shop.sync(ListFeed("box", [mail]))
    assert shop.told() == [(2, False, ("queja",))]
    shop.sync(ListFeed("other", [replace(mail, item_id="2", key="mid:2@x")]), name="shy", privacy="subject")
    assert [one.text for one in shop.ear.asked] == [mail.words]
    with shop.database.reading() as connection:
        kept = repr([tuple(row) for one in tables.metadata.sorted_tables for row in connection.execute(select(one))])
    assert "que hacer" not in kept


def test_where_all_of_a_mail_is_quoted_its_snippet_is_not_listened_to(shop: Shop) -> None:
    shop.sync(ListFeed("box", [replace(a_complaint(words="> una queja"), words="")]))
    assert (shop.ear.asked, shop.told()) == ([], [])


@pytest.mark.parametrize(
    ("words", "privacy", "asks"),
    [
        ("Recibido, gracias.", "full", False),
        (None, "full", True),
        ("g" * 4_000, "full", True),
        ("Recibido, gracias.", "subject", True),
    ],
)
def test_a_mail_that_only_thanks_wants_no_answer_where_all_of_it_was_read(
    shop: Shop, words: str | None, privacy: str, asks: bool
) -> None:
    mail = replace(a_complaint(words="Gracias por la visita.", subject="Gracias por la visita"), words=words)
    shop.sync(ListFeed("box", [mail]), privacy=privacy)
    assert StoredTimelines(shop.database).touches(until=LATER.replace(year=NOON.year)).wants_answer.tolist() == [asks]


@pytest.mark.parametrize(
    ("subject", "more"),
    [
        ("Re: una queja", {}),
        ("RV: una queja", {}),
        ("una queja", {"refs": ["0"]}),
        ("una queja", {"signals": frozenset({Signal.REPLY})}),
    ],
)
def test_the_subject_of_an_answer_was_written_before_and_says_nothing_new(
    shop: Shop, subject: str, more: dict[str, object]
) -> None:
    answer = a_complaint(words="gracias", subject=subject, **more)
    shop.sync(ListFeed("box", [answer, a_complaint("2", "gracias", subject="Respecto a una queja")]))
    assert [one.subject for one in shop.ear.asked] == ["", "Respecto a una queja"]
    shop.sync(ListFeed("shy", [replace(answer, item_id="3", key="mid:3@x")]), name="shy", privacy="subject")
    assert len(shop.ear.asked) == 2


def test_few_words_are_kept_however_many_say_so() -> None:
    heard = Heard(kind=InboundKind.COMPLAINT, severity=2, spans=tuple("ñ" * 5_000 for _ in range(9)))
    row = complaint_row([write_hearing(Hearing(heard=heard, letters=9))])
    assert row
    assert [len(words) for words in json.loads(row["words"])] == [300, 300, 300]


def test_a_subject_alone_can_open_a_complaint(shop: Shop) -> None:
    shop.sync(ListFeed("box", [a_complaint(words="nada", subject="una queja")]), privacy="subject")
    assert shop.told() == [(2, False, ("queja",))]


def test_a_replay_asks_nobody_and_changes_no_row(shop: Shop) -> None:
    mails = [a_complaint(), a_complaint("2", "gracias"), a_mail("3")]
    shop.sync(ListFeed("box", list(mails)))
    asked, before = len(shop.ear.asked), snapshot(shop.database)
    again = shop.sync(ListFeed("box", list(mails)), full=True)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)
    assert (len(shop.ear.asked), snapshot(shop.database)) == (asked, before)


def snapshot(database: Database) -> list[str]:
    with database.reading() as connection:
        listed = (complaint, complaint_decision, tables.interaction, tables.occurrence)
        return sorted(repr(tuple(row)) for table in listed for row in connection.execute(select(table)))


def test_a_full_sync_listens_to_what_came_before_anybody_listened(shop: Shop) -> None:
    mails = [a_complaint(), a_complaint("2", "gracias"), a_mail("3", sender=ANA, to=(LUIS,))]
    shop.sync(ListFeed("box", list(mails)), listens=False)
    assert shop.told() == []
    again = shop.sync(ListFeed("box", list(mails)), full=True)
    assert (again.new, again.changed, again.unchanged) == (0, 2, 1)
    assert shop.told() == [(2, False, ("queja",))]
    assert shop.sync(ListFeed("box", list(mails)), full=True).changed == 0


class HastyEar(PlainEar):
    """Hears as a reader does whose network is missing."""

    def heard(self, mail: InboundWords) -> Heard:
        return replace(super().heard(mail), degraded=True)


def degraded(shop: Shop) -> list[bool]:
    with shop.database.reading() as connection:
        kept = connection.execute(select(tables.occurrence.c.heard).order_by(tables.occurrence.c.item_id)).scalars()
        return [json.loads(one)[5] for one in kept]


def test_a_full_sync_listens_again_to_what_was_heard_degraded_and_rewrites_no_equal_answer(shop: Shop) -> None:
    box, shop.ear = ListFeed("box", [a_complaint(), a_complaint("2", "gracias")]), HastyEar()
    shop.sync(box)
    before = snapshot(shop.database)
    assert (shop.sync(box, full=True).changed, snapshot(shop.database)) == (0, before)
    shop.ear = PlainEar()
    assert (shop.sync(box, full=True).changed, degraded(shop)) == (2, [False, False])
    assert (shop.sync(box, full=True).changed, len(shop.ear.asked)) == (0, 2)


def test_a_full_sync_listens_again_to_what_an_earlier_version_heard_unless_it_would_hear_less(shop: Shop) -> None:
    box = ListFeed("box", [a_complaint()])
    shop.sync(box)
    with shop.database.writing() as connection:
        (kept,) = connection.execute(select(tables.occurrence.c.heard)).scalars()
        connection.execute(tables.occurrence.update().values(heard=json.dumps(json.loads(kept)[:7])))
    shop.ear = HastyEar()
    assert (shop.sync(box, full=True).changed, degraded(shop)) == (0, [False])
    shop.ear = PlainEar()
    assert [shop.sync(box, full=True).changed for _ in "12"] == [1, 0]
    assert shop.told() == [(2, False, ("queja",))]


def test_one_mail_in_two_mailboxes_is_one_complaint(shop: Shop) -> None:
    one, other = ListFeed("ana", [a_complaint("a", mid="m")]), ListFeed("eva", [a_complaint("e", mid="m")])
    shop.sync(one, other)
    assert shop.told() == [(2, False, ("queja",))]
    one.records.append(Gone(item_id="a"))
    shop.sync(one, other)
    assert shop.told() == [(2, False, ("queja",))]
    other.records.append(Gone(item_id="e"))
    shop.sync(one, other)
    assert (shop.told(), shop.count("complaint")) == ([], 0)


@pytest.mark.parametrize("order", [("full", "subject"), ("subject", "full")])
def test_the_copy_of_which_most_may_be_read_knows_best_whichever_came_first(
    shop: Shop, order: tuple[str, ...]
) -> None:
    mail = a_complaint("x", mid="m", subject="una queja")
    calm = replace(mail, subject="lo de ayer", snippet="ya está resuelto, gracias")
    for privacy in order:
        shop.sync(ListFeed("box", [calm if privacy == "full" else mail]), name=privacy, privacy=privacy)
    assert shop.told() == [(0, True, ())]


def test_switching_the_listening_off_lets_no_complaint_drop_when_its_mail_changes(shop: Shop) -> None:
    told = [(2, False, ("queja",))]
    shop.sync(ListFeed("box", [a_complaint(subject="Bomba")]))
    changed = ListFeed("box", [a_complaint(subject="Bomba", refs=["0"])])
    assert (shop.sync(changed, full=True, listens=False).changed, shop.told()) == (1, told)
    assert (shop.sync(changed, full=True, listens=False).changed, shop.told()) == (0, told)
    assert [shop.sync(changed, full=True).changed for _ in "12"] == [1, 0]
    assert (shop.told(), len(shop.ear.asked)) == (told, 2)


@pytest.mark.parametrize("privacy", ["metadata", "subject"])
def test_lowering_the_privacy_takes_the_words_away_with_the_next_full_sync(shop: Shop, privacy: str) -> None:
    shop.sync(ListFeed("box", [a_complaint(subject="Bomba")]))
    assert shop.told() != []
    shop.sync(ListFeed("box", [a_complaint(subject="Bomba")]), full=True, privacy=privacy, listens=False)
    assert (shop.told(), shop.count("complaint"), shop.count("occurrence WHERE heard IS NOT NULL")) == ([], 0, 0)


def test_a_mail_that_changes_is_listened_to_again(shop: Shop) -> None:
    feed = ListFeed("box", [a_complaint()])
    shop.sync(feed)
    feed.records.append(a_complaint(words="gracias"))
    shop.sync(feed)
    assert (shop.told(), shop.count("complaint")) == ([], 0)


def test_what_ours_said_since_is_told_with_who_said_it(shop: Shop) -> None:
    shop.sync(
        ListFeed(
            "box",
            [
                a_mail("0", sender=ANA, to=(LUIS,), day=-1),
                a_complaint(),
                a_mail("2", sender="sat@acme.example", to=(LUIS,), day=1),
                a_mail("3", sender=ANA, to=(LUIS,), day=2, signals=frozenset({Signal.AUTO_REPLY})),
                a_mail("4", sender=ANA, to=(LUIS,), day=3),
                a_mail("5", day=4),
                replace(
                    a_mail("6", day=5),
                    kind=Kind.CALL,
                    participants=(person(Role.OWNER, ANA, "Ana"), person(Role.TO, LUIS)),
                    duration_s=300,
                ),
                a_mail("7", sender="x@other.example", day=6),
            ],
        )
    )
    (record,) = shop.records()
    ana = Speaker(address=ANA)
    assert [((one.at - NOON).days, one.client, one.ours) for one in record.words] == [
        (0, True, ()),
        (1, False, (Speaker(address="sat@acme.example"),)),
        (3, False, (ana,)),
        (4, True, ()),
        (5, True, (replace(ana, name="Ana"),)),
    ]
    (early,) = shop.records(NOON + timedelta(days=1))
    assert len(early.words) == 2
    assert shop.records(NOON - timedelta(seconds=1)) == []


def test_mails_of_others_with_a_copy_to_him_are_neither_his_words_nor_answers_to_him(shop: Shop) -> None:
    dora = "dora@distributor.example"

    def with_copy(one: Activity) -> Activity:
        return replace(one, participants=(*one.participants, person(Role.CC, LUIS)))

    mails: list[Record] = [
        a_complaint(),
        with_copy(a_mail("2", sender=dora, day=1)),
        with_copy(a_mail("3", sender=ANA, to=(dora,), day=2)),
        a_mail("4", sender=ANA, to=(LUIS,), day=3),
    ]
    shop.sync(ListFeed("box", mails))
    (record,) = shop.records()
    assert [((one.at - NOON).days, one.client, one.ours) for one in record.words] == [
        (0, True, ()),
        (3, False, (Speaker(address=ANA),)),
    ]


def answered_by(shop: Shop, *mails: Record) -> bool:
    shop.sync(ListFeed("box", [a_complaint(), *mails]))
    (record,) = shop.records()
    (told,) = complaints(record, Judging(owner=ANA), now=LATER)
    return told.waiting_since is None


@pytest.mark.parametrize(
    ("mail", "answered"),
    [
        (a_mail("2", sender=ANA, to=(ROSA,), day=1), False),
        (a_mail("2", sender=ANA, to=(ROSA, LUIS), day=1), True),
        (a_mail("2", sender=ANA, to=(ROSA,), day=1, refs=["1"]), True),
        (a_mail("2", sender=ANA, to=(ROSA,), day=1, refs=["0"]), False),
        (replace(a_mail("2", sender=ANA, day=1), participants=COPIED), True),
        (replace(a_mail("2", sender=ANA, to=(ROSA,), day=1), kind=Kind.CALL, duration_s=300), True),
    ],
)
def test_only_a_mail_to_whoever_complained_or_in_his_thread_answers_him(
    shop: Shop, mail: Activity, answered: bool
) -> None:
    assert answered_by(shop, mail) is answered


@pytest.mark.parametrize("state", HoldState)
def test_a_mail_that_the_guard_held_answers_him_only_once_it_was_released_to_everybody(
    shop: Shop, state: HoldState
) -> None:
    StoredHolds(shop.database).keep(replace(held_mail(), message_id="2@x.example", state=state), RAW)
    assert answered_by(shop, a_mail("2", sender=ANA, to=(LUIS,), day=1)) is (state is HoldState.RELEASED)


def test_a_mail_to_another_address_of_whoever_complained_answers_him(shop: Shop) -> None:
    luis = Contact(ref="003A", name="Luis", addresses=(LUIS, "lgil@bermeo.example"), company_name="Bermeo")
    shop.sync(ListFeed("crm", [luis]), name="sf")
    assert answered_by(shop, a_mail("2", sender=ANA, to=("lgil@bermeo.example",), day=1))


def test_a_call_that_only_the_rep_tells_of_is_an_answer_and_a_note_can_solve_it(shop: Shop) -> None:
    shop.sync(ListFeed("box", [a_complaint()]))
    (client,) = shop.store.known(until=LATER)
    at = NOON + timedelta(days=1)
    facts = {"client_id": client, "rep": ANA, "at": at, "digest": at.date(), "day": at.date(), "since": at}
    notes = StoredNotes(shop.database)
    notes.tell(Note(kind=NoteKind.CALLED, **facts), once="call")  # type: ignore[arg-type]  # named freely
    notes.tell(Note(kind=NoteKind.SOLVED, **facts), once="solved")  # type: ignore[arg-type]
    (record,) = shop.records()
    ana = (Speaker(address=ANA),)
    assert [(one.client, one.ours) for one in record.words] == [(True, ()), (True, ana), (False, ana)]
    assert record.decisions == (Decision(ruling=Ruling.SOLVED, at=at, by=ANA),)
    touches = StoredTimelines(shop.database).touches(until=LATER)
    assert touches.outbound.tolist() == [False, True]
    notes.take_back("solved", at=at + timedelta(days=1))
    assert shop.records()[0].decisions == ()
    assert shop.records(at)[0].decisions != ()


@pytest.mark.parametrize(("told_of", "is_open"), [(0, False), (-1, True)])
def test_a_link_of_the_day_before_solves_no_complaint_that_its_digest_did_not_know(
    shop: Shop, told_of: int, is_open: bool
) -> None:
    shop.sync(ListFeed("box", [a_complaint()]))
    (client,) = shop.store.known(until=LATER)
    at, midnight = NOON + timedelta(days=3), NOON.replace(hour=0)
    said = Note(
        client_id=client,
        rep=ANA,
        kind=NoteKind.SOLVED,
        at=at,
        digest=(NOON + timedelta(days=told_of)).date(),
        day=at.date(),
        since=midnight + timedelta(days=3),
        until=midnight + timedelta(days=4),
    )
    StoredNotes(shop.database).tell(said, once="solved")
    (found,) = complaints(shop.records()[0], Judging(), now=at)
    assert found.open is is_open


def test_whoever_says_that_it_is_solved_has_dealt_with_the_client(shop: Shop) -> None:
    shop.sync(ListFeed("box", [a_complaint()]))
    (client,) = shop.store.known(until=LATER)
    at = NOON + timedelta(days=1)
    facts = {"client_id": client, "rep": ANA, "at": at, "digest": at.date(), "day": at.date(), "since": at}
    StoredNotes(shop.database).tell(Note(kind=NoteKind.SOLVED, **facts), once="solved")  # type: ignore[arg-type]
    touches = StoredTimelines(shop.database).touches(until=LATER)
    assert (touches.outbound.tolist(), touches.inbound.tolist()) == ([False, True], [True, False])


def decide(shop: Shop, of: int, ruling: Ruling = Ruling.SOLVED) -> bool:
    at = NOON + timedelta(days=1)
    return shop.store.decide(Decision(ruling=ruling, at=at, by=ANA, why="he told me", interaction_id=of))


def test_a_decision_is_kept_with_the_mail_it_is_about_and_about_no_other(shop: Shop) -> None:
    shop.sync(ListFeed("box", [a_complaint(), a_complaint("2", "ya resuelto", day=1)]))
    (record,) = shop.records()
    complains, settles = record.heard
    assert decide(shop, complains.interaction_id)
    assert not decide(shop, settles.interaction_id)
    assert not decide(shop, 4711)
    (record,) = shop.records()
    assert [(one.ruling, one.by, one.why, one.interaction_id) for one in record.decisions] == [
        (Ruling.SOLVED, ANA, "he told me", complains.interaction_id)
    ]
    assert shop.records(NOON)[0].decisions == ()


def test_a_decision_goes_with_the_last_copy_of_its_mail(shop: Shop) -> None:
    feed = ListFeed("box", [a_complaint()])
    shop.sync(feed)
    decide(shop, shop.records()[0].heard[0].interaction_id)
    feed.records.append(Gone(item_id="1"))
    shop.sync(feed)
    assert (shop.count("complaint"), shop.count("complaint_decision")) == (0, 0)


def test_a_complaint_goes_where_its_client_goes(shop: Shop) -> None:
    shop.sync(ListFeed("box", [a_complaint()]))
    company = Company(ref="001A", name="Bermeo", domains=("bermeo.example",), owner_address=ANA)
    shop.sync(
        ListFeed("crm", [company, Contact(ref="003A", name="Luis", addresses=(LUIS,), company_ref="001A")]), name="sf"
    )
    (whose,) = shop.store.known(until=LATER)
    (living,) = StoredTimelines(shop.database).clients()
    assert (whose, living.name) == (living.id, "Bermeo")
    assert [len(one.heard) for one in shop.records()] == [1]


class TestForgotten:
    def test_nothing_is_left_of_the_complaint_of_who_is_forgotten(self, shop: Shop) -> None:
        mails = [a_complaint()]
        shop.sync(ListFeed("box", list(mails)))
        decide(shop, shop.records()[0].heard[0].interaction_id)
        forget(shop.database, LUIS, now=LATER)
        assert (shop.count("complaint"), shop.count("complaint_decision"), shop.records()) == (0, 0, [])
        shop.sync(ListFeed("box", list(mails)), full=True)
        assert (shop.count("complaint"), shop.records()) == (0, [])

    def test_what_he_wrote_to_others_too_complains_no_longer(self, shop: Shop) -> None:
        mails = [a_complaint(to=(ANA, ROSA))]
        shop.sync(ListFeed("box", list(mails)))
        decide(shop, shop.records()[0].heard[0].interaction_id)
        forget(shop.database, LUIS, now=LATER)
        with shop.database.reading() as connection:
            left = connection.execute(select(func.count()).select_from(tables.interaction)).scalar_one()
            heard = connection.execute(select(tables.occurrence.c.heard)).scalars().all()
        assert (left, heard) == (1, [None])
        assert (shop.count("complaint"), shop.count("complaint_decision")) == (0, 0)
        shop.sync(ListFeed("box", list(mails)), full=True)
        assert shop.count("complaint") == 0

    def test_what_somebody_else_complained_of_with_him_in_copy_stays(self, shop: Shop) -> None:
        shop.sync(ListFeed("box", [a_complaint(sender=ROSA, to=(ANA, LUIS))]))
        forget(shop.database, LUIS, now=LATER)
        assert shop.told() == [(2, False, ("queja",))]

    def test_whoever_decided_is_named_no_longer_once_forgotten(self, shop: Shop) -> None:
        shop.sync(ListFeed("box", [a_complaint()]))
        decide(shop, shop.records()[0].heard[0].interaction_id)
        forget(shop.database, ANA, now=LATER)
        with shop.database.reading() as connection:
            assert ANA not in repr(connection.execute(select(complaint_decision)).all())


TOLD = Heard(kind=InboundKind.COMPLAINT, severity=3, spans=("Bomba",), score=1.0)


@pytest.mark.parametrize(("privacy", "words"), [("metadata", ()), ("subject", ("Bomba",)), ("full", ("Bomba",))])
def test_what_the_provider_tells_itself_needs_nobody_to_listen_and_obeys_privacy(
    shop: Shop, privacy: str, words: tuple[str, ...]
) -> None:
    case = replace(a_complaint(subject="Bomba"), told=TOLD)
    shop.sync(ListFeed("box", [case]), privacy=privacy)
    assert (shop.ear.asked, shop.told()) == ([], [(3, False, words)])
    shop.sync(ListFeed("box", [case]), name="other", privacy=privacy, listens=False)
    assert shop.told() == [(3, False, words)]


def test_of_two_copies_the_newest_says_whether_a_case_complains(shop: Shop) -> None:
    no_more = Heard(kind=InboundKind.OTHER)
    shop.sync(ListFeed("box", [replace(a_mail("1"), told=TOLD, revision="2024-05-03")]))
    shop.sync(ListFeed("box", [replace(a_mail("1"), told=no_more, revision="2024-05-04")]), name="other")
    assert shop.told() == []
