"""An intro line written by a program is of whom it names; one written by hand is a sentence of whoever wrote it."""

import pytest

from guardian.domain.mail import Voice
from guardian.guard.read_mail import read_mail
from tests.guard.fakes import eml, texts

NEW, OURS, THEIRS = Voice.NEW, Voice.OWN_QUOTED, Voice.CLIENT_QUOTED
OWN = ("acme.example",)
HAND = {
    "mixed": "Mira lo que el imbécil de Juan Perez me escribió:",
    "without a day": "Menudo Payaso Juan Perez escribió:",
    "English": "That moron Juan Perez wrote:",
    "with a day": "El lunes el imbécil de Juan Perez escribió:",
    "with a date": "El 23/11/2026 a las 10:15 el imbécil de Juan Perez escribió:",
    "with an address": "Mira lo que el imbécil de juan.perez@beta.example me escribió:",
    "with an address, all small": "el imbécil juan.perez@beta.example escribió:",
    "an edited intro": "El 23 nov 2026 a las 10:00, el imbécil de Juan Perez (<juan.perez@beta.example>) escribió:",
}
PROGRAMS = {
    "Gmail": "El lun, 23 nov 2026 a las 10:00, Juan Perez (<juan.perez@beta.example>) escribió:",
    "Gmail, wrapped": "On Mon, Nov 23, 2026 at 10:00 AM Juan Perez <\njuan.perez@beta.example> wrote:",
    "Apple": "El 23 nov 2026, a las 10:00, Juan Perez <juan.perez@beta.example> escribió:",
    "Yahoo": "En lunes, 23 de noviembre de 2026, 10:00:00 CET, Juan Perez <juan.perez@beta.example> escribió:",
    "Yahoo in English": "On Monday, November 23, 2026 at 10:00 AM GMT+1, Juan Perez <juan.perez@beta.example> wrote:",
    "Proton": "El lunes, 23 de noviembre de 2026 a las 10:00, Juan Perez <juan.perez@beta.example> escribió:",
    "Roundcube": "El 2026-11-23 10:00, juan.perez@beta.example escribió:",
    "Spark": "On 23 Nov 2026 at 10:00 +0100, Juan Perez <juan.perez@beta.example>, wrote:",
    "Thunderbird": "El 23/11/26 a las 10:00, Juan Perez escribió:",
    "Thunderbird, dots": "Am 23.11.2026 um 10:00 schrieb Juan Perez:",
    "Zoho": "---- El lun, 23 nov 2026 10:00:00 +0100 Juan Perez <juan.perez@beta.example> escribió ----",
    "Zoho, wrapped": "---- On Mon, 23 Nov 2026 10:00:00 +0100 Juan Perez\n<juan.perez@beta.example> wrote ---",
    "small letters": "El lun, 23 nov 2026 a las 10:00, juan perez (<juan.perez@beta.example>) escribió:",
    "particles": "El lun, 23 nov 2026 a las 10:00, Juan de la Cruz y Perez (<juan.perez@beta.example>) escribió:",
}


def spoken(body: str) -> dict[Voice, str]:
    """Return what Luis's mail to a colleague and a client says, by voice."""
    mail = read_mail(
        eml(body, From="Luis Gil <lgil@acme.example>", To="eva@acme.example, Juan Perez <juan.perez@beta.example>"),
        own_domains=OWN,
    )
    return {voice: "\n".join(texts(mail, voice)) for voice in (NEW, OURS, THEIRS)}


@pytest.mark.parametrize("name", HAND)
def test_a_sentence_about_who_wrote_is_of_whoever_wrote_it(name: str) -> None:
    said = spoken(f"Eva:\n\n{HAND[name]}\n> quiero descuento\n")
    assert said == {NEW: f"Eva:\n\n{HAND[name]}", OURS: "", THEIRS: "quiero descuento"}


def test_a_sentence_in_a_quote_is_of_whoever_is_quoted_there() -> None:
    said = spoken(f"Eva:\n\n{PROGRAMS['Gmail']}\n> {HAND['mixed']}\n>> quiero descuento\n")
    assert said[THEIRS].endswith(f"{HAND['mixed']}\nquiero descuento")
    said = spoken(f"Eva:\n\n> {HAND['mixed']}\n> quiero descuento\n")
    assert said == {NEW: f"Eva:\n\n{HAND['mixed']}", OURS: "", THEIRS: "quiero descuento"}


