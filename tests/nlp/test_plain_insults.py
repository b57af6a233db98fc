"""Calling the client something outright holds a mail, however friendly the rest of it."""

from typing import Any

import pytest

from guardian.nlp.judge import SpacyJudge

HOSTILE = [
    "Este cliente es un cretino.",
    "El cliente es un completo idiota, pero el pedido sale el lunes.",
    "Honestly, this client is an idiot.",
    "The customer is a moron. The truck leaves at nine.",
    "Este cliente es un cretino: no lee los correos y encima exige.",
    "Pero qué hijo de puta es el cliente, nos ha dejado tirados el viernes.",
    "Our client's a complete wanker, just so you know before the call.",
    "Our client's an idiot, I've attached his drawing.",
    "Bloody idiot of a client wants it by noon now.",
    "Our muppet of a client has locked himself out again, reset it.",
    "The idiot from Áridos Norte called again about the dock.",
    "Los clientes de Lima son unos cojudos, mándales la proforma otra vez.",
    "Helena, who is an absolute numpty, has sent it to Hull.",
    "El cliente es, con diferencia, el mayor capullo que he tratado en veinte años.",
    "Los de Áridos Norte son unos payasos.",
    "Áridos Norte son unos ladrones.",
    "Helena es una pesada y una tacaña.",
    "The people at Áridos Norte are a bunch of clowns.",
    "Helena is a jerk.",
    "Helena's lawyers are snakes.",
]
HARMLESS = [
    "El cliente no es idiota: ha visto el fallo antes que nosotros.",
    "The client is not an idiot, she found the mistake before us.",
    "El servidor es un desastre y el cliente espera.",
    "The client is right, I was an idiot.",
    "Los de Áridos Norte son gente seria.",
    "Los de Áridos Norte no son ningunos payasos, van a pedir el desglose.",
    "Helena's lawyers are quick.",
    "The client is right, we were idiots about the labels. New ones go out tonight at our cost.",
]
SAID_OF_OTHERS = [
    "Helena cree que el transportista es un inútil y pide que cambiemos de agencia.",
    "El cliente dice que su vecino es un sinvergüenza y que por eso puso la valla.",
    "Según nos cuenta la clienta, su casero es un sinvergüenza y tiene que mudar la consulta en mayo.",
    "El cliente fue acusado por un delincuente reincidente y ha sido absuelto. Enviad la nota a prensa.",
    "El cliente fue víctima de unos estafadores que se hacían pasar por nosotros.",
    "El jefe de obra de Áridos Norte es un profesional y el imbécil de nuestro conductor le cerró el paso.",
    "Morning all, Helena reckons the courier is an idiot and wants a different firm from March.",
    "Helena was taken in by scammers posing as our finance team. Please warn every account manager.",
    "The customer is always right, the idiot in this story is the fax machine.",
    pytest.param(
        "The customer remains calm even when the moron next door blocks the gate.",
        marks=pytest.mark.xfail(strict=True, reason="the learned scores hold it, no rule does"),
    ),
]
SAID_OF_THINGS = [
    "El memo de Helena pide cambiar el lazo a verde y mantener el resto igual. Lo paso a taller.",
    "Probamos la salsa picante de Helena y nos encantó; se puede envasar en frasco de 200 ml sin problema.",
    "El chorizo de Helena sale mañana a las siete, ocho cajas para Valladolid.",
    "The client is using git for the first time, so please send them the short guide.",
    "The client is building a tool shed behind the garage and wants a price for the slab.",
    "The dipstick of the client's van is bent, part number attached.",
    "The client is happy to divvy up the freight cost between both sites.",
]
SUPPOSED = [
    "Pensé que el cliente era un engreído, pero en la comida fue encantador y lo firmó todo.",
    "Si alguien piensa que el cliente es un pardillo se va a llevar una sorpresa: negocia mejor que nadie.",
    "I used to think the client was a jobsworth, and I could not have been more wrong.",
    "HR note: the employee told a colleague that the client is an idiot. He has been spoken to and has apologised.",
]


@pytest.fixture(scope="module")
def judge() -> SpacyJudge:
    return SpacyJudge()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_plain_insult_is_held_with_its_words(judge: SpacyJudge, write_mail: Any, text: str) -> None:
    opinion = judge.judge(*write_mail(text))
    assert opinion.score >= opinion.threshold
    assert opinion.reasons
    assert all(reason.span in text for reason in opinion.reasons)


@pytest.mark.parametrize("text", [*SAID_OF_OTHERS, *SAID_OF_THINGS, *SUPPOSED])
def test_an_insult_of_somebody_or_something_else_beside_the_client_passes(
    judge: SpacyJudge, write_mail: Any, text: str
) -> None:
    opinion = judge.judge(*write_mail(text))
    assert opinion.score < opinion.threshold


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_insult_of_the_client_passes(judge: SpacyJudge, write_mail: Any, text: str) -> None:
    opinion = judge.judge(*write_mail(text))
    assert opinion.score < opinion.threshold
