"""Taking away what nobody sees, so that words stand as they are read."""

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]+"
)
_OVERRIDE = re.compile("\u202e([^\u202c\u202d\n]*)\u202c?")  # shown from right to left, letter by letter
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")


def clean(text: str) -> str:
    """Return text without control, zero-width and direction characters, every line end a plain LF.

    What is made to run from right to left stands as it looks.
    """
    text = _LINE_ENDS.sub("\n", text)
    if "\u202e" in text:
        text = _OVERRIDE.sub(lambda found: found[1][::-1], text)
    return _UNSEEN.sub("", text)
