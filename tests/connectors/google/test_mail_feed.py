import pytest

from connectors.google.mail_feed import PAGE
from guardian.domain.activity import Activity
from guardian.domain.errors import CursorExpired
from guardian.ports.connector import Cursor, Gone
from tests.lab.company import Folder
from tests.lab.company_oracle import true_mail
from tests.lab.faults import FaultPlan, Kind, refused, spoiled
from tests.lab.google_world import World

GET = r"GET /gmail/v1/users/me/messages/"


def shown(world: World, folder: Folder = Folder.INBOX) -> str:
    """Return the id of a message in a folder of Ana's."""
    shelf = world.company.desks[world.ana].mail
    return next(ref for ref, copy in shelf.items.items() if copy.folder is folder)


def test_the_history_id_from_before_the_walk_tells_what_changed_during_it(world: World) -> None:
    world.google.gmail.cap = 3
    local = world.local("mail")
    pages = world.feed(f"mail/{world.ana}").changes(None)
    local.store(next(pages))
    read = next(iter(local.items))
    world.company.move(world.ana, read, Folder.TRASH)
    late = world.company.write("person0@client0.example", (world.ana,))
    for page in pages:
        local.store(page)
    assert read in local.items
    assert local.sync().mail() == true_mail(world.company.desks[world.ana])
    assert any(fact[0] == f"mid:{late.message_id}" for fact in local.mail())


def test_a_walk_is_newest_first_with_its_progress(world: World) -> None:
    world.google.gmail.cap = 3
    pages = world.pages("mail")
    times = [one.occurred_at for page in pages for one in page.records if isinstance(one, Activity)]
    assert times == sorted(times, reverse=True)
    assert [page.done for page in pages[:2]] == [3, 6]
    assert all(0 < page.done <= page.total for page in pages)


def test_history_ids_are_text_of_any_length(world: World) -> None:
    cursor = world.pages("mail")[-1].cursor
    assert f'"{2**63 + world.company.desks[world.ana].mail.now}"' in cursor.token


def test_an_expired_history_id_is_a_lost_cursor_and_a_walk_mends_it(world: World) -> None:
    local = world.local("mail").sync()
    world.company.desks[world.ana].mail.remove(shown(world))
    world.google.gmail.forget_history(world.ana)
    with pytest.raises(CursorExpired):
        list(world.feed(f"mail/{world.ana}").changes(local.cursor))
    assert local.sync().mail() == true_mail(world.company.desks[world.ana])


def test_a_mail_that_came_and_went_between_two_rounds_is_simply_gone(world: World) -> None:
    local = world.local("mail").sync()
    shelf = world.company.desks[world.ana].mail
    world.company.write("person0@client0.example", (world.ana,))
    ref = f"m0-{shelf.now}"
    world.company.mark_read(world.ana, ref)
    shelf.remove(ref)
    assert world.records("mail", local.cursor) == [Gone(item_id=ref)]


def test_a_mail_deleted_between_history_and_get_is_gone(world: World) -> None:
    cursor = world.pages("mail")[-1].cursor
    world.company.write("person0@client0.example", (world.ana,))
    ref = f"m0-{world.company.desks[world.ana].mail.now}"
    world.lab.faults = FaultPlan().lay(refused(404), on=f"{GET}{ref}")
    assert world.records("mail", cursor) == [Gone(item_id=ref)]


def test_trash_and_spam_are_gone_and_come_back_when_restored(world: World) -> None:
    local = world.local("mail").sync()
    ref = shown(world)
    for hidden in (Folder.TRASH, Folder.JUNK):
        world.company.move(world.ana, ref, hidden)
        assert ref not in local.sync().items
        world.company.move(world.ana, ref, Folder.INBOX)
        assert ref in local.sync().items


def test_archiving_reading_and_filing_cost_no_message_and_change_nothing(world: World) -> None:
    local = world.local("mail").sync()
    before = dict(local.items)
    ref = shown(world)
    world.company.move(world.ana, ref, Folder.ARCHIVE)
    world.company.move(world.ana, ref, Folder.PROJECTS)
    world.company.mark_read(world.ana, ref)
    world.google.parts.clear()
    world.lab.forget()
    assert local.sync().items == before
    assert not world.google.parts
    assert len(world.lab.asked("gmail")) == 1


def test_a_quiet_mailbox_keeps_its_history_id_young(world: World) -> None:
    local = world.local("mail").sync()
    world.company.mark_read(world.ana, shown(world))
    old = local.cursor
    assert local.sync().cursor != old
    world.google.gmail.forgotten[world.ana] = world.company.desks[world.ana].mail.now
    assert not world.pages("mail", local.cursor)


def test_a_draft_is_no_mail_until_it_is_sent(world: World) -> None:
    local = world.local("mail").sync()
    ref = world.company.draft(world.ana, ("person0@client0.example",))
    assert ref not in local.sync().items
    world.company.move(world.ana, ref, Folder.SENT)
    assert ref in local.sync().items


