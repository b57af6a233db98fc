"""Files as programs make them, as small as they can be: TNEF, archives with and without a password."""

import io
import lzma
import struct
import zipfile

RTF = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator Word;}\pard Hola\par ca\'f1a \u8364?\~5 {\b cre}tino}"
PACKED_RTF = bytes.fromhex(  # the example of MS-OXRTFCP 3.1.1
    "2d 00 00 00 2b 00 00 00 4c 5a 46 75 f1 c5 c7 a7 03 00 0a 00 72 63 70 67 31"
    "32 35 42 32 0a f3 20 68 65 6c 09 00 20 62 77 05 b0 6c 64 7d 0a 80 0f a0"
)

SEVEN = bytes.fromhex(  # two texts, as 7-Zip packs them: its header too
    "377abcaf271c00046d5ffa7774000000000000002000000000000000d6b710d201000d686f6c6120310a686f6c6120320a000000"
    "813307ae0fcf16310c07c8437f41b1fafddf5fe53bd64782ea06abb6d8cf6dd0d6afa1b13e1e23539f1cfc4e2d4d44e8734a4d48"
    "fda9245e13bb1a7ef46fac3c0d3bd8db11d8ae3c7edb3f1931ac853c2d8e52954d812d9591211ca95b0000001706120109620007"
    "0b01000123030101055d001000000c7e0a01f7a56e1b0000"
)


def property_of(tag: int, kind: int, value: bytes) -> bytes:
    """Return one MAPI property with a value of any length."""
    return struct.pack("<HHII", kind, tag, 1, len(value)) + value + bytes(-len(value) % 4)


