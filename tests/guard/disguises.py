"""One insult, hidden from whoever reads mail for us in every way that the client's program would still show.

Every disguise is a whole mail. What it says is the same in all of them; only where and how it is said differs.
"""

import base64
import binascii
import io
import quopri
import zipfile

from tests.guard.files import file_in_tnef, signed_of

SAID = "Este cliente es un imbécil y un ladrón."
PLAIN = "This customer is a complete idiot and a thief."  # the same in ASCII
HEAD = b"From: Ana <ana@acme.example>\r\nTo: Luis <luis@cliente.example>\r\nMIME-Version: 1.0\r\n"
SUBJECT = b"Subject: Oferta\r\n"
CALM = "Adjunto la oferta que me pidió. Quedo a su disposición."


def b64(data: bytes | str) -> bytes:
    """Return base64 in lines."""
    return base64.encodebytes(data.encode() if isinstance(data, str) else data).replace(b"\n", b"\r\n")


def mail(*fields: bytes, body: bytes | str, subject: bytes = SUBJECT) -> bytes:
    """Return a mail with further header fields."""
    text = body.encode() if isinstance(body, str) else body
    return HEAD + subject + b"".join(one + b"\r\n" for one in fields) + b"\r\n" + text + b"\r\n"


def part(*fields: bytes, body: bytes | str) -> bytes:
    """Return a part of a multipart."""
    text = body.encode() if isinstance(body, str) else body
    return b"".join(one + b"\r\n" for one in fields) + b"\r\n" + text + b"\r\n"


def multi(*parts: bytes, kind: bytes = b"mixed", mark: bytes = b"b", told: bytes = b"") -> bytes:
    """Return a mail of several parts; `told` is what its header says of the boundary."""
    lines = b"".join(b"--" + mark + b"\r\n" + one for one in parts) + b"--" + mark + b"--\r\n"
    return mail(b"Content-Type: multipart/" + kind + b"; " + (told or b"boundary=" + mark), body=lines)


def text(body: str = CALM, charset: str = "utf-8") -> bytes:
    """Return a part with a text."""
    return part(f"Content-Type: text/plain; charset={charset}".encode(), body=body)


def html(body: str) -> bytes:
    """Return a mail in HTML."""
    return mail(b"Content-Type: text/html; charset=utf-8", body=f"<html><body>{body}</body></html>")


def coded(label: str, codec: str, words: str = SAID, *, bom: bytes = b"") -> bytes:
    """Return a mail in a charset, in base64."""
    fields = (f"Content-Type: text/plain; charset={label}".encode(), b"Content-Transfer-Encoding: base64")
    return mail(*fields, body=b64(bom + words.encode(codec)))


def utf7(words: str) -> bytes:
    """Return UTF-7 in which every letter is hidden."""
    return b"+" + base64.b64encode(words.encode("utf-16-be")).rstrip(b"=") + b"-"


def message(body: bytes, times: int = 1, *fields: bytes) -> bytes:
    """Return a mail inside of mails."""
    for _ in range(times):
        body = mail(b"Content-Type: message/rfc822", *fields, body=body)
    return body


def nested(levels: int) -> bytes:
    """Return multiparts inside one another, with the insult in the innermost."""
    inner = text(SAID)
    for level in range(levels):
        mark = b"m%d" % level
        inner = part(
            b"Content-Type: multipart/mixed; boundary=" + mark,
            body=b"--" + mark + b"\r\n" + inner + b"--" + mark + b"--\r\n",
        )
    return HEAD + SUBJECT + inner


