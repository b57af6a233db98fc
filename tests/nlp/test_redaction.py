"""What is told to a model outside: what our people say, and not of whom."""

import pytest

from guardian.domain.mail import Audience, ClientRecipient, Mail, Passage, Place, Voice
from guardian.nlp.redaction import Redacted, redact


def redacted(text: str) -> Redacted:
    """Return what is told of a mail from Luis Gil to Ana Ruiz and, in copy, Pedro Sanz of Talleres Robledo."""
    mail = Mail(
        message_id=None,
        subject="",
        sender="luis.gil@acme.example",
        sender_name="Luis Gil",
        to=(("Ruiz Prado, Ana", "aruiz@acme.example"),),
        cc=(("Pedro Sanz de la Vega", "pedro@robledo.example"), ("", "tvidal@gestoria.example")),
        date=None,
        passages=(Passage(text=text, voice=Voice.NEW),),
    )
    client = ClientRecipient(address="pedro@robledo.example", client="Talleres Robledo")
    readers = Audience(internal=("aruiz@acme.example",), clients=(client,), others=("tvidal@gestoria.example",))
    return redact(mail, readers, most=4_000)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hablé ayer con pedro sanz, de robledo, hoy.", "Hablé ayer con [CLIENT], hoy."),
        ("Lo de PEDRO no tiene nombre, dice vega.", "Lo de [CLIENT] no tiene nombre, dice [CLIENT]."),
        ("Se lo paso a ruiz y a luis, o a acme.", "Se lo paso a [PERSON] y a [PERSON], o a [PERSON]."),
        ("Lo lleva vidal en la gestoria.", "Lo lleva [PERSON] en la [PERSON]."),
        ("Fui con María López, la hija de Juan Robledo.", "Fui con [PERSON], la hija de [PERSON] [CLIENT]."),
        ("Marta García lleva la cuenta 4521.", "[PERSON] lleva la cuenta [NUMBER]."),
        ("Dice Marta que no. Marta no paga.", "Dice [PERSON] que no.|[PERSON] no paga."),
        ("hola bea, te llamo.\nMañana va bea.", "hola [PERSON], te llamo.|Mañana va [PERSON]."),
        ("Bea, te llamo luego.\nAsí, bea no va.", "[PERSON], te llamo luego.|Así, [PERSON] no va."),
        ("I think Pedro's men at ACME Ltd know.", "I think [CLIENT] men at [PERSON] know."),
        ("Lo dice Jean-Luc O'Brien.", "Lo dice [PERSON]."),
        ("Escribe a pedro@robledo.example o a www.robledo.example ya.", "Escribe a [ADDRESS] o a [LINK] ya."),
    ],
)
def test_no_name_is_told_however_it_is_written(text: str, told: str) -> None:
    assert "|".join(redacted(text).told) == told


@pytest.mark.parametrize(
    "text",
    [
        "El taller no abre los lunes, y de la vela no sé nada.",
        "On Monday I said that the garage is OK.",
        "Hola a todos, adjunto el informe.",
        "Este tío es un Imbécil y un pesado.",
    ],
)
def test_everyday_words_and_insults_stay(text: str) -> None:
    found = redacted(text)
    assert found.told == found.written
    assert found.whole


def test_an_insult_in_a_name_of_the_header_is_no_name() -> None:
    name = "Pedro el imbécil (Robledo)"
    mail = Mail(
        message_id=None,
        subject="",
        sender=None,
        sender_name="",
        to=((name, "pedro@robledo.example"),),
        cc=(),
        date=None,
        passages=(Passage(text=name, voice=Voice.NEW, place=Place.NAME),),
    )
    client = ClientRecipient(address="pedro@robledo.example", client="Talleres Robledo")
    found = redact(mail, Audience(internal=(), clients=(client,), others=()), most=4_000)
    assert found.told == ("[CLIENT] el imbécil ([CLIENT])",)


def test_what_is_shouted_is_not_called_whole() -> None:
    found = redacted("DICE MARTA QUE NO PAGA.")
    assert "MARTA" not in found.told[0]
    assert not found.whole
