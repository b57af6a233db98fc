"""A mailer that writes files: for tests, the demo and dry runs."""

import json
import os
import tempfile
from pathlib import Path

from guardian.domain.errors import UserError
from guardian.domain.mail import Envelope
from guardian.ports.mailer import Receipt


class FolderMailer:
    """Writes every mail to a folder as `000001.eml`, byte for byte, its envelope beside it as `000001.json`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        """Write one mail under the next free number; several writers may share the folder.

        UserError where nothing can be written there.
        """
        try:
            return self._write(envelope, raw)
        except OSError as wrong:
            raise UserError(f"No mail can be written into {self._path}: {wrong.strerror}.") from wrong

    def _write(self, envelope: Envelope, raw: bytes) -> Receipt:
        self._path.mkdir(parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(prefix=".", dir=self._path)
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        name = self._claim(Path(written))
        facts = {
            "sender": envelope.sender,
            "recipients": list(envelope.recipients),
            "mail_args": list(envelope.mail_args),
            "rcpt_args": [list(args) for args in envelope.rcpt_args],
        }
        (self._path / f"{name}.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")
        return Receipt(reply=f"250 2.0.0 written as {name}.eml")

    def _claim(self, written: Path) -> str:
        """Give a complete file its name, the way a Maildir does: linked, never written in place."""
        number = max((int(one.stem) for one in self._path.glob("*.eml") if one.stem.isdigit()), default=0)
        while True:
            number += 1
            name = f"{number:06d}"
            try:
                os.link(written, self._path / f"{name}.eml")
            except FileExistsError:
                continue
            written.unlink()
            return name
