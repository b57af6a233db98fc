"""One sample company on disk for all tests of this folder, and its files read back with the standard library only."""

import mailbox
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from guardian.sample_company.company import write_company
from guardian.sample_company.facts import SampleCompany

TODAY = date(2026, 3, 18)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleCompany:
    """A sample company written for a Wednesday in March."""
    return write_company(tmp_path_factory.mktemp("company"), today=TODAY)


@pytest.fixture(scope="session")
def mails(sample: SampleCompany) -> Mapping[str, list[EmailMessage]]:
    """Every mail of every mailbox, by the rep's address."""
    return {one.owner: [_parsed(raw) for raw in _raw_mails(one.path)] for one in sample.mailboxes}


def _raw_mails(path: Path) -> list[bytes]:
    if path.suffix == ".mbox":
        with closing(mailbox.mbox(path, create=False)) as box:
            return [box.get_bytes(key) for key in box.keys()]  # noqa: SIM118 - a mailbox iterates over messages, not keys
    if (path / "cur").is_dir():
        folder = mailbox.Maildir(path, create=False)
        return [folder.get_bytes(key) for key in folder.keys()]  # noqa: SIM118
    return [file.read_bytes() for file in sorted(path.glob("*.eml"))]


def _parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message
