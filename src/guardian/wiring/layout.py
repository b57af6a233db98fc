"""Making a tenant: its settings file and its database."""

from pathlib import Path

from guardian import settings
from guardian.domain.errors import UserError
from guardian.wiring.tenant import Tenant


def lay_out(folder: Path, *, own_domains: list[str], language: str, mode: str = "observe", extra: str = "") -> Path:
    """Write guardian.toml and an empty database into a folder and return the file; UserError when there is one."""
    path = folder / settings.FILE_NAME
    if path.exists():
        raise UserError(f"{path} exists already; edit it, or choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(settings.sample(own_domains=own_domains, language=language, mode=mode) + extra, encoding="utf-8")
    try:
        Tenant(settings.load(path)).upgrade_database()
    except UserError:
        path.unlink()
        raise
    return path
