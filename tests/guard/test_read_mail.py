"""One text, however it is wrapped, is the same text."""

import base64
import binascii
import itertools
import quopri
import struct
from datetime import UTC, datetime

import pytest

from guardian.domain.mail import Mail, Place, Unscannable, Voice
from guardian.guard.read_mail import read_mail
from guardian.guard.read_mail.mime_walk import walk
from guardian.nlp.reading import JUDGED, judged_text
from tests.guard.fakes import eml, texts
from tests.guard.files import file_in_tnef, properties_of, property_of, signed_of, tnef, tnef_of

TEXT = "Menudo cretino es el señor Núñez, ¿no?"
HEAD = b"From: ana@acme.example\r\nTo: luis@cliente.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


def part(body: bytes, kind: str = "text/plain; charset=utf-8", encoding: str = "8bit", more: str = "") -> bytes:
    """Return one part with its header."""
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n{more}\r\n".encode() + body


def multipart(kind: str, *parts: bytes, boundary: str = "b1", end: bool = True) -> bytes:
    """Return a multipart with its header."""
    inside = b"".join(b"--" + boundary.encode() + b"\r\n" + one + b"\r\n" for one in parts)
    tail = f"--{boundary}--\r\n".encode() if end else b""
    explained = "This is a multi-part message in MIME format.\r\n"
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n{explained}'.encode() + inside + tail


def html(body: str) -> bytes:
    """Return an HTML part."""
    return part(f"<html><body>{body}</body></html>".encode(), "text/html; charset=utf-8")


def utf7(text: str) -> bytes:
    """Return UTF-7."""
    return text.encode("utf-7")


WRAPPED = {
    "plain": part(TEXT.encode()),
    "no header at all": b"\r\n" + TEXT.encode(),
    "base64": part(base64.encodebytes(TEXT.encode()), encoding="base64"),
    "base64, spelt oddly": part(base64.encodebytes(TEXT.encode()), encoding=" Base64 (really)"),
    "base64 without padding": part(base64.b64encode(TEXT.encode()).rstrip(b"="), encoding="base64"),
    "base64 with rubbish": part(base64.b64encode(TEXT.encode()).replace(b"W", b"W!\x00 "), encoding="base64"),
    "text that claims to be base64": part(TEXT.encode(), encoding="base64"),
    "quoted-printable": part(quopri.encodestring(TEXT.encode()), encoding="quoted-printable"),
    "quoted-printable, cut": part(quopri.encodestring(TEXT.encode()) + b"=", encoding="QUOTED-PRINTABLE"),
    "latin-1": part(TEXT.encode("latin-1"), "text/plain; charset=iso-8859-1"),
    "cp1252 called ascii": part(TEXT.encode("cp1252"), "text/plain; charset=us-ascii"),
    "cp1252 called utf-8": part(TEXT.encode("cp1252")),
    "utf-8 called latin-1": part(TEXT.encode(), 'text/plain; charset="ISO-8859-1"'),
    "utf-8 called nonsense": part(TEXT.encode(), "text/plain; charset=\x00klingon"),
    "utf-8 called utf-16": part(TEXT.encode(), "text/plain; charset=utf-16"),
    "utf-7": part(utf7(TEXT), "text/plain; charset=UTF-7"),
    "utf-7 by its other name": part(utf7(TEXT), "text/plain; charset=unicode-1-1-utf-7"),
    "utf-16 with a mark": part(base64.encodebytes(TEXT.encode("utf-16")), "text/plain; charset=utf-16", "base64"),
    "utf-16 big-endian": part(base64.encodebytes(TEXT.encode("utf-16-be")), "text/plain; charset=utf-16be", "base64"),
    "utf-16 with a mark, called utf-8": part(base64.encodebytes(TEXT.encode("utf-16")), encoding="base64"),
    "utf-16 called utf-8": part(base64.encodebytes(TEXT.encode("utf-16-le")), encoding="base64"),
    "utf-32": part(base64.encodebytes(TEXT.encode("utf-32")), "text/plain; charset=utf-32", "base64"),
    "another subtype": part(TEXT.encode(), "text/x-whatever; charset=utf-8"),
    "no valid type": part(TEXT.encode(), "text; charset=utf-8"),
    "type that nobody knows": part(TEXT.encode(), "prose/purple"),
    "html": html(f"<p>{TEXT}</p>"),
    "html, tags inside words": html("<p>Menudo cre<b>ti</b>no es el <span>se</span>ñ<i>or</i> Núñez, ¿no?</p>"),
    "html, comments inside words": html("<p>Menudo cre<!-- x -->tino es el señor Núñez, ¿no?</p>"),
    "html, entities": html("Menudo&nbsp;cretino es el se&ntilde;or N&#250;&#xF1;ez, &iquest;no?"),
    "html, zero-width": html("Menudo cre&#8203;ti\u200bn&shy;o es el señor Núñez, ¿no?"),
    "html, wrapped lines": html("<p>Menudo cretino\r\nes  el\tseñor\r\n Núñez, ¿no?"),
    "zero-width": part(TEXT.replace("cretino", "c\u200bre\u2060ti\ufeffno").encode()),
    "direction marks": part(TEXT.replace("cretino", "\u202acretino\u202c").encode()),
    "zero bytes": part(TEXT.replace("cretino", "cr\x00etino").encode()),
    "flowed": part("Menudo cretino es \r\nel señor \r\nNúñez, ¿no?".encode(), "text/plain; format=flowed"),
    "mixed": multipart("mixed", part(TEXT.encode()), part(b"\x89PNG", "image/png")),
    "mixed without an end": multipart("mixed", part(TEXT.encode()), end=False),
    "mixed without its boundary named": multipart("mixed", part(TEXT.encode())).replace(b'; boundary="b1"', b""),
    "nested": multipart(
        "mixed", multipart("related", multipart("alternative", part(TEXT.encode()), boundary="b3"), boundary="b2")
    ),
    "signed": multipart("signed", part(TEXT.encode()), part(b"xx", "application/pkcs7-signature")),
    "alternative": multipart("alternative", part(TEXT.encode()), html(f"<p>{TEXT}</p>")),
    "alternative, wrapped": multipart(
        "alternative", part(TEXT.replace(" es ", "\r\nes ").encode()), html(f"<p>{TEXT}</p>")
    ),
    "multipart in base64": b"Content-Type: multipart/mixed; boundary=b1\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(b"--b1\r\n" + part(TEXT.encode()) + b"\r\n--b1--"),
    "epilogue": multipart("mixed", part(TEXT.encode())) + b"\r\n\r\n-- \r\n",
    "parts after the end": multipart("mixed", part(b"")) + b"--b1\r\n" + part(TEXT.encode()),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_the_same_text_reads_the_same_however_it_is_wrapped(name: str) -> None:
    mail = read_mail((b"" if name == "no header at all" else HEAD) + WRAPPED[name])
    assert [" ".join(text.split()) for text in texts(mail)] == [TEXT]
    assert mail.unscannable == ()


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + multipart("mixed", part(b"Hola")).replace(b"--b1\r\n", b"Cretino\r\n--b1\r\n", 1),
        HEAD + multipart("mixed", part(b"Hola")) + b"Cretino\r\n",
        HEAD + multipart("mixed", part(b"Hola")) + b"Cretino\r\n--b1\r\n" + part(b"Hola"),
    ],
)
def test_text_around_the_parts_is_read_as_if_attached(raw: bytes) -> None:
    mail = read_mail(raw)
    assert place_of(mail, "Cretino") is Place.ATTACHED
    assert mail.unscannable == ()


