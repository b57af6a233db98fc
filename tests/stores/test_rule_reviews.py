"""Rules that come later: what they would take is said exactly, and taking it equals having had them all along."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from guardian.domain.activity import Activity, Kind, Participant, Role, Signal
from guardian.domain.people import Identity, IdentityKind
from guardian.ports.sync_store import Known
from guardian.storage import Database, StoredRuleReview, SyncTables, forget, open_database, upgrade
from guardian.sync import Connection, RuleReview, Rules, review_rules, sync_connector
from tests.sync.conftest import sync_into
from tests.sync.dump import dump
from tests.sync.supplier import NOON, OWN, ListFeed, NoBars, StoppedClock, a_mail, as_connector, told

ANA, EVA = "ana@acme.example", "eva@acme.example"
LUIS, RIVAL, PRIVATE = "luis@bermeo.example", "max@rival.example", "mum@home.example"
ALL = Rules(own_domains=OWN, internal=False)
STRICT = Rules(own_domains=OWN, internal=True, domains=frozenset({"rival.example"}), addresses=frozenset({PRIVATE}))


def review(database: Database, rules: Rules = STRICT, *, apply: bool = False) -> RuleReview:
    store = StoredRuleReview(database, rules.own_domains)
    return review_rules(rules, store, apply=apply, now=NOON, progress=NoBars())


def boxes() -> tuple[ListFeed, ListFeed]:
    """Two mailboxes that share mails: among ourselves, with a rival, a private one, with a client and a rival."""
    shared = [
        a_mail("1", sender=ANA, to=(EVA,)),
        a_mail("2", sender=RIVAL, to=(ANA, EVA)),
        a_mail("3", sender=LUIS, to=(ANA, EVA, RIVAL)),
        a_mail("4", sender=PRIVATE, to=(ANA,)),
        a_mail("5", sender=LUIS, to=(ANA,)),
    ]
    return ListFeed("ana", list(shared)), ListFeed("eva", list(shared[:3]))


def test_it_says_how_many_go_by_rule_and_by_client(database: Database) -> None:
    sync_into(database, *boxes(), rules=ALL)
    found = review(database)
    assert dict(found.interactions) == {"internal": 1, "blocked_domain": 1, "blocked_address": 1}
    assert dict(found.copies) == {"internal": 2, "blocked_domain": 2, "blocked_address": 1}
    assert dict(found.by_client) == {("Rival", "blocked_domain"): 1, ("Home", "blocked_address"): 1}
    assert (found.applied, found.shrunk, found.back) == (False, 0, {})


def test_saying_so_writes_nothing(database: Database) -> None:
    sync_into(database, *boxes(), rules=ALL)
    before = dump(database)
    review(database)
    assert dump(database) == before


def test_applied_it_is_as_if_the_rules_had_been_set_all_along(database: Database) -> None:
    sync_into(database, *boxes(), rules=ALL)
    found = review(database, apply=True)
    assert found.copies.total() == 5
    before = dump(database)
    assert sorted(row[1] for row in before["excluded"]) == ["1", "1", "2", "2", "4"]
    summary = sync_into(database, *boxes(), rules=STRICT, full=True)
    assert (summary.new, summary.changed, summary.gone, summary.problems) == (0, 0, 0, ())
    assert dump(database) == before


def test_applied_twice_it_changes_no_row(database: Database) -> None:
    sync_into(database, *boxes(), rules=ALL)
    review(database, apply=True)
    before = dump(database)
    again = review(database, apply=True)
    assert (again.interactions.total(), again.copies.total(), again.shrunk) == (0, 0, 0)
    assert dump(database) == before


def test_what_a_rule_no_longer_leaves_out_comes_back_at_the_next_full_sync(database: Database) -> None:
    sync_into(database, *boxes(), rules=STRICT)
    found = review(database, ALL)
    assert found.left_out == {"internal": 2, "blocked_domain": 2, "blocked_address": 1}
    assert found.back == found.left_out
    half = review(database, replace(STRICT, internal=False))
    assert half.back == {"internal": 2}
    assert review(database, replace(STRICT, domains=frozenset())).back == {"blocked_domain": 2}
    sync_into(database, *boxes(), rules=ALL, full=True)
    assert review(database, ALL).left_out == {}


@pytest.mark.parametrize("seed", range(3))
def test_any_mails_under_any_rules_end_where_a_first_sync_under_them_ends(
    database: Database, tmp_path: Any, seed: int
) -> None:
    chance = random.Random(seed)
    feeds = lambda: [ListFeed(name, list(mails), page_size=7) for name, mails in told_of.items()]  # noqa: E731
    told_of = {name: some_mails(chance) for name in ("ana", "eva", "pool")}
    sync_into(database, *feeds(), rules=some_rules(chance))
    rules = some_rules(chance)
    review(database, rules, apply=True)
    sync_into(database, *feeds(), rules=rules, full=True)
    fresh = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    upgrade(fresh)
    sync_into(fresh, *feeds(), rules=rules)
    assert by_any_order(told(database)) == by_any_order(told(fresh))
    same = ("interactions", "copies", "excluded", "threads", "clients", "domains")
    got, wanted = dump(database), dump(fresh)
    assert {name: got[name] for name in same} == {name: wanted[name] for name in same}
    fresh.engine.dispose()


def by_any_order(story: dict[str, Any]) -> dict[str, Any]:
    """Contacts stand in the order in which they were met."""
    clients = [(name, owner, domains, sorted(contacts)) for name, owner, domains, contacts in story["clients"]]
    return story | {"clients": clients}


def some_mails(chance: random.Random) -> list[Activity]:
    people = (ANA, EVA, LUIS, RIVAL, PRIVATE, "eva@bermeo.example", "x@sub.rival.example")
    return [
        a_mail(str(n), sender=chance.choice(people), to=chance.sample(people, chance.randint(1, 3)), day=n % 9)
        for n in chance.sample(range(60), 40)
    ]


def some_rules(chance: random.Random) -> Rules:
    return Rules(
        own_domains=OWN,
        internal=chance.random() < 0.5,
        domains=frozenset(chance.sample(["rival.example", "bermeo.example"], chance.randint(0, 2))),
        addresses=frozenset(chance.sample([LUIS, PRIVATE], chance.randint(0, 2))),
    )


IBERIA = frozenset({"acme-iberia.example"})
BRUNO = "bruno@acme-iberia.example"


def more_boxes() -> tuple[ListFeed, ListFeed]:
    """Two mailboxes in which Bruno of another domain writes to a client, is written to, and meets him."""
    told_of = [
        a_mail("1", sender=LUIS, to=(BRUNO,)),
        a_mail("2", sender=BRUNO, to=(LUIS,), day=5),
        a_mail("3", sender=LUIS, to=(BRUNO, ANA), day=6),
        a_mail("4", sender=ANA, to=(BRUNO,), day=7),
        a_mail("5", sender=ANA, to=(LUIS,), day=8),
        a_mail("7", sender=BRUNO, to=(ANA,), day=9),
    ]
    blind = replace(a_mail("7", sender=BRUNO, to=(ANA, LUIS), day=9), snippet="una queja")
    mails = [replace(one, snippet="una queja") for one in told_of]
    meeting = replace(mails[1], item_id="6", key="ical:6", kind=Kind.MEETING, duration_s=3600)
    return ListFeed("bruno", [*mails[:4], meeting, blind]), ListFeed("ana", mails[2:])


@pytest.mark.parametrize("internal", [True, False])
@pytest.mark.parametrize(("before", "after"), [(OWN, OWN | IBERIA), (OWN | IBERIA, OWN)])
def test_with_other_own_domains_it_is_as_if_they_had_been_ours_all_along(
    database: Database, tmp_path: Any, internal: bool, before: frozenset[str], after: frozenset[str]
) -> None:
    first, then = (Rules(own_domains=own, internal=internal) for own in (before, after))
    sync_into(database, *more_boxes(), rules=first)
    review(database, then, apply=True)
    sync_into(database, *more_boxes(), rules=then, full=True)
    fresh = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    upgrade(fresh)
    sync_into(fresh, *more_boxes(), rules=then)
    assert by_any_order(told(database)) == by_any_order(told(fresh))
    same = ("interactions", "copies", "complaints", "excluded", "threads", "clients", "domains")
    got, wanted = dump(database), dump(fresh)
    assert {name: got[name] for name in same} == {name: wanted[name] for name in same}
    fresh.engine.dispose()


def test_it_says_how_many_are_told_anew_and_then_tells_them(database: Database) -> None:
    sync_into(database, *more_boxes(), rules=ALL)
    rules, before = Rules(own_domains=OWN | IBERIA), dump(database)
    said = review(database, rules)
    assert (said.anew, said.interactions.total()) == (4, 1)
    assert dump(database) == before
    done = review(database, rules, apply=True)
    assert (done.anew, done.interactions.total()) == (4, 1)
    after = dump(database)
    again = review(database, rules, apply=True)
    assert (again.anew, again.interactions.total()) == (0, 0)
    assert dump(database) == after


@pytest.mark.parametrize(("before", "after"), [(OWN, OWN | IBERIA), (OWN | IBERIA, OWN)])
def test_what_was_told_under_other_own_domains_is_known_until_it_is_told_anew(
    database: Database, before: frozenset[str], after: frozenset[str]
) -> None:
    first, then = (Rules(own_domains=own, internal=False) for own in (before, after))
    sync_into(database, *more_boxes(), rules=first)
    told_by = {own: StoredRuleReview(database, own) for own in (before, after)}
    assert [told_by[own].any_told_otherwise() for own in (before, after)] == [False, True]
    sync_into(database, *more_boxes(), ListFeed("new", [a_mail("9", sender=LUIS, to=(ANA,))]), rules=then, full=True)
    assert told_by[after].any_told_otherwise(), "by now everybody is known for whose he is"
    review(database, then, apply=True)
    assert [told_by[own].any_told_otherwise() for own in (before, after)] == [True, False]


def test_what_somebody_took_part_in_who_was_forgotten_is_told_by_the_present_own_domains(database: Database) -> None:
    sync_into(database, *boxes(), rules=ALL)
    for one in (RIVAL, EVA):
        forget(database, one, now=NOON)
    assert not StoredRuleReview(database, OWN).any_told_otherwise()


def test_interactions_are_told_anew_in_several_transactions(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guardian.storage.rule_reviews.AT_ONCE", 7)
    mails = [a_mail(str(n), sender=BRUNO if n % 2 else LUIS, to=(LUIS, ANA)) for n in range(60)]
    sync_into(database, ListFeed("ana", mails, page_size=60), ListFeed("eva", mails, page_size=60), rules=ALL)
    store, batches = StoredRuleReview(database, OWN | IBERIA), list[int]()
    telling = store.tell_anew

    def counted(ids: Sequence[int]) -> None:
        batches.append(len(ids))
        telling(ids)

    monkeypatch.setattr(store, "tell_anew", counted)
    review_rules(Rules(own_domains=OWN | IBERIA), store, apply=True, now=NOON, progress=NoBars())
    assert (sum(batches), max(batches)) == (30, 4)
    assert {row[3] for row in dump(database)["interactions"]} == {"in", "out"}


def test_what_somebody_forgotten_wrote_stays_his_word(database: Database) -> None:
    """Who wrote it is not told any more, so that nothing says which way it went but what is stored."""
    mail = a_mail("1", sender=RIVAL, to=(ANA, LUIS))
    sync_into(database, ListFeed("ana", [mail]), rules=ALL)
    forget(database, RIVAL, now=NOON)
    before = dump(database)["interactions"]
    assert review(database, replace(ALL, own_domains=OWN | IBERIA), apply=True).anew == 0
    assert dump(database)["interactions"] == before


def test_an_interaction_stays_as_long_as_a_copy_of_it_does(database: Database) -> None:
    """The sender's copy names the client whom he wrote to in blind copy."""
    seen, blind = a_mail("1", sender=ANA, to=(EVA,)), a_mail("1", sender=ANA, to=(EVA, LUIS))
    sync_into(database, ListFeed("ana", [blind]), ListFeed("eva", [seen]), rules=ALL)
    found = review(database, apply=True)
    assert (found.interactions.total(), found.copies.total(), found.shrunk) == (0, 1, 1)
    assert [one[-1] for one in dump(database)["interactions"]] == [[("ana", "1")]]


