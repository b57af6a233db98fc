"""Lists in settings, however an admin writes them."""

from typing import Any


def listed(value: Any) -> Any:
    """Return the words of a text, between commas or blanks, as a list; anything else as it is.

    Environment variables and `guardian connectors set` give lists as a text.
    """
    return value.replace(",", " ").split() if isinstance(value, str) else value
