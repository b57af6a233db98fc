import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guardian.connector_kit import paging
from guardian.domain.activity import Activity, Signal
from guardian.ports.connector import Present

MAIL = "From: a@x.example\nTo: b@acme.example\nDate: Mon, 8 Jan 2024 09:00:00 +0100\nMessage-ID: <{n}@x>\n\n{n}\n"


def maildir(folder, *names: str):
    for inner in ("cur", "new", "tmp"):
        (folder.path / "mail" / inner).mkdir(parents=True, exist_ok=True)
    for name in names:
        folder.write(f"mail/{name}", MAIL.format(n=name))


def test_a_maildir_is_recognised_and_its_ids_carry_no_flags(folder) -> None:
    maildir(folder, "cur/1.a.host:2,RS", "new/2.b.host", "tmp/3.c.host")
    assert set(folder.activities("mail")) == {"1.a.host", "2.b.host"}


def test_flags_and_moves_to_cur_are_no_change(folder) -> None:
    maildir(folder, "cur/1.a.host:2,", "new/2.b.host")
    cursor = folder.pages("mail")[-1].cursor
    (folder.path / "mail/cur/1.a.host:2,").rename(folder.path / "mail/cur/1.a.host:2,S")
    (folder.path / "mail/new/2.b.host").rename(folder.path / "mail/cur/2.b.host:2,F")
    assert folder.pages("mail", cursor) == []


def test_a_new_file_is_read_alone(folder) -> None:
    maildir(folder, "cur/1.a.host:2,", "cur/2.b.host:2,")
    cursor = folder.pages("mail")[-1].cursor
    maildir(folder, "new/0.older.host")
    (page,) = folder.pages("mail", cursor)
    assert [(type(one), one.item_id) for one in page.records] == [(Activity, "0.older.host")]
    assert not page.walk
    assert folder.pages("mail", page.cursor) == []


def test_a_deleted_file_means_a_walk_that_reads_nothing_twice(folder) -> None:
    maildir(folder, "cur/1.a.host:2,", "cur/2.b.host:2,", "cur/3.c.host:2,")
    cursor = folder.pages("mail")[-1].cursor
    (folder.path / "mail/cur/2.b.host:2,").unlink()
    maildir(folder, "new/4.d.host")
    (page,) = folder.pages("mail", cursor)
    assert page.walk
    assert page.read == 1
    kinds = [(type(one), one.item_id) for one in page.records]
    assert kinds == [(Present, "1.a.host"), (Present, "3.c.host"), (Activity, "4.d.host")]


