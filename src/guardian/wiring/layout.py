"""Making a tenant: its settings file, its database and its key; and what the database's files are like."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from guardian import settings
from guardian.domain.addresses import normalise_domain
from guardian.domain.errors import UserError
from guardian.wiring.folders import make_folder
from guardian.wiring.tenant import Tenant

if TYPE_CHECKING:
    from guardian.storage import Restored


def lay_out(
    folder: Path, *, own_domains: list[str], language: str, mode: str = "observe", outbox: str = "", extra: str = ""
) -> Path:
    """Write guardian.toml, a key and an empty database into a folder and return the settings file.

    UserError when there is one.
    """
    path = folder / settings.FILE_NAME
    ours = settings.given_domains(own_domains)
    written = sample_settings(own_domains=ours, language=language, mode=mode, outbox=outbox)
    make_folder(folder)
    if os.path.lexists(path):
        raise UserError(f"{path} exists already; edit it, or choose another folder.")
    try:
        _fill(path, written + extra)
    except UserError:
        if path.exists():  # asked first: on a disk that only reads, taking away what is not there is an error, too
            path.unlink()
        raise
    return path


def _fill(path: Path, written: str) -> None:
    """Write the settings, a key beside them, and the database that they name."""
    try:
        path.write_text(written, encoding="utf-8")
        _make_key(path.with_name(settings.KEY_FILE))
    except OSError as wrong:
        raise UserError(f"Nothing can be written into {path.parent}: {wrong.strerror}.") from wrong
    Tenant(settings.load(path)).upgrade_database()


def _make_key(path: Path) -> None:
    """Write a new key that only this user may read; one that is there stays."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32) + "\n")


def open_to_others(tenant: Tenant) -> list[Path]:
    """Return the files of a tenant's database that any account of this machine may read or write."""
    from guardian import storage

    return storage.open_to_others(tenant.database)


def find_damage(tenant: Tenant) -> str | None:
    """Return what is damaged in the file of a tenant's database, empty for nothing; None where looking takes long."""
    from guardian import storage

    return storage.find_damage(tenant.database)


def restore_database(tenant: Tenant, path: Path) -> "Restored":
    """Put a copy of a tenant's database in the place of it, and return what was done."""
    from guardian import storage

    return storage.restore(tenant.bare_database, path, now=tenant.clock.now())


def sample_settings(*, own_domains: Sequence[str], language: str, mode: str = "observe", outbox: str = "") -> str:
    """Return a guardian.toml that works as it is, with every setting an administrator first asks for explained.

    `outbox`: a `folder:PATH` that takes all mail instead of a mail server.
    """
    domains = ", ".join(f'"{normalise_domain(one)}"' for one in own_domains)
    reinject = f'reinject = "{outbox}"\n' if outbox else ""
    address = normalise_domain(own_domains[0]) if own_domains else "your.domain"
    zone = settings.Settings.model_fields["timezone"]
    return f"""# Guardian's settings; docs/configuration.md explains all of them.
# {settings.Settings.model_fields["own_domains"].description}
own_domains = [{domains}]
language = "{language}"
timezone = "{zone.default}"  # {zone.description}
database_url = "sqlite:///guardian.db"

[guard]
mode = "{mode}"  # {settings.GuardSettings.model_fields["mode"].description}
{reinject}notices_from = "guardian@{address}"
reviewers = []  # {settings.GuardSettings.model_fields["reviewers"].description}
link_key = "file:{settings.KEY_FILE}"  # {settings.GuardSettings.model_fields["link_key"].description}

[mail]
smtp = "{outbox or "smtp://127.0.0.1:25"}"
sender = "guardian@{address}"

[digest]
managers = []  # {settings.DigestSettings.model_fields["managers"].description}

# Where contacts and activity come from: one section a connection, for example
# [connectors.exports]
# kind = "archive"
# path = "exports/"
"""
