"""Labels of columns in tables that people and programs export."""

import re
import unicodedata


def plain(label: str) -> str:
    """Return a column label as labels are compared: letters and digits only, lower case, without accents."""
    letters = unicodedata.normalize("NFKD", label).casefold()
    return re.sub(r"[^a-z0-9]", "", letters)
