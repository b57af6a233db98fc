"""Messages out of files, and what `guard scan` says about each."""

from pathlib import Path

import pytest

from guardian.domain.errors import UserError
from guardian.guard.check import Guard
from guardian.guard.decide import Policy
from guardian.guard.directory import SnapshotDirectory
from guardian.guard.mail_files import messages
from guardian.guard.scan import scan_message
from tests.guard.fakes import WordJudge, eml

DIRECTORY = SnapshotDirectory(own_domains=["acme.example"], domains={"cliente.example": "Cliente"})
GUARD = Guard(WordJudge(), DIRECTORY, Policy(mode="observe"))


def labels(*paths: Path) -> list[str]:
    """Return the names of what is found, folders left out."""
    return [Path(label).name for label, _ in messages(list(paths))]


def test_an_mbox_gives_its_messages_by_number(tmp_path: Path) -> None:
    box = tmp_path / "old.mbox"
    box.write_bytes(
        b"From a@b Thu Jan  1 10:00:00 2026\nSubject: uno\n\n>From here\n\nFrom the beginning, prose\n"
        b"From me at 10:00, prose\n\n"
        b"From MAILER-DAEMON\nSubject: dos\n\nx\n\nFrom - Thu Jan  1 10:00:00 2026\r\n\r\nempty\r\n"
    )
    found = list(messages([box]))
    assert [label for label, _ in found] == [f"{box}#1", f"{box}#2", f"{box}#3"]
    assert found[0][1].endswith(b"\n\nFrom here\n\nFrom the beginning, prose\nFrom me at 10:00, prose\n\n")
    assert found[2][1] == b"\r\nempty\r\n"


def test_an_mbox_is_known_by_its_first_line_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "Sent").write_bytes(b"From a@b Thu Jan  1 10:00:00 2026\nSubject: a\n\nx\n\n" * 2)
    assert labels(tmp_path) == ["Sent#1", "Sent#2"]
    assert labels(tmp_path / "Sent") == ["Sent#1", "Sent#2"]


HOSTILE = b"From: jefe@acme.example\nTo: luis@cliente.example\nSubject: x\n\nQue cretino\n"
KIND = HOSTILE.replace(b"Que cretino", b"Gracias")
MARK = b"From a@b Thu Jan  1 10:00:00 2026\n"


def actions(path: Path) -> list[str]:
    """Return what the guard would do with each message of a file."""
    return [scan_message(label, raw, GUARD)["action"] for label, raw in messages([path])]


def test_prose_that_begins_like_a_postmark_stays_part_of_its_mail(tmp_path: Path) -> None:
    box = tmp_path / "old.mbox"
    prose = b"\n\nFrom now on, we meet at 10:30\nSubject: to change\n\nQue cretino\n"
    box.write_bytes(MARK + KIND.replace(b"\n\nGracias\n", prose) + b"\n" + MARK + KIND)
    assert actions(box) == ["hold", "pass"]


