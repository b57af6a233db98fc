"""Blocks of headers in the languages of Spanish and English customers' neighbours: our words below them stay ours."""

import pytest

from guardian.domain.mail import Voice
from guardian.guard.read_mail import read_mail
from tests.guard.fakes import eml

NEW, OURS, THEIRS = Voice.NEW, Voice.OWN_QUOTED, Voice.CLIENT_QUOTED
OWN = ("acme.example",)
# What is called from, sent, to and subject, and when a mail was sent.
LANGUAGES = {
    "Spanish": ("De", "Enviado el", "Para", "Asunto", "lunes, 2 de marzo de 2026 9:15"),
    "Catalan": ("De", "Enviat el", "Per a", "Tema", "dilluns, 2 de març de 2026 9:15"),
    "Catalan, on a telephone": ("De", "Enviat", "Per a", "Assumpte", "dilluns, 2 de març de 2026 9:15"),
    "Catalan, on the web": ("De", "Data d’enviament", "Per a", "Assumpte", "2 de març de 2026 9:15"),
    "Basque": ("Nork", "Noiz", "Nori", "Gaia", "2026(e)ko martxoaren 2a 9:15"),
    "Basque, sent": ("Nork", "Bidaltze-data", "Nori", "Gaia", "2026(e)ko martxoaren 2a 9:15"),
    "Galician": ("De", "Enviado o", "Para", "Asunto", "luns, 2 de marzo de 2026 9:15"),
    "Dutch": ("Van", "Verzonden", "Aan", "Onderwerp", "maandag 2 maart 2026 9:15"),
    "Dutch, dated": ("Van", "Datum", "Aan", "Onderwerp", "maandag 2 maart 2026 om 9:15"),
    "Polish": ("Od", "Wysłano", "Do", "Temat", "poniedziałek, 2 marca 2026 09:15"),
    "Polish, dated": ("Od", "Data", "Do", "Temat", "poniedziałek, 2 marca 2026 09:15"),
    "French": ("De", "Envoyé", "À", "Objet", "lundi 2 mars 2026 09:15"),
    "French, the day": ("De", "Envoyé le", "Pour", "Sujet", "lundi 2 mars 2026 09:15"),
    "German": ("Von", "Gesendet", "An", "Betreff", "Montag, 2. März 2026 09:15"),
    "German, the day": ("Von", "Gesendet am", "An", "Betreff", "Montag, 2. März 2026 09:15"),
    "Italian": ("Da", "Inviato", "A", "Oggetto", "lunedì 2 marzo 2026 09:15"),
    "Italian, the day": ("Da", "Inviato il", "A", "Oggetto", "lunedì 2 marzo 2026 09:15"),
    "Portuguese": ("De", "Enviada em", "Para", "Assunto", "segunda-feira, 2 de março de 2026 09:15"),
    "Portuguese, sent": ("De", "Enviado", "Para", "Assunto", "segunda-feira, 2 de março de 2026 09:15"),
}
UNKNOWN = {
    "Swedish": ("Från", "Skickat", "Till", "Ämne", "den 2 mars 2026 09:15"),
    "Danish": ("Fra", "Sendt", "Til", "Emne", "2. marts 2026 09:15"),
    "Romanian": ("De la", "Trimis", "Către", "Subiect", "luni, 2 martie 2026 09:15"),
    "Asturian": ("De", "Unviáu", "Pa", "Asuntu", "llunes, 2 de marzu de 2026 9:15"),
}
# What Gmail and others write above a quote, {} standing for the name and the address.
INTROS = {
    "Catalan": "Missatge de {} del dia dl., 2 de març 2026 a les 9:15:",
    "Basque": "{} erabiltzaileak hau idatzi du (2026 mar. 2(a), al. (09:15)):",
    "Galician": "O luns, 2 mar 2026 ás 9:15, {} escribiu:",
    "Dutch": "Op ma 2 mrt 2026 om 09:15 schreef {}:",
    "Dutch, wrapped": "Op ma 2 mrt 2026 om 09:15 schreef de heer\n{}:",
    "Polish": "pon., 2 mar 2026 o 09:15 {} napisał(a):",
    "Polish, wrapped": "pon., 2 mar 2026 o 09:15 {}\nnapisał(a):",
    "Portuguese": "{} escreveu (segunda, 2/03/2026 à(s) 09:15):",
    "Swedish": "Den mån 2 mars 2026 kl 09:15 skrev {}:",
}
TOP = "Hola Luis:\n\nadjunto la oferta.\n\n"
INTRO = "El mar, 3 mar 2026 a las 10:33, Luis Gil (<luis@cliente.example>) escribió:\n\n"


def block(labels: tuple[str, ...], who: str) -> str:
    """Return the headers that a program writes above what somebody wrote."""
    sender, sent, to, subject, moment = labels
    return f"{sender}: {who}\n{sent}: {moment}\n{to}: Ana Ruiz <ana@acme.example>\n{subject}: RE: Oferta\n\n"


def voice_of(words: str, body: str) -> Voice:
    """Return whose words these are in a mail to the client."""
    mail = read_mail(eml(body, To="Luis Gil <luis@cliente.example>"), own_domains=OWN)
    return next(one.voice for one in mail.passages if words in one.text)