def test_line_ends_of_one_kind_are_read_and_a_stray_one_is_a_finding() -> None:
    raw = HEAD + part(TEXT.encode())
    assert [texts(read_mail(raw.replace(b"\r\n", end))) for end in (b"\r", b"\n", b"\r\r\n")] == [[TEXT]] * 3
    assert read_mail(raw.replace(b"\r\n", b"\r")).unscannable == ()
    stray = read_mail(HEAD + b"X-A: b\r\rContent-Transfer-Encoding: base64\r\n\r\n" + TEXT.encode())
    assert stray.unscannable == (Unscannable.BROKEN,)


def place_of(mail: Mail, word: str) -> Place:
    """Return where a word stands."""
    return next(one.place for one in mail.passages if word in one.text)


def test_what_only_one_alternative_says_is_read() -> None:
    raw = HEAD + multipart("alternative", part(b"Hola\r\nCretino\r\n"), html("<p>Hola</p><p>Adi&oacute;s</p>"))
    assert texts(read_mail(raw)) == ["Hola\n\nAdiós\n\nCretino"]


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00"])
def test_a_stray_mark_in_front_does_not_turn_words_into_chinese(mark: bytes) -> None:
    mail = read_mail(part(mark + TEXT.encode()), own_domains=("acme.example",))
    assert "cretino" in mail.passages[-1].text


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : NONE !important",
        "visibility:hidden",
        "font-size:0",
        "font-size: 0px; color:red",
        "font-size:0.0em",
        "opacity:0",
        "opacity:.0;",
        "mso-hide:all",
    ],
)
def test_hidden_text_is_kept_and_marked(style: str) -> None:
    mail = read_mail(HEAD + html(f'Hola <span style="{style}">cretino</span> mundo'))
    assert texts(mail) == ["Hola mundo", "cretino"]
    assert place_of(mail, "cretino") is Place.HIDDEN
    inside = read_mail(HEAD + html(f'cre<i style="{style}">xx</i>tino'))
    assert texts(inside) == ["cretino", "xx"]


def test_the_hidden_attribute_hides() -> None:
    shown = read_mail(HEAD + html("Hola <span hidden>cretino</span>"))
    assert place_of(shown, "cretino") is Place.HIDDEN


@pytest.mark.parametrize(
    "style", ["font-size:10px", "opacity:0.5", "fill-opacity:0", "display:block", "font-size:0.8em"]
)
def test_visible_text_is_not_called_hidden(style: str) -> None:
    mail = read_mail(HEAD + html(f'<span style="{style}">cretino</span>'))
    assert place_of(mail, "cretino") is Place.BODY


@pytest.mark.parametrize("tag", ["style", "script", "title"])
def test_what_is_no_text_is_dropped(tag: str) -> None:
    assert texts(read_mail(HEAD + html(f"Hola<{tag}>cretino</{tag}>"))) == ["Hola"]