def packed(words: str) -> bytes:
    """Return a ZIP archive that says in its directory that it needs a password."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("nota.txt", words)
    data = bytearray(held.getvalue())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def uu(words: str) -> bytes:
    """Return a text in uuencode, as a file called nota.txt."""
    return b"begin 644 nota.txt\r\n" + binascii.b2a_uu(words.encode()).replace(b"\n", b"\r\n") + b"`\r\nend\r\n"


def attached(kind: bytes, name: bytes, data: bytes | str) -> bytes:
    """Return a mail with an attachment beside a calm text."""
    fields = (
        b"Content-Type: " + kind + b'; name="' + name + b'"',
        b"Content-Transfer-Encoding: base64",
        b'Content-Disposition: attachment; filename="' + name + b'"',
    )
    return multi(text(), part(*fields, body=b64(data)))


def long_text(before: int) -> str:
    """Return the insult behind so many characters of calm text."""
    line = "Le confirmo que la entrega queda como acordamos en la llamada.\r\n"
    return line * (before // len(line) + 1) + SAID


ENVELOPED = bytes.fromhex("3080 0609 2a864886f70d010703 a080 3080".replace(" ", "")) + bytes(200)
PGP = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA0\r\n=abcd\r\n-----END PGP MESSAGE-----\r\n"

OUTLOOK_FILE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500) + ("__substg1.0_1000001F" + SAID).encode("utf-16-le")

NESTED: dict[str, bytes] = {
    "in a mail in the mail": message(mail(body=SAID)),
    "in a mail in a mail in the mail": message(mail(body=SAID), 3),
    "four mails deep": message(mail(body=SAID), 4),
    "two hundred mails deep": message(mail(body=SAID), 200),
    "in a mail in base64": message(b64(mail(body=SAID)), 1, b"Content-Transfer-Encoding: base64"),
    "in a mail in base64 in a mail in base64": mail(
        b"Content-Type: message/rfc822",
        b"Content-Transfer-Encoding: base64",
        body=b64(message(b64(mail(body=SAID)), 1, b"Content-Transfer-Encoding: base64")),
    ),
    "in a mail for everybody's letters": mail(b"Content-Type: message/global", body=mail(body=SAID)),
    "in a mail that is a file": attached(b"application/octet-stream", b"hilo.eml", mail(body=SAID)),
    "in a mail that is a file called a text": attached(
        b"text/plain", b"hilo.eml", mail(b"Content-Transfer-Encoding: base64", body=b64(SAID))
    ),
    "in a mail that is a file of Outlook": attached(b"application/vnd.ms-outlook", b"hilo.msg", OUTLOOK_FILE),
    "in the subject of a mail in the mail": message(mail(body=CALM, subject=f"Subject: {SAID}\r\n".encode())),
    "twenty-nine parts deep": nested(29),
    "thirty-one parts deep": nested(31),
    "two thousand parts deep": nested(2000),
    "in a digest": multi(mail(body=SAID), kind=b"digest"),
    "in the second half of a mail": mail(b"Content-Type: message/partial; number=1; total=2; id=x", body=SAID),
    "in a body that is fetched": mail(b"Content-Type: message/external-body; access-type=URL", body=SAID),
}
ROWS = "".join(f"REF-{number};Tornillo M{number} zincado;{number},37;EUR\r\n" for number in range(6_000))
OVERSIZED: dict[str, bytes] = {
    "behind 60,000 characters": mail(b"Content-Type: text/plain; charset=utf-8", body=long_text(60_000)),
    "behind 70,000 characters": mail(b"Content-Type: text/plain; charset=utf-8", body=long_text(70_000)),
    "behind 2,000,000 characters": mail(b"Content-Type: text/plain; charset=utf-8", body=long_text(2_000_000)),
    "in a row of a long price list": attached(b"text/csv", b"precios.csv", f"{ROWS}X;{SAID};0;EUR\r\n{ROWS}"),
    "behind 70,000 characters of a text file": attached(b"text/plain", b"nota.txt", long_text(70_000)),
    "behind 30,000 empty lines": mail(body=b"\r\n" * 30_000 + PLAIN.encode()),
    "behind 600 parts": multi(*[text()] * 600, text(SAID)),
    "behind 2,000 header fields": mail(*[b"X-A: b"] * 2_000, body=SAID),
    "behind 300 KB of header": mail(b"X-A: " + b"b" * 300_000, body=SAID),
    "in a subject behind 2,000 fields": mail(*[b"X-A: b"] * 2_000, f"Subject: {SAID}".encode(), body=CALM),
    "in HTML behind 3 MB of comment": html("<!--" + "x" * 3_000_000 + "-->" + SAID),
    "in HTML behind 5,000 levels": html("<div>" * 5_000 + SAID),
}
SEALED: dict[str, bytes] = {
    "in S/MIME": mail(b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data", body=b64(ENVELOPED)),
    "in S/MIME of old": mail(b"Content-Type: application/x-pkcs7-mime; name=smime.p7m", body=b64(ENVELOPED)),
    "in S/MIME that is a file": attached(b"application/octet-stream", b"smime.P7M", ENVELOPED),
    "in S/MIME under another name": attached(b"application/octet-stream", b"datos.bin", ENVELOPED),
    "in S/MIME that is only signed": mail(
        b"Content-Type: application/pkcs7-mime; smime-type=signed-data",
        b"Content-Transfer-Encoding: base64",
        body=b64(signed_of(part(b"Content-Type: text/plain; charset=utf-8", body=SAID), piece=9, endless=True)),
    ),
    "in a signed file": attached(b"application/octet-stream", b"nota.txt.p7m", signed_of(SAID.encode())),
    "in PGP": multi(
        part(b"Content-Type: application/pgp-encrypted", body="Version: 1"),
        part(b"Content-Type: application/octet-stream", body=PGP),
        kind=b"encrypted",
    ),
    "in PGP in the text": mail(b"Content-Type: text/plain", body=CALM + "\r\n\r\n" + PGP),
    "in PGP in HTML": html(f"<p>{CALM}</p><pre>{PGP}</pre>"),
    "in PGP that is a file": attached(b"application/octet-stream", b"mensaje.asc", PGP),
    "in PGP that is a file of bytes": attached(
        b"application/octet-stream", b"mensaje.gpg", bytes.fromhex("84 8c 03".replace(" ", "")) + bytes(150)
    ),
    "in a ZIP with a password": attached(b"application/zip", b"nota.zip", packed(SAID)),
    "in a ZIP with a password under another name": attached(b"application/octet-stream", b"foto.jpg", packed(SAID)),
    "in a 7z with a password": attached(
        b"application/x-7z-compressed",
        b"nota.7z",
        b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(60) + b"\x24\x06\xf1\x07\x01\x0a",
    ),
    "in a RAR with a password": attached(
        b"application/vnd.rar",
        b"nota.rar",
        b"Rar!\x1a\x07\x01\x00" + bytes.fromhex("deadbeef 21 04 00 00 01 0f".replace(" ", "")),
    ),
    "in an old RAR with a password": attached(
        b"application/x-rar",
        b"nota.rar",
        b"Rar!\x1a\x07\x00" + bytes.fromhex("cf9073 8000 0d00".replace(" ", "")) + bytes(40),
    ),
    "in TNEF": attached(b"application/ms-tnef", b"winmail.dat", b"\x78\x9f\x3e\x22\x01\x00" + SAID.encode("cp1252")),
    "in text that is called TNEF": multi(text(), part(b'Content-Type: text/plain; name="winmail.dat"', body=SAID)),
}
BROKEN: dict[str, bytes] = {
    "in parts that never end": HEAD
    + SUBJECT
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    + text(SAID),
    "in parts with another boundary": multi(
        part(b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: base64", body=b64(SAID)),
        told=b"boundary=c",
    ),
    "in parts without a boundary": multi(text(), text(SAID), told=b"x=y"),
    "before the first part": mail(
        b"Content-Type: multipart/mixed; boundary=b", body=SAID.encode() + b"\r\n--b\r\n" + text() + b"--b--"
    ),
    "behind the last part": multi(text()) + SAID.encode(),
    "behind an end that is none": multi(text(), b"\r\n--b--\r\n\r\n--b\r\n" + text(SAID)),
    "in a header without an end": HEAD + SUBJECT + SAID.encode(),
    "in base64 with dirt in it": mail(
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: base64",
        body=b"*" + b64(SAID).replace(b"\r\n", b"!\r\n"),
    ),
    "in Latin in base64 full of dirt": mail(
        b"Content-Type: text/plain; charset=iso-8859-1",
        b"Content-Transfer-Encoding: base64",
        body=b"!".join(base64.b64encode(SAID.encode("latin-1"))[at : at + 5] for at in range(0, 56, 5)),
    ),
    "in base64 cut short": mail(
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: base64",
        body=b64(SAID).rstrip(b"=\r\n"),
    ),
    "in base64 in pieces": mail(
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: base64",
        body=b64(SAID[:10]) + b64(SAID[10:]),
    ),
    "in quoted-printable": mail(
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: quoted-printable",
        body="".join(f"={byte:02X}" for byte in SAID.encode()),
    ),
    "in quoted-printable with soft line ends in the words": mail(
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: quoted-printable",
        body=quopri.encodestring(SAID.encode()).replace(b"imb", b"im=\r\nb").replace(b"ladr", b"la= \r\ndr"),
    ),
    "in an unknown encoding": mail(b"Content-Transfer-Encoding: x-secreta", body=SAID),
    "in an encoding with a comment": mail(b"Content-Transfer-Encoding: (hola) base64", body=b64(SAID)),
    "in uuencode": mail(
        b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: x-uuencode", body=uu(SAID)
    ),
    "in damaged uuencode": mail(b"Content-Transfer-Encoding: x-uuencode", body=b"begin 644 a\r\n\x7f\x7f\x7f\r\nend"),
    "in uuencode in the text": mail(body=CALM.encode() + b"\r\n\r\n" + uu(SAID)),
    "under two kinds, the calm one first": mail(
        b"Content-Type: image/png", b"Content-Type: text/plain; charset=utf-8", body=SAID
    ),
    "under two kinds, the calm one last": mail(
        b"Content-Type: text/plain; charset=utf-8", b"Content-Type: image/png", body=SAID
    ),
    "under two encodings": mail(
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: 7bit",
        b"Content-Transfer-Encoding: base64",
        body=b64(SAID),
    ),
    "under two boundaries": multi(
        part(b"Content-Type: text/plain", b"Content-Transfer-Encoding: base64", body=b64(SAID)),
        told=b"boundary=x; boundary=b",
    ),
    "under a kind with a comment": mail(b"Content-Type: (hola) text/plain; charset=utf-8", body=SAID),
    "under a kind that is none": mail(b"Content-Type: hola", body=SAID),
    "under the kind of a picture, with the name of a text": attached(b"image/png", b"nota.txt", SAID),
    "under an unknown kind, with the name of a text": attached(b"application/x-nada", b"nota.html", SAID),
    "in a picture made of letters": attached(b"image/svg+xml", b"logo.svg", f"<svg><text>{SAID}</text></svg>"),
    "in a page as data": attached(b"application/xhtml+xml", b"a.xhtml", f"<html><body>{SAID}</body></html>"),
    "behind a CR in the header": HEAD
    + b"Subject: Oferta\r\rX: y\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + b64(SAID),
    "between lines of LF": mail(body=b"hola\n" + SAID.encode() + b"\n"),
    "between lines of CR": mail(body=b"hola\r" + SAID.encode() + b"\r"),
    "behind a boundary of CR": multi(text(CALM + "\r--b--\r" + SAID)),
    "behind a NUL": mail(body=b"hola\0" + SAID.encode()),
    "with NULs in it": mail(body=SAID.encode().replace(b"b", b"b\0").replace(b"a", b"a\0")),
}
MARKS: dict[str, bytes] = {
    "boundary with blanks": multi(text(SAID), mark=b"a b c", told=b'boundary="a b c"'),
    "boundary of signs": multi(text(SAID), mark=b"=_(+.*?)[x]$", told=b'boundary="=_(+.*?)[x]$"'),
    "boundary of dashes": multi(text(SAID), mark=b"----", told=b'boundary="----"'),
    "boundary that another begins with": mail(
        b"Content-Type: multipart/mixed; boundary=b",
        body=b"--b\r\nContent-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n"
        + text(SAID)
        + b"--bb--\r\n--b--\r\n",
    ),
    "boundary twice over": mail(
        b"Content-Type: multipart/mixed; boundary=b",
        body=b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + text(SAID) + b"--b--\r\n--b--\r\n",
    ),
    "boundary in pieces": multi(text(SAID), mark=b"abc", told=b"boundary*0=a; boundary*1=bc"),
    "boundary in percent signs": multi(text(SAID), mark=b"abc", told=b"boundary*=us-ascii''a%62c"),
    "boundary over 200 letters": multi(text(SAID), mark=b"x" * 250),
    "boundary in capitals": multi(text(SAID), mark=b"AbC").replace(b"multipart/mixed", b"MULTIPART/Mixed"),
    "boundary on a line of its own": mail(
        b"Content-Type: multipart/mixed;\r\n\tboundary=b", body=b"--b  \r\n" + text(SAID) + b"--b--"
    ),
}
HEADERS: dict[str, bytes] = {
    "in the subject": mail(body=CALM, subject=f"Subject: {SAID}\r\n".encode()),
    "in an encoded subject": mail(
        body=CALM, subject=b"Subject: =?utf-8?B?" + base64.b64encode(SAID.encode()) + b"?=\r\n"
    ),
    "in a subject of many encoded words": mail(
        body=CALM,
        subject=b"Subject:"
        + b"".join(
            b"\r\n =?utf-8?B?" + base64.b64encode(SAID.encode()[at : at + 5]) + b"?=" for at in range(0, 44, 5)
        )
        + b"\r\n",
    ),
    "in a subject of encoded letters": mail(
        body=CALM,
        subject=b"Subject: =?iso-8859-1?q?"
        + "".join(f"={x:02x}" for x in SAID.encode("latin-1")).encode()
        + b"?=\r\n",
    ),
    "in a subject of an unknown charset": mail(
        body=CALM, subject=b"Subject: =?x-nada?B?" + base64.b64encode(SAID.encode()) + b"?=\r\n"
    ),
    "in a subject of UTF-7": mail(
        body=CALM, subject=b"Subject: =?utf-7?Q?" + utf7(SAID).replace(b"?", b"=3F") + b"?=\r\n"
    ),
    "in a subject of UTF-16": mail(
        body=CALM, subject=b"Subject: =?utf-16?B?" + base64.b64encode(SAID.encode("utf-16")) + b"?=\r\n"
    ),
    "in a subject with a language": mail(
        body=CALM, subject=b"Subject: =?utf-8*es?B?" + base64.b64encode(SAID.encode()) + b"?=\r\n"
    ),
    "in a folded subject": mail(
        body=CALM, subject="Subject:\r\n Este cliente\r\n\tes un imbécil\r\n y un ladrón.\r\n".encode()
    ),
    "in a second subject": mail(f"Subject: {SAID}".encode(), body=CALM),
    "in a subject before a blank": mail(body=CALM, subject=f"SUBJECT  :{SAID}\r\n".encode()),
    "in a subject behind an mbox line": b"From ana@acme.example Tue\r\n"
    + mail(body=CALM, subject=f"Subject: {SAID}\r\n".encode()),
    "in the name of a file": multi(
        text(), part(f'Content-Type: application/pdf; name="{PLAIN}.pdf"'.encode(), body="x")
    ),
    "in the name of a file in pieces": multi(
        text(),
        part(
            b"Content-Type: application/pdf",
            b"Content-Disposition: attachment; filename*0*=utf-8''Este%20cliente%20es%20un%20im;"
            b' filename*1*=b%C3%A9cil%20y%20un; filename*2=" ladron.pdf"',
            body="x",
        ),
    ),
    "in the name of a file in encoded words": multi(
        text(),
        part(b'Content-Type: application/pdf; name="=?utf-8?B?' + base64.b64encode(SAID.encode()) + b'?="', body="x"),
    ),
}
LETTERS: dict[str, bytes] = {
    "in UTF-7": mail(b"Content-Type: text/plain; charset=utf-7", body=utf7(SAID)),
    "in UTF-7 by its old name": mail(b"Content-Type: text/plain; charset=unicode-1-1-utf-7", body=utf7(SAID)),
    "in UTF-16": coded("utf-16", "utf-16"),
    "in UTF-16 without a mark": coded("utf-16", "utf-16-be"),
    "in UTF-16 the other way round": coded("utf-16be", "utf-16-le"),
    "in UTF-16 called UTF-8": coded("utf-8", "utf-16-le", bom=b"\xff\xfe"),
    "in UTF-16 called UTF-8 without a mark": coded("utf-8", "utf-16-le"),
    "in UTF-32": coded("utf-32", "utf-32"),
    "in UTF-32 called ASCII": coded("us-ascii", "utf-32-le"),
    "in UTF-8 called UTF-16": coded("utf-16", "utf-8"),
    "in UTF-8 called Latin": coded("iso-8859-1", "utf-8"),
    "in Latin called UTF-8": coded("utf-8", "latin-1"),
    "in an unknown charset": coded("x-nunca-visto", "utf-8"),
    "in an unknown charset, in Latin": coded("x-nunca-visto", "latin-1"),
    "in a charset that is none": coded('"; drop=1"', "utf-8"),
    "in a charset that does something else": coded("rot13", "utf-8"),
    "in EBCDIC": coded("cp037", "cp037"),
    "in EBCDIC by its other name": coded("ebcdic-cp-us", "cp037"),
    "in Japanese that changes its mind": coded("iso-2022-jp", "latin-1", PLAIN.replace("idiot", "id\x1b(Bio\x1b(Bt")),
    "in two charsets": mail(
        b"Content-Type: text/plain; charset=utf-8; charset=utf-16be",
        b"Content-Transfer-Encoding: base64",
        body=b64(SAID.encode("utf-16-be")),
    ),
    "in a charset in pieces": mail(b"Content-Type: text/plain; charset*0=ut; charset*1=f-7", body=utf7(SAID)),
    "in a charset in percent signs": mail(b"Content-Type: text/plain; charset*=us-ascii'en'utf%2D7", body=utf7(SAID)),
    "in Cyrillic that looks Latin": coded("utf-8", "utf-8", PLAIN.translate(str.maketrans("aeiop", "аеіор"))),
    "in wide letters": coded(
        "utf-8", "utf-8", "".join(chr(ord(x) + 0xFEE0) if "!" <= x <= "~" else x for x in PLAIN)
    ),
    "in letters of mathematics": coded(
        "utf-8", "utf-8", "".join(chr(0x1D400 + ord(x) - 97 + 26) if x.islower() else x for x in PLAIN)
    ),
    "with nothing between the letters": coded("utf-8", "utf-8", "\u200b".join(SAID)),
    "with soft hyphens": coded("utf-8", "utf-8", SAID.replace("b", "b\u00ad").replace("d", "d\u00ad")),
    "with marks on the letters": coded("utf-8", "utf-8", "Este cliente es un imbe\u0301cil y un ladro\u0301n."),
    "from right to left": coded("utf-8", "utf-8", f"\u202e{SAID[::-1]}\u202c"),
    "from right to left in one word": coded("utf-8", "utf-8", SAID.replace("imbécil", "\u202elicébmi\u202c")),
    "in figures": coded("utf-8", "utf-8", "Este cliente es un 1mb3c1l y un l4dr0n."),
    "in flowed lines": mail(
        b"Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes",
        body="Este cliente es un im \r\nbécil y un la \r\ndrón.",
    ),
}
PAGES: dict[str, bytes] = {
    "in pieces of markup": html("Este cliente es un im<b>bé</b>cil y un la<i></i>drón."),
    "in characters by number": html("".join(f"&#{ord(x)};" for x in SAID)),
    "with comments in the words": html("Este cliente es un im<!-- x -->bécil y un la<!-- y -->drón."),
    "with unseen letters in the words": html(
        'Este cliente es un im<span style="display:none">x</span>bécil y un la<span style="font-size:0">q</span>drón.'
    ),
    "with possible line ends": html("Este cliente es un im<wbr>bé&shy;cil y un la&zwnj;drón."),
    "in a template": html(f"{CALM}<template><p>{SAID}</p></template>"),
    "in the name of a drawing": html(f"{CALM}<svg><title>{SAID}</title></svg>"),
    "in what stands in for a frame": html(f"{CALM}<iframe>{SAID}</iframe>"),
    "in what stands in for frames": html(f"{CALM}<noframes>{SAID}</noframes>"),
    "unseen": html(f'{CALM}<div style="display:none">{SAID}</div>'),
    "white": html(f'{CALM}<font color="white">{SAID}</font>'),
    "in what stands for a picture": html(f'{CALM}<img src="cid:x" alt="{SAID}">'),
    "in a hint": html(f'{CALM}<span title="{SAID}">hola</span>'),
    "in a form": html(f'{CALM}<form><input value="{SAID}"></form>'),
    "in a text field": html(f"{CALM}<textarea>{SAID}</textarea>"),
    "on a button": html(f"{CALM}<button>{SAID}</button>"),
    "in a picture of text": html(f"{CALM}<svg><text>{SAID}</text></svg>"),
    "for Outlook only": html(f"{CALM}<!--[if mso]><p>{SAID}</p><![endif]-->"),
    "for all but Outlook": html(f"{CALM}<![if !mso]><p>{SAID}</p><![endif]>"),
    "for who runs no scripts": html(f"{CALM}<noscript>{SAID}</noscript>"),
    "in a frame": html(f'{CALM}<iframe srcdoc="{SAID}"></iframe>'),
    "in a frame of data": html(
        f'{CALM}<iframe src="data:text/html;base64,{base64.b64encode(SAID.encode()).decode()}"></iframe>'
    ),
    "in a style": html(f"<style>p::before {{ content: '{SAID}' }}</style><p>{CALM}</p>"),
    "in a page of which only the head is left": mail(b"Content-Type: text/html", body=f"<html><head><p>{PLAIN}"),
    "behind the end of the page": html(CALM) + SAID.encode(),
    "from right to left": html(f'<bdo dir="rtl">{SAID[::-1]}</bdo>'),
    "from right to left by style": html(f'<p style="unicode-bidi:bidi-override;direction:rtl">{SAID[::-1]}</p>'),
    "in cells": html("<table><tr>" + "".join(f"<td>{word}</td>" for word in SAID.split()) + "</tr></table>"),
    "in the page but not in the text": multi(
        text(), part(b"Content-Type: text/html; charset=utf-8", body=f"<p>{SAID}</p>"), kind=b"alternative"
    ),
    "in the text but not in the page": multi(
        text(SAID), part(b"Content-Type: text/html; charset=utf-8", body=f"<p>{CALM}</p>"), kind=b"alternative"
    ),
    "in an invitation": mail(
        b"Content-Type: text/calendar; charset=utf-8; method=REQUEST",
        body=f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:{SAID[:30]}\r\n {SAID[30:]}\r\nEND:VEVENT\r\nEND:VCALENDAR",
    ),
    "in a business card": attached(
        b"text/vcard", b"luis.vcf", f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Luis\r\nNOTE:{SAID}\r\nEND:VCARD\r\n"
    ),
    "in rich text": mail(b"Content-Type: text/enriched; charset=utf-8", body=f"<bold>{SAID}</bold>"),
    "in RTF": attached(
        b"application/rtf", b"nota.rtf", r"{\rtf1\ansi Este cliente es un im{\b b\'e9}cil y un ladr\'f3n.}"
    ),
    "in a comment of RTF": attached(
        b"application/rtf",
        b"oferta.rtf",
        r"{\rtf1\ansi Oferta{\*\annotation Este cliente es un imb\'e9cil y un ladr\'f3n.}\par}",
    ),
    "in a mail in TNEF": attached(
        b"application/ms-tnef", b"winmail.dat", file_in_tnef(title=b"hilo.eml", data=mail(body=SAID))
    ),
    "in a file without a kind": attached(b"application/octet-stream", b"notas", SAID),
    "in a page called a table": attached(
        b"application/vnd.ms-excel", b"informe.xls", f"<html><td>{SAID}</td></html>"
    ),
}
FAMILIES: dict[str, dict[str, bytes]] = {
    "nested": NESTED,
    "oversized": OVERSIZED,
    "sealed": SEALED,
    "broken": BROKEN,
    "marks": MARKS,
    "headers": HEADERS,
    "letters": LETTERS,
    "pages": PAGES,
}
