"""Writing mail into a folder instead of sending it: demonstrations, dry runs, tests."""

import hashlib
from pathlib import Path

from guardian.domain.mail import Envelope
from guardian.ports.mailer import Receipt


class FolderMailer:
    """Writes each mail as one .eml; the same mail to the same people is one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        """Write one mail and return its file name."""
        self._folder.mkdir(parents=True, exist_ok=True)
        mark = hashlib.sha256(raw + "\0".join(envelope.recipients).encode()).hexdigest()[:16]
        path = self._folder / f"{mark}.eml"
        path.write_bytes(raw)
        return Receipt(reply=path.name)