@pytest.mark.parametrize(
    "markup",
    [
        "<template><p>cre<b>ti</b>no</p></template>",
        "<iframe>cretino</iframe>",
        "<noembed>cre<b>ti</b>no</noembed>",
        "<noframes>cretino</noframes>",
        "<svg><title>cretino</title><path d='M0 0'/></svg>",
        "<svg><g><title>cre<!-- x -->tino</title></g></svg>",
    ],
)
def test_what_stands_in_for_something_else_is_hidden_text(markup: str) -> None:
    mail = read_mail(HEAD + html(f"Ho{markup}la"))
    assert place_of(mail, "cretino") is Place.HIDDEN
    assert "Hola" in texts(mail)


def test_what_stands_in_for_frames_in_a_head_is_hidden_text() -> None:
    page = b"<head><noframes>cretino</noframes></head><frameset><frame src=x><noframes>inepto</noframes></frameset>"
    mail = read_mail(HEAD + part(page, "text/html"))
    assert place_of(mail, "inepto") is Place.HIDDEN
    page = b"<head><noframes>cretino</noframes><template>inepto</template></head><body>Hola</body>"
    mail = read_mail(HEAD + part(page, "text/html"))
    assert {place_of(mail, "cretino"), place_of(mail, "inepto")} == {Place.HIDDEN}


def test_blocks_end_lines_and_cells_leave_a_gap() -> None:
    table = "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>"
    body = "<div>uno</div>dos<ul><li>tres<li>cuatro</ul>" + table
    assert texts(read_mail(HEAD + html(body))) == ["uno\ndos\ntres\ncuatro\n1 2\n3"]


LUIS = "Luis &lt;luis@cliente.example&gt;"
FIELDS = "<b>Enviado el:</b> jueves, 5 de marzo de 2026 10:00<br><b>Para:</b> Ana<br><b>Asunto:</b> P"
RULE = '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm">'
HTML_QUOTES = {
    "gmail": '<div>Nuevo</div><div class="gmail_quote"><div class="gmail_attr">El jue, 5 mar 2026 a las 10:00, Luis '
    '(&lt;<a href="mailto:luis@cliente.example">luis@cliente.example</a>&gt;) escribió:<br></div>'
    '<blockquote class="gmail_quote"><div>Suyo</div></blockquote></div>',
    "outlook web": f'<div>Nuevo</div><hr><div id="divRplyFwdMsg"><b>De:</b> {LUIS}<br>{FIELDS}</div><div>Suyo</div>',
    "outlook": f"<p>Nuevo</p>{RULE}<p><b>De:</b> {LUIS} <br>{FIELDS}</p></div><p>Suyo</p>",
    "outlook, language that nobody knows": f"<p>Nuevo</p>{RULE}<p><b>Lähettäjä:</b> {LUIS}<br><b>Lähetetty:</b> 5. 3."
    " 2026<br><b>Aihe:</b> P</p></div><p>Suyo</p>",
    "outlook, Swedish": f"<p>Nuevo</p>{RULE}<p><b>Från:</b> {LUIS}<br><b>Skickat:</b> den 23 november 2026 10:00<br>"
    "<b>Till:</b> Ana<br><b>Ämne:</b> P</p></div><p>Suyo</p>",
    "apple": f"Nuevo<br><blockquote type=cite><div>El 5 mar 2026, a las 10:00, {LUIS} escribió:</div>"
    "<br><div>Suyo</div></blockquote>",
    "thunderbird": f'Nuevo<div class="moz-cite-prefix">El 5/3/26 a las 10:00, {LUIS} escribió:<br></div>'
    '<blockquote type="cite" cite="mid:x">Suyo</blockquote>',
    "yahoo": '<div>Nuevo</div><div class="yahoo_quoted">En jueves, 5 de marzo de 2026, 10:00:00 CET, '
    f"{LUIS} escribió:<div>Suyo</div></div>",
}


@pytest.mark.parametrize("name", HTML_QUOTES)
def test_quotes_in_html_are_told_apart(name: str) -> None:
    mail = read_mail(HEAD + html(HTML_QUOTES[name]), own_domains=("acme.example",))
    assert "Nuevo" in "\n".join(texts(mail))
    assert "Suyo" in "\n".join(texts(mail, Voice.CLIENT_QUOTED))
    assert "Suyo" not in "\n".join(texts(mail) + texts(mail, Voice.OWN_QUOTED))


@pytest.mark.parametrize(
    "fields",
    [
        ("Contacto: Luis", "Pedido: 4512", "Nota: cuidado con él"),
        ("Contacto: luis@cliente.example", "Tel: 4512", "Web: cliente.example"),
        ("Contacto: Luis", "Alta: 23/11/2026", "Pedido: 4512"),
        ("Contacto: Luis &lt;luis@cliente.example&gt;", "Fecha: 23/11/2026", "Pedido: 4512"),
    ],
)
def test_a_list_of_fields_below_a_rule_is_no_header_of_a_quote(fields: tuple[str, ...]) -> None:
    below = "".join(f"<p>{field}</p>" for field in fields)
    body = f"<p>Eva, la ficha:</p><div style='border-top:1px solid #ccc'>{below}</div><p>Este tío es un cretino.</p>"
    mail = read_mail(HEAD + html(body), own_domains=("acme.example",))
    assert "Este tío es un cretino." in "\n".join(texts(mail))