def below_the_clients(ours: str, *, marked: bool) -> str:
    """Return a mail with our own words below the client's, these behind marks or below headers in Spanish."""
    thread = f"¿Me la mandas?\n\n{ours}Menudo imbécil.\n"
    if marked:
        return TOP + INTRO + "".join(f"> {line}\n" for line in thread.split("\n"))
    return TOP + block(LANGUAGES["Spanish"], "Luis Gil <luis@cliente.example>") + thread


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("who", ["Marta Soto <marta@acme.example>", "Marta Soto"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_our_words_below_the_clients_are_ours_in_whatever_language_their_headers_are(
    language: str, who: str, marked: bool
) -> None:
    body = below_the_clients(block(LANGUAGES[language], who), marked=marked)
    assert voice_of("¿Me la mandas?", body) is THEIRS
    assert voice_of("Menudo imbécil.", body) is OURS


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("language", UNKNOWN)
def test_an_address_and_a_date_make_a_block_of_lines_of_which_only_the_first_is_known(
    language: str, marked: bool
) -> None:
    body = below_the_clients(block(UNKNOWN[language], "Marta Soto <marta@acme.example>"), marked=marked)
    assert voice_of("¿Me la mandas?", body) is THEIRS
    assert voice_of("Menudo imbécil.", body) is OURS


def test_labels_in_bold_are_labels_in_languages_that_are_not_known() -> None:
    bold = block(UNKNOWN["Swedish"], "Marta Soto <marta@acme.example>").replace(": ", ":* ").replace("\n", "\n*")
    body = below_the_clients(f"*{bold.rstrip('*')}".replace("\n*\n", "\n\n"), marked=False)
    assert voice_of("Menudo imbécil.", body) is OURS


def test_the_block_that_notes_writes_is_one_in_the_markup_of_outlook() -> None:
    rule = '<div style="border-top:solid #E1E1E1 1.0pt"><p>{}</p></div><p>{}</p>'
    theirs = block(LANGUAGES["Spanish"], "Luis Gil").strip().replace("\n", "<br>")
    notes = "Marta Soto/MAD/ACME<br>02/03/2026 09:15<br>Para: Ana Ruiz/MAD/ACME@ACME<br>Asunto: RE: Oferta"
    page = f"<p>Hola</p>{rule.format(theirs, '¿Me la mandas?')}{rule.format(notes, 'Menudo imbécil.')}"
    mail = read_mail(
        eml(page, To="Luis Gil <luis@cliente.example>", Content_Type="text/html; charset=utf-8"), own_domains=OWN
    )
    voices = {one.voice for one in mail.passages if "Menudo imbécil." in one.text}
    assert voices == {OURS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_clients_words_are_his_in_whatever_language_their_headers_are(language: str) -> None:
    body = TOP + block(LANGUAGES[language], "Luis Gil <luis@cliente.example>") + "Menudo imbécil.\n"
    assert voice_of("Menudo imbécil.", body) is THEIRS


@pytest.mark.parametrize("mark", [">> ", "> "])
@pytest.mark.parametrize("language", INTROS)
def test_an_intro_that_tells_our_address_and_when_makes_what_follows_ours_in_any_language(
    language: str, mark: str
) -> None:
    intro = INTROS[language].format("Marta Soto <marta@acme.example>").replace("\n", "\n> ")
    body = f"{TOP}{INTRO}> ¿Me la mandas?\n>\n> {intro}\n>\n{mark}Menudo imbécil.\n"
    assert voice_of("¿Me la mandas?", body) is THEIRS
    assert voice_of("Menudo imbécil.", body) is OURS


@pytest.mark.parametrize("language", INTROS)
def test_such_an_intro_about_the_client_makes_his_what_stands_behind_marks_and_nothing_else(language: str) -> None:
    intro = INTROS[language].format("Luis Gil <luis@cliente.example>")
    assert voice_of("Menudo imbécil.", f"Hola:\n\n{intro}\n\n> ¿Me la mandas?\n\nMenudo imbécil.\n") is NEW
    assert voice_of("Menudo imbécil.", f"Hola:\n\n{intro}\nMenudo imbécil.\n") is NEW
    both = {"To": "eva@acme.example, luis@cliente.example"}
    mail = read_mail(eml(f"Hola:\n\n{intro}\n\n> ¿Me la mandas?\n", **both), own_domains=OWN)
    assert [one.voice for one in mail.passages if "¿Me la mandas?" in one.text] == [THEIRS]
    assert [one.voice for one in mail.passages if intro[-20:] in one.text] == [NEW]


@pytest.mark.parametrize(
    "card",
    [
        "De: Luis Gil <luis@cliente.example>\nTeléfono: 600 123 456\nEntrega: 5/3/2026 10:00\n\n",
        "De: Luis Gil <luis@cliente.example>\nPedido: 2026\nNota: urge\n\n",
    ],
)
def test_a_list_about_the_client_with_his_address_and_a_date_is_new_and_so_is_what_follows(card: str) -> None:
    assert voice_of("Menudo imbécil.", f"Ojo:\n\n{card}Menudo imbécil.\n") is NEW
