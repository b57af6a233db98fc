"""The characters that HTML names or numbers."""

import html
import re

_NUMBERED = re.compile(r"&#0*([0-9]{1,8})[0-9]*+")


def unescaped(text: str) -> str:
    """Return text with the characters that HTML names (&amp;, &#233;); Python refuses numbers of 4,300 digits."""
    return html.unescape(_NUMBERED.sub(r"&#\1", text)) if "&" in text else text