def ours(of: Activity) -> Activity:
    """A copy that Guardian wrote into the CRM: it names the record only."""
    about = Participant(role=Role.ABOUT, identity=Identity(kind=IdentityKind.CRM, value="003000000000001AAA"))
    return replace(of, item_id="00T", participants=(about,), signals=frozenset({Signal.WRITTEN_BACK}))


def test_what_guardian_wrote_back_goes_with_the_mail_that_it_logs_and_stays_away(database: Database) -> None:
    mail = a_mail("2", sender=RIVAL, to=(ANA,))
    feeds = lambda: (ListFeed("ana", [mail]), ListFeed("Task", [ours(mail)]))  # noqa: E731
    sync_into(database, *feeds(), rules=ALL)
    found = review(database, apply=True)
    assert (found.interactions.total(), found.copies.total()) == (1, 2)
    sync_into(database, *feeds(), rules=STRICT, full=True)
    assert dump(database)["interactions"] == []
    sync_into(database, *feeds(), rules=ALL, full=True)
    assert len(dump(database)["copies"]) == 2


def test_a_record_that_only_the_crm_has_is_no_business_of_these_rules(database: Database) -> None:
    call = replace(ours(a_mail("2")), kind=Kind.CALL, key="sf:00D/00T", signals=frozenset())
    sync_into(database, ListFeed("Task", [call]), rules=ALL)
    assert review(database).copies.total() == 0


