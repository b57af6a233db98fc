"""Drafts, spam and trash are no mail between people, however an export marks them."""

import pytest

from guardian.ports.connector import Cursor

MAIL = "From: a@x.example\nTo: b@acme.example\nDate: Mon, 8 Jan 2024 09:00:00 +0100\nMessage-ID: <{n}@x>\n"
MARK = "From 1@xxx Mon Jan  8 09:00:00 2024\n"


def told(folder, name: str) -> list[str]:
    return [one.key for one in folder.activities(name).values()]


@pytest.mark.parametrize(
    "labels",
    [
        "Drafts",
        "Trash,Opened",
        '"Spam",Category promotions',
        "Chat",
        "Importante, Borradores",
        "=?UTF-8?Q?Archivado,Papelera,Categor=C3=ADa_social?=",
        "=?UTF-8?B?Q29ycmVvIG5vIA==?=\n =?UTF-8?B?ZGVzZWFkbw==?=",
    ],
)
def test_a_mail_that_gmail_keeps_apart_is_neither_told_nor_counted(folder, labels: str) -> None:
    sent = f"{MARK}X-Gmail-Labels: Sent\n{MAIL.format(n=1)}\nX-Gmail-Labels: Drafts\n\n"
    folder.write("All mail.mbox", f"{sent}{MARK}X-Gmail-Labels: {labels}\n{MAIL.format(n=2)}\nx\n\n")
    assert told(folder, "All mail.mbox") == ["mid:1@x"]
    assert folder.feeds()["All mail.mbox"].count() == 1


def test_a_label_of_ones_own_that_only_holds_such_a_word_keeps_its_mail(folder) -> None:
    folder.write("All mail.mbox", f"{MARK}X-Gmail-Labels: Sent,Clients/Trash GmbH\n{MAIL.format(n=1)}\nx\n\n")
    assert told(folder, "All mail.mbox") == ["mid:1@x"]


def test_a_draft_that_was_sent_meanwhile_is_told(folder) -> None:
    draft = f"{MARK}X-Gmail-Labels: Drafts\n{MAIL.format(n=2)}\nx\n\n"
    path = folder.write("Mail.mbox", f"{MARK}{MAIL.format(n=1)}\nx\n\n{draft}")
    cursor = folder.pages("Mail.mbox")[-1].cursor
    path.write_text(path.read_text().replace("Drafts", "Sent and kept"))
    (page,) = folder.pages("Mail.mbox", Cursor(token=cursor.token))
    assert [one.key for one in page.records[:1]] == ["mid:2@x"]


def test_drafts_and_trash_of_a_maildir_are_left_out_by_their_flags(folder) -> None:
    (folder.path / "mail/tmp").mkdir(parents=True)
    for n, name in enumerate(("1.a:2,S", "2.a:2,DS", "3.a:2,ST", "4.a;2,T", "5.DT.host")):
        folder.write(f"mail/cur/{name}", MAIL.format(n=n) + "\nx\n")
    assert set(folder.activities("mail")) == {"1.a", "5.DT.host"}
    assert folder.feeds()["mail"].count() == 2


def test_folders_of_drafts_spam_and_trash_are_no_feeds(folder) -> None:
    kept = ("", ".Sent", ".Clientes", ".Trashed bikes SL")
    left_out = (".Drafts", ".Trash", ".INBOX.Junk", ".Spam.2023", ".Papelera", ".Elementos eliminados",
                ".Correo no deseado", ".Borradores")  # fmt: skip
    for name in (*kept, *left_out):
        (folder.path / "mail" / name / "tmp").mkdir(parents=True, exist_ok=True)
        folder.write(f"mail/{name}/cur/1.a:2,S", MAIL.format(n=name) + "\nx\n")
    assert set(folder.feeds()) == {"files", *(f"mail/{name}".rstrip("/") for name in kept)}
    assert folder.dead("files") == []
