r"""RTF to text: what a word processor would show, its commands taken away (RTF 1.9.1, MS-OXRTFEX).

Comments, footnotes and text boxes come behind the text in whose middle they stand, so that its sentences stay whole.
"""

import re
from itertools import islice
from typing import NamedTuple

_TOKEN = re.compile(r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}]+)")
_HEXED, _SIGN, _BRACKET = 3, 4, 5
# Groups that hold settings, pictures or code, not text.
_SILENT = frozenset(
    "fonttbl colortbl stylesheet info pict objdata objclass objname themedata colorschememapping datastore listtable"
    " listoverridetable rsidtbl generator latentstyles xmlnstbl fldinst sp".split()
)
# Groups of text apart from the text around them, and others with words; programs that know them ignore their \*.
_ASIDE = frozenset("annotation footnote shptxt dptxbxtext".split())
_SHOWN = frozenset("shpinst do result".split())
_CHANGES = _SILENT | _ASIDE | _SHOWN | {"uc"}
_SIGNS = (
    dict.fromkeys("par line row nestrow sect page column".split(), "\n")
    | dict.fromkeys("tab cell nestcell".split(), "\t")
    | dict.fromkeys("emspace enspace qmspace".split(), " ")
    | {"emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•"}
)
_SYMBOLS = {"~": "\xa0", "_": "-", "-": "", "\r": "\n"}
_LETTERS = [bytes([code]).decode("cp1252", "replace") for code in range(256)]
_MOST_LEVELS = 200
_MOST_ASIDES = 1_000
_MOST_TOKENS = 1_000_000
_MOST_STAND_INS = 100


class _Group(NamedTuple):
    """What holds until a brace closes: where words go, and how many characters stand in for each \\uN."""

    silent: bool
    stand_ins: int
    words: list[str]


def is_rtf(data: bytes) -> bool:
    """Say whether a file is RTF by its first bytes."""
    return data[:64].lstrip().startswith(b"{\\rtf")


def rtf_text(data: bytes) -> tuple[str, bool]:
    """Return the text of an RTF file and whether that is all; characters of one byte are Windows' Latin letters."""
    said: list[list[str]] = [[]]
    groups = [_Group(False, 1, said[0])]
    skip = 0  # characters that only stand there for programs without Unicode
    tokens = _TOKEN.finditer(data.decode("cp1252", "replace"))
    for token in islice(tokens, _MOST_TOKENS):
        group = groups[-1]
        if token.lastindex == _BRACKET:
            skip = 0
            if token[_BRACKET] == "}":
                del groups[max(1, len(groups) - 1) :]
            elif len(groups) < _MOST_LEVELS:
                groups.append(group)
        elif token[_SIGN] == "*" or token[1] in _CHANGES:
            groups[-1] = _changed(group, groups[-2:][0], token, said)
        elif not group.silent:
            piece = _piece(token)
            group.words.append(piece[skip:])
            if token[1] == "u" and token[2]:
                skip = group.stand_ins
            elif skip:
                skip = max(skip - max(len(piece), 1), 0)
    text = "\n".join(filter(None, map("".join, said)))
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore"), next(tokens, None) is None


def _changed(group: _Group, outer: _Group, token: re.Match[str], said: list[list[str]]) -> _Group:
    """Return what holds behind a command that says what its group is; `said` gets what stands apart."""
    command = token[1]
    if command == "uc":
        return group._replace(stand_ins=min(abs(int(token[2] or 1)), _MOST_STAND_INS))
    if command in _SHOWN:
        return group._replace(silent=outer.silent)
    if command not in _ASIDE:
        return group._replace(silent=True)
    if len(said) < _MOST_ASIDES:
        said.append([])
    return _Group(outer.silent, group.stand_ins, said[-1])


def _piece(token: re.Match[str]) -> str:
    """Return the text that a token is: half a character where two of them make one."""
    command, number, hexed, sign, _, text = token.groups()
    if command:
        return chr(int(number) % 65536) if command == "u" and number else _SIGNS.get(command, "")
    if text:
        return text.replace("\n", "").replace("\r", "")
    return _LETTERS[int(hexed, 16)] if hexed else _SYMBOLS.get(sign, sign)