class Meanwhile(StoredRuleReview):
    """While the rules are looking, a sync changes one mail and removes another."""

    def __init__(self, database: Database, feeds: Sequence[ListFeed]) -> None:
        super().__init__(database, OWN)
        self._feeds = feeds

    def take_out(self, takeouts: Any, **more: Any) -> int:
        sync_into(self._database, *self._feeds, rules=STRICT, full=True)
        return super().take_out(takeouts, **more)


def test_what_a_sync_changes_meanwhile_stays_as_that_sync_left_it(database: Database) -> None:
    mails = [a_mail(str(n), sender=RIVAL, to=(ANA,)) for n in range(3)]
    sync_into(database, ListFeed("ana", list(mails)), rules=ALL)
    now_with_luis = replace(mails[0], participants=a_mail("0", sender=RIVAL, to=(ANA, LUIS)).participants)
    changed = [ListFeed("ana", [now_with_luis, mails[2]])]
    store = Meanwhile(database, changed)
    review_rules(STRICT, store, apply=True, now=NOON, progress=NoBars())
    assert [row[1] for row in dump(database)["copies"]] == ["0"]
    assert [row[1] for row in dump(database)["excluded"]] == ["2"]


class Planned(SyncTables):
    """A store that is reviewed between a sync's look into it and what that sync writes."""

    def known(self, *of: Any) -> Known:
        found = super().known(*of)
        review(self._database, apply=True)
        return found