@pytest.mark.parametrize("marks", ["", "> "])
@pytest.mark.parametrize("name", PROGRAMS)
def test_an_intro_that_a_program_wrote_is_no_sentence_of_ours(name: str, marks: str) -> None:
    said = spoken(f"Vale.\n\n{PROGRAMS[name]}\n\n{marks}Sois unos ladrones.\n")
    assert said == {NEW: "Vale.", OURS: "", THEIRS: f"{PROGRAMS[name]}\n\nSois unos ladrones."}


@pytest.mark.parametrize(
    "intro",
    [
        "El lunes a las 10:30 Juan Perez escribió:",
        "El lunes 23 a las 10:30 Juan Perez escribió:",
        "El lunes a las 10.30 Juan Perez escribió:",
        "A las 10:30 Juan Perez escribió:",
        "On Monday at 10:30 Juan Perez wrote:",
        "El lunes a las 10:30 juan.perez@beta.example escribió:",
        "El 23/11 a las 10:30 Juan Perez escribió:",
        "El 23/11/2026 a las 10:30 el pesado de Juan Perez escribió:",
    ],
)
def test_prose_with_a_time_of_day_does_not_swallow_what_follows(intro: str) -> None:
    body = f"Eva:\n\n{intro}\n«Quiero otro descuento»\nEste tío es imbécil"
    assert spoken(body + "\n") == {NEW: body, OURS: "", THEIRS: ""}


def test_zohos_intro_in_html_is_one() -> None:
    intro = "---- On Mon, 23 Nov 2026 10:00:00 +0100 <b>Juan Perez &lt;juan.perez@beta.example&gt;</b> wrote ---"
    body = (
        f'<div>Vale.</div><div style="border-top: 1px solid #ccc"><br></div><div>{intro}<br></div><div><br></div>'
        '<blockquote id="blockquote_zmail" style="margin: 0px;"><div>Sois unos ladrones.</div></blockquote>'
    )
    mail = read_mail(eml(body, Content_Type="text/html; charset=utf-8"), own_domains=("acme.example",))
    assert texts(mail) == ["Vale."]
    assert "Sois unos ladrones." in texts(mail, THEIRS)[0]


def test_a_sentence_between_dashes_is_no_intro() -> None:
    body = "Eva:\n\n---- El lunes a las 10:30 Juan Perez escribió ----\nEste tío es imbécil"
    assert spoken(body + "\n") == {NEW: body, OURS: "", THEIRS: ""}


HEADERS = (
    '------ Mensaje original ------\nDe: "{name}" <{address}>\nPara: Eva\nEnviado: 23/11/2026 10:00:00\nAsunto: x\n\n'
)
CLIENT = HEADERS.format(name="Juan Perez", address="juan.perez@beta.example")
COLLEAGUE = HEADERS.format(name="Ana", address="ana@acme.example")


def test_marked_lines_below_headers_are_of_whom_these_name_where_nothing_else_follows() -> None:
    assert spoken(f"Eva, mira\n\n{CLIENT}>Sois unos ladrones\n>\n")[THEIRS].endswith("Sois unos ladrones")
    inner = COLLEAGUE.replace("\n", "\n>")
    thread = spoken(f"Eva, mira\n\n{CLIENT}>Sois unos ladrones\n>\n>{inner}>Menudo imbécil\n>>\n")
    assert "Sois unos ladrones" in thread[THEIRS]
    assert thread[OURS].endswith("Menudo imbécil")


def test_marked_lines_below_headers_may_be_ours_where_an_answer_follows() -> None:
    said = spoken(f"Eva, mira\n\n{CLIENT}>Menudo imbécil\nNo sé qué decir a esto\n")
    assert said[OURS] == "Menudo imbécil"


def test_marked_lines_below_a_separator_that_names_nobody_are_of_whom_one_answers() -> None:
    mail = read_mail(eml("Hola\n\n-----Mensaje original-----\n> Sois unos ladrones\n"), own_domains=OWN)
    assert texts(mail, THEIRS) == ["Sois unos ladrones"]