def attribute_of(number: int, value: bytes, level: int = 1) -> bytes:
    """Return one attribute of a TNEF."""
    return struct.pack("<BII", level, number, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def tnef_of(*attributes: bytes) -> bytes:
    """Return a TNEF."""
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


def properties_of(*properties: bytes, file: bool = False) -> bytes:
    """Return the attribute of a TNEF with properties of its mail, or of a file in it."""
    value = struct.pack("<I", len(properties)) + b"".join(properties)
    return attribute_of(0x00069005, value, 2) if file else attribute_of(0x00069003, value)


def file_in_tnef(
    *properties: tuple[int, bytes], title: bytes = b"", data: bytes | None = None, title_first: bool = True
) -> bytes:
    """Return a TNEF that holds one file, told in any of the ways that Outlook has."""
    told = [attribute_of(0x00018010, title + b"\0", 2)] if title else []
    if data is not None:
        told.insert(len(told) if title_first else 0, attribute_of(0x0006800F, data, 2))
    kinds = [property_of(tag, 0x102 if tag == 0x3701 else 0x1E, value) for tag, value in properties]
    return tnef_of(attribute_of(0x00069002, bytes(14), 2), *told, properties_of(*kinds, file=True))


def tnef(text: str) -> bytes:
    """Return a TNEF whose only text is in RTF, behind a number, a date and a property with a name."""
    packed = (
        struct.pack("<II4sI", len(text) + 40, len(text) + 30, b"MELA", 0) + b"{\\rtf1\\ansi " + text.encode() + b"}"
    )
    named = (
        struct.pack("<HH16sII", 0x1E, 0x8001, bytes(16), 1, 6)
        + b"N\0a\0\0\0\0\0"
        + struct.pack("<II", 1, 2)
        + b"x\0\0\0"
    )
    several = struct.pack("<HHIII", 0x1003, 0x3001, 2, 7, 8)
    fixed = struct.pack("<HHI", 3, 0x0E06, 5) + struct.pack("<HHQ", 0x40, 0x0039, 1)
    properties = struct.pack("<I", 5) + fixed + named + several + property_of(0x1009, 0x102, packed)
    return tnef_of(attribute_of(0x00069007, struct.pack("<II", 1252, 0)), attribute_of(0x00069003, properties))


def zip_of(*, sealed: tuple[bool, ...]) -> bytes:
    """Return a ZIP with a file for each entry; those that are `sealed` say that they need a password."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, _ in enumerate(sealed):
            archive.writestr(f"nota{number}.txt", "hola " * 100)
    data, at = bytearray(held.getvalue()), -1
    for one in sealed:
        at = data.index(b"PK\x01\x02", at + 1)
        data[at + 8] |= one
        local = struct.unpack_from("<I", data, at + 42)[0]
        data[local + 6] |= one
    return bytes(data)


def seven_of(header: bytes) -> bytes:
    """Return a 7z archive with a header."""
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(4) + struct.pack("<QQI", 3, len(header), 0) + b"xxx" + header


def packed_seven(header: bytes, *, told: int | None = None, dictionary: int = 4096, levels: int = 1) -> bytes:
    """Return a 7z archive whose header is packed; `told` is how long it says that it is."""
    settings = {"id": lzma.FILTER_LZMA1, "lc": 3, "lp": 0, "pb": 2, "dict_size": 4096}
    files = b""
    for _ in range(levels):
        packed = lzma.compress(header, lzma.FORMAT_RAW, filters=[settings])
        size = struct.pack("<Q", len(header) if told is None else told)
        sizes = b"\xff" + struct.pack("<Q", len(files)) + b"\x01\x09\xff" + struct.pack("<Q", len(packed))
        coder = b"\x23\x03\x01\x01\x05\x5d" + struct.pack("<I", dictionary)
        header = b"\x17\x06" + sizes + b"\0\x07\x0b\x01\0\x01" + coder + b"\x0c\xff" + size + b"\0\0"
        files += packed
    return b"7z\xbc\xaf\x27\x1c\0\4" + bytes(4) + struct.pack("<QQI", len(files), len(header), 0) + files + header


def element(tag: int, *content: bytes, endless: bool = False) -> bytes:
    """Return an element of BER; an `endless` one does not tell its length."""
    inside = b"".join(content)
    if endless:
        return bytes([tag, 0x80]) + inside + b"\0\0"
    size = len(inside)
    return bytes([tag]) + (bytes([size]) if size < 0x80 else b"\x84" + size.to_bytes(4, "big")) + inside


def signed_of(content: bytes | None, *, piece: int = 0, endless: bool = False) -> bytes:
    """Return a file of CMS that says it is signed: with its content in one piece or many, or without any."""
    if piece and content is not None:
        parts = [element(0x04, content[at : at + piece]) for at in range(0, len(content), piece)]
        octets = element(0x24, *parts, endless=endless)
    else:
        octets = element(0x04, content or b"")
    told = element(0x06, bytes.fromhex("2a864886f70d010701"))
    inner = [] if content is None else [element(0xA0, octets, endless=endless)]
    what = element(0x30, told, *inner, endless=endless)
    hashes = element(0x31, element(0x30, element(0x06, bytes.fromhex("608648016503040201"))), endless=endless)
    signed = element(0x30, element(0x02, b"\1"), hashes, what, element(0x31), endless=endless)
    kind = element(0x06, bytes.fromhex("2a864886f70d010702"))
    return element(0x30, kind, element(0xA0, signed, endless=endless), endless=endless)


def rar4_of(*blocks: tuple[int, int, bytes]) -> bytes:
    """Return a RAR of version 4 with blocks of a kind, flags, and data of a file behind them."""
    whole = b"Rar!\x1a\x07\x00"
    for kind, flags, data in ((0x73, 0, b""), *blocks):
        size = struct.pack("<I", len(data)) if flags & 0x8000 else b""
        whole += b"cc" + struct.pack("<BHH", kind, flags, 7 + len(size)) + size + data
    return whole


def rar5_of(*blocks: tuple[int, bytes, bytes]) -> bytes:
    """Return a RAR of version 5 with blocks of a kind, extra records, and data of a file behind them."""
    whole = b"Rar!\x1a\x07\x01\x00"
    for kind, extra, data in ((1, b"", b""), *blocks):
        flags = bool(extra) | bool(data) << 1
        sizes = (bytes([len(extra)]) if extra else b"") + (number_of(len(data)) if data else b"")
        header = bytes([kind, flags]) + sizes + b"name" + extra
        whole += b"cccc" + number_of(len(header)) + header + data
    return whole


def number_of(value: int) -> bytes:
    """Return a number as RAR 5 writes it."""
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])
