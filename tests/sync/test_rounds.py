"""Syncing, round after round: what is counted, what is kept, and what a provider's whims cannot take away."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import text

from guardian.domain.activity import Participant, Role
from guardian.domain.errors import NoMailbox, TryLater, UserError
from guardian.domain.people import Colleague, Company, Contact, Identity, IdentityKind
from guardian.ports.connector import DeadLetter, Feed, Gone
from guardian.storage import Database, StoredTimelines, forget
from guardian.sync import Rules
from tests.sync.conftest import Sync, sync_account
from tests.sync.supplier import NOON, OWN, ListConnector, ListFeed, StoppedClock, a_mail, box, told

A_DEAD = DeadLetter(item_id="d", why="It is broken.", raw=b"\x00\x01")


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table that a sync must not touch when nothing changed."""
    kept = "interaction participation occurrence identity person client client_domain record_copy excluded thread"
    with database.reading() as connection:
        return {
            name: sorted(map(tuple, connection.execute(text(f"SELECT * FROM {name}"))), key=repr)
            for name in (*kept.split(), "dead_letter", "cursor", "merge")
        }


def test_what_was_read_is_stored_excluded_or_a_dead_letter(sync: Sync) -> None:
    inside = a_mail("i", sender="eva@acme.example")
    summary = sync(ListFeed("box", [a_mail("1"), inside, a_mail("2")], dead=[A_DEAD], told=4))
    assert (summary.new, summary.excluded, summary.dead_letters) == (2, 1, 1)
    assert (summary.source, summary.local, summary.state) == (4, 4, "partial")


def test_a_replay_changes_no_row(sync: Sync, store: Database) -> None:
    feed = ListFeed(
        "box", [a_mail("1"), a_mail("2", refs=["1"]), a_mail("i", sender="eva@acme.example")], dead=[A_DEAD]
    )
    sync(feed)
    before = rows(store)
    again = sync(ListFeed("box", feed.records, dead=[A_DEAD]), full=True)
    after = rows(store)
    assert (again.new, again.changed, again.gone, again.unchanged) == (0, 0, 0, 2)
    generations = [row[3] for row in after.pop("cursor")]
    assert generations == [2]
    before.pop("cursor")
    assert after == before


def test_one_mail_in_two_mailboxes_is_one_interaction_until_its_last_copy_goes(sync: Sync, store: Database) -> None:
    ana, eva = ListFeed("ana", [a_mail("a1", mid="m")]), ListFeed("eva", [a_mail("e1", mid="m")])
    sync(ana, eva)
    (one,) = StoredTimelines(store).interactions(now=NOON)
    assert sorted((copy.mailbox, copy.id) for copy in one.copies) == [("ana", "a1"), ("eva", "e1")]
    ana.records.append(Gone(item_id="a1"))
    assert sync(ana, eva).gone == 1
    (one,) = StoredTimelines(store).interactions(now=NOON)
    assert [copy.mailbox for copy in one.copies] == ["eva"]
    eva.records.append(Gone(item_id="e1"))
    sync(ana, eva)
    assert list(StoredTimelines(store).interactions(now=NOON)) == []


def test_a_changed_item_replaces_what_was_known_of_it(sync: Sync, store: Database) -> None:
    feed = ListFeed("box", [a_mail("1", subject="Pedido")])
    sync(feed)
    feed.records.append(a_mail("1", subject="Pedido urgente"))
    assert sync(feed).changed == 1
    assert [one.subject for one in StoredTimelines(store).interactions(now=NOON)] == ["Pedido urgente"]


def test_different_mails_under_one_message_id_stay_two(sync: Sync, store: Database) -> None:
    other = a_mail("2", mid="same", sender="rosa@norte.example", day=40)
    sync(ListFeed("box", [a_mail("1", mid="same"), other]))
    keys = [one.key for one in StoredTimelines(store).interactions(now=StoppedClock().now())]
    assert keys[0] == "mid:same@x.example"
    assert keys[1].startswith("mid:same@x.example#")


def test_an_item_that_can_be_read_again_is_no_dead_letter_any_more(sync: Sync, store: Database) -> None:
    feed = ListFeed("box", [a_mail("1")], dead=[A_DEAD])
    assert sync(feed).dead_letters == 1
    feed.dead = []
    feed.records.append(a_mail("d"))
    summary = sync(feed)
    assert (summary.new, summary.dead_letters, summary.state) == (1, 0, "ok")


