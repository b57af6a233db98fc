"""The tenant's own mailing lists and aliases."""

from guardian.guard.list_files import read_lists
from guardian.settings import Settings


def own_lists(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return the members of every list by its address; UserError when a list file lacks."""
    return read_lists(settings.folder / name for name in settings.gateway.lists)
