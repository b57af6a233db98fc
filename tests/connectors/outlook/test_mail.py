"""Facts of Graph's mail, each with the test that Guardian respects it."""

import json
from urllib.parse import unquote

import pytest

from guardian.domain.activity import Role, Signal
from guardian.domain.errors import CursorExpired, TryLater
from guardian.ports.connector import Cursor, Gone
from tests.connectors.outlook.tenant import Tenant
from tests.lab import faults
from tests.lab.company import Folder
from tests.lab.company_oracle import true_mail
from tests.lab.faults import FaultPlan, Kind
from tests.lab.graph_items import folder_id


def a_copy(tenant: Tenant, folder: Folder = Folder.INBOX) -> str:
    return next(ref for ref, copy in tenant.desk.mail.items.items() if copy.folder is folder)


def test_immutable_ids_are_asked_for_on_every_request(tenant: Tenant) -> None:
    tenant.local("mail").sync()
    asked = tenant.lab.asked("GET /v1.0/users/")
    assert any(one.param("$skiptoken") for one in asked)
    assert all('IdType="ImmutableId"' in one.headers["prefer"] for one in asked)


@pytest.mark.parametrize(
    ("source", "target"),
    [(Folder.INBOX, Folder.ARCHIVE), (Folder.ARCHIVE, Folder.INBOX), (Folder.SENT, Folder.INBOX)],
)
def test_a_move_is_no_deletion_whichever_folder_is_asked_first(
    tenant: Tenant, source: Folder, target: Folder
) -> None:
    mail = tenant.local("mail").sync()
    before = dict(mail.items)
    tenant.company.move(tenant.ana, a_copy(tenant, source), target)
    told = [record for page in tenant.feed("mail").changes(mail.cursor) for record in page.records]
    assert not [one for one in told if isinstance(one, Gone)]
    assert mail.sync().items == before


@pytest.mark.parametrize("seen", range(4))
def test_a_move_in_the_middle_of_a_round_is_no_deletion_either(tenant: Tenant, seen: int) -> None:
    mail = tenant.local("mail").sync()
    tenant.company.write("person0@client0.example", (tenant.ana,))
    tenant.company.write(tenant.ana, ("person0@client0.example",))
    refs = [a_copy(tenant, Folder.ARCHIVE), a_copy(tenant, Folder.INBOX)]
    moved = iter([(refs[0], Folder.INBOX), (refs[1], Folder.ARCHIVE)])
    for n, page in enumerate(tenant.feed("mail").changes(mail.cursor)):
        mail.store(page)
        if n >= seen % 2:
            for ref, folder in moved:
                tenant.company.move(tenant.ana, ref, folder)
    assert mail.sync().mail() == true_mail(tenant.desk)


def test_a_deletion_is_told(tenant: Tenant) -> None:
    mail = tenant.local("mail").sync()
    tenant.desk.mail.remove(a_copy(tenant))
    tenant.desk.mail.remove(a_copy(tenant, Folder.SENT))
    assert mail.sync().mail() == true_mail(tenant.desk)


def test_throwing_away_is_deleting(tenant: Tenant) -> None:
    mail = tenant.local("mail").sync()
    known = len(mail.items)
    tenant.company.move(tenant.ana, a_copy(tenant), Folder.TRASH)
    assert len(mail.sync().items) == known - 1


def test_drafts_junk_and_deleted_mail_are_not_read_nor_folders_below_them(tenant: Tenant) -> None:
    tenant.graph.extra_folders[tenant.ana] = {"old": "deleteditems", "older": "old"}
    tenant.local("mail").sync()
    asked = [unquote(one.path) for one in tenant.lab.asked("messages/delta")]
    assert any(folder_id(tenant.ana, "inbox") in path for path in asked)
    for name in ("drafts", "junkemail", "deleteditems", "outbox", "old", "older"):
        assert not any(folder_id(tenant.ana, name) in path for path in asked)


def test_a_folder_made_later_is_read(tenant: Tenant) -> None:
    tenant.graph.removed_folders[tenant.ana] = {"projects"}
    for ref, copy in list(tenant.desk.mail.items.items()):
        if copy.folder is Folder.PROJECTS:
            tenant.company.move(tenant.ana, ref, Folder.INBOX)
    mail = tenant.local("mail").sync()
    del tenant.graph.removed_folders[tenant.ana]
    tenant.company.move(tenant.ana, a_copy(tenant), Folder.PROJECTS)
    assert mail.sync().mail() == true_mail(tenant.desk)


def test_a_folder_that_is_deleted_takes_its_mail_along(tenant: Tenant) -> None:
    tenant.company.move(tenant.ana, a_copy(tenant), Folder.PROJECTS)
    mail = tenant.local("mail").sync()
    tenant.graph.removed_folders[tenant.ana] = {"projects"}
    for ref, copy in list(tenant.desk.mail.items.items()):
        if copy.folder is Folder.PROJECTS:
            tenant.desk.mail.remove(ref)
    assert mail.sync().mail() == true_mail(tenant.desk)