def test_a_new_rule_takes_out_what_came_before_and_dropping_it_brings_it_back(sync: Sync, store: Database) -> None:
    records = [a_mail("1"), a_mail("2", sender="rosa@norte.example")]
    sync(ListFeed("box", list(records)))
    strict = Rules(own_domains=OWN, domains=frozenset({"norte.example"}))
    summary = sync(ListFeed("box", list(records)), rules=strict, full=True)
    assert (summary.excluded, summary.unchanged) == (1, 1)
    assert len(told(store)["interactions"]) == 1
    summary = sync(ListFeed("box", list(records)), full=True)
    assert (summary.new, summary.excluded) == (1, 0)


def test_mail_with_a_blocked_domain_is_left_out_although_a_crm_names_its_people_by_record(sync: Sync) -> None:
    mail = a_mail("1", sender="rosa@norte.example")
    record = Participant(role=Role.ABOUT, identity=Identity(kind=IdentityKind.CRM, value="003xY0000000001AAA"))
    feed = ListFeed("EmailMessage", [replace(mail, participants=(*mail.participants, record))])
    strict = Rules(own_domains=OWN, domains=frozenset({"norte.example"}))
    assert sync(feed, rules=strict).excluded == 1


def test_privacy_keeps_the_subject_out_even_if_the_connector_hands_it_over(sync: Sync, store: Database) -> None:
    sync(ListFeed("box", [a_mail("1", subject="Oferta secreta")]), privacy="metadata")
    assert [one.subject for one in StoredTimelines(store).interactions(now=NOON)] == [None]


def test_an_unreadable_item_is_kept_anew_when_less_of_it_may_be_kept(sync: Sync, store: Database) -> None:
    sync(ListFeed("box", [a_mail("1")], dead=[replace(A_DEAD, raw=b"Subject: Secreto")]))
    sync(ListFeed("box", [a_mail("1")], dead=[replace(A_DEAD, raw=b"Date: Monday")]), full=True)
    assert [row[4] for row in rows(store)["dead_letter"]] == [b"Date: Monday"]


def test_one_feed_in_trouble_leaves_the_others_alone(sync: Sync, store: Database) -> None:
    fine = ListFeed("fine", [a_mail("1")])
    waits = ListFeed("waits", [a_mail(f"w{i}") for i in range(5)], fails_with=TryLater("wait"))
    refused = ListFeed("refused", [a_mail(f"r{i}") for i in range(5)], fails_with=UserError("Log in again."))
    summary = sync(waits, refused, fine)
    assert summary.state == "needs_login"
    assert any("Log in again" in one for one in summary.problems)
    waits.fails_with = refused.fails_with = None
    assert sync(waits, refused, fine).state == "ok"
    assert len(told(store)["interactions"]) == 11


def test_a_feed_without_a_mailbox_is_a_problem_only_where_something_was_read_of_it(sync: Sync) -> None:
    never = ListFeed("never", [], fails_at_once=NoMailbox("There is no mailbox."))
    once = ListFeed("once", [a_mail("1")])
    assert sync(never, once).state == "ok"
    once.fails_at_once = never.fails_at_once
    summary = sync(never, once, full=True)
    assert (summary.state, summary.gone, summary.problems) == ("needs_login", 0, ("once: There is no mailbox.",))


def test_a_login_that_is_refused_while_feeds_are_asked_for_needs_a_login(store: Database) -> None:
    class Refused(ListConnector):
        def feeds(self, part: str | None = None) -> Iterator[Feed]:
            raise UserError("Log in again.")
            yield from super().feeds(part)

    summary = sync_account(store, Refused([box()]), rules=Rules(own_domains=OWN))
    assert (summary.state, summary.problems) == ("needs_login", ("Log in again.",))


