"""Handing mail to a mail server, or to a folder."""

from pathlib import Path

from guardian.mail_out.folder import FolderMailer
from guardian.mail_out.smtp import SmtpMailer
from guardian.ports.mailer import Mailer

__all__ = ["FolderMailer", "SmtpMailer", "mailer_for"]


def mailer_for(url: str, folder: Path) -> Mailer:
    """Return what sends to `smtp://HOST:PORT`, or writes into `folder:PATH` (relative to `folder`)."""
    if url.startswith("folder:"):
        return FolderMailer(folder / url.removeprefix("folder:"))
    return SmtpMailer(url)
