import io
import os
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.archive.mail import MailReader
from connectors.archive.mbox import MboxFeed
from guardian.domain.activity import Activity, Role, Signal
from guardian.domain.errors import CursorExpired
from guardian.domain.mbox import split
from guardian.ports.connector import Cursor, Gone, Page, Scope

MARK = "From x@y.example Mon Jan  8 09:00:00 2024\n"


def mail(n: int, body: str = "Hola.") -> str:
    date = f"Date: Mon, 8 Jan 2024 09:00:{n % 60:02d} +0100\n"
    return f"{MARK}Message-ID: <{n}@x.example>\nFrom: a@x.example\nTo: b@acme.example\n{date}\n{body}\n\n"


def feed(path: Path, *, longest: int = 1_000_000, privacy: str = "metadata") -> MboxFeed:
    scope = Scope(name=path.name, mailbox=path.name)
    return MboxFeed(path=path, scope=scope, reader=MailReader(privacy=privacy), longest=longest)


def read(path: Path, after: Cursor | None = None, **options: int) -> list[Page]:
    return list(feed(path, **options).changes(after))


def keys(pages: list[Page]) -> list[str]:
    return [record.key for page in pages for record in page.records if isinstance(record, Activity)]


def put(path: Path, content: str | bytes, at: int) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, ns=(at, at * 1_000_000_000))
    return path


def pieces(content: str) -> list[bytes]:
    raw = content.encode()
    return [message.raw for message in split(io.BytesIO(raw), until=len(raw))]


def test_every_message_of_the_sample_is_read(folder) -> None:
    folder.sample("clientes.mbox")
    found = list(folder.activities("clientes.mbox").values())
    assert [one.key for one in found] == [
        "mid:one@cliente.example",
        "mid:two@acme.example",
        "mid:three@cliente.example",
        "mid:three@cliente.example",
    ]
    assert [sorted(one.signals) for one in found[:3]] == [[], [Signal.REPLY], [Signal.AUTO_REPLY]]
    assert found[1].thread_refs == ("zero@cliente.example", "one@cliente.example")
    assert found[0].occurred_at == datetime(2024, 1, 8, 8, 15, tzinfo=UTC)
    seats = [(one.role, one.identity.value, one.name) for one in found[0].participants]
    assert seats == [
        (Role.FROM, "ana@cliente.example", "Ana Núñez"),
        (Role.TO, "luis@acme.example", "Rep, Luis"),
        (Role.CC, "compras@cliente.example", ""),
    ]


def test_identical_copies_are_numbered(folder) -> None:
    folder.sample("clientes.mbox")
    ids = list(folder.activities("clientes.mbox"))
    assert ids[3] == f"{ids[2]}.2"
    assert len(ids[2]) == 20


def test_a_mail_that_names_nobody_is_a_dead_letter_and_the_rest_goes_on(folder) -> None:
    folder.sample("clientes.mbox")
    (page,) = folder.pages("clientes.mbox")
    assert page.read == 5
    assert [dead.raw for dead in page.dead_letters] == [b"X-Only: nothing that names anybody\n\n"]


@pytest.mark.parametrize(
    ("privacy", "subject", "snippet"),
    [
        ("metadata", None, None),
        ("subject", "Re: Oferta de válvulas", None),
        ("full", "Re: Oferta de válvulas", "Va en el adjunto."),
    ],
)
def test_privacy_decides_which_words_are_kept_and_listened_to(folder, privacy, subject, snippet) -> None:
    folder.privacy = privacy
    folder.sample("clientes.mbox")
    answer = list(folder.activities("clientes.mbox").values())[1]
    assert (answer.subject, answer.snippet, answer.words) == (subject, snippet, snippet)


def test_a_sentence_that_begins_with_from_stays_in_its_mail() -> None:
    text = mail(1, "Hi\n\nFrom Monday on we deliver: daily\nNote: please\n\nFrom tomorrow\nwe rest") + mail(2)
    assert len(pieces(text)) == 2