@pytest.mark.parametrize("begins", [b"\n", b"\r\n\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
@pytest.mark.parametrize("name", ["old.mbox", "Sent"])
def test_an_mbox_may_begin_with_empty_lines(tmp_path: Path, begins: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(begins + MARK + KIND + b"\n" + MARK + HOSTILE)
    assert labels(tmp_path) == [f"{name}#1", f"{name}#2"]
    assert actions(tmp_path) == ["pass", "hold"]


def test_a_mail_may_begin_with_empty_lines(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\n" + HOSTILE)
    (tmp_path / "b.eml").write_bytes(b"\r\n" + HOSTILE)
    assert actions(tmp_path) == ["hold", "hold"]


def test_no_empty_line_between_messages_hides_none(tmp_path: Path) -> None:
    (tmp_path / "old.mbox").write_bytes(MARK + KIND + MARK + HOSTILE + MARK + KIND)
    assert actions(tmp_path) == ["pass", "hold", "pass"]


def test_an_mbox_whose_first_postmark_was_lost_still_gives_every_message(tmp_path: Path) -> None:
    (tmp_path / "old.mbox").write_bytes(KIND + b"\n" + MARK + HOSTILE)
    assert actions(tmp_path) == ["pass", "hold"]


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_an_empty_mbox_holds_no_message(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "old.mbox").write_bytes(content)
    assert labels(tmp_path) == []


def test_a_message_of_an_mbox_is_judged_whole_however_long_it_is(tmp_path: Path) -> None:
    long = MARK + HOSTILE + b"x" * 76 + b"\n" * 3_000_000
    (tmp_path / "old.mbox").write_bytes(MARK + KIND + b"\n" + long)
    assert [len(raw) for _, raw in messages([tmp_path])] == [len(KIND) + 1, len(long) - len(MARK)]


def left_out(*paths: Path) -> list[str]:
    """Return the names of the files that were no mail."""
    found: list[Path] = []
    list(messages(list(paths), found.append))
    return [path.name for path in found]


def test_folders_give_mail_and_tell_what_they_leave(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.EML").write_bytes(b"anything\nSubject: x\n\ny")
    (tmp_path / "sub" / "c.eml").write_bytes(b"anything")
    (tmp_path / "a.eml").write_bytes(b"")
    (tmp_path / "msg_01.txt").write_bytes(b"Received: from x\nSubject: y\n\nz")
    (tmp_path / "README.md").write_bytes(b"# Read me\nFrom: here\n")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / ".hidden").write_bytes(b"x")
    assert labels(tmp_path) == ["msg_01.txt", "b.EML"]
    assert left_out(tmp_path) == ["README.md", "a.eml", "photo.jpg", "c.eml"]


def test_a_maildir_gives_what_was_delivered_and_not_what_is_being_written(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / f"1.{folder.replace('/', '_')}:2,S").write_bytes(b"\xff hardly a mail\nTo: x\n")
    (tmp_path / "new" / "2.empty").write_bytes(b"")
    assert labels(tmp_path) == ["1..Sent_cur:2,S", "1..Sent_new:2,S", "1.cur:2,S", "1.new:2,S"]
    assert left_out(tmp_path) == ["2.empty"]


def test_a_named_file_is_mail_whatever_its_name_and_however_its_header_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"no field\n" + b"X-Long: " + b"y" * 9000 + b"\nSubject: x\n\n\x00\xff")
    assert labels(tmp_path / "x.bin") == ["x.bin"]


NO_MAIL = {
    "s.pst": b"!BDN\x12\x34\x56\x78SM\x17\x00\x13\x00" + bytes(40) + b"\nFrom: a@b.example\n",
    "o.msg": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + b"\nReceived: from x\nFrom: a@b.example\n\n",
    "c.csv": b"address,client\ncliente.example,Cliente\n",
    "u.eml": HOSTILE.decode().encode("utf-16"),
    "w.eml": HOSTILE.decode().encode("utf-16-le"),
    "u.mbox": (MARK + HOSTILE).decode().encode("utf-16"),
    "b.mbox": b"\x89PNG\r\n\x1a\n",
    "e.eml": b"",
    "n.eml": b"\r\n\r\n",
    "card.vcf": b"BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nX-ABUID:7\nEND:VCARD\n",
    "day.ics": b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSTATUS:CONFIRMED\nEND:VEVENT\nEND:VCALENDAR\n",
}


@pytest.mark.parametrize("name", NO_MAIL)
def test_a_named_file_that_is_no_mail_is_refused_before_any_other_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.eml").write_bytes(KIND)
    (tmp_path / name).write_bytes(NO_MAIL[name])
    with pytest.raises(UserError) as told:
        next(messages([tmp_path / "a.eml", tmp_path / name]))
    assert str(told.value) == f"{tmp_path / name} is no mail; export it as .eml or mbox."


@pytest.mark.parametrize("name", NO_MAIL)
def test_what_is_no_mail_in_a_folder_is_no_message_that_passes(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.eml").write_bytes(KIND)
    (tmp_path / name).write_bytes(NO_MAIL[name])
    assert labels(tmp_path) == ["a.eml"]
    assert left_out(tmp_path) == [name]


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing-here"):
        list(messages([tmp_path / "nothing-here"]))


def test_a_scan_says_what_enforcing_would_do() -> None:
    raw = eml("Qué cretino", Cc="eva@acme.example", Message_ID=" <M1@Acme.example>")
    line = scan_message("a.eml", raw, GUARD, timer=iter([1.0, 1.25]).__next__)
    assert line == {
        "path": "a.eml",
        "message_id": "M1@acme.example",
        "action": "hold",
        "reasons": [{"code": "insult", "span": "cretino", "score": 0.9}],
        "clients": ["Cliente"],
        "score": 0.9,
        "language": "es",
        "ms": 250.0,
    }


@pytest.mark.parametrize("name", ["To", "Cc", "Bcc", "Resent_To", "Resent_Cc", "Resent_Bcc"])
def test_every_header_that_names_recipients_counts(name: str) -> None:
    fields = {"To": "eva@acme.example"} | {name: '"Luis, el pesado" <luis@cliente.example>'}
    assert scan_message("x", eml("cretino", **fields), GUARD)["action"] == "hold"


def test_mail_among_ourselves_passes_unjudged() -> None:
    line = scan_message("x", eml("cretino", To="eva@acme.example"), GUARD)
    assert (line["action"], line["reasons"], line["clients"], line["score"]) == ("pass", [], [], 0.0)


@pytest.mark.parametrize("raw", [b"", b"\n", b"\x00", b"From: \n", b"\xff" * 1000, b"To:" + b"<" * 5000])
def test_every_message_is_answered(raw: bytes) -> None:
    assert scan_message("x", raw, GUARD)["action"] == "pass"