def forbid(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let a file be one that this user may not read."""
    opened = Path.open

    def refusing(path: Path, *how: str):
        if path.name == name:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *how)

    monkeypatch.setattr(Path, "open", refusing)


@pytest.mark.parametrize("known", [False, True])
def test_a_mail_that_could_not_be_read_is_a_dead_letter_and_tried_again(folder, monkeypatch, known: bool) -> None:
    if known:
        maildir(folder, "cur/1.a.host:2,")
        cursor = folder.pages("mail")[-1].cursor
    maildir(folder, "cur/1.a.host:2,", "cur/2.b.host")
    with monkeypatch.context() as locked:
        forbid(locked, "2.b.host")
        (page,) = folder.pages("mail", cursor if known else None)
        assert [dead.why for dead in page.dead_letters] == ["2.b.host cannot be read: Permission denied."]
        (again,) = folder.pages("mail", page.cursor)
        assert [dead.item_id for dead in again.dead_letters] == ["2.b.host"]
    (page,) = folder.pages("mail", again.cursor)
    assert [(type(one), one.item_id) for one in page.records] == [(Activity, "2.b.host")]
    assert folder.pages("mail", page.cursor) == []


def test_a_walk_that_goes_on_elsewhere_remembers_what_it_could_not_read(folder, monkeypatch) -> None:
    maildir(folder, *(f"cur/{n}.host" for n in range(5)))
    monkeypatch.setattr(paging, "MOST_RECORDS", 2)
    with monkeypatch.context() as locked:
        forbid(locked, "1.host")
        first = folder.pages("mail")[0]
    closing = folder.pages("mail", first.cursor)[-1]
    (page,) = folder.pages("mail", closing.cursor)
    assert [(type(one), one.item_id) for one in page.records] == [(Activity, "1.host")]


def test_folders_within_a_maildir_are_feeds_of_their_own(folder) -> None:
    maildir(folder, "cur/1.a.host:2,")
    for inner in ("cur", "new", "tmp"):
        (folder.path / "mail/.Sent" / inner).mkdir(parents=True)
    folder.write("mail/.Sent/cur/9.z.host:2,S", MAIL.format(n=9))
    folder.write("mail/dovecot-uidlist", "3 V1\n")
    assert {"mail", "mail/.Sent"} < set(folder.feeds())
    assert folder.dead("files") == []


def test_loose_mails_are_one_feed_a_folder_whatever_they_are_called(folder) -> None:
    folder.write("a.eml", MAIL.format(n=1))
    folder.write("sub/12", MAIL.format(n=2))
    folder.write("sub/13.emlx", "117\n" + MAIL.format(n=3))
    folder.write("sub/14.eml", "From x Mon Jan  8 09:00:00 2024\n" + MAIL.format(n=4))
    assert set(folder.activities(".")) == {"a.eml"}
    assert {one.key for one in folder.activities("sub").values()} == {"mid:2@x", "mid:3@x", "mid:4@x"}


def test_an_eml_that_holds_several_mails_loses_none(folder) -> None:
    folder.write("two.eml", ("From x Mon Jan  8 09:00:00 2024\n" + MAIL.format(n=1) + "\n") * 2)
    assert len(folder.activities("two.eml")) == 2


def test_a_replaced_mail_file_is_read_again(folder) -> None:
    folder.write("a.eml", MAIL.format(n=1))
    folder.write("b.eml", MAIL.format(n=2))
    cursor = folder.pages(".")[-1].cursor
    folder.write("a.eml", MAIL.format(n=333))
    (page,) = folder.pages(".", cursor)
    assert [type(one) for one in page.records] == [Activity, Present]


def test_a_mail_without_date_takes_the_last_received_then_the_file(folder) -> None:
    folder.sample("correo/uno.eml")
    path = folder.write("correo/dos.eml", "From: a@x.example\nTo: b@x.example\n\nx")
    os.utime(path, (86_400, 86_400))
    found = folder.activities("correo")
    assert found["uno.eml"].occurred_at == datetime(2024, 1, 9, 10, tzinfo=UTC)
    assert found["dos.eml"].occurred_at == datetime(1970, 1, 2, tzinfo=UTC)


def test_an_accepted_invitation_is_an_answer_by_a_person(folder) -> None:
    folder.sample("correo/acepta.eml")
    assert folder.activities("correo")["acepta.eml"].signals == {Signal.ACCEPT}


def test_an_eml_that_is_no_mail_is_a_dead_letter(folder) -> None:
    folder.write("foto.eml", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20)
    folder.write("a.eml", MAIL.format(n=1))
    (page,) = folder.pages(".")
    assert (page.read, [dead.item_id for dead in page.dead_letters]) == (2, ["foto.eml"])


def test_whoever_wrote_to_a_group_of_ours_that_took_his_place_is_the_sender(folder) -> None:
    listed = "List-ID: <ventas.acme.example>\nX-Original-From: Eva <eva@cliente.example>\n"
    text = MAIL.format(n=1).replace("a@x.example", "'Eva' via Ventas <ventas@acme.example>", 1)
    folder.write("mail/1.eml", listed + text)
    (one,) = folder.activities("mail").values()
    assert one.participants[0].identity.value == "eva@cliente.example"