def test_what_a_sync_under_older_rules_writes_meanwhile_is_stored_and_not_left_out_too(database: Database) -> None:
    mail = a_mail("1", sender=RIVAL, to=(ANA,))
    sync_into(database, ListFeed("ana", [mail]), rules=ALL)
    changed = ListFeed("ana", [mail, replace(mail, subject="changed")])
    connection = Connection(name="lists", kind="list", open=lambda: as_connector(changed), privacy="full")
    store = Planned(database, OWN)
    assert sync_connector(connection, store, ALL, clock=StoppedClock(), progress=NoBars()).state == "ok"
    assert [[row[1] for row in dump(database)[what]] for what in ("copies", "excluded")] == [["1"], []]
    assert forget(database, RIVAL, now=NOON).interactions == 1
    assert [[row[1] for row in dump(database)[what]] for what in ("copies", "excluded")] == [[], ["1"]]


def test_a_thousand_copies_go_in_several_transactions(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardian.sync.rule_review.CHUNK", 10)
    monkeypatch.setattr("guardian.storage.rule_reviews.CHUNK", 7)
    mails = [a_mail(str(n), sender=RIVAL if n % 2 else LUIS, to=(ANA,)) for n in range(60)]
    sync_into(database, ListFeed("ana", mails, page_size=60), ListFeed("eva", mails, page_size=60), rules=ALL)
    batches: list[int] = []
    store = StoredRuleReview(database, OWN)
    taking = store.take_out

    def counted(takeouts: Any, **more: Any) -> int:
        batches.append(len(takeouts))
        return taking(takeouts, **more)

    monkeypatch.setattr(store, "take_out", counted)
    review_rules(STRICT, store, apply=True, now=NOON, progress=NoBars())
    assert batches == [10] * 6
    assert len(dump(database)["interactions"]) == 30
