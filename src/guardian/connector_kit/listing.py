"""Lists in settings, however an admin writes them."""

from typing import Any


def listed(value: Any) -> Any:
    """Return the words of a text, between commas or blanks, as a list; anything else as it is.

    Environment variables and `guardian connectors set` give lists as a text.
    """
    return value.replace(",", " ").split() if isinstance(value, str) else value


def listed_names(value: Any) -> Any:
    """Return the names of a text, between commas, as a list: they may hold blanks; anything else as it is."""
    return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value
