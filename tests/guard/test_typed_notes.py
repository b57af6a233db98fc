"""Lines like a block of headers that somebody types, as above the note of a call, make nothing the client's."""

import pytest

from guardian.domain.mail import Voice
from guardian.guard.read_mail import read_mail
from tests.guard.fakes import eml, texts

NEW, OURS, THEIRS = Voice.NEW, Voice.OWN_QUOTED, Voice.CLIENT_QUOTED
OWN = ("acme.example",)
TO = "Luis Gil <luis@cliente.example>"

# name: (body, {voice: words that must be there and nowhere else})
FORMS: dict[str, tuple[str, dict[Voice, list[str]]]] = {
    "a note that somebody types": (
        "El recado:\n\nDe: Luis Gil\nPara: Eva\nAsunto: llamada de hoy\n\nNuevo\n\n"
        "De: Luis Gil\nA: Eva\nFecha: hoy, 10:30\nAsunto: otra\n\n> suyo\n\nSigo\n",
        {NEW: ["De: Luis Gil", "Asunto: llamada", "Nuevo", "Asunto: otra", "Sigo"], THEIRS: ["suyo"]},
    ),
    "a note with the date and time of a call": (
        "De: Luis Gil\nPara: Eva\nFecha: 27/11/2026 Hora: 10:30\nAsunto: llamada\n\nNuevo\n",
        {NEW: ["Asunto: llamada", "Nuevo"]},
    ),
    "a note above the clients mail": (
        "El recado:\n\nDe: Luis Gil\nPara: Eva\nAsunto: llamada\n\nNuevo\n\nDe: Luis Gil <luis@cliente.example>\n"
        "Enviado el: jueves, 5 de marzo de 2026 10:00\nPara: Eva\nAsunto: P\n\nSuyo\n",
        {NEW: ["Asunto: llamada", "Nuevo"], THEIRS: ["Suyo"]},
    ),
    "a note without a name above the clients mail": (
        "Para: Eva\nAsunto: llamada\n\nNuevo\n\nDe: Luis Gil <luis@cliente.example>\n"
        "Enviado el: jueves, 5 de marzo de 2026 10:00\nPara: Eva\nAsunto: P\n\nSuyo\n",
        {NEW: ["Asunto: llamada", "Nuevo"], THEIRS: ["Suyo"]},
    ),
    "a note in the mail of a colleague": (
        "Nuevo\n\nDe: Eva Paz <eva@acme.example>\nEnviado el: jueves, 5 de marzo de 2026 10:00\nPara: Ana Ruiz\n"
        "Asunto: recado\n\nMira:\n\nDe: Luis Gil\nPara: Eva\nAsunto: llamada\n\nNuestro\n",
        {NEW: ["Nuevo"], OURS: ["Mira:", "Asunto: llamada", "Nuestro"]},
    ),
}


@pytest.mark.parametrize("to", [TO, "luis@cliente.example", "lgil@cliente.example"])
@pytest.mark.parametrize("name", FORMS)
def test_what_stands_below_a_typed_note_is_of_whoever_wrote_it(name: str, to: str) -> None:
    body, expected = FORMS[name]
    mail = read_mail(eml(body, To=to), own_domains=OWN)
    for voice in (NEW, OURS, THEIRS):
        found = "\n".join(texts(mail, voice))
        for other, words in expected.items():
            for word in words:
                assert (word in found) is (voice is other), (voice, word, found)


NOTE = ("Hola, os paso el recado:", "De: Luis Gil", "Para: Marta Soto", "Asunto: llamada de hoy", "Menudo imbécil.")


@pytest.mark.parametrize("gap", ["", "<p>&nbsp;</p>"])
def test_a_note_typed_in_html_is_new_however_its_paragraphs_are_parted(gap: str) -> None:
    page = gap.join(f"<p>{line}</p>" for line in NOTE)
    mail = read_mail(eml(page, To=TO, Content_Type="text/html; charset=utf-8"))
    assert [one.voice for one in mail.passages if "imbécil" in one.text] == [NEW]


def test_the_same_lines_in_the_markup_of_a_program_are_the_clients() -> None:
    block = "<br>".join(f"<b>{line.replace(':', ':</b>')}" for line in NOTE[1:4])
    page = f'<p>Hola</p><div style="border-top:solid #E1E1E1 1.0pt"><p>{block}</p></div><p>Menudo imbécil.</p>'
    mail = read_mail(eml(page, To=TO, Content_Type="text/html; charset=utf-8"))
    assert [one.voice for one in mail.passages if "imbécil" in one.text] == [THEIRS]