def test_answers_between_quotes_in_html_are_new() -> None:
    body = "<blockquote type=cite>¿Precio?</blockquote>Cien.<blockquote type=cite>¿Plazo?</blockquote>Mañana."
    assert texts(read_mail(HEAD + html(body))) == ["Cien.", "Mañana."]


def test_an_indented_paragraph_is_no_quote() -> None:
    assert texts(read_mail(HEAD + html('<blockquote style="margin:0 0 0 40px">Cretino</blockquote>'))) == ["Cretino"]


def test_an_attached_message_has_the_voice_of_its_author() -> None:
    inner = b"From: %s\r\nSubject: Dentro\r\n\r\nCretino"
    for sender, voice in (
        (b"eva@acme.example", Voice.OWN_QUOTED),
        (b"luis@cliente.example", Voice.CLIENT_QUOTED),
        (b"", Voice.OWN_QUOTED),
    ):
        raw = HEAD + multipart("mixed", part(b"Hola"), b"Content-Type: message/rfc822\r\n\r\n" + inner % sender)
        mail = read_mail(raw, own_domains=("acme.example",))
        attached = [(one.text, one.voice) for one in mail.passages if one.place is Place.ATTACHED]
        assert attached == [("Dentro", voice), ("Cretino", voice)]
        assert texts(mail) == ["Hola"]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("text/plain; name=notas.txt", "Content-Disposition: attachment\r\n"),
        ("application/octet-stream", "Content-Disposition: attachment; filename*=utf-8''no%74as.TXT\r\n"),
        ("text/csv", 'Content-Disposition: inline; filename="a.csv"\r\n'),
    ],
)
def test_attached_text_files_are_read(kind: str, more: str) -> None:
    mail = read_mail(HEAD + multipart("mixed", part(b"Hola"), part(b"Cretino", kind, more=more)))
    assert place_of(mail, "Cretino") is Place.ATTACHED


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "application/zip", "application/msword"])
def test_what_is_no_text_is_neither_read_nor_a_finding(kind: str) -> None:
    mail = read_mail(HEAD + multipart("mixed", part(b"Hola"), part(b"Cretino", kind)))
    assert (texts(mail), mail.unscannable) == (["Hola"], ())


PAGE = f"<html><head><style>p {{}}</style></head><body><table><tr><td>Luis</td>\n<td>{TEXT}</td></tr></table></html>"
TELLING_NOTHING = {
    "a name without a kind": ("notas", "application/octet-stream", TEXT.encode()),
    "no name": ("", "application/octet-stream", TEXT.encode("cp1252")),
    "a name with a full stop": ("Chat con el Sr. Gil 3.2", "application/octet-stream", TEXT.encode("utf-16")),
    "a type that nobody registered": ("notas", "binary/octet-stream", TEXT.encode("utf-8-sig")),
    "a page called a table": ("informe.xls", "application/vnd.ms-excel", PAGE.encode("cp1252")),
    "a page under any name": ("informe.aspx", "application/octet-stream", b"\r\n<!DOCTYPE html>" + PAGE.encode()),
    "rows called a table": ("informe.xls", "application/vnd.ms-excel", f"Luis\t{TEXT}\r\n".encode("cp1252")),
    "an archive of a page called a table": (
        "informe.xls",
        "application/vnd.ms-excel",
        b"MIME-Version: 1.0\r\n" + multipart("related", html(TEXT), part(b"iVBORw0KGgo=", "image/png", "base64")),
    ),
    "a table of Excel in XML": (
        "informe.xls",
        "application/vnd.ms-excel",
        f'<?xml version="1.0"?><Workbook><Row><Cell><Data>Luis</Data></Cell><Cell>{TEXT}</Cell></Row>'.encode(),
    ),
}


@pytest.mark.parametrize("name", TELLING_NOTHING)
def test_a_file_that_plainly_is_text_is_read_whatever_it_is_called(name: str) -> None:
    file, kind, data = TELLING_NOTHING[name]
    named = part(base64.encodebytes(data), f'{kind}; name="{file}"', "base64")
    mail = read_mail(HEAD + multipart("mixed", part(b"Hola"), named))
    assert place_of(mail, TEXT) is Place.ATTACHED
    assert not [one.text for one in mail.passages if "<" in one.text or "{" in one.text]
    assert mail.unscannable == ()


NO_TEXT = {
    "bytes": ("notas", "application/octet-stream", bytes(range(256)) * 40),
    "bytes behind a text": ("notas", "application/octet-stream", TEXT.encode() * 40 + b"\0\1\2"),
    "bytes without control characters": ("notas", "application/octet-stream", b"Hola " + bytes(range(128, 256)) * 40),
    "samples of a sound": ("voz", "application/octet-stream", struct.pack("<500h", *range(300, 800))),
    "a PDF": ("oferta", "application/octet-stream", b"%PDF-1.4\nMenudo cretino\n%%EOF"),
    "a PDF, its type unknown": ("oferta.pdf", "binary/octet-stream", b"%PDF-1.4\n\xe2\xe3 Menudo cretino\n%%EOF"),
    "a certificate": ("clave", "application/octet-stream", b"-----BEGIN CERTIFICATE-----\nMIIB\n"),
    "a signature": ("", "application/pgp-signature", b"-----BEGIN PGP SIGNATURE-----\n\niQEz\n"),
    "a drawing": ("pieza.stp", "application/octet-stream", b"ISO-10303-21;\nHEADER;\n" * 400_000),
    "a program": ("instala.sh", "application/x-sh", b"#!/bin/sh\necho hola\n"),
    "a few bytes": ("", "application/octet-stream", b"]u\xeb"),
    "nothing": ("notas", "application/octet-stream", b""),
}


