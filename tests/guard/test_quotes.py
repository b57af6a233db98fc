"""Telling what is new from what is carried along, and whose it is: the forms that mail programs write."""

import pytest

from guardian.domain.mail import Voice
from guardian.guard.read_mail import read_mail
from tests.guard.fakes import eml, texts

NEW, OURS, THEIRS = Voice.NEW, Voice.OWN_QUOTED, Voice.CLIENT_QUOTED
OWN = ("acme.example",)

# name: (body, {voice: words that must be there and nowhere else})
FORMS: dict[str, tuple[str, dict[Voice, list[str]]]] = {
    "gmail_es": (
        "Nuevo\n\nEl jue, 5 mar 2026 a las 10:00, Luis Gil (<luis@cliente.example>) escribió:\n\n> Suyo\n"
        "> más suyo\n",
        {NEW: ["Nuevo"], THEIRS: ["Suyo", "más suyo"]},
    ),
    "gmail_en": (
        "Fresh\n\nOn Thu, Mar 5, 2026 at 10:00 AM Luis Gil <luis@cliente.example> wrote:\n\n> Theirs\n",
        {NEW: ["Fresh"], THEIRS: ["Theirs"]},
    ),
    "gmail_intro_on_two_lines": (
        "Fresh\n\nOn Thu, Mar 5, 2026 at 10:00 AM Luis Gilberto de la Fuente <\nluis@cliente.example> wrote:\n\n"
        "> Theirs\n",
        {NEW: ["Fresh"], THEIRS: ["Theirs"]},
    ),
    "gmail_old_iso_date": (
        "Fresh\n\n2026-03-05 10:00 GMT+01:00 Eva Paz <eva@acme.example>:\n\n> Ours\n",
        {NEW: ["Fresh"], OURS: ["Ours"]},
    ),
    "gmail_forward_es": (
        "Mira\n\n---------- Forwarded message ---------\nDe: Luis Gil <luis@cliente.example>\n"
        "Date: jue, 5 mar 2026 a las 10:00\nSubject: Pedido\nTo: Eva <eva@acme.example>\n\nSuyo\n",
        {NEW: ["Mira"], THEIRS: ["Suyo"]},
    ),
    "outlook_es": (
        "Nuevo\n\nDe: Eva Paz <eva@acme.example> \nEnviado el: jueves, 5 de marzo de 2026 10:00\n"
        "Para: Luis Gil <luis@cliente.example>\nAsunto: RE: Pedido\n\nNuestro\n",
        {NEW: ["Nuevo"], OURS: ["Nuestro"]},
    ),
    "outlook_en": (
        "Fresh\n\n-----Original Message-----\nFrom: Luis Gil [mailto:luis@cliente.example]\n"
        "Sent: Thursday, March 5, 2026 10:00 AM\nTo: Eva Paz\nSubject: Order\n\nTheirs\n",
        {NEW: ["Fresh"], THEIRS: ["Theirs"]},
    ),
    "outlook_es_mensaje_original": (
        "Nuevo\n\n-----Mensaje original-----\nDe: Eva Paz\nEnviado: jueves, 5 de marzo de 2026 10:00\n"
        "Para: Luis Gil\nAsunto: Pedido\n\nNuestro\n",
        {NEW: ["Nuevo"], OURS: ["Nuestro"]},
    ),
    "outlook_telephone": (
        "Nuevo\n\nObtener Outlook para Android\n________________________________\n"
        "From: Luis Gil <luis@cliente.example>\n"
        "Sent: Thursday, March 5, 2026 10:00:01 AM\nTo: Eva Paz <eva@acme.example>\nSubject: Pedido\n\nSuyo\n",
        {NEW: ["Nuevo"], THEIRS: ["Suyo"]},
    ),
    "bold_labels": (
        "Fresh\n\n*From:* Luis Gil <luis@cliente.example>\n*Sent:* Thursday, March 5, 2026 10:00 AM\n*To:* Eva\n"
        "*Subject:* Order\n\nTheirs\n",
        {NEW: ["Fresh"], THEIRS: ["Theirs"]},
    ),
    "many_recipients_between_the_labels": (
        "Fresh\n\nFrom: Luis Gil <luis@cliente.example>\nSent: Thursday, March 5, 2026 10:00 AM\n"
        "To: A <a@x.example>;\n"
        " B <b@x.example>;\n C <c@x.example>\nSubject: Order\n\nTheirs\n",
        {NEW: ["Fresh"], THEIRS: ["Theirs"]},
    ),
    "apple_es": (
        "Nuevo\n\n> El 5 mar 2026, a las 10:00, Luis Gil <luis@cliente.example> escribió:\n> \n> Suyo\n",
        {NEW: ["Nuevo"], THEIRS: ["Suyo"]},
    ),
    "apple_forward": (
        "Look\n\nBegin forwarded message:\n\n> From: Luis Gil <luis@cliente.example>\n> Subject: Order\n"
        "> Date: 5 March 2026 at 10:00:00 CET\n> To: Eva <eva@acme.example>\n> \n> Theirs\n",
        {NEW: ["Look"], THEIRS: ["Theirs"]},
    ),
    "iphone_es": (
        "Nuevo\n\nEnviado desde mi iPhone\n\n"
        "> El 5 mar 2026, a las 10:00, Eva Paz <eva@acme.example> escribió:\n> \n> Nuestro\n",
        {NEW: ["Nuevo"], OURS: ["Nuestro"]},
    ),
    "thunderbird_es": (
        "Nuevo\n\nEl 5/3/26 a las 10:00, Luis Gil escribió:\n> Suyo\n",
        {NEW: ["Nuevo"], THEIRS: ["Suyo"]},
    ),
    "yahoo_without_marks": (
        "Fresh\n\nOn Thursday, March 5, 2026 at 10:00:00 AM GMT+1, Luis Gil <luis@cliente.example> wrote:\n\n"
        "Theirs\n",
        {NEW: ["Fresh"], THEIRS: ["Theirs"]},
    ),
    "portuguese": (
        "Nuevo\n\nEm qui., 5 de mar. de 2026 às 10:00, Luis Gil <luis@cliente.example> escreveu:\n\n> Seu\n",
        {NEW: ["Nuevo"], THEIRS: ["Seu"]},
    ),
    "french": (
        "Nuevo\n\nLe jeu. 5 mars 2026 à 10:00, Luis Gil <luis@cliente.example> a écrit :\n\n> Sien\n",
        {NEW: ["Nuevo"], THEIRS: ["Sien"]},
    ),
    "german": (
        "Nuevo\n\nAm Do., 5. März 2026 um 10:00 Uhr schrieb Luis Gil <luis@cliente.example>:\n\n> Seins\n",
        {NEW: ["Nuevo"], THEIRS: ["Seins"]},
    ),
    "french_outlook": (
        "Nuevo\n\nDe : Luis Gil <luis@cliente.example>\nEnvoyé : jeudi 5 mars 2026 10:00\nÀ : Eva\nObjet : Cde\n"
        "\nSien\n",
        {NEW: ["Nuevo"], THEIRS: ["Sien"]},
    ),
    "italian_outlook": (
        "Nuevo\n\nDa: Luis Gil <luis@cliente.example>\nInviato: giovedì 5 marzo 2026 10:00\nA: Eva\nOggetto: O\n"
        "\nSuo\n",
        {NEW: ["Nuevo"], THEIRS: ["Suo"]},
    ),
    "notes": (
        "Fresh\n\n\tLuis Gil\n\t03/05/2026 10:00 AM\n\n\t\t To: Eva Paz/MAD/ACME@ACME\n\t\t cc:\n"
        "\t\t Subject: Order\n\nTheirs\n",
        {NEW: ["Fresh"], THEIRS: ["Theirs"]},
    ),
    "answers_in_between": (
        "Abajo.\n\nEl jue, 5 mar 2026 a las 10:00, Luis Gil (<luis@cliente.example>) escribió:\n> ¿Precio?\nCien.\n"
        "> ¿Plazo?\nMañana.\n",
        {NEW: ["Abajo.", "Cien.", "Mañana."], THEIRS: ["¿Precio?", "¿Plazo?"]},
    ),
    "answer_below": (
        "On Thu, Mar 5, 2026 at 10:00 AM Luis Gil <luis@cliente.example> wrote:\n> Theirs\n\nFresh below\n",
        {NEW: ["Fresh below"], THEIRS: ["Theirs"]},
    ),
    "nested_marks_keep_authors_apart": (
        "Nuevo\n\nEl jue, 5 mar 2026 a las 10:00, Luis Gil (<luis@cliente.example>) escribió:\n> Suyo\n>\n"
        "> El mié, 4 mar 2026 a las 9:00, Eva (<eva@acme.example>)\n> escribió:\n>> Nuestro\n>>\n"
        ">> El mar, 3 mar 2026 a las 8:00, Luis Gil (<luis@cliente.example>) escribió:\n>>> Primero\n",
        {NEW: ["Nuevo"], THEIRS: ["Suyo", "Primero"], OURS: ["Nuestro"]},
    ),
    "thread_of_header_blocks_keeps_authors_apart": (
        "Nuevo\n\nDe: Luis Gil <luis@cliente.example>\nEnviado el: jueves, 5 de marzo de 2026 10:00\nPara: Eva\n"
        "Asunto: P\n\n"
        "Suyo\n\nDe: Eva Paz <eva@ventas.acme.example>\nEnviado el: miércoles, 4 de marzo de 2026 9:00\nPara: Luis\n"
        "Asunto: P\n\nNuestro\n\nDe: Luis Gil <luis@cliente.example>\nFecha: 3 de marzo de 2026\nPara: Eva\n"
        "Asunto: P\n\nPrimero\n",
        {NEW: ["Nuevo"], THEIRS: ["Suyo", "Primero"], OURS: ["Nuestro"]},
    ),
    "unknown_author_counts_as_ours": (
        "Nuevo\n\nEl 5/3/26 a las 10:00, Marta Sanz escribió:\n> Quién sabe\n",
        {NEW: ["Nuevo"], OURS: ["Quién sabe"]},
    ),
    "marks_without_a_name_are_whom_one_answers": (
        "Abajo.\n\n> ¿Precio?\nCien.\n> Son unos ladrones.\nLo siento.\n",
        {NEW: ["Abajo.", "Cien.", "Lo siento."], THEIRS: ["¿Precio?", "Son unos ladrones."]},
    ),
    "intro_without_a_time": (
        "Fresh\n\nOn Wed, Luis Gil wrote:\n> Theirs\n>\n> On Tuesday, Ana Ruiz wrote:\n>> Ours\n",
        {NEW: ["Fresh"], THEIRS: ["Theirs"], OURS: ["Ours"]},
    ),
    "intro_without_a_day": (
        "Nuevo\n\nLuis Gil escribió:\n> Suyo\n",
        {NEW: ["Nuevo"], THEIRS: ["Suyo"]},
    ),
    "intro_within_the_marks": (
        "Nuevo\n\n> El mié 9 abr, Ana Ruiz escribió:\n> Nuestro\n",
        {NEW: ["Nuevo"], OURS: ["Nuestro"]},
    ),
    "header_block_without_a_date": (
        "Nuevo\n\nDe: Ana Ruiz\nPara: Toni\nAsunto: RV: Persianas\n\nNuestro\n\n"
        "De: Luis Gil\nPara: Instalaciones\nAsunto: Persianas\n\nSuyo\n",
        {NEW: ["Nuevo"], OURS: ["Nuestro"], THEIRS: ["Suyo"]},
    ),
    "a_sentence_that_begins_like_a_day_is_no_intro": (
        "Hi\n\nOn 20 May 2025, Ana Ruiz wrote:\n> Dom, look at 1-3 only.\n>\n> On 19 May 2025, Luis Gil wrote:\n"
        ">> Theirs\n",
        {NEW: ["Hi"], OURS: ["Dom, look"], THEIRS: ["Theirs"]},
    ),
    "a_name_behind_the_first_mark": ("Hi\n\n> From: Ana Ruiz\n> Ours\n", {NEW: ["Hi"], OURS: ["Ours"]}),
    "header_block_with_its_date_in_words": (
        "Fresh\n\nFrom: Luis Gil\nDate: Thu, Aug 14, 2025 at 8:05 AM\nSubject: light\nTo: Eva\n\nTheirs\n",
        {NEW: ["Fresh"], THEIRS: ["Theirs"]},
    ),
    "header_block_with_half_a_date": (
        "Nuevo\n\nDe: Luis Gil\nEnviado: lunes, 18:02\nAsunto: Persianas\n\nSuyo\n",
        {NEW: ["Nuevo"], THEIRS: ["Suyo"]},
    ),
    "a_block_does_not_end_in_the_next_ones_headers": (
        "Nuevo\n\n> De: Ana Ruiz\n>\n> Nuestro\n>\n> De: Luis Gil\n> Enviado: lunes, 18:02\n> Asunto: P\n>\n> Suyo\n",
        {NEW: ["Nuevo"], OURS: ["Nuestro"], THEIRS: ["Suyo"]},
    ),
    "two_labels_behind_the_first_mark": (
        "Nuevo\n\n> De: Ana Ruiz\n> Para: Taller\n> Nuestro\n",
        {NEW: ["Nuevo"], OURS: ["Nuestro"]},
    ),
    "two_labels_behind_a_separator": (
        "Fresh\n\n-----Original Message-----\nFrom: Luis Gil\nSubject: proofs\n\nTheirs\n",
        {NEW: ["Fresh"], THEIRS: ["Theirs"]},
    ),
    "name_of_a_recipient_is_his_address": (
        "Nuevo\n\nDe: Luis Gil\nEnviado: jueves, 5 de marzo de 2026 10:00\nPara: Eva\nAsunto: P\n\nSuyo\n",
        {NEW: ["Nuevo"], THEIRS: ["Suyo"]},
    ),
    "name_of_the_sender_is_his_address": (
        "Nuevo\n\nEl 5/3/26 a las 10:00, Ana Ruiz escribió:\n> Mío\n",
        {NEW: ["Nuevo"], OURS: ["Mío"]},
    ),
    # What only looks like a quote.
    "prose_with_de_and_para": (
        "De: los 3 expedientes, uno está mal.\nPara: el cliente, nada.\nAsunto: el de siempre.\nSigo.\n",
        {NEW: ["De: los 3", "Para: el cliente", "Sigo."]},
    ),
    "prose_that_quotes": (
        "On Monday the client wrote:\nwe do not pay.\nFresh\n",
        {NEW: ["On Monday the client wrote:", "we do not pay.", "Fresh"]},
    ),
    "prose_that_quotes_with_an_address": (
        "El 3 de mayo luis@cliente.example escribió:\n«No pago».\nMenudo cretino.\n",
        {NEW: ["«No pago».", "Menudo cretino."]},
    ),
    "prose_with_a_date_and_a_colon": (
        "El 5 de marzo a las 10:00 hay reunión con Luis. Temas:\n- precio\n",
        {NEW: ["hay reunión", "- precio"]},
    ),
    "two_labels_are_no_header": ("De: almacén\nFecha: 5/3/2026 10:00\nFin\n", {NEW: ["De: almacén", "Fin"]}),
    "a_line_of_dashes": ("Uno\n----------\nDos\n", {NEW: ["Uno", "Dos"]}),
    "a_list_of_fields": ("Cliente: Luis\nFecha: 5/3/2026\nImporte: 100\nFin\n", {NEW: ["Cliente: Luis", "Fin"]}),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_quote_is_told_apart(name: str) -> None:
    body, expected = FORMS[name]
    mail = read_mail(eml(body, To="Luis Gil <luis@cliente.example>"), own_domains=OWN)
    for voice in (NEW, OURS, THEIRS):
        found = "\n".join(texts(mail, voice))
        for other, words in expected.items():
            for word in words:
                assert (word in found) is (voice is other), (voice, word, found)


@pytest.mark.parametrize("name", FORMS)
def test_no_line_is_lost(name: str) -> None:
    body, _ = FORMS[name]
    mail = read_mail(eml(body), own_domains=OWN)
    found = "\n".join(one.text for one in mail.passages)
    for line in body.split("\n"):
        assert line.strip("> \t") in found


def test_a_quoted_passage_names_its_author() -> None:
    mail = read_mail(eml(FORMS["gmail_es"][0]), own_domains=OWN)
    assert [one.author for one in mail.passages if one.voice is THEIRS] == ["luis@cliente.example"]


def test_without_own_domains_the_senders_company_is_ours() -> None:
    body = FORMS["gmail_old_iso_date"][0]
    assert texts(read_mail(eml(body)), OURS)
    elsewhere = read_mail(eml(body.replace("acme", "other")))
    assert texts(elsewhere, THEIRS)
    free = read_mail(eml(body.replace("acme.example", "gmail.com"), From="ana@gmail.com"))
    assert texts(free, THEIRS)


SIGNATURES: dict[str, tuple[str, str, str]] = {
    "marked": ("Hola\n-- \nAna Ruiz\nAcme\n", "Hola", "Ana Ruiz"),
    "valediction": ("Hola\n\nUn saludo,\n\nAna Ruiz\nDirectora comercial\nTel. +34 600 123 456\n", "Hola", "600 123"),
    "english": ("Hi\n\nBest regards,\nAnn Lee\nSales Manager\nAcme Ltd.\nwww.acme.example\n", "Hi", "Sales Manager"),
    "telephone": ("Vale\n\nEnviado desde mi iPhone\n", "Vale", "iPhone"),
    "postscript": ("Hola\n\nSaludos,\nAna Ruiz\n\nPD: este cliente es un pesado\n", "PD: este cliente", "Ana Ruiz"),
    "postscript_en": ("Hi\n-- \nAnn\nP.S. the client is a pain\n", "P.S. the client", "Ann"),
    "text_below_the_mark": ("-- \nAna\nno le aguanto ni un minuto más a este señor\n", "no le aguanto", "Ana"),
    "not_a_name": ("Hola\n\nSaludos\nmenudo cretino\n", "menudo cretino", "Saludos"),
    "disclaimer": (
        "Hola\n\n"
        "Este mensaje y sus anexos son confidenciales y van dirigidos a su destinatario. Si lo ha recibido por\n"
        "error, elimínelo. Queda prohibida su divulgación.\n\nSigo",
        "Sigo",
        "confidenciales",
    ),
    "confidential_matter": (
        "Este correo es confidencial, elimínalo después de leerlo.\n\nUn saludo\n",
        "elimínalo",
        "Un saludo",
    ),
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures_and_disclaimers_are_set_apart_and_nothing_else(name: str) -> None:
    body, new, boilerplate = SIGNATURES[name]
    mail = read_mail(eml(body), own_domains=OWN)
    assert new in "\n".join(texts(mail))
    assert boilerplate in "\n".join(texts(mail, Voice.BOILERPLATE))
    assert boilerplate not in "\n".join(texts(mail))
