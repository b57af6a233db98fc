"""The same words get the same verdict, however a mail program writes them down or a writer hides them."""

import base64
import html
import quopri
from collections.abc import Callable
from email.header import Header

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardian.domain.mail import Envelope
from guardian.domain.verdict import Verdict
from guardian.guard import Guard, Policy, SnapshotDirectory
from guardian.nlp.judge import SpacyJudge

CLIENT = "helena.ruiz@aridosnorte.example"
ENVELOPE = Envelope(sender="me@acme.example", recipients=("ana@acme.example", CLIENT))
WORDS = (
    "el pedido sale mañana", "Ana, te paso la factura", "no aguanto más a esta mujer", "Helena es una inútil",
    "gracias por su paciencia", "the client is an idiot", "please call her", "que no se entere de la avería",
    "the invoice is attached", "¿lo ves?", "un saludo", "what a clown", "el transportista es un desastre",
)  # fmt: skip
LOOKALIKES = str.maketrans("aeopcx", "аеорсх")


def plain(text: str) -> tuple[str, str, bytes]:
    return "text/plain; charset=utf-8", "8bit", text.encode()


def in_base64(text: str) -> tuple[str, str, bytes]:
    return "text/plain; charset=utf-8", "base64", base64.encodebytes(text.encode())


def quoted(text: str) -> tuple[str, str, bytes]:
    return "text/plain; charset=utf-8", "quoted-printable", quopri.encodestring(text.encode())


def wide(text: str) -> tuple[str, str, bytes]:
    return "text/plain; charset=utf-16", "base64", base64.encodebytes(text.encode("utf-16"))


def as_html(text: str) -> tuple[str, str, bytes]:
    lines = "<br>".join(html.escape(line) for line in text.split("\n"))
    return "text/html; charset=utf-8", "8bit", f"<html><body><p>{lines}</p></body></html>".encode()


def split_over_tags(text: str) -> tuple[str, str, bytes]:
    lines = [
        "".join(f"<b>{html.escape(c)}</b>" if c.isalpha() else html.escape(c) for c in x) for x in text.split("\n")
    ]
    return "text/html; charset=utf-8", "8bit", f"<html><body><p>{'<br>'.join(lines)}</p></body></html>".encode()


def with_invisible(text: str) -> tuple[str, str, bytes]:
    return plain(text.replace("e", "e\u200b").replace("n", "n\u2060"))


def with_lookalikes(text: str) -> tuple[str, str, bytes]:
    """Disguise every other letter that has a double, as a Cyrillic one that nobody can tell from it."""
    return plain("".join(c.translate(LOOKALIKES) if i % 2 else c for i, c in enumerate(text)))


WAYS = (in_base64, quoted, wide, as_html, split_over_tags, with_invisible, with_lookalikes)


@pytest.fixture(scope="module")
def guard() -> Guard:
    directory = SnapshotDirectory(own_domains={"acme.example"}, addresses={CLIENT: "Áridos Norte"}, domains={})
    return Guard(SpacyJudge(), directory, Policy())


def judged(guard: Guard, part: tuple[str, str, bytes]) -> Verdict:
    kind, encoding, body = part
    head = (
        f"From: me@acme.example\r\nTo: ana@acme.example, {CLIENT}\r\nSubject: {Header('pedido 4471').encode()}\r\n"
        f"Message-ID: <1@acme.example>\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return guard.check(ENVELOPE, head.encode() + body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(". ".join), min_size=1, max_size=4),
    way=st.sampled_from(WAYS),
)
def test_however_it_is_written_down(
    guard: Guard, lines: list[str], way: Callable[[str], tuple[str, str, bytes]]
) -> None:
    text = "\n".join(lines)
    one, other = judged(guard, plain(text)), judged(guard, way(text))
    assert other.action is one.action
    assert other.score == pytest.approx(one.score, abs=1e-6)
    assert [reason.code for reason in other.reasons] == [reason.code for reason in one.reasons]
