"""What stands under a mail is set apart only where it proves itself a signature; in doubt it is our own new text."""

import pytest

from guardian.domain.mail import Mail, Voice
from guardian.guard.read_mail import read_mail
from tests.guard.fakes import eml, texts

OWN = ("acme.example",)
PEOPLE = {
    "From": "Luis Gil <lgil@acme.example>",
    "To": "Eva <eva@acme.example>, Juan Perez <juan.perez@beta.example>",
}


def read(body: str) -> Mail:
    """Return a mail that Luis wrote to a colleague and a client."""
    return read_mail(eml(body, **PEOPLE), own_domains=OWN)


def is_new(mail: Mail, words: str) -> bool:
    """Say whether words are new, and nothing but new."""
    elsewhere = [one.text for one in mail.passages if one.voice is not Voice.NEW]
    return words in "\n".join(texts(mail)) and words not in "\n".join(elsewhere)


def is_signed(mail: Mail, words: str) -> bool:
    """Say whether words belong to a signature or disclaimer, and to nothing else."""
    return words in "\n".join(texts(mail, Voice.BOILERPLATE)) and words not in "\n".join(texts(mail))


SIGNATURES = {
    "with an address": "Saludos,\nLuis Gil\nDirector Comercial\nTalleres Acme S.L.\nC/ Mayor 12, 2º A, 28013 Madrid\n"
    "Tel. +34 600 123 456 | lgil@acme.example\nwww.acme.example",
    "with a street of several words": "Atentamente,\nLuis\nAvda. de la Constitución 5, planta baja, 41001 Sevilla",
    "with a street of olive trees": "Atentamente,\nLuis Gil\nC/ de los Olivos 3, 28001 Madrid",
    "with a department": "Atentamente,\nLuis Gil\nDepto. Administración\nAcme S.A.U.",
    "with a department in English": "Regards,\nLuis\nHead of Sales, IT Department\nT: 020 7946 0000 M: 07700 900123",
    "with a position in small letters": "Saludos,\nLuis Gil\nResponsable de atención al cliente | 91 123 45 67",
    "with a tax number": "Saludos,\nLuis Gil\nC.I.F. ES B12345678\nES-28013 Madrid",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_signature_stays_a_signature(name: str) -> None:
    mail = read(f"Hecho, va mañana.\n\n{SIGNATURES[name]}\n")
    assert texts(mail) == ["Hecho, va mañana."]
    assert is_signed(mail, SIGNATURES[name].rpartition("\n")[2])


@pytest.mark.parametrize(
    "text",
    [
        "El director es un imbécil.",
        "Su gerente es un payaso",
        "EL DIRECTOR ES UN IMBÉCIL",
        "Their sales manager is a moron.",
        "He's the worst manager",
        "Don't trust the manager",
        "Sales manager: total moron.",
        "Odio a los imbéciles de ventas",
        "El pedido 45231 es de ese imbécil de Juan",
        "email juan.perez@beta.example, that lying bastard",
        "Call Juan the idiot on +34 600 123 456",
        "Llama al imbécil de Juan al 600123456",
    ],
)
@pytest.mark.parametrize(
    "above",
    ["Gracias, Ana.\n", "Thanks!\n", "Gracias\n", "Saludos,\nLuis Gil\nDirector Comercial\n+34 600 123 456\n"],
)
def test_written_text_below_a_goodbye_is_new_whatever_it_mentions(above: str, text: str) -> None:
    assert is_new(read(f"{above}\n{text}\n"), text)


@pytest.mark.parametrize("label", ["NB:", "N.B.", "Nota:", "Note:", "Ojo:", "PD:", "P.S."])
def test_a_note_below_a_signature_is_new(label: str) -> None:
    assert is_new(read(f"Hecho.\n\nSaludos,\nLuis Gil\n\n{label} Imbécil Director\n"), "Imbécil Director")


@pytest.mark.parametrize("name", ["Su Li", "Lo Wang", "Ha Nguyen", "HAN SU", "Don Luis Gil"])
def test_names_spelt_like_little_words_are_names(name: str) -> None:
    mail = read_mail(
        eml(f"Hecho.\n\nSaludos,\n{name}\n", **PEOPLE | {"From": f"{name} <x@acme.example>"}), own_domains=OWN
    )
    assert is_signed(mail, name)


@pytest.mark.parametrize("mark", ["-- ", "--", "______", "—"])
@pytest.mark.parametrize(
    "text",
    [
        "Juan Perez es imbécil",
        "Qué tío más imbécil",
        "Juan is a moron",
        "¡Menudo imbécil!",
        "Llama al imbécil de Juan al 600123456",
    ],
)
def test_written_text_below_a_mark_is_new(mark: str, text: str) -> None:
    assert is_new(read(f"Ok\n{mark}\nLuis Gil\nAcme S.L.\n\n{text}\n"), text)
    assert is_new(read(f"Te paso lo de Beta:\n{mark}\n{text}\n"), text)


@pytest.mark.parametrize("line", ["______", "—"])
def test_a_line_drawn_by_hand_begins_no_signature_by_itself(line: str) -> None:
    assert is_new(
        read(f"Te paso lo de Beta:\n{line}\nnada, imbécil integral\n{line}\nSeguimos.\n"), "nada, imbécil integral"
    )


@pytest.mark.parametrize("mark", ["-- ", "______", "—"])
def test_a_signature_below_a_mark_is_one(mark: str) -> None:
    mail = read(f"Hecho.\n{mark}\nLuis Gil\nSales Manager\n+34 600 123 456\n")
    assert texts(mail) == ["Hecho."]
    assert is_signed(mail, "Luis Gil\nSales Manager\n+34 600 123 456")


def test_below_two_dashes_hours_and_slogans_belong_to_the_signature() -> None:
    mail = read("Hecho.\n-- \nLuis\nLunes a viernes de 9:00 a 14:00\nTu socio de confianza\n")
    assert texts(mail) == ["Hecho."]


def test_outlooks_line_above_the_header_of_a_quote_stays_out_of_our_words() -> None:
    mail = read(
        "Vale\n\nObtener Outlook para iOS<https://aka.ms/o0ukef>\n________________________________\n"
        "De: Juan Perez <juan.perez@beta.example>\nEnviado: lunes, 23 de noviembre de 2026 10:00\n"
        "Para: Luis Gil <lgil@acme.example>\nAsunto: x\n\nSois unos ladrones\n"
    )
    assert texts(mail) == ["Vale"]


@pytest.mark.parametrize(
    "line",
    [
        "Enviado desde mi iPhone",
        "Enviado desde mi móvil",
        "Enviado desde mi celular",
        "Enviado desde mi Samsung Galaxy S21 Ultra 5G",
        "Enviado con el correo electrónico seguro de Proton Mail.",
        "Enviado desde Yahoo Mail para Android",
        "Enviado do meu iPhone",
        "Obtener Outlook para iOS<https://aka.ms/o0ukef>",
        "Get Outlook for Android",
        "Sent from my BlackBerry Wireless Handheld (www.BlackBerry.net)",
        "Sent from Mail for Windows 10",
        "Envoyé de mon iPhone",
        "Von meinem iPhone gesendet",
        "Inviato da iPhone",
    ],
)
def test_what_a_mail_was_sent_from_is_no_text(line: str) -> None:
    assert is_signed(read(f"Vale.\n\n{line}\n"), line)


@pytest.mark.parametrize(
    "line",
    [
        "Enviado con mi firma, a ver si el imbécil de Juan se entera",
        "Sent with my apologies to the moron at Beta",
        "Sent from my iPhone, that idiot has none",
        "Enviado desde el móvil del imbécil de Juan",
        "ENVIADO DESDE MI MÓVIL IMBÉCIL",
        "Sent from my idiot client",
    ],
)
def test_what_else_is_sent_or_not_is_text(line: str) -> None:
    assert is_new(read(f"Vale.\n\n{line}\n"), line)


@pytest.mark.parametrize(
    "text", ["Gracias, Payaso", "Thanks, Idiot.", "Un saludo,\nMenudo Idiota", "Gracias.\n\nPayasos."]
)
def test_a_name_that_is_not_the_senders_is_text(text: str) -> None:
    assert is_new(read(f"Hecho.\n\n{text}\n"), text.rpartition("\n")[2])


def test_what_stands_below_a_name_that_is_not_the_senders_is_a_signature_all_the_same() -> None:
    mail = read("Hecho.\n\nGracias, Ana.\nLuis Gil\nTalleres Bermeo\nTel. 600 123 456\n")
    assert texts(mail) == ["Hecho.\n\nGracias, Ana.", "Talleres Bermeo"]
    assert is_signed(mail, "Tel. 600 123 456")


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("Luis Gil <x@acme.example>", "Luis"),
        ("Luis Gil <x@acme.example>", "L. Gil Mora"),
        ("lgil@acme.example", "Luis Gil"),
        ("luis.gil@acme.example", "Luis"),
        ("Ventas <ventas@acme.example>", "Equipo Acme"),
        ("", "Luis"),
    ],
)
@pytest.mark.parametrize("goodbye", ["Un saludo,\n", "Saludos, "])
def test_the_senders_name_is_a_signature(sender: str, name: str, goodbye: str) -> None:
    mail = read_mail(eml(f"Hecho.\n\n{goodbye}{name}\n", **PEOPLE | {"From": sender}), own_domains=OWN)
    assert is_signed(mail, name)


