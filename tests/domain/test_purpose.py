"""Giving is told from asking by words, and what is not known counts for neither."""

import pytest

from guardian.domain.purpose import Purpose, purpose_of


@pytest.mark.parametrize(
    "text",
    [
        "Hola Ana, ¿habéis decidido algo sobre el presupuesto?",
        "¿Alguna novedad?",
        "¿Me confirmas el pedido de noviembre?",
        "Tenéis una factura pendiente de pago desde marzo.",
        "¿Os interesaría ampliar el contrato?",
        "¿Cuándo hacéis el próximo pedido?",
        "Have you had a chance to look at the quote?",
        "Just checking in: any news?",
        "Could you sign the renewal this week?",
        "When will you reorder?",
        "There is an overdue invoice on your account.",
    ],
)
def test_mails_that_want_something(text: str) -> None:
    assert purpose_of(text) is Purpose.ASKS


@pytest.mark.parametrize(
    "text",
    [
        "Te paso la guía de mantenimiento que comentamos.",
        "Os envío las fotos, por si os sirven.",
        "Gracias por la visita de ayer. ¿Alguna novedad?",
        "¡Enhorabuena por la nueva tienda!",
        "Ya está resuelto lo de la factura.",
        "Here is the article I mentioned.",
        "Thank you for the visit. Have you decided?",
        "The damaged chairs have been refunded.",
    ],
)
def test_mails_that_give_something_whatever_else_they_ask(text: str) -> None:
    assert purpose_of(text) is Purpose.GIVES


@pytest.mark.parametrize("text", ["", "Nos vemos el martes.", "See you on Tuesday.", "El camión sale a las ocho."])
def test_what_the_words_do_not_tell_is_neither(text: str) -> None:
    assert purpose_of(text) is Purpose.NEITHER


def test_a_hostile_text_is_read_in_no_time() -> None:
    assert purpose_of("hay " * 100_000) is Purpose.NEITHER
