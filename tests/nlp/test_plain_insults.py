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
]
HARMLESS = [
    "El cliente no es idiota: ha visto el fallo antes que nosotros.",
    "The client is not an idiot, she found the mistake before us.",
    "El servidor es un desastre y el cliente espera.",
    "The client is right, I was an idiot.",
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


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_insult_of_the_client_passes(judge: SpacyJudge, write_mail: Any, text: str) -> None:
    opinion = judge.judge(*write_mail(text))
    assert opinion.score < opinion.threshold