def test_where_no_sender_is_known_one_word_and_a_full_stop_is_no_name() -> None:
    mail = read_mail(eml("Hecho.\n\nMuchas gracias.\n\nPayasos.\n", From=""), own_domains=OWN)
    assert is_new(mail, "Payasos.")


DISCLAIMER = (
    "Este mensaje es confidencial y va dirigido exclusivamente a su destinatario.\n"
    "Si lo ha recibido por error, elimínelo; su divulgación está prohibida."
)


def test_a_disclaimer_ends_with_its_last_line() -> None:
    mail = read(f"Hecho.\n\n{DISCLAIMER}\nEl cliente es un imbécil.\n")
    assert is_signed(mail, DISCLAIMER)
    assert texts(mail) == ["Hecho.", "El cliente es un imbécil."]


@pytest.mark.parametrize(
    "text",
    [
        "Eva, borra este correo, que lo mandé por error al destinatario que no era, es confidencial y ese imbécil de "
        "Juan lo divulga seguro.",
        "Elimina este mensaje confidencial: lo he enviado por error a un destinatario imbécil, que lo divulgará.",
        "Delete this email, I sent it in error to a wrong recipient: confidential, that moron will disclose it.",
        "This message is confidential, I've sent it in error to a moron of a recipient, delete it, he will talk.",
    ],
)
def test_who_tells_that_he_misdirected_a_mail_writes_no_disclaimer(text: str) -> None:
    assert is_new(read(f"{text}\n"), text)