@pytest.mark.parametrize("name", NO_TEXT)
def test_a_file_that_is_no_text_is_neither_read_nor_a_finding(name: str) -> None:
    file, kind, data = NO_TEXT[name]
    named = part(base64.encodebytes(data), f'{kind}; name="{file}"', "base64")
    mail = read_mail(HEAD + multipart("mixed", part(b"Hola"), named))
    assert (texts(mail), mail.unscannable) == (["Hola"], ())


def test_invitations_are_read_unfolded() -> None:
    body = b"BEGIN:VEVENT\r\nSUMMARY:Ver al cre\r\n tino\\, otra vez\r\nEND:VEVENT"
    assert "Ver al cretino, otra vez" in texts(read_mail(HEAD + part(body, "text/calendar")))[0]


def test_a_message_that_is_called_a_text_is_read_as_both() -> None:
    inner = b"Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(b"Menudo cretino\r\n")
    raw = multipart("mixed", part(b"Hola"), part(inner, "text/plain; name=nota.eml", more="X-A: b\r\n"))
    mail = read_mail(HEAD + raw, own_domains=("acme.example",))
    assert place_of(mail, "cretino") is Place.ATTACHED
    raw = multipart("mixed", part(b"Hola"), part(b"Menudo cretino", "text/plain; name=nota.eml"))
    assert texts(read_mail(HEAD + raw)) == ["Hola", "Menudo cretino"]


def test_base64_full_of_junk_is_read_as_programs_read_it_and_named() -> None:
    letters = base64.b64encode(TEXT.encode("latin-1"))
    junk = b"".join(letters[at : at + 5] + b"!" for at in range(0, len(letters), 5))
    mail = read_mail(HEAD + part(junk, "text/plain; charset=iso-8859-1", encoding="base64"))
    assert (texts(mail), mail.unscannable) == ([TEXT], (Unscannable.BROKEN,))


SIGNED = part("Menudo cretino él".encode("latin-1"), "text/plain; charset=iso-8859-1")


@pytest.mark.parametrize(
    ("kind", "data", "place"),
    [
        ("application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", signed_of(SIGNED), Place.BODY),
        ("application/x-pkcs7-mime", signed_of(SIGNED, piece=10, endless=True), Place.BODY),
        ("application/octet-stream; name=smime.p7m", signed_of(SIGNED), Place.BODY),
        ("application/pkcs7-mime; name=nota.txt.p7m", signed_of("Menudo cretino él".encode()), Place.ATTACHED),
        (
            "application/octet-stream; name=nota.xml.p7m",
            signed_of("<a>Menudo cretino él</a>".encode()),
            Place.ATTACHED,
        ),
        (
            "application/octet-stream; name=nota.txt.P7M.p7m",
            signed_of(signed_of("cretino él".encode())),
            Place.ATTACHED,
        ),
        (
            "application/octet-stream; name=nota.eml.p7m",
            signed_of("Subject: x\r\n\r\ncretino él".encode()),
            Place.ATTACHED,
        ),
    ],
)
def test_what_is_only_signed_is_read(kind: str, data: bytes, place: Place) -> None:
    mail = read_mail(HEAD + part(base64.encodebytes(data), kind, encoding="base64"))
    assert place_of(mail, "cretino él") is place
    assert mail.unscannable == ()


def test_a_signed_picture_is_neither_read_nor_a_finding() -> None:
    raw = part(
        base64.encodebytes(signed_of(b"%PDF-1.4 x")), "application/pkcs7-mime; name=a.pdf.p7m", encoding="base64"
    )
    mail = read_mail(HEAD + raw)
    assert (texts(mail), mail.unscannable) == ([], ())


def test_signed_in_signed_ends_where_parts_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(walk.__globals__, "MAX_DEPTH", 5)
    data = SIGNED
    for _ in range(5):
        data = part(base64.encodebytes(signed_of(data)), "application/pkcs7-mime", "base64")
    assert place_of(read_mail(HEAD + data), "cretino él") is Place.BODY
    data = part(base64.encodebytes(signed_of(data)), "application/pkcs7-mime", "base64")
    assert read_mail(HEAD + data).unscannable == (Unscannable.TOO_DEEP,)


def attached_file(name: str, data: str, kind: str = "application/octet-stream") -> Mail:
    """Return a mail with a file attached."""
    return read_mail(HEAD + multipart("mixed", part(b"Hola"), part(data.encode(), f"{kind}; name={name}")))