def test_a_part_whose_feed_can_no_longer_be_seen_is_told_and_keeps_what_it_had(sync: Sync, store: Database) -> None:
    class Hidden(ListConnector):
        def feeds(self, part: str | None = None) -> Iterator[Feed]:
            yield from (one for one in super().feeds(part) if one.scope.name == "seen")

    rules, feeds = Rules(own_domains=OWN), [box("seen", told=3), box("mails", told=3)]
    assert sync_account(store, Hidden(feeds), rules=rules).state == "ok"
    sync(*feeds)
    for full in (False, True):
        summary = sync_account(store, Hidden(feeds), rules=rules, full=full)
        assert summary.state == "needs_login"
        assert "mails: What was read here before can no longer be seen" in " ".join(summary.problems)
        assert (summary.source, summary.local, summary.gone) == (6, 6, 0)
    assert sync(*feeds).state == "ok"


def test_a_bug_in_one_feed_is_a_failure_that_the_others_survive(sync: Sync, store: Database) -> None:
    broken = ListFeed("broken", [a_mail(f"b{i}") for i in range(5)], fails_with=ZeroDivisionError())
    summary = sync(broken, ListFeed("fine", [a_mail("1")]))
    assert summary.state == "failed"
    assert len(told(store)["interactions"]) == 3


def test_a_lost_cursor_means_a_walk_and_what_it_does_not_see_is_gone(sync: Sync, store: Database) -> None:
    feed = ListFeed("box", [a_mail(str(i)) for i in range(30)])
    sync(feed)
    feed.records, feed.expired = feed.records[2:], True
    summary = sync(feed)
    assert (summary.new, summary.gone, summary.unchanged) == (0, 2, 28)
    assert told(store)["walk_seen"] == 0


def test_a_source_that_answers_with_an_empty_list_once_takes_nothing_away(sync: Sync, store: Database) -> None:
    whole = [a_mail(str(i)) for i in range(30)]
    sync(ListFeed("box", list(whole)))
    summary = sync(ListFeed("box", []), full=True)
    assert summary.state == "partial"
    assert any("30 of 30" in one for one in summary.problems)
    assert len(told(store)["interactions"]) == 30
    assert sync(ListFeed("box", list(whole)), full=True).gone == 0
    assert len(told(store)["interactions"]) == 30


def test_a_second_walk_that_agrees_confirms_that_the_source_shrank(sync: Sync, store: Database) -> None:
    sync(ListFeed("box", [a_mail(str(i)) for i in range(30)]))
    sync(ListFeed("box", [a_mail("0")]), full=True)
    assert sync(ListFeed("box", [a_mail("0")]), full=True).gone == 29
    assert len(told(store)["interactions"]) == 1


def test_a_forgotten_person_stays_forgotten(sync: Sync, store: Database) -> None:
    card = Contact(ref="0030000000000AAAAA", name="Luis", addresses=("luis@bermeo.example",))
    feed = ListFeed("box", [a_mail("1"), card])
    sync(feed)
    forget(store, "luis@bermeo.example", now=NOON)
    sync(ListFeed("box", list(feed.records)), full=True)
    assert "luis@bermeo" not in repr(told(store))


def test_the_owner_of_an_account_is_known_once_his_user_record_comes(sync: Sync, store: Database) -> None:
    account = Company(
        ref="0010000000000AAAAA", name="Bermeo", domains=("bermeo.example",), owner_ref="0050000000000BBBBB"
    )
    feed = ListFeed("crm", [account, a_mail("1")])
    sync(feed)
    assert [one.owner for one in StoredTimelines(store).clients()] == ["ana@acme.example"]
    feed.records.append(Colleague(ref="0050000000000BBBBB", name="Eva", address="eva@acme.example"))
    sync(feed)
    assert [one.owner for one in StoredTimelines(store).clients()] == ["eva@acme.example"]


def test_a_card_without_the_forgotten_address_is_stored_again_and_no_longer_excluded(
    sync: Sync, store: Database
) -> None:
    def card(*addresses: str) -> Contact:
        return Contact(ref="0030000000000AAAAA", name="Taller", addresses=addresses)

    feed = ListFeed("box", [card("luis@bermeo.example", "taller@bermeo.example")])
    sync(feed)
    forget(store, "luis@bermeo.example", now=NOON)
    assert sync(ListFeed("box", list(feed.records)), full=True).excluded == 1
    summary = sync(ListFeed("box", [card("taller@bermeo.example")], told=1), full=True)
    assert (summary.new, summary.excluded, summary.local, summary.state) == (1, 0, 1, "ok")
