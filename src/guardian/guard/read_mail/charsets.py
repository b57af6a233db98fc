"""Bytes to text, whatever their label says.

Labels lie: UTF-8 is sent as Latin-1, UTF-16 without saying so, and names are invented. What the reader's program
would make of the bytes is what has to be judged, so the bytes speak first and the label second.
"""

import re
from encodings.aliases import aliases

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# Not for text, or slower than linear.
_BARRED = frozenset(
    """
    base64_codec bz2_codec hex_codec quopri_codec rot_13 uu_codec zlib_codec idna punycode undefined unicode_escape
    raw_unicode_escape unicode_internal mbcs oem
    """.split()
)
_EXTRA = {
    "cp65000": "utf_7",
    "unicode_1_1_utf_7": "utf_7",
    "unicode_2_0_utf_7": "utf_7",
    "x_unicode_2_0_utf_7": "utf_7",
    "csunicode11utf7": "utf_7",
    "cp65001": "utf_8",
    "utf": "utf_8",
    "unicode": "utf_16",
    "ansi": "cp1252",
    "x_ansi": "cp1252",
    "iso_8859_8_i": "iso8859_8",
    "iso_8859_8_e": "iso8859_8",
    "ks_c_5601_1987": "cp949",
    "gb2312": "gb18030",
    "x_gbk": "gb18030",
    "x_sjis": "cp932",
    "x_mac_roman": "mac_roman",
    "x_unknown": "ascii",
    "unknown_8bit": "ascii",
}
# Only names of the standard library's own table are looked up: its import machinery would remember any other name.
_KNOWN = {name: name for name in aliases.values()} | aliases | _EXTRA
_ONE_BYTE = re.compile(r"ascii|latin_1|iso8859|cp125|cp437|cp85|mac_")


def decode(data: bytes, label: str) -> str:
    """Return bytes as text; wrong, unknown and damaged encodings give replacement characters, never an error."""
    for mark, codec in _BOMS:
        if data.startswith(mark) and _means_it(data, codec, label):
            return data[len(mark) :].decode(codec, "replace")
    wide = _wide(data)
    if wide:
        return data.decode(wide, "replace")
    codec = codec_of(label)
    if codec.startswith(("utf_16", "utf_32")) and b"\0" not in data:
        codec = ""  # said to be wide, but Latin letters would have zero bytes
    return _narrow(data, codec)


def codec_of(label: str) -> str:
    """Return the codec for a charset label, or an empty string for one that nobody knows."""
    name = re.sub(r"[^a-z0-9]+", "_", label[:60].lower()).strip("_")
    codec = _KNOWN.get(name) or _KNOWN.get(name.replace("iso_8859", "iso8859")) or ""
    return "" if codec in _BARRED else codec


def _means_it(data: bytes, codec: str, label: str) -> bool:
    """Say whether a mark is more than two stray bytes in front of a text that programs show by its label."""
    if codec == "utf-8" or codec_of(label).startswith(("utf_16", "utf_32")):
        return True
    head = data[:4096]
    return head.count(0) * 5 >= len(head) - 8


def _wide(data: bytes) -> str:
    """Tell UTF-16 without a mark by its zero bytes, which no other text has in every second place."""
    head = data[:4096]
    if len(head) < 4 or head.count(0) * 5 < len(head):
        return ""
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if odd > 4 * even and odd * 3 > len(head) // 2:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd and even * 3 > len(head) // 2 else ""


def _narrow(data: bytes, codec: str) -> str:
    if codec and codec != "utf_8" and not _ONE_BYTE.match(codec):
        return _in_codec(data, codec)
    try:
        return data.decode("utf-8")  # valid UTF-8 is UTF-8, even where the label says Latin-1
    except UnicodeDecodeError:
        pass
    if codec == "utf_8" and _mostly_utf8(data):
        return data.decode("utf-8", "replace")
    return _in_codec(data, "cp1252" if codec in {"", "utf_8", "ascii", "latin_1"} else codec)


def _in_codec(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        pass
    if codec not in {"cp1252", "utf_7"} and not codec.startswith("utf_16"):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, LookupError):
        return data.decode("latin-1")


def _mostly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken <= sum(1 for letter in text if letter > "\x7f") - broken
