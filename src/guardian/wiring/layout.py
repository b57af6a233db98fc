"""Making a tenant: its settings file, its database and its key."""

import os
import secrets
from pathlib import Path

from guardian import settings
from guardian.domain.errors import UserError
from guardian.wiring.tenant import Tenant


def lay_out(
    folder: Path, *, own_domains: list[str], language: str, mode: str = "observe", outbox: str = "", extra: str = ""
) -> Path:
    """Write guardian.toml, a key and an empty database into a folder and return the settings file.

    UserError when there is one.
    """
    path = folder / settings.FILE_NAME
    if path.exists():
        raise UserError(f"{path} exists already; edit it, or choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    written = settings.sample(own_domains=own_domains, language=language, mode=mode, outbox=outbox)
    path.write_text(written + extra, encoding="utf-8")
    _make_key(folder / settings.KEY_FILE)
    try:
        Tenant(settings.load(path)).upgrade_database()
    except UserError:
        path.unlink()
        raise
    return path


def _make_key(path: Path) -> None:
    """Write a new key that only this user may read; one that is there stays."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