def test_a_lost_place_means_a_walk(tenant: Tenant) -> None:
    mail = tenant.local("mail").sync()
    tenant.graph.generation += 1
    with pytest.raises(CursorExpired):
        list(tenant.feed("mail").changes(mail.cursor))
    assert (
        len([one for one in tenant.lab.asked("messages/delta") if one.param("$deltatoken")]) == 5
    )  # the walk's own, 1
    assert mail.sync().mail() == true_mail(tenant.desk)


def test_what_moves_into_a_folder_already_read_is_seen_by_the_same_walk(tenant: Tenant) -> None:
    mail = tenant.local("mail")
    inbox = folder_id(tenant.ana, "inbox")
    wanted = a_copy(tenant, Folder.SENT)
    for page in tenant.feed("mail").changes(None):
        mail.store(page)
        if (
            tenant.desk.mail.items[wanted].folder is Folder.SENT
            and inbox not in json.loads(page.cursor.token)["queue"][0]
        ):
            tenant.company.move(tenant.ana, wanted, Folder.INBOX)
    assert mail.mail() == true_mail(tenant.desk)


def test_a_removal_may_come_a_round_later_than_the_arrival_it_belongs_to(tenant: Tenant) -> None:
    mail = tenant.local("mail").sync()
    tenant.company.write("person0@client0.example", (tenant.ana,))
    wanted = a_copy(tenant)
    for n, page in enumerate(tenant.feed("mail").changes(mail.cursor)):
        mail.store(page)
        if n == 0:  # the inbox was asked, the archive not yet
            tenant.company.move(tenant.ana, wanted, Folder.ARCHIVE)
    assert mail.sync().mail() == true_mail(tenant.desk)
    assert mail.sync().mail() == true_mail(tenant.desk)


@pytest.mark.parametrize("pages", [1, 3, 5])
@pytest.mark.parametrize("source", [Folder.INBOX, Folder.ARCHIVE, Folder.SENT])
@pytest.mark.parametrize("target", [Folder.INBOX, Folder.ARCHIVE, Folder.SENT, Folder.TRASH])
def test_a_move_at_any_time_of_a_walk_is_followed(tenant: Tenant, pages: int, source: Folder, target: Folder) -> None:
    mail = tenant.local("mail")
    wanted = a_copy(tenant, source)
    for n, page in enumerate(tenant.feed("mail").changes(None), 1):
        mail.store(page)
        if n == pages:
            tenant.company.move(tenant.ana, wanted, target)
    assert mail.sync().mail() == true_mail(tenant.desk)
    assert mail.sync().mail() == true_mail(tenant.desk)


@pytest.mark.parametrize("code", ["syncStateNotFound", "resyncRequired", "SyncStateInvalid"])
@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_lost_place_has_many_names(tenant: Tenant, code: str, status: int) -> None:
    mail = tenant.local("mail").sync()
    body = json.dumps({"error": {"code": code, "message": "…"}}).encode()
    tenant.lab.faults = FaultPlan().lay(faults.refused(status, body), on="messages/delta", times=2)
    with pytest.raises(CursorExpired):
        list(tenant.feed("mail").changes(mail.cursor))


def test_a_place_lost_among_removals_costs_that_folder_only(tenant: Tenant) -> None:
    mail = tenant.local("mail").sync()
    for _ in range(4):
        tenant.desk.mail.remove(a_copy(tenant))
    tenant.lab.faults = FaultPlan().lay(faults.spoiled(Kind.CURSOR_LOST), on="inbox%3D/messages/delta", skip=1)
    for page in tenant.feed("mail").changes(mail.cursor):
        mail.store(page)
    assert len(tenant.lab.faults.struck) == 1
    assert mail.mail() == true_mail(tenant.desk)


def test_a_place_that_is_lost_again_and_again_does_not_loop(tenant: Tenant) -> None:
    for skip in range(1, 12):  # every second request: each that goes on behind the first page
        tenant.lab.faults = tenant.lab.faults if skip > 1 else FaultPlan()
        tenant.lab.faults.lay(faults.spoiled(Kind.CURSOR_LOST), on="inbox%3D/messages/delta", skip=skip)
    with pytest.raises(CursorExpired):
        list(tenant.feed("mail").changes(None))


def test_a_partial_row_is_read_whole(tenant: Tenant) -> None:
    mail = tenant.local("mail").sync()
    tenant.company.mark_read(tenant.ana, a_copy(tenant))
    tenant.lab.faults = FaultPlan().lay(faults.spoiled(Kind.PARTIAL), on="messages/delta", times=99)
    assert mail.sync().mail() == true_mail(tenant.desk)
    assert len(tenant.lab.asked(r"/messages/AAk")) == 1


def test_a_page_told_twice_changes_nothing(tenant: Tenant) -> None:
    tenant.lab.faults = FaultPlan().lay(faults.spoiled(Kind.DUPLICATED), on="messages/delta", times=99)
    mail = tenant.local("mail").sync()
    assert mail.mail() == true_mail(tenant.desk)


