import json
import time
from pathlib import Path

import pytest

from guardian.domain.activity import Activity
from guardian.domain.errors import CursorExpired, UserError
from guardian.ports.connector import Cursor, Page, Scope

HANGS = 60  # seconds of processor: what takes so long grows with a square; how fast it is belongs to benchmarks/

SHARED_MIME = Path(__file__).parents[3] / ".." / "shared" / "mime"


def test_a_missing_folder_says_what_to_do(folder) -> None:
    with pytest.raises(UserError, match="Put the exports into"):
        folder.connector(path="nowhere").check()
    with pytest.raises(UserError):
        list(folder.connector(path="nowhere").feeds())


def test_an_unknown_time_zone_says_what_to_do(folder) -> None:
    with pytest.raises(UserError, match="Europe/Madrid"):
        folder.connector(time_zone="Mars/Olympus").check()


def test_an_empty_folder_is_fine(folder) -> None:
    assert folder.connector().check() == "Reads from .: nothing yet."
    (page,) = folder.pages("files")
    assert (page.read, page.closes_round) == (0, True)


def test_unknown_files_are_named_and_the_rest_goes_on(folder) -> None:
    folder.sample("clientes.mbox")
    folder.sample("folleto.pdf")
    folder.write("viejo.zip", b"PK\x03\x04rest")
    folder.write("tabla.csv", "Color,Peso\nrojo,3\n")
    folder.write("falso.mbox", "Nothing of the kind\n")
    folder.write("falso.ics", "Nothing of the kind\n")
    folder.write("informe.docx", b"PK\x03\x04word/")
    assert {dead.item_id for dead in folder.dead("files")} == {
        "folleto.pdf", "viejo.zip", "tabla.csv", "falso.mbox", "falso.ics", "informe.docx"
    }  # fmt: skip
    assert folder.feeds()["files"].count() == 6
    assert len(folder.activities("clientes.mbox")) == 4


def test_hidden_and_empty_files_are_nothing(folder) -> None:
    for name in (".DS_Store", ".oculto.csv", "Thumbs.db", "sub/.x/y.eml"):
        folder.write(name, "x")
    folder.write("vacio.pdf", "")
    folder.write(
        "Inbox", "From x Mon Jan  8 09:00:00 2024\nFrom: a@x.example\nDate: Mon, 8 Jan 2024 09:00:00 Z\n\nx\n"
    )
    folder.write("Inbox.msf", "// <!-- mork -->")
    assert set(folder.feeds()) == {"Inbox", "files"}
    assert folder.dead("files") == []


def test_unknown_files_are_named_again_only_when_the_list_changes(folder) -> None:
    folder.write("a.pdf", "%PDF")
    cursor = folder.pages("files")[-1].cursor
    assert folder.pages("files", cursor) == []
    folder.write("b.pdf", "%PDF")
    assert [dead.item_id for page in folder.pages("files", cursor) for dead in page.dead_letters] == [
        "a.pdf",
        "b.pdf",
    ]


def test_what_a_file_is_does_not_hang_on_its_name(folder) -> None:
    folder.write("one.txt", folder.sample("clientes.mbox").read_bytes())
    folder.write("two.dat", folder.sample("agenda/reuniones.ics").read_bytes())
    folder.write("three.txt", folder.sample("crm/Task.csv").read_bytes())
    assert folder.feeds()["one.txt"].count() == 5
    assert folder.feeds()["two.dat"].count() == 9
    assert folder.feeds()["three.txt"].scope.mailbox == "Task"


def test_a_single_file_may_be_the_archive(folder) -> None:
    folder.sample("clientes.mbox")
    assert set(folder.feeds(path="clientes.mbox")) == {"clientes.mbox", "files"}


def test_a_folder_called_files_is_not_taken_for_the_unknown_ones(folder) -> None:
    folder.write("files/a.eml", "From: a@x.example\nTo: b@x.example\nSubject: x\n\nx")
    assert set(folder.feeds()) == {"./files", "files"}


MAIL = "From: a@x.example\nTo: b@acme.example\nSubject: Oferta\nDate: Mon, 8 Jan 2024 09:00:00 Z\n\nx\n"
KINDS = ("a.mbox", "mails", "agenda/reuniones.ics", "crm/Event.csv")


def fill(folder) -> None:
    folder.write("a.mbox", f"From x Mon Jan  8 09:00:00 2024\n{MAIL}")
    folder.write("mails/1.eml", MAIL)
    folder.sample("agenda/reuniones.ics")
    folder.sample("crm/Event.csv")


