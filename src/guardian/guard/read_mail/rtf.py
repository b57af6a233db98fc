"""RTF to text: what a word processor would show, its commands taken away (RTF 1.9.1, MS-OXRTFEX)."""

import re

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(\*)|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
# Groups that hold settings, pictures or code, not text.
_SILENT = frozenset(
    b"fonttbl colortbl stylesheet info pict object themedata colorschememapping datastore listtable listoverridetable"
    b" rsidtbl generator latentstyles xmlnstbl fldinst".split()
)
_LINE_ENDS = frozenset({b"par", b"line", b"row", b"sect", b"page"})
_SIGNS = {b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”"}
_MOST_LEVELS = 200


def is_rtf(data: bytes) -> bool:
    """Say whether a file is RTF by its first bytes."""
    return data[:64].lstrip().startswith(b"{\\rtf")


def rtf_text(data: bytes) -> str:
    """Return the text of an RTF file; characters of one byte are those of Windows' Latin letters."""
    words: list[str] = []
    silent = [False]
    skip = 0  # characters that only stand there for programs without Unicode (\uc1)
    for token in _TOKEN.finditer(data):
        command, number, hexed, star, sign, bracket, text = token.groups()
        if bracket == b"{":
            silent += silent[-1:] if len(silent) < _MOST_LEVELS else []
        elif bracket == b"}":
            del silent[max(1, len(silent) - 1) :]
        elif star or command in _SILENT:
            silent[-1] = True
        elif silent[-1]:
            continue
        elif command == b"u" and number:
            words.append(_letter(int(number)))
            skip = 1
        elif hexed or text or sign:
            piece = _piece(hexed, sign, text)
            words.append(piece[skip:])
            skip = 0
        else:
            words.append(
                "\n" if command in _LINE_ENDS else _SIGNS.get(command or b"", "\t" if command == b"tab" else "")
            )
    return "".join(words)


def _letter(number: int) -> str:
    code = number % 65536
    return "" if 0xD800 <= code < 0xE000 else chr(code)


def _piece(hexed: bytes | None, sign: bytes | None, text: bytes | None) -> str:
    if hexed:
        return bytes([int(hexed, 16)]).decode("cp1252", "replace")
    if sign:
        return {b"~": "\xa0", b"_": "-", b"-": ""}.get(sign, sign.decode("latin-1"))
    return (text or b"").decode("cp1252", "replace")
