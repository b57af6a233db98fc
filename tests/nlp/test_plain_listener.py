"""Hearing complaints by words alone: what is one, what only sounds like one, and what settles it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.domain.complaint import InboundKind, InboundWords
from guardian.nlp.plain_listener import PlainListener

LISTENER = PlainListener()


def heard(text: str, subject: str = "", language: str = "") -> tuple[InboundKind, int, bool]:
    found = LISTENER.heard(InboundWords(subject=subject, text=text, language=language))
    return found.kind, found.severity, found.settled


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Buenos días. El pedido 4471 todavía no ha llegado y lo necesitamos.", 2),
        ("La bomba que nos instalasteis ha vuelto a fallar esta mañana.", 2),
        ("Llevamos tres semanas esperando una respuesta y nadie contesta al teléfono.", 2),
        ("Han llegado doce cajas, cuatro de ellas rotas. Estamos muy descontentos.", 2),
        ("Nos habéis cobrado dos veces la misma factura.", 2),
        ("Si no lo resolvéis esta semana, buscaremos otro proveedor.", 3),
        ("Esto es inadmisible: tenemos la línea parada desde ayer.", 3),
        ("La última entrega vino algo tarde, a ver si la próxima llega antes. Un saludo.", 1),
        ("We are still waiting for the spare part you promised.", 2),
        ("The order arrived damaged and nobody has replied to my calls.", 2),
        ("I'm very disappointed with how this was handled.", 2),
        ("If this is not put right by Friday we will be looking for another supplier.", 3),
        ("This is unacceptable, our line is down.", 3),
        ("The delivery was a bit late, but fine otherwise.", 1),
    ],
)
def test_a_complaint_is_heard_with_its_weight(text: str, severity: int) -> None:
    assert heard(text) == (InboundKind.COMPLAINT, severity, False)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("No tengo ninguna queja, al contrario.", InboundKind.OTHER),
        ("Todo perfecto, sin ningún problema. Muchas gracias.", InboundKind.THANKS),
        ("¿Qué pasa si la bomba no funciona en invierno?", InboundKind.QUESTION),
        ("¿Cuándo llega el pedido?", InboundKind.QUESTION),
        ("Os paso el pedido de este mes: 20 cajas del modelo A.", InboundKind.ORDER),
        ("Disculpad el retraso en contestar, hemos estado de inventario.", InboundKind.APOLOGY),
        ("Felices fiestas y buen año.", InboundKind.SMALLTALK),
        ("No complaints at all, everything went fine. Thanks!", InboundKind.THANKS),
        ("What happens if the pump doesn't work in winter?", InboundKind.QUESTION),
        ("Sorry for the late reply, we had a problem with our mail.", InboundKind.APOLOGY),
        ("Please send us 20 boxes of model A.", InboundKind.ORDER),
    ],
)
def test_what_only_sounds_like_a_complaint_opens_none(text: str, kind: InboundKind) -> None:
    assert heard(text) == (kind, 0, False)


@pytest.mark.parametrize("text", ["¿Por qué no ha llegado el pedido?", "Why has the order not arrived?"])
def test_a_question_is_a_remark_at_most(text: str) -> None:
    assert heard(text)[1] <= 1


@pytest.mark.parametrize(
    "text",
    [
        "Siento decirlo, pero la bomba sigue sin funcionar.",
        "I'm sorry, but the pump is still not working.",
        "Lamento comunicaros que vamos a cambiar de proveedor.",
    ],
)
def test_politeness_does_not_hide_a_complaint(text: str) -> None:
    assert heard(text)[1] >= 2


@pytest.mark.parametrize(
    "text",
    [
        "Ya está solucionado, muchas gracias por la rapidez.",
        "La máquina no funcionaba, pero ya está todo arreglado. Gracias.",
        "Gracias por solucionarlo tan rápido.",
        "Ya llegaron, todo completo. Muchas gracias por la atención.",
        "Tell the picker it happens. Swapped, all good.",
        "It's all sorted now, thanks for the quick help.",
        "The pump was not working, but it is now fixed. Thank you!",
    ],
)
def test_a_client_says_that_it_is_settled(text: str) -> None:
    kind, severity, settled = heard(text)
    assert (kind, severity, settled) == (InboundKind.THANKS, 0, True)


@pytest.mark.parametrize(
    "text",
    [
        "Sigue sin estar solucionado.",
        "Todavía no está arreglado y nos urge.",
        "Gracias por arreglar la puerta, pero la bomba sigue sin funcionar.\nLa bomba sigue sin funcionar.",
        "It is still not fixed.",
        "Hoping this gets sorted soon.",
        "Gracias por la rapidez. Mañana os cuento si ha quedado bien.",
        "Thanks for the quick reply, I look forward to the fix.",
    ],
)
def test_what_is_not_settled_yet_does_not_pass_for_it(text: str) -> None:
    assert not heard(text)[2]


def test_the_subject_alone_is_judged_where_no_more_may_be_read() -> None:
    assert heard("", subject="Queremos poner una reclamación por el pedido 88")[1] == 2
    assert heard("", subject="") == (InboundKind.OTHER, 0, False)


def test_it_says_that_it_knows_words_only_and_quotes_them_exactly() -> None:
    found = LISTENER.heard(InboundWords(text="Hola. TODAVÍA NO HA LLEGADO el pedido."))
    assert found.degraded
    assert found.spans == ("TODAVÍA NO HA LLEGADO",)


@given(st.text(max_size=400), st.text(max_size=80))
def test_no_words_at_all_can_upset_it(text: str, subject: str) -> None:
    first = LISTENER.heard(InboundWords(subject=subject, text=text))
    assert first == LISTENER.heard(InboundWords(subject=subject, text=text))
    assert all(span in f"{subject}\n{text}" for span in first.spans)
