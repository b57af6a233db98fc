"""FolderMailer: mails as files."""

import json
from pathlib import Path

import pytest

from guardian.domain.errors import UserError
from guardian.domain.mail import Envelope
from guardian.mail_out.folder import FolderMailer


def test_mails_are_numbered_and_kept_byte_for_byte(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    envelope = Envelope(sender="", recipients=("ana@acme.example",), rcpt_args=(("NOTIFY=NEVER",),))
    for raw in (b"uno\r\n\xff", b"dos\n"):
        FolderMailer(folder).send(envelope, raw)
    assert [file.read_bytes() for file in sorted(folder.glob("*.eml"))] == [b"uno\r\n\xff", b"dos\n"]
    facts = json.loads((folder / "000002.json").read_text("utf-8"))
    assert facts["recipients"] == ["ana@acme.example"]
    assert facts["rcpt_args"] == [["NOTIFY=NEVER"]]


def test_what_can_be_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "afile").touch()
    with pytest.raises(UserError, match="afile"):
        FolderMailer(tmp_path / "afile").send(Envelope(sender="", recipients=()), b"x")


def test_two_writers_never_share_a_number(tmp_path: Path) -> None:
    one, two = FolderMailer(tmp_path), FolderMailer(tmp_path)
    envelope = Envelope(sender="", recipients=())
    replies = [mailer.send(envelope, b"x").reply for mailer in (one, two, one, two)]
    assert len(set(replies)) == 4
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]