@pytest.mark.parametrize(
    "mark",
    [
        "From MAILER-DAEMON Fri Jul  8 12:08:34 2011",
        "From - Mon Jun 03 12:50:27 1996",
        "From -",
        "From 1577826769000@xxx Mon Dec 02 10:00:00 +0000 2019",
        "From ???@??? Tue Jan 02 10:00:00 2001",
        "From a@b.example Fri, 8 Jul 2011 12:08:34 +0200",
        "From a@b.example  Thu Jan  1 00:00:00 MET 2004",
        "From a@b.example 2024-05-03T10:00:00+00:00",
        "From enron",
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_writers_postmark_begins_a_message(mark, line_end) -> None:
    one = f"{mark}\nFrom: a@b.example\nSubject: x\n\nbody\n\n"
    assert len(pieces((one * 3).replace("\n", line_end))) == 3


def test_a_missing_blank_line_before_a_postmark_is_forgiven() -> None:
    assert len(pieces(mail(1).rstrip("\n") + "\n" + mail(2))) == 2


def test_lying_content_lengths_hide_no_message() -> None:
    first = mail(1).replace("From: a@", "Content-Length: 99999\nFrom: a@")
    assert len(pieces(first + mail(2) + mail(3))) == 3


def test_a_file_without_a_last_line_end_keeps_its_last_message(tmp_path) -> None:
    path = put(tmp_path / "m", (mail(1) + mail(2)).rstrip("\n"), 1)
    pages = read(path)
    assert keys(pages) == ["mid:1@x.example", "mid:2@x.example"]
    put(path, mail(1) + mail(2) + mail(3), 2)
    again = read(path, pages[-1].cursor)
    assert [type(record) for page in again for record in page.records] == [Activity]
    assert keys(again) == ["mid:3@x.example"]
    assert not again[-1].walk


def test_a_half_written_last_message_is_replaced_when_it_is_whole(tmp_path) -> None:
    whole = mail(1) + mail(2, "a long body\n\nof two paragraphs")
    path = put(tmp_path / "m", whole[:-30], 1)
    first = read(path)
    half = first[-1].records[-1]
    put(path, whole, 2)
    activity, gone = read(path, first[-1].cursor)[-1].records
    assert isinstance(activity, Activity)
    assert isinstance(half, Activity)
    assert gone == Gone(item_id=half.item_id)
    assert activity.key == half.key == "mid:2@x.example"


def test_a_shorter_file_is_a_lost_cursor(tmp_path) -> None:
    path = put(tmp_path / "m", mail(1) + mail(2) + mail(3), 1)
    cursor = read(path)[-1].cursor
    put(path, mail(1), 2)
    with pytest.raises(CursorExpired):
        read(path, cursor)


def test_an_edited_earlier_message_is_a_lost_cursor(tmp_path) -> None:
    path = put(tmp_path / "m", mail(1) + mail(2) + mail(3), 1)
    cursor = read(path)[-1].cursor
    put(path, mail(1, "Hole!") + mail(2) + mail(3) + mail(4), 2)
    with pytest.raises(CursorExpired):
        read(path, cursor)


def test_a_touched_but_unchanged_file_yields_nothing(tmp_path) -> None:
    path = put(tmp_path / "m", mail(1) + mail(2), 1)
    cursor = read(path)[-1].cursor
    put(path, mail(1) + mail(2), 2)
    (page,) = read(path, cursor)
    assert (page.records, page.closes_round, page.walk) == ((), True, False)
    assert read(path, page.cursor) == []


def test_an_empty_mbox_that_fills_up_yields_everything(tmp_path) -> None:
    path = put(tmp_path / "m.mbox", "", 1)
    (page,) = read(path)
    assert (page.read, page.closes_round) == (0, True)
    put(path, mail(1), 2)
    assert keys(read(path, page.cursor)) == ["mid:1@x.example"]


def test_a_message_beyond_the_limit_is_a_dead_letter_and_its_neighbours_are_read(tmp_path) -> None:
    path = put(tmp_path / "m", mail(1) + mail(2, "x" * 3_000_000) + mail(3), 1)
    (page,) = read(path)
    assert keys([page]) == ["mid:1@x.example", "mid:3@x.example"]
    assert "too long" in page.dead_letters[0].why
    assert page.dead_letters[0].raw.startswith(b"Message-ID: <2@x.example>")
    assert b"xxxx" not in page.dead_letters[0].raw
    assert feed(path).count() == 3


@pytest.mark.parametrize(
    ("privacy", "kept", "lost"),
    [
        ("metadata", b"X-Two: 2", b"Secret"),
        ("subject", b"Secret\n folded", b"words"),
        ("full", b"words", b"nothing"),
    ],
)
def test_a_dead_letter_keeps_only_what_privacy_allows(tmp_path, privacy, kept, lost) -> None:
    path = put(tmp_path / "m", f"{MARK}X-One: 1\nSubject: Secret\n folded\nX-Two: 2\n\nwords\n", 1)
    (page,) = feed(path, privacy=privacy).changes(None)
    assert kept in page.dead_letters[0].raw
    assert lost not in page.dead_letters[0].raw


def test_a_mail_without_date_was_there_when_it_was_posted(tmp_path) -> None:
    path = put(tmp_path / "m", f"{MARK}From: a@x.example\nTo: b@x.example\n\nHola\n", 1)
    (activity,) = read(path)[-1].records
    assert isinstance(activity, Activity)
    assert activity.occurred_at == datetime(2024, 1, 8, 9, tzinfo=UTC)
    assert activity.key.startswith("fp:")


BODIES = st.sampled_from(
    ["Hola.", "", "From the list:\n\nFrom Monday on", ">From x\n\n\n", "x" * 700, "a\r\n\r\nFrom -\r\n", "ñ"]
)


@settings(max_examples=120, deadline=None)
@given(bodies=st.lists(BODIES, min_size=1, max_size=6), cuts=st.lists(st.floats(0, 1), max_size=4), data=st.data())
def test_however_a_file_grows_every_message_is_there_exactly_once(tmp_path_factory, bodies, cuts, data) -> None:
    repeat = data.draw(st.booleans())
    whole = "".join(mail(0 if repeat else n, body) for n, body in enumerate(bodies)).encode()
    path = tmp_path_factory.mktemp("grow") / "m"
    present: dict[str, object] = {}
    cursor: Cursor | None = None
    for step, size in enumerate([*sorted(int(cut * len(whole)) for cut in cuts), len(whole)]):
        put(path, whole[:size], step + 1)
        try:
            pages = read(path, cursor)
        except CursorExpired:
            present, pages = {}, read(path)
        for page in pages:
            for record in page.records:
                if isinstance(record, Gone):
                    present.pop(record.item_id, None)
                else:
                    assert isinstance(record, Activity)
                    present[record.item_id] = record
            for dead in page.dead_letters:
                present[dead.item_id] = dead
            cursor = page.cursor
    put(path, whole, 99)
    fresh = {record.item_id: record for page in read(path) for record in page.records if isinstance(record, Activity)}
    assert present == fresh
    assert len(fresh) == len(bodies)


@pytest.mark.slow
def test_a_large_mbox_is_read_in_little_memory(tmp_path) -> None:
    path = tmp_path / "large.mbox"
    body = "Una línea como tantas otras, que no dice nada.\n" * 90
    with path.open("w") as file:
        for n in range(48_000):
            file.write(mail(n, body))
    assert path.stat().st_size > 200_000_000
    tracemalloc.start()
    read_, began = 0, time.perf_counter()
    for page in feed(path).changes(None):
        read_ += page.read
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read_ == 48_000
    assert peak < 30_000_000, f"{peak} bytes, {time.perf_counter() - began:.0f} s"
