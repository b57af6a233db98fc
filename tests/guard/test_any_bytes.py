"""`read_mail` never raises: invented bytes, good mails damaged, and the nasty mail of the world."""

from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardian.domain.mail import Mail, Voice
from guardian.guard.mail_files import messages
from guardian.guard.read_mail import read_mail
from tests.guard.test_quotes import FORMS
from tests.guard.test_read_mail import HEAD, HTML_QUOTES, WRAPPED, html

HANGS = 60  # seconds of processor: what takes so long grows with a square; how fast it is belongs to benchmarks/

NASTY = Path(__file__).parents[3] / "shared" / "mime"
GOOD = [HEAD + raw for raw in WRAPPED.values()] + [HEAD + html(one) for one in HTML_QUOTES.values()]
GOOD += [HEAD + b"\r\n" + body.encode() for body, _ in FORMS.values()]
PIECES = [
    b"Content-Type: multipart/alternative; boundary=",
    b"Content-Type: text/html; charset=utf-7\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Transfer-Encoding: base64\r\n\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
    b"Subject: =?utf-8?b?",
    b"=?utf-16?q?=FF?= ",
    b'To: "(<@,;:\\',
    b"--b\r\n",
    b"--b--\r\n",
    b"\r\n\r\n",
    b"\r",
    b"On Mon, Mar 2, 2026 at 3:04 PM <a@b.example> wrote:\r\n> ",
    b"De: x\r\nEnviado: 10:00\r\nPara: y\r\nAsunto: z\r\n",
    b"<div style='display:none'><blockquote type=cite>",
    b"</div></table><table><td>",
    b"&#xFFFFFFFF;&#0;&nbsp",
    b"\xff\xfe\x00",
    b"-- \r\nSaludos,\r\nAna\r\n",
    b"begin 644 x\r\n#86)C\r\n",
    b'Content-Type: application/x; name="a b c.txt"\r\n',
    b"\r\n\r\nPK\x03\x04\x14\x00\x00\x00",
    b"\r\n\r\n\x78\x9f\x3e\x22\x01\x00\x01\x03\x90\x06\x00\x04\x00\x00\x00",
    b"{\\rtf1 \\u-1?\\'e9{\\*\\x",
    b"<!--[if mso]><![endif]--><bdo dir=rtl title=ab>",
    b"filename*0*=utf-8''%FF%; filename*1=x",
]


def check(raw: bytes) -> Mail:
    """Read a mail and check what holds for every mail."""
    mail = read_mail(raw, own_domains=("acme.example",))
    assert mail.size == len(raw)
    assert sum(len(one.text) for one in mail.passages) <= 256 * 1024
    for one in mail.passages:
        assert one.text.strip()
        one.text.encode("utf-8")  # no half characters
        assert one.author is None or one.voice in {Voice.OWN_QUOTED, Voice.CLIENT_QUOTED}
    assert len(set(mail.unscannable)) == len(mail.unscannable)
    return mail


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes(raw: bytes) -> None:
    check(raw)


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=12)), max_size=25))
@settings(max_examples=400, deadline=None)
def test_any_mixture_of_what_mails_are_made_of(pieces: list[bytes]) -> None:
    check(b"".join(pieces))


@given(st.sampled_from(GOOD), st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_damage_to_a_good_mail(raw: bytes, data: st.DataObject) -> None:
    damaged = bytearray(raw)
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(damaged)))
        length = data.draw(st.integers(0, 8))
        damaged[at : at + length] = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from(PIECES)))
    check(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))


@pytest.mark.parametrize("raw", GOOD, ids=range(len(GOOD)))
def test_a_good_mail_cut_anywhere(raw: bytes) -> None:
    for end in range(0, len(raw), 7):
        check(raw[:end])


@given(st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "Zs")), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_reads_the_same_plain_and_in_html(text: str) -> None:
    words = " ".join(text.split())
    plain = read_mail(HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + words.encode())
    marked = read_mail(HEAD + html("<b>".join(words)))
    assert [one.text for one in plain.passages] == [one.text for one in marked.passages]


def nasty_files() -> list[Path]:
    """Return the files of the nasty collection, where there is one."""
    return sorted(path for path in NASTY.rglob("*") if path.is_file()) if NASTY.is_dir() else []


@pytest.mark.skipif(not NASTY.is_dir(), reason="no folder shared/mime beside the checkout")
def test_every_nasty_mail_is_read_quickly() -> None:
    files = nasty_files()
    for path in files:
        raw = path.read_bytes()
        began = process_time()
        check(raw)
        assert process_time() - began < HANGS, path
    assert len(files) > 600


@pytest.mark.skipif(not NASTY.is_dir(), reason="no folder shared/mime beside the checkout")
def test_every_nasty_mail_is_a_message_when_named() -> None:
    files = [path for path in nasty_files() if path.suffix in {".eml", ".msg"} and "#" not in str(path)]
    assert {label.rpartition("#")[0] or label for label, _ in messages(files)} == set(map(str, files))
    assert len(files) > 100