@pytest.mark.parametrize(
    "text",
    [
        "--\nPuto imbécil el cliente",
        "--\nPandilla de inútiles",
        "-- \nPandilla de 1nút1les",
        "______\nLuis Gil\nMenudo Gilipollas Juan",
        "Saludos,\nPuto director de compras subnormal",
        "Thanks,\nStupid lying sales manager at Robledo",
        "Un saludo\nPedro, jefe idiota de compras",
        "Un saludo,\nLuis Gil, harto del imbécil de Juan",
    ],
)
def test_a_line_that_insults_belongs_to_no_signature(text: str) -> None:
    assert is_new(read(f"Te paso el presupuesto.\n\n{text}\n"), text.rpartition("\n")[2])


def test_a_signature_goes_on_below_a_line_that_insults() -> None:
    mail = read("Hecho.\n\n-- \nJuan, menudo inútil\nLuis Gil\n+34 600 123 456\n")
    assert texts(mail) == ["Hecho.", "Juan, menudo inútil"]
    assert is_signed(mail, "Luis Gil\n+34 600 123 456")


def test_a_disclaimer_loses_the_line_that_insults() -> None:
    line = "El destinatario de este mensaje confidencial es un imbécil."
    mail = read(f"Hecho.\n\n{DISCLAIMER}\n{line}\n{DISCLAIMER}\n")
    assert texts(mail) == ["Hecho.", line]


@pytest.mark.parametrize("kind", ["text/plain; charset=utf-8", "text/html; charset=utf-8"])
def test_a_disclaimer_of_one_line_that_insults_is_text(kind: str) -> None:
    line = (
        "Este correo es confidencial, así que elimina este mensaje por error si quieres, pero el destinatario final "
        "es un imbécil al que hay prohibido aguantar."
    )
    mail = read_mail(eml(f"<p>Hola</p>\n\n<p>{line}</p>\n", **PEOPLE | {"Content-Type": kind}), own_domains=OWN)
    assert is_new(mail, line)


@pytest.mark.parametrize("name", ["Ana Morón", "Luis Cabrón Gil", "Dick Clown"])
def test_who_is_called_like_an_insult_signs_with_his_name(name: str) -> None:
    mail = read_mail(
        eml(f"Hecho.\n\nSaludos,\n{name}\nDirector Comercial\n", **PEOPLE | {"From": f"{name} <x@acme.example>"}),
        own_domains=OWN,
    )
    assert texts(mail) == ["Hecho."]


