"""Mail made to exhaust whoever reads it: answered quickly, and named for what it is."""

import base64
import struct
from time import process_time

import pytest

from guardian.domain.mail import Unscannable
from guardian.guard.read_mail import read_mail
from tests.guard.files import attribute_of, number_of, rar5_of, tnef_of

HEAD = b"From: a@acme.example\nSubject: x\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\n\n"
MULTI = b"Content-Type: multipart/mixed; boundary=%s\n\n--%s\n"


def nested_multiparts(levels: int) -> bytes:
    """Return multiparts inside one another."""
    return HEAD + b"".join(MULTI % (b"b%d" % level, b"b%d" % level) for level in range(levels)) + b"\nend"


def nested_messages(levels: int) -> bytes:
    """Return messages inside one another."""
    return HEAD + b"Content-Type: message/rfc822\n\n" * levels + b"\nend"


def many_parts(count: int) -> bytes:
    """Return a multipart with many parts."""
    return HEAD + MULTI % (b"b", b"b") + b"\nx\n--b\n" * count


def tags(opening: str, times: int, middle: str = "") -> bytes:
    """Return HTML that repeats a tag."""
    return HTML + (opening * times + middle).encode()


def around_parts(before: bytes, behind: bytes = b"") -> bytes:
    """Return a multipart with text before and behind its part."""
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + before + b"\n--b\n\nx\n--b--\n" + behind


def versions(plain: bytes) -> bytes:
    """Return a mail that says one thing in plain text and another in HTML."""
    return (
        HEAD
        + b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\n"
        + plain
        + b"\n--b\nContent-Type: text/html\n\n<p>hola</p>\n--b--\n"
    )


def quoted(names: int, people: int, first: str = "") -> bytes:
    """Return a mail to many people that quotes many by their names."""
    to = ", ".join(f"{first} {_name(n)} <p{n}@b.example>" for n in range(people))
    body = "".join(f"El 5/3/26 10:00, {first} {_name(people + n)} wrote:\n> x\n" for n in range(names))
    return f"From: Eva <a@acme.example>\nTo: {to}\n\nHola\n{body}".encode()


def _name(number: int) -> str:
    return "X" + "".join("abcdefghij"[int(digit)] for digit in str(number))


def signed(name: bytes, times: int) -> bytes:
    """Return a mail of somebody that many have signed."""
    said = "".join(f"Saludos\nEva {_name(number)}\n\nx y.\n" for number in range(times))
    return b"From: " + name + b"<a@b.example>\n\n" + said.encode()


def rar(files: int) -> bytes:
    """Return a RAR whose files all say that what tells whether they are encrypted begins far before them."""
    records = b"\2" * 60_000 + b"\0" * 3
    whole = rar5_of((2, b"", records))
    begins = whole.index(records)
    for _ in range(files):
        header = number_of(2) + number_of(1) + number_of(len(whole) - begins)
        whole += b"cccc" + number_of(len(header)) + header
    coded = b"Content-Type: application/x-rar\nContent-Transfer-Encoding: base64\n\n"
    return HEAD + coded + base64.encodebytes(whole)


def envelopes(count: int) -> bytes:
    """Return envelopes of Outlook's in one, with hundreds of texts each."""
    texts = struct.pack("<IHHI", 1, 0x1E, 0x1000, 400) + (struct.pack("<I", 1) + b"x\0\0\0") * 400
    inside = tnef_of(attribute_of(0x00069003, texts))
    return HEAD + b"Content-Type: application/ms-tnef\n\n" + tnef_of(*[attribute_of(0x0006800F, inside, 2)] * count)


