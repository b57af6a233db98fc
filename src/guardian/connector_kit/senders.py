"""Whom a mail is from, where a mailing list put itself in the writer's place."""

from guardian.connector_kit.address_lists import Named, read_addresses
from guardian.connector_kit.headers import Fields, every

# Google Groups writes both: "'Eva' via Sales" <sales@acme.example> would else be all that is left of Eva.
_BEHIND_A_LIST = ("x-original-from", "x-original-sender")


def read_senders(fields: Fields) -> tuple[Named, ...]:
    """Return whom a mail is from as From or Sender says, or who wrote it where its own list stands there instead."""
    shown = _first_named(fields, ("from", "sender"))
    if shown and _is_its_list(shown[0][1], fields):
        return _first_named(fields, _BEHIND_A_LIST) or shown
    return shown


def _first_named(fields: Fields, names: tuple[str, ...]) -> tuple[Named, ...]:
    return next(filter(None, (read_addresses(every(fields, name)) for name in names)), ())


def _is_its_list(address: str, fields: Fields) -> bool:
    """Say whether an address is that of the list (RFC 2919) which handed the mail on."""
    name = address.replace("@", ".")
    return any(value.strip().lower().rpartition("<")[2].rstrip("> ") == name for value in every(fields, "list-id"))