def rows(count: int, more: str = "") -> str:
    """Return a price list, with something in one of its rows."""
    listed = [
        f"REF-{number:05d};Tornillo hexagonal M{number % 20} zincado;{number},37;EUR" for number in range(count)
    ]
    listed[count // 2] += f";{more}"
    return "\r\n".join(listed)


LISTS = {
    "precios.csv": rows(6_000, "Este cliente no paga, es un cretino;x"),
    "factura.xml": "<F>" + rows(6_000, "<Nota>Este cliente no paga, es un cretino</Nota>").replace("\r\n", "</L><L>"),
    "datos.json": "[" + rows(6_000, '","nota": "Este cliente no paga, es un cretino"').replace("\r\n", '","') + "]",
    "banco.txt": rows(6_000, "Este cliente no paga, es un cretino"),
    "banco": rows(6_000, "Este cliente no paga, es un cretino"),
    "precios.xls": "<html><tr><td>"
    + rows(60_000, "Este cliente\nno paga, es un <b>cre</b>tino").replace("\r\n", "</td></tr><tr><td>"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_long_list_is_no_finding_and_what_people_say_in_it_is_read(name: str) -> None:
    mail = attached_file(name, LISTS[name])
    assert mail.unscannable == ()
    assert place_of(mail, "Este cliente no paga, es un cretino") is Place.ATTACHED
    assert "REF-00000" in texts(mail)[1]


def test_two_long_lists_are_no_finding() -> None:
    files = [part(rows(4_000).encode(), f"text/csv; name={name}.csv") for name in ("uno", "dos")]
    assert read_mail(HEAD + multipart("mixed", part(b"Hola"), *files)).unscannable == ()


def test_a_list_within_the_limit_is_read_whole() -> None:
    assert texts(attached_file("precios.csv", rows(500))) == ["Hola", rows(500).replace("\r\n", "\n")]


SAYS = "Le confirmo que la entrega queda como acordamos en la llamada del martes. "


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("nota.txt", "text/plain"),
        ("nota.html", "text/html"),
        ("nota", "text/plain"),
        ("precios.csv", "text/csv"),
        ("datos.xml", "text/xml"),
    ],
)
def test_prose_over_the_limit_is_too_long_in_every_kind_of_file(name: str, kind: str) -> None:
    words = map("".join, itertools.product("abcdefgh", repeat=4))
    varied = "\n".join(f"{SAYS}{word}x dice que no." for word in words)
    assert attached_file(name, varied, kind).unscannable == (Unscannable.TOO_LONG,)


def test_a_list_in_the_body_is_too_long() -> None:
    assert read_mail(eml(rows(6_000))).unscannable == (Unscannable.TOO_LONG,)


def test_more_of_a_list_than_is_looked_through_is_too_long() -> None:
    assert attached_file("precios.csv", "1;2;3\r\n" * 1_500_000).unscannable == (Unscannable.TOO_LONG,)


def test_a_list_of_the_clients_in_his_own_mail_stays_his() -> None:
    inner = b"From: luis@cliente.example\r\n" + part(rows(6_000).encode(), "text/csv; name=a.csv")
    raw = HEAD + multipart("mixed", part(b"Hola"), b"Content-Type: message/rfc822\r\n\r\n" + inner)
    mail = read_mail(raw, own_domains=("acme.example",))
    assert (texts(mail), mail.unscannable) == (["Hola"], ())


SEALED = {
    "S/MIME": (part(b"xx", "application/pkcs7-mime; smime-type=enveloped-data"), Unscannable.ENCRYPTED),
    "S/MIME by name": (part(b"xx", 'application/octet-stream; name="smime.p7m"'), Unscannable.ENCRYPTED),
    "PGP/MIME": (multipart("encrypted", part(b"Version: 1", "application/pgp-encrypted")), Unscannable.ENCRYPTED),
    "PGP in the text": (part(b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQ\r\n"), Unscannable.ENCRYPTED),
    "signed, but damaged": (
        part(base64.b64encode(signed_of(b"Hola" * 50)[:100]), "application/pkcs7-mime", "base64"),
        Unscannable.BROKEN,
    ),
    "called signed": (part(b"xx", "application/pkcs7-mime; smime-type=signed-data"), Unscannable.BROKEN),
    "fragment": (part(b"x", "message/partial; id=1; number=2"), Unscannable.PARTIAL),
    "elsewhere": (part(b"x", "message/external-body; access-type=ftp"), Unscannable.PARTIAL),
    "winmail.dat only": (part(b'x\x9f>"', "application/ms-tnef"), Unscannable.BROKEN),
    "encoding that nobody knows": (part(b"x", encoding="x-secret"), Unscannable.BROKEN),
}


@pytest.mark.parametrize("name", SEALED)
def test_what_cannot_be_read_is_named(name: str) -> None:
    raw, why = SEALED[name]
    assert read_mail(HEAD + raw).unscannable == (why,)
    beside = multipart("mixed", part(b""), raw, boundary="outer")
    assert why in read_mail(HEAD + beside).unscannable


@pytest.mark.parametrize("kind", ["application/ms-tnef", "application/octet-stream; name=winmail.dat", "image/png"])
def test_winmail_is_read_whatever_it_is_called(kind: str) -> None:
    raw = HEAD + multipart("mixed", part(b"Hola"), part(tnef("Cretino"), kind))
    mail = read_mail(raw)
    assert (texts(mail), mail.unscannable) == (["Hola", "Cretino"], ())


def test_winmail_that_cannot_be_read_is_a_finding() -> None:
    raw = HEAD + multipart("mixed", part(b"Hola"), part(b"x", "application/octet-stream; name=winmail.dat"))
    assert read_mail(raw).unscannable == (Unscannable.BROKEN,)


NOTE = "Subject: Luis\r\n\r\nMenudo cretino es él.\r\n".encode()
IN_WINMAIL = {
    "its data before its title": file_in_tnef(title=b"nota.txt", data=b"Menudo cretino", title_first=False),
    "its data among its properties": file_in_tnef((0x3701, b"Menudo cretino"), (0x3707, b"nota.txt")),
    "a mail": file_in_tnef(title=b"nota.eml", data=NOTE),
    "its long name": file_in_tnef((0x3707, b"Menudo cretino.pdf"), title=b"MENUDO~1.PDF", data=b"%PDF"),
    "a report": tnef_of(properties_of(property_of(0x1001, 0x1E, b"Menudo cretino"))),
}


def winmail(data: bytes) -> bytes:
    """Return the part that holds a TNEF."""
    return part(base64.encodebytes(data), "application/ms-tnef; name=winmail.dat", "base64")


@pytest.mark.parametrize("name", IN_WINMAIL)
def test_whatever_winmail_holds_is_read(name: str) -> None:
    mail = read_mail(HEAD + multipart("mixed", part(b"Hola"), winmail(IN_WINMAIL[name])))
    assert [one.text for one in mail.passages if "Menudo cretino" in one.text]
    assert mail.unscannable == ()


def test_a_mail_in_uuencode_is_read() -> None:
    lines = [binascii.b2a_uu(NOTE[at : at + 45]).replace(b"\n", b"\r\n") for at in range(0, len(NOTE), 45)]
    body = b"Hola\r\n\r\nbegin 644 nota.eml\r\n" + b"".join(lines) + b"`\r\nend\r\n"
    assert place_of(read_mail(HEAD + part(body)), "Menudo cretino es él.") is Place.ATTACHED


def test_mails_in_winmail_in_mails_have_an_end() -> None:
    data = NOTE
    for _ in range(4):
        data = winmail(file_in_tnef(title=b"nota.eml", data=data))
    assert read_mail(HEAD + data).unscannable == (Unscannable.TOO_DEEP,)


def packed(rtf: bytes) -> bytes:
    """Return RTF in the packing of Outlook, nothing of it made shorter."""
    pieces = b"".join(b"\0" + rtf[at : at + 8] for at in range(0, len(rtf), 8))
    return struct.pack("<II4sI", len(pieces) + 12, len(rtf), b"LZFu", 0) + pieces


def test_a_picture_in_packed_rtf_hides_no_words() -> None:
    rtf = rb"{\rtf1\ansi {\pict\wmetafile8 " + b"0f" * 530_000 + rb"}Menudo cretino\par}"
    mail = read_mail(HEAD + winmail(tnef_of(properties_of(property_of(0x1009, 0x102, packed(rtf))))))
    assert (texts(mail), mail.unscannable) == (["Menudo cretino"], ())


def test_more_packed_rtf_than_is_unpacked_is_too_long() -> None:
    rtf = rb"{\rtf1\ansi Hola {\pict\wmetafile8 " + b"0f" * 3_000_000 + rb"}Menudo cretino\par}"
    told = properties_of(*[property_of(0x1009, 0x102, packed(rtf))] * 2)
    assert read_mail(HEAD + winmail(tnef_of(told))).unscannable == (Unscannable.TOO_LONG,)


def test_rtf_of_too_many_pieces_is_too_long() -> None:
    data = rb"{\rtf1 Hola" + b"{}" * 600_000 + b"}"
    mail = read_mail(HEAD + part(data, "application/rtf"))
    assert (texts(mail), mail.unscannable) == (["Hola"], (Unscannable.TOO_LONG,))


def test_winmail_without_words_is_no_finding() -> None:
    receipt = tnef_of(properties_of(property_of(0x0080, 0x1E, b"displayed\0")))
    mail = read_mail(HEAD + multipart("mixed", part(b"Hola"), winmail(receipt)))
    assert (texts(mail), mail.unscannable) == (["Hola"], ())


def test_no_word_of_ours_is_beyond_what_the_judge_reads_of_a_mail_in_many_pieces() -> None:
    intro = "El jue, 5 mar 2026 a las 10:00, Luis (<luis@cliente.example>) escribió:\n"
    parts = []
    for first in (0, 4_150):
        lines = "\n".join(f"> linea {n}\nrespuesta mia, que es la {n:06}" for n in range(first, first + 4_150))
        parts.append(part(f"{intro}{lines}\nun cretino".encode()))
    mail = read_mail(HEAD + multipart("mixed", *parts), own_domains=("acme.example",))
    ours = "\n".join(one.text for one in mail.passages if one.voice in JUDGED)
    assert judged_text(mail) == ours
    assert "un cretino" in ours or Unscannable.TOO_LONG in mail.unscannable


def test_new_text_goes_before_everything_when_there_is_too_much() -> None:
    quoted = "\n".join(f"> linea {number} " + "x" * 100 for number in range(1500))
    body = f"arriba\nEl jue, 5 mar 2026 a las 10:00, Luis (<luis@cliente.example>) escribió:\n{quoted}\nabajo"
    mail = read_mail(eml(body), own_domains=("acme.example",))
    assert texts(mail) == ["arriba", "abajo"]
    assert sum(len(one.text) for one in mail.passages) <= 256 * 1024
    assert mail.unscannable == ()  # only the client's words were cut


def test_too_much_new_text_is_never_cut_silently() -> None:
    assert read_mail(eml("cretino " * 40_000)).unscannable == (Unscannable.TOO_LONG,)
    own = (
        "El 5/3/26 a las 10:00, Eva <eva@acme.example> escribió:\n"
        + "> cretino, cretino, cretino y cretino\n" * 10_000
    )
    assert read_mail(eml(own), own_domains=("acme.example",)).unscannable == (Unscannable.TOO_LONG,)


HEADERS = {
    "plain": "Reunión mañana",
    "=?utf-8?Q?Reuni=C3=B3n_ma=C3=B1ana?=": "Reunión mañana",
    "=?UTF-8?B?UmV1bmnDs24gbWHDsWFuYQ==?=": "Reunión mañana",
    "=?utf-8?b?UmV1bmnDs24gbWHDsWFuYQ?=": "Reunión mañana",
    "=?utf-8?q?Reuni=C3?=\r\n =?utf-8?q?=B3n_ma=C3=B1ana?=": "Reunión mañana",
    "=?iso-8859-1*es?q?Reuni=F3n?= =?utf-8?q?_ma=C3=B1ana?=": "Reunión mañana",
    "=?x-nobody?q?Reuni=C3=B3n?= mañana": "Reunión mañana",
    "=?utf-8?q?Reuni=C3=B3n ma=C3=B1ana?=": "Reunión mañana",
    "=?utf-8?q?roto": "=?utf-8?q?roto",
    "=?utf-8?z?x?=": "=?utf-8?z?x?=",
}


@pytest.mark.parametrize("value", HEADERS)
def test_subjects_are_decoded_broken_ones_too(value: str) -> None:
    expected = HEADERS[value]
    mail = read_mail(eml("x", subject=expected if value == "plain" else value))
    assert mail.subject == expected
    assert [one.text for one in mail.passages if one.place is Place.SUBJECT] == [expected]


def test_the_header_is_shown_as_people_see_it() -> None:
    raw = eml(
        "x",
        From='"Ruiz, Ana (Ventas)" <ANA@Acme.Example>',
        To="=?utf-8?q?Luis_Pe=C3=B1a?= <luis@cliente.example>, equipo: eva@acme.example, 'b@x.example';, <>",
        Cc='c@x.example (Carlos), "d" <d@bücher.example>',
        Date="Thu, 5 Mar 2026 11:00:00 +0100",
        Message_ID="<a.b@Acme.example>",
    )
    mail = read_mail(raw)
    assert (mail.sender, mail.sender_name) == ("ana@acme.example", "Ruiz, Ana (Ventas)")
    assert [address for _, address in mail.to] == ["luis@cliente.example", "eva@acme.example", "b@x.example"]
    assert mail.to[0][0] == "Luis Peña"
    assert mail.cc == (("Carlos", "c@x.example"), ("d", "d@xn--bcher-kva.example"))
    assert mail.date == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert (mail.message_id, mail.size) == ("a.b@acme.example", len(raw))


@pytest.mark.parametrize("date", ["", "never", "Thu, 99 Mar 2026", "Thu, 5 Mar 99999 11:00:00 +9999", "\x00" * 50])
def test_a_date_that_is_none_is_none(date: str) -> None:
    assert read_mail(eml("x", Date=date)).date is None


def test_a_second_subject_is_read_as_well() -> None:
    assert texts(read_mail(b"Subject: uno\r\nSubject: cretino\r\n\r\n"), subject=True) == ["uno", "cretino"]


@pytest.mark.parametrize(
    "picture",
    [
        '<img data-emoji="{}" class="an1" alt="{}" aria-label="{}" src="https://fonts.example/x.png">',
        '<img alt="{}" src="cid:e1">',
        '<img data-emoji="{}">',
    ],
)
@pytest.mark.parametrize("emoji", ["🤡", "💩💩", "🖕🏽", "🤦‍♀️", "🇪🇸"])
def test_emoji_sent_as_pictures_stand_where_people_see_them(picture: str, emoji: str) -> None:
    said = f"El cliente {emoji} otra vez"
    shown = html(f"<p>El cliente {picture.replace('{}', emoji)} otra vez</p>")
    bare = texts(read_mail(HEAD + html(f"<p>{said}</p>")))
    assert emoji[0] in bare[0]
    assert texts(read_mail(HEAD + shown)) == bare
    assert texts(read_mail(HEAD + multipart("alternative", part(said.encode()), shown))) == bare


def test_what_differs_in_an_emoji_is_no_repeat() -> None:
    raw = HEAD + multipart("alternative", part("Hola\r\nLuis 🤡\r\n".encode()), html("<p>Hola</p><p>Luis</p>"))
    assert any("🤡" in text for text in texts(read_mail(raw)))


@pytest.mark.parametrize("alt", ["•", "*", "©", "→", "■", "-", "1", "Luis 🤡"])
def test_pictures_for_anything_but_emoji_are_not_glued_to_words(alt: str) -> None:
    read = texts(read_mail(HEAD + html(f'<p><img alt="{alt}">cliente nuevo</p>')))
    assert "cliente nuevo" in [line for text in read for line in text.splitlines()]