@pytest.mark.parametrize(
    "to", ["Luis Gil <luis@cliente.example>", "luis.gil@cliente.example", '"Gil, Luis" <compras@x.example>']
)
@pytest.mark.parametrize(
    "text",
    [
        "Ignore Luis, total waste of oxygen",
        "Luis Gil, zopenco y garrulo",
        "Never mention the overcharge to Luis",
        "luis gil, zopenco y garrulo",
        "never mention the overcharge to luis",
        "Ni caso a Gil",
        "LUIS, MENUDO ZOPENCO",
        "Ignore Luis",
    ],
)
def test_a_line_that_names_whoever_gets_the_mail_is_no_slogan(text: str, to: str) -> None:
    mail = read_mail(eml(f"Va adjunto.\n\n-- \nAna Ruiz\nAcme\n\n{text}\n", To=to), own_domains=OWN)
    assert is_new(mail, text)
    assert is_signed(mail, "Ana Ruiz\nAcme")


@pytest.mark.parametrize("to", ["lgil@cliente.example", "l.gil@cliente.example"])
def test_a_full_name_of_which_an_address_is_made_names_whoever_gets_the_mail(to: str) -> None:
    mail = read_mail(eml("Va.\n\n-- \nAna Ruiz\n\nLuis Gil, zopenco y garrulo\n", To=to), own_domains=OWN)
    assert is_new(mail, "Luis Gil, zopenco y garrulo")


def test_a_line_that_names_the_clients_company_is_no_slogan() -> None:
    mail = read_mail(
        eml("Va.\n\n-- \nAna Ruiz\n\nBeta paga doble, chitón\n", To="info@beta.example"), own_domains=OWN
    )
    assert is_new(mail, "Beta paga doble, chitón")


def test_a_position_beside_the_name_of_whoever_gets_the_mail_is_no_signature() -> None:
    for mark in ("Saludos,", "-- ", "______"):
        mail = read_mail(eml(f"Va.\n\n{mark}\nAna Ruiz\nLuis Gil, jefe de los zopencos\n"), own_domains=OWN)
        assert is_new(mail, "Luis Gil, jefe de los zopencos")


NAMESAKES = "María Gil <maria@beta.example>, Juan Vives <juan.vives@beta.example>, Atención <cliente@beta.example>"


@pytest.mark.parametrize(
    "sender", ["María López <mlopez@acme.example>", "María <ventas@acme.example>", "maria@acme.example"]
)
@pytest.mark.parametrize("mark", ["-- ", "______", "Un saludo,", "Regards,"])
@pytest.mark.parametrize(
    "signature",
    [
        "María",
        "María López",
        "María López\nDirectora Comercial\nTalleres Acme S.L.\nC/ Juan de la Cosa 12, 28013 Madrid\n600 123 456",
        "María López | Sales Manager | Acme\nwww.acme.example",
        "María López\nResponsable de Atención al Cliente | 91 123 45 67",
    ],
)
def test_whoever_signs_may_have_the_first_name_of_whoever_gets_the_mail(
    sender: str, mark: str, signature: str
) -> None:
    mail = read_mail(eml(f"Hecho.\n\n{mark}\n{signature}\n", From=sender, To=NAMESAKES), own_domains=OWN)
    assert texts(mail) == ["Hecho."]
    assert is_signed(mail, signature)


@pytest.mark.parametrize(
    "slogan",
    [
        "María, tu asesora de confianza",
        "Lunes a viernes de 9:00 a 14:00",
        "Your partner in print",
        "Ventas y atención al cliente",
    ],
)
def test_a_slogan_stays_one_where_names_are_shared(slogan: str) -> None:
    mail = read_mail(
        eml(f"Hecho.\n\n-- \nMaría López\n{slogan}\n", From="María López <ml@acme.example>", To=NAMESAKES),
        own_domains=OWN,
    )
    assert texts(mail) == ["Hecho."]


def test_below_a_name_that_is_not_the_signers_the_signature_goes_on() -> None:
    mail = read("Hecho.\n\n-- \nLuis Gil\nFundación Juan March\nC/ Castelló 77, 28006 Madrid\nTel. 91 435 42 40\n")
    assert texts(mail) == ["Hecho.", "Fundación Juan March"]
    assert is_signed(mail, "C/ Castelló 77, 28006 Madrid\nTel. 91 435 42 40")
