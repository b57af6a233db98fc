"""Reading guardian.toml as it stands on the disk."""

from pathlib import Path

from guardian.domain.errors import UserError


def read_bytes(path: Path) -> bytes:
    """Return what the settings file holds; UserError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as wrong:
        raise UserError(f"{path} cannot be read: {wrong.strerror}.") from wrong