def test_history_of_several_pages_can_be_resumed_behind_any(world: World) -> None:
    cursor = world.pages("mail")[-1].cursor
    world.google.gmail.cap = 2
    for _ in range(5):
        world.company.write("person0@client0.example", (world.ana,))
    pages = world.pages("mail", cursor)
    assert [page.closes_round for page in pages] == [False, False, True]
    for n, page in enumerate(pages):
        rest = [record for later in pages[n + 1 :] for record in later.records]
        assert world.records("mail", page.cursor) == rest


def test_a_page_of_a_walk_that_google_no_longer_knows_means_a_walk_anew(world: World) -> None:
    world.google.gmail.cap = 3
    token = world.pages("mail")[0].cursor.token
    stale = Cursor(token=token.replace("below-", "older-"))
    with pytest.raises(CursorExpired):
        world.pages("mail", stale)
    local = world.local("mail")
    local.cursor = stale
    assert local.sync().mail() == true_mail(world.company.desks[world.ana])


def test_repeated_and_reordered_lists_change_nothing(world: World) -> None:
    for kind in (Kind.DUPLICATED, Kind.REORDERED):
        world.lab.faults = FaultPlan().lay(spoiled(kind), on="messages$", times=9)
        ids = [one.item_id for one in world.records("mail") if isinstance(one, Activity)]
        assert len(ids) == len(set(ids)) == len(true_mail(world.company.desks[world.ana]))


def test_messages_come_in_batches_of_fifty_that_count_as_fifty(world: World) -> None:
    for _ in range(60):
        world.company.write("person0@client0.example", (world.ana,))
    (page,) = world.pages("mail")
    batches = world.lab.asked("POST /batch")
    sizes = [one.body.count(b"GET /gmail/v1/users/me/messages/") for one in batches]
    assert max(sizes) == 50
    assert page.requests == sum(sizes) + 2  # and the profile and the list
    assert not world.lab.asked("GET /gmail/v1/users/me/messages/")


@pytest.mark.parametrize(("privacy", "form"), [("metadata", "metadata"), ("subject", "metadata"), ("full", "full")])
def test_what_privacy_forbids_is_never_asked_for(world: World, privacy: str, form: str) -> None:
    world.privacy = privacy
    records = world.records("mail")
    headers = {value for part in world.google.parts for name, value in part.query if name == "metadataHeaders"}
    fields = {part.param("fields") or "" for part in world.google.parts}
    assert {part.param("format") for part in world.google.parts} == {form}
    assert ("Subject" in headers) == (privacy == "subject")
    assert any("snippet" in one for one in fields) == (privacy == "full")
    assert not any(request.param("q") for request in world.lab.asked("messages"))
    (grant,) = world.google.login.grants.values()
    allowed = {"full": "gmail.readonly"}.get(privacy, "gmail.metadata")
    assert grant.scopes == {f"https://www.googleapis.com/auth/{allowed}"}
    words = [(one.subject is not None, one.snippet is not None) for one in records if isinstance(one, Activity)]
    assert set(words) == {(privacy != "metadata", privacy == "full")}


def test_another_privacy_level_means_a_walk(world: World) -> None:
    local = world.local("mail").sync()
    world.privacy = "subject"
    subjects = [one.subject for one in local.sync().items.values() if isinstance(one, Activity)]
    assert all(subject is not None for subject in subjects)


def test_gmail_counts_what_a_walk_reads(world: World) -> None:
    world.company.draft(world.ana, ("x@client0.example",))
    assert world.feed(f"mail/{world.ana}").count() == len(true_mail(world.company.desks[world.ana]))


@pytest.mark.parametrize(("status", "is_told"), [(404, True), (403, False)])
def test_a_label_that_is_not_there_counts_nothing_and_one_that_is_refused_makes_the_count_unknown(
    world: World, status: int, is_told: bool
) -> None:
    world.lab.faults = FaultPlan().lay(refused(status), on="labels/CHAT$", times=9)
    counted = world.feed(f"mail/{world.ana}").count()
    assert counted == (len(true_mail(world.company.desks[world.ana])) if is_told else None)


def test_a_night_with_one_in_a_hundred_changed_costs_three_in_a_hundred_at_most(world: World) -> None:
    for _ in range(1_000):
        world.company.write("person0@client0.example", (world.ana,))
    local = world.local("mail").sync()
    first, local.requests = local.requests, 0
    for _ in range(10):
        world.company.write("person0@client0.example", (world.ana,))
    assert local.sync().requests <= 0.03 * first


def test_pages_ask_for_as_much_as_gmail_allows(world: World) -> None:
    world.pages("mail")
    world.pages("mail", world.pages("mail")[-1].cursor)
    asked = [one.param("maxResults") for one in world.lab.asked("(messages|history)$")]
    assert set(asked) == {str(PAGE)}