SIZE = 300_000
IN_HEADER = 200_000
PILE = ("a" + "\u0315\u0327" * (IN_HEADER // 4)).encode()  # marks that normal forms put in order two by two
CSV = HEAD + b'Content-Disposition: attachment; filename="a.csv"\n\n'
DEEP, PARTS, HEADERS, LONG = (
    Unscannable.TOO_DEEP,
    Unscannable.TOO_MANY_PARTS,
    Unscannable.TOO_MANY_HEADERS,
    Unscannable.TOO_LONG,
)
BOMBS: dict[str, tuple[bytes, Unscannable | None]] = {
    "10,000 multiparts in one another": (nested_multiparts(10_000), DEEP),
    "31 multiparts in one another": (nested_multiparts(31), DEEP),
    "messages in one another": (nested_messages(2_000), DEEP),
    "four messages in one another": (nested_messages(4), DEEP),
    "the same boundary all the way": (HEAD + MULTI % (b"b", b"b") * 5_000, PARTS),
    "50,000 parts": (many_parts(50_000), PARTS),
    "501 parts": (many_parts(501), PARTS),
    "1 MB of one header": (b"Subject: " + b"x" * 1_000_000 + b"\n\nhi", HEADERS),
    "1 MB of folded header": (b"Subject: x\n" + b" y\n" * 300_000 + b"\nhi", HEADERS),
    "1,001 headers": (b"X: y\n" * 1_001 + b"\nhi", HEADERS),
    "400 KB of To": (b"To: " + b"a@b.example, " * 31_000 + b"\n\nhi", HEADERS),
    "300 KB of brackets in To": (b"To: " + b"<" * 200_000 + b"\n\nhi", None),
    "300 KB of comments in To": (b"To: " + b"(" * 200_000 + b"\n\nhi", None),
    "300 KB of quotes in To": (b'To: "' + b'\\"' * 100_000 + b"\n\nhi", None),
    "20,000 encoded words": (b"Subject: " + b"=?u?q?a?= " * 20_000 + b"\n\nhi", None),
    "half an encoded word, often": (b"Subject: " + b"=?a?b?" * 40_000 + b"\n\nhi", None),
    "30,000 parameters": (HEAD + b"Content-Type: text/plain" + b"; a*0*=x" * 30_000 + b"\n\nhi", None),
    "spaces in parameters": (HEAD + b"Content-Type: text/plain;" + b" " * 250_000 + b"\n\nhi", None),
    "100,000 attributes of one tag": (HTML + b"<a " + b" ".join(b"x%d=1" % n for n in range(100_000)) + b">", DEEP),
    "attributes behind a bracket": (HTML + b"<a x='>' " + b" ".join(b"x%d x='>'" % n for n in range(40_000)), DEEP),
    "5,000 divs": (tags("<div>", 5_000), DEEP),
    "60,000 divs": (tags("<div>", 60_000), DEEP),
    "closing tags in attributes": (tags('<b title="</b>">', 50_000), DEEP),
    "closing tags that close nothing": (tags("<form><span></form>", 40_000), DEEP),
    "tables that swallow closing tags": (tags("<b><table></b></table>", 40_000), DEEP),
    "formatting that is opened again": (HTML + b"".join(b"<p><b id=%d>x" % n for n in range(60_000)), DEEP),
    "formatting and paragraphs": (HTML + b"".join(b"<b id=%d>" % n for n in range(1_900)) + b"<p>x" * 60_000, DEEP),
    "unclosed attribute": (tags('<a b="', 100_000), DEEP),
    "half tags": (tags("<a ", 300_000), DEEP),
    "half comments": (tags("<!-", 300_000), None),
    "1 MB of less-than": (tags("<", 1_000_000), LONG),
    "300,000 empty paragraphs": (tags("<p>", 300_000), LONG),
    "100,000 line breaks": (tags("<br>", 100_000), LONG),
    "1 MB of table": (tags("<tr><td><p>x</p></td></tr>", 38_000), LONG),
    "100,000 lines De: a": (HEAD + b"\n" + b"De: a\n" * 100_000, LONG),
    "20,000 lines of quote marks": (HEAD + b"\n" + b"> \n" * 19_000, None),
    "100,000 empty lines": (HEAD + b"\n" + b"\n" * 100_000, LONG),
    "On, On, On": (HEAD + b"\n" + b"On 1 \n" * 19_000, None),
    "intro lines that never end": (HEAD + b"\n" + b"On 5 May 2026 at 10:00 " * 2_600, None),
    "header blocks only": (HEAD + b"\n" + b"From: a@b.example\nDate: 2026\nTo: c\nSubject: d\n" * 1_400, None),
    "a page of no kind with a number of 5,000 digits": (
        HEAD + b"Content-Type: application/octet-stream\n\n<html><p>hola amigos &#" + b"9" * 5_000 + b"; b</p>",
        None,
    ),
    "one line of 1 MB": (HEAD + b"\n" + b"x" * 1_000_000, LONG),
    "1 MB of greater-than": (HEAD + b"\n" + b">" * 1_000_000, LONG),
    "1 MB of digits and blanks": (HEAD + b"\n" + b"1 " * 500_000, LONG),
    "signatures only": (HEAD + b"\n" + b"-- \nAna\n" * 8_000, None),
    "1 MB of bad base64": (HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"AA=" * 340_000, None),
    "1 MB of bad quoted-printable": (
        HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * 500_000,
        None,
    ),
    "1 MB of zero bytes": (b"\x00" * 1_000_000, None),
    "1 MB of bare CR": (HEAD + b"\n" + b"\r" * 1_000_000, LONG),
    "1 MB of CR and one LF": (HEAD + b"\n" + b"\r" * 1_000_000 + b"\n", None),
    "CR CR LF": (HEAD + b"\n" + b"\r\r\r\r\r\n" * 150_000, LONG),
    "1 MB of UTF-7": (
        HEAD + b"Content-Type: text/plain; charset=utf-7\n\n" + b"+AGM-" * 190_000,
        None,
    ),
    "1 MB of ISO-2022": (
        HEAD + b"Content-Type: text/plain; charset=iso-2022-jp\n\n" + b"\x1b$B\x1b(B" * 160_000,
        None,
    ),
    "a boundary nearly everywhere": (HEAD + MULTI % (b"b", b"b") + b"\n--bb" * 190_000, LONG),
    "300 KB of one line before the parts": (around_parts(b"x" * SIZE), LONG),
    "300 KB of one line behind the parts": (around_parts(b"", b"x" * SIZE), LONG),
    "a multipart without a boundary": (HEAD + b"Content-Type: multipart/mixed\n\n" + b"x" * SIZE, LONG),
    "300 KB of what MIME is": (around_parts(b"MIME " * (SIZE // 5)), None),
    "a boundary and 1 MB of tabs": (
        HEAD + b"Content-Type: multipart/mixed\n\n--a" + b"\t" * 1_000_000 + b"x",
        Unscannable.BROKEN,
    ),
    "a size of letters that goes on": (HTML + b'<p style="font-size:' + b"0" * SIZE + b'x,">hola</p>', None),
    "a border that begins again": (HTML + b'<div style="' + b"border-top:" * (SIZE // 11) + b'">hola</div>', None),
    "comments for Outlook that never end": (HTML + b"<!--[if x]>" * (SIZE // 11), None),
    "settings that never end": (HTML + b"<!--[if mso]>" + b"<xml " * (SIZE // 5) + b"</style><![endif]-->", DEEP),
    "half tags in pictures": (HTML + (b'<img src="data:text/html,' + b"<" * 39_000 + b'">') * 8, LONG),
    "links that never end, in two versions": (versions(b"<http:" * (SIZE // 6)), LONG),
    "pictures that never end, in two versions": (versions(b"[cid:" * (SIZE // 5)), LONG),
    "forwards that never end": (HEAD + b"\n" + (b"--forwarded by" + b" " * 385 + b".\n") * (SIZE // 400), LONG),
    "a name of 200 KB that insults": (b"From: " + b"bobo " * (IN_HEADER // 5) + b"<a@b.example>\n\nhi", None),
    "a name of 300 KB and thousands of signatures": (signed(b"ana " * (SIZE // 4), 9_000), LONG),
    "1,000 names quoted and 100 people": (quoted(1_000, 100), None),
    "5,000 names quoted and 5,000 people": (quoted(5_000, 5_000), None),
    "5,000 people with one first name quoted": (quoted(4_000, 4_000, "Ana"), None),
    "9,000 names in brackets between the client's lines": (
        b"To: Luis <luis@b.example>\n"
        + HEAD
        + b"\nFrom: Luis <luis@b.example>\nDate: 2026\nTo: c\nSubject: d\n\n"
        + b"".join(b"[Ana %s] x\n\n" % _name(n).encode() for n in range(9_000)),
        None,
    ),
    "30,000 answers in one paragraph": (tags("<b>[Ana] x</b> y ", 30_000), LONG),
    "a RAR that says everything again": (rar(9_000), None),
    "300 envelopes in an envelope": (envelopes(300), PARTS),
    "a pile of marks in a subject": (b"Subject: " + PILE + b"\n\nhi", None),
    "a pile of marks in a name": (b"From: " + PILE + b" <a@b.example>\n\nhi", None),
    "a pile of marks in an address": (b"From: <" + PILE + b"@b.example>\n\nhi", None),
    "a pile of marks in a signature": (HEAD + b"\nhola\n-- \nAna\n" + PILE, None),
    "a number of 300 KB in a frame": (HTML + b'<iframe srcdoc="&amp;#' + b"9" * SIZE + b'"></iframe>', None),
    "a number of 300 KB in a file": (CSV + b"&#" + b"9" * SIZE + b"; hola, 1\n" * 10_000, None),
    "versions that differ in every line": (
        HEAD
        + b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\n"
        + b"".join(b"uno %d\n" % n for n in range(9_000))
        + b"\n--b\nContent-Type: text/html\n\n"
        + b"".join(b"<p>dos %d</p>" % n for n in range(9_000)),
        None,
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_defused_quickly_and_named(name: str) -> None:
    raw, why = BOMBS[name]
    began = process_time()
    mail = read_mail(raw)
    took = process_time() - began
    assert took < 60  # a quadratic reader takes minutes; how fast it is belongs to benchmarks
    if why is None:
        assert mail.unscannable == ()
    else:
        assert why in mail.unscannable
    assert sum(len(one.text) for one in mail.passages) <= 256 * 1024


def test_what_is_within_the_limits_is_read_whole() -> None:
    assert read_mail(nested_multiparts(30)).unscannable == ()
    assert read_mail(nested_messages(3)).unscannable == ()
    assert read_mail(many_parts(400)).unscannable == ()
    assert read_mail(b"X: y\n" * 999 + b"\nhi").unscannable == ()
    assert read_mail(tags("<div>", 1_900, "hola")).passages[-1].text == "hola"


def test_picture_data_inside_html_is_not_too_long() -> None:
    picture = b'<img src="data:image/png;base64,' + b"A" * 1_500_000 + b'">'
    mail = read_mail(HTML + b"Hola" + picture + b"adios")
    assert (mail.unscannable, mail.passages[-1].text) == ((), "Holaadios")