def test_a_token_that_runs_out_between_two_pages_is_renewed(tenant: Tenant) -> None:
    mail = tenant.local("mail")
    for page in tenant.feed("mail").changes(None):
        mail.store(page)
        tenant.graph.entra.revoke()
    assert mail.mail() == true_mail(tenant.desk)


def test_a_wait_that_is_asked_for_is_kept_and_counted(tenant: Tenant) -> None:
    tenant.lab.faults = FaultPlan().lay(faults.throttled(4), on="messages/delta", skip=1)
    pages = list(tenant.feed("mail").changes(None))
    assert sum(page.throttled_s for page in pages) == 4.0
    assert tenant.slept == [4.0]


def test_a_long_wait_puts_the_mailbox_off_and_loses_nothing(tenant: Tenant) -> None:
    mail = tenant.local("mail")
    tenant.lab.faults = FaultPlan().lay(faults.throttled(900), on="messages/delta", skip=2)
    with pytest.raises(TryLater) as put_off:
        mail.sync()
    assert put_off.value.after_seconds == 900
    assert mail.sync().mail() == true_mail(tenant.desk)


def test_an_empty_list_that_lies_shows_when_counts_are_compared(tenant: Tenant) -> None:
    tenant.lab.faults = FaultPlan().lay(faults.spoiled(Kind.EMPTY_LIE), on="messages/delta", times=1)
    mail = tenant.local("mail").sync()
    count = tenant.feed("mail").count()
    assert count is not None
    assert len(mail.items) < count


@pytest.mark.parametrize(
    ("privacy", "asked"), [("metadata", set()), ("subject", {"subject"}), ("full", {"subject", "bodyPreview"})]
)
def test_what_privacy_forbids_is_never_asked_for(tenant: Tenant, privacy: str, asked: set[str]) -> None:
    tenant.privacy = privacy
    found = tenant.activities("mail")
    selects = {one.param("$select") or "" for one in tenant.lab.asked("messages/delta") if one.param("$select")}
    words = {"subject", "bodyPreview", "body", "uniqueBody"}
    assert {name for select in selects for name in select.split(",")} & words == asked
    assert all((one.subject is not None) == (privacy != "metadata") for one in found)
    assert all((one.snippet is not None) == (privacy == "full") for one in found)


def test_the_least_permission_is_enough_for_metadata(tenant: Tenant) -> None:
    tenant.graph.entra.roles = {"Mail.ReadBasic.All"}
    mail = tenant.local("mail")
    mail.feed = lambda: tenant.feed("mail", mailboxes=[tenant.ana], calendar=False, contacts=False)
    assert mail.sync().mail() == true_mail(tenant.desk)


def test_another_privacy_level_means_a_walk(tenant: Tenant) -> None:
    mail = tenant.local("mail").sync()
    tenant.privacy = "full"
    with pytest.raises(CursorExpired):
        list(tenant.feed("mail").changes(mail.cursor))


def test_a_night_without_mail_costs_one_request_a_folder_and_one_more(tenant: Tenant) -> None:
    mail = tenant.local("mail").sync()
    tenant.lab.forget()
    pages = list(tenant.feed("mail", mailboxes=[tenant.ana]).changes(mail.cursor))
    assert [(page.records, page.requests) for page in pages] == [((), 5)]
    assert len(tenant.lab.asked("GET /v1.0/")) == 5


def test_blind_copies_are_known_from_sent_only(tenant: Tenant) -> None:
    letter = tenant.company.write(tenant.ana, ("bruno@acme.example",), bcc=("secret@client0.example",))
    key = f"mid:{letter.message_id}"
    hers = next(one for one in tenant.activities("mail") if one.key == key)
    assert [seat.identity.value for seat in hers.participants if seat.role is Role.BCC] == ["secret@client0.example"]
    theirs = tenant.local("mail", "bruno@acme.example").sync()
    assert not any("bcc" in str(fact) and key in str(fact) for fact in theirs.mail())


def test_header_fields_tell_automatic_mail(tenant: Tenant) -> None:
    written = tenant.company.write(
        "person0@client0.example", (tenant.ana,), headers=(("Auto-Submitted", "auto-replied"),)
    )
    found = next(one for one in tenant.activities("mail") if one.key == f"mid:{written.message_id}")
    assert Signal.AUTO_REPLY in found.signals


def test_a_cursor_of_another_version_is_lost(tenant: Tenant) -> None:
    mail = tenant.local("mail").sync()
    assert mail.cursor is not None
    with pytest.raises(CursorExpired):
        list(tenant.feed("mail").changes(Cursor(token=mail.cursor.token.replace('"v":1', '"v":99'))))


def test_one_mailbox_is_asked_one_thing_at_a_time(tenant: Tenant) -> None:
    for kind in ("mail", "calendar", "contacts"):
        tenant.local(kind).sync()
    assert tenant.graph.deepest == 1