def anew(folder, name: str, cursor: Cursor, **settings: object) -> list[Page]:
    """Return the pages behind a cursor, from the beginning where it is lost, as sync asks for them."""
    try:
        return folder.pages(name, cursor, **settings)
    except CursorExpired:
        return folder.pages(name, None, **settings)


@pytest.mark.parametrize("name", KINDS)
def test_a_lower_privacy_level_walks_anew_through_what_was_read_before(folder, name: str) -> None:
    folder.privacy = "full"
    fill(folder)
    cursor = folder.pages(name)[-1].cursor
    folder.privacy = "metadata"
    pages = anew(folder, name, cursor)
    found = [one for page in pages for one in page.records if isinstance(one, Activity)]
    assert found
    assert all(page.walk for page in pages)
    assert {(one.subject, one.snippet, one.words) for one in found} == {(None, None, None)}
    assert [one for page in anew(folder, name, pages[-1].cursor) for one in page.records] == []


@pytest.mark.parametrize("name", KINDS)
def test_a_cursor_that_tells_no_settings_walks_anew(folder, name: str) -> None:
    fill(folder)
    cursor = folder.pages(name)[-1].cursor
    told = json.loads(cursor.token)
    told.pop("shape", None)
    old = Cursor(token=json.dumps({**told, "variant": ""} if "variant" in told else told))
    assert anew(folder, name, old)[0].walk


@pytest.mark.parametrize("setting", [{"time_zone": "Europe/Madrid"}, {"day_first": True}, {"org_id": "00D1"}])
@pytest.mark.parametrize("name", KINDS[2:])
def test_tables_and_calendars_are_read_anew_under_corrected_settings(folder, name: str, setting) -> None:
    fill(folder)
    cursor = folder.pages(name)[-1].cursor
    assert anew(folder, name, cursor, **setting)[0].walk


def gone(folder, *names: str) -> list[str]:
    known = [Scope(name=name, mailbox=name) for name in names]
    return [scope.name for scope in folder.connector().gone(known)]


def test_what_was_removed_or_emptied_is_gone(folder) -> None:
    folder.write("empty.mbx.csv", "")
    (folder.path / "mails").mkdir()
    assert gone(folder, "Account-oct.csv", "empty.mbx.csv", "mails", "sub/a.mbox") == [
        "Account-oct.csv", "empty.mbx.csv", "mails", "sub/a.mbox"
    ]  # fmt: skip


def test_what_is_there_and_cannot_be_read_is_not_gone(folder, monkeypatch) -> None:
    folder.write("Account.csv", "%PDF")
    folder.write("mails/1.eml", MAIL)
    opened = Path.open

    def refusing(path: Path, *how: str):
        if path.name == "1.eml":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *how)

    monkeypatch.setattr(Path, "open", refusing)
    assert gone(folder, "Account.csv", "mails") == []


@pytest.mark.skipif(not SHARED_MIME.is_dir(), reason="the nasty mails are not beside this checkout")
@pytest.mark.parametrize("privacy", ["metadata", "full"])
def test_nasty_mails_are_records_or_dead_letters_and_none_takes_long(folder, privacy) -> None:
    folder.privacy = privacy
    sources = sorted(path for path in SHARED_MIME.rglob("*") if path.is_file())
    for n, path in enumerate(sources):
        folder.write(f"{n}/{n}.eml", path.read_bytes())
    feeds = folder.feeds()
    assert len(feeds) - 1 == sum(path.stat().st_size > 0 for path in sources)
    for name, feed in feeds.items():
        began = time.process_time()
        read = sum(page.read for page in feed.changes(None))
        assert read == feed.count(), name
        assert read >= 1 or name == "files", name
        assert time.process_time() - began < HANGS, name


@pytest.mark.skipif(not SHARED_MIME.is_dir(), reason="the nasty mails are not beside this checkout")
def test_nasty_mails_in_one_mbox_are_all_there(folder) -> None:
    sources = [path.read_bytes() for path in sorted(SHARED_MIME.rglob("*.eml"))]
    quoted = [b"\n".join(b">" + li if li.startswith(b"From ") else li for li in raw.split(b"\n")) for raw in sources]
    mark = b"From x@y.example Mon Jan  8 09:00:00 2024\n"
    folder.write("all.mbox", b"".join(mark + raw + b"\n\n" for raw in quoted))
    feed = folder.feeds()["all.mbox"]
    assert sum(page.read for page in feed.changes(None)) == feed.count()
    assert feed.count() >= len(sources) * 0.95  # a postmark before something that is no header begins no message
