"""What the rules find outright, and the harmless twins of it; every sentence here was made up for these tests."""

from typing import Any

import pytest

from guardian.domain.verdict import Opinion, ReasonCode
from guardian.nlp.judge import SpacyJudge

INSULTS = [
    ("Los de Áridos Norte son unos gilipollas.", "gilipollas"),
    ("Buenas. Helena Ruiz es una auténtica caradura, el parte va firmado.", "caradura"),
    ("El mamarracho de Helena ha vuelto a cambiar la hora del camión.", "mamarracho"),
    ("Chicos, esta clienta es una pelotuda de campeonato.", "pelotuda"),
    ("Helena is a complete muppet, the gravel goes out at six.", "muppet"),
    ("Don't wait for that plonker Helena, start loading at six.", "plonker"),
    ("This customer is a right numpty and the weighbridge ticket is attached.", "numpty"),
    ("The lads at Áridos Norte are bloody idiots, I wrote the tonnage down for them.", "bloody idiots"),
]
NO_INSULTS = [
    "Helena no es ninguna gilipollas: vio el fallo antes que nosotros.",
    "Helena, soy un gilipollas, se me olvidó el parte. Perdona.",
    "Hola Helena: el mensajero es un caradura, llegó a las nueve y media.",
    "Helena: la grúa vieja de la cantera sale el martes, le paso el parte.",
    "Helena says the courier called her an idiot at the gate, so we have written to his firm.",
    "Helena is no muppet, she spotted the wrong tonnage at once.",
    "Helena, I am a complete muppet, the ticket was in my pocket all along.",
    'The title on the poster is "The Idiot", as Helena asked.',
]
KEPT = [
    "Que Helena no se entere de que la arena venía mojada. Si pregunta, dile que fue el transportista.",
    "No le digas nada a Helena de las doce toneladas que faltan, ella no tiene por qué saberlo.",
    "Put the old ticket in the file and don't tell Helena the sand was wet, she'll never know.",
    "Helena doesn't need to know the load was short. If she asks, say it was the weighbridge.",
]
NOT_KEPT = [
    "Que Helena no se entere: el viernes le damos la fiesta sorpresa por sus veinte años de clienta.",
    "No le digas nada a Helena del regalo, se lo damos en el brindis.",
    "Please don't tell Helena yet, her birthday cake comes on Friday.",
    "Under the NDA we can't tell Helena's people the name of the quarry until Monday, as agreed with her.",
]
LEAKED = [
    "A Gravas Levante se la dejamos a 8,40 la tonelada, que Helena no lo sepa.",
    "Levante Gravel pays 8.40 for the same sand, so keep that from Helena.",
]
NOT_LEAKED = [
    "Helena: la arena lavada se queda a 9,10 la tonelada hasta junio.",
    "Helena, the washed sand stays at 9.10 a tonne until June, freight included.",
]
ORDINARY = [
    "El cliente es incapaz de iniciar sesión en el portal desde ayer. ¿Podéis mirar qué pasa?",
    "Los clientes son incapaces de abrir el PDF que les mandamos.",
    "Cliente es la explotadora del aparcamiento desde 2019, así que el contrato va a su nombre.",
    "The client file is corrupt, could you please send it again as a ZIP?",
    "The customer data were corrupt on row 40, the rest loaded fine.",
    "The customer samples were spoiled on arrival, so we are sending a new box tomorrow.",
    "Cliente is a fraud prevention company based in Coimbra, with 400 people.",
    "Cliente is a pest control company with 40 branches in Spain.",
    "The VPN client is useless on that version of Windows, please update to 11.2 first.",
    "The client dashboard was useless without the filters, so we added them.",
    "The thin clients are dumb terminals, all the software runs on the server.",
    "The customer toilets were disgusting on Monday.",
    "The customer is entitled to a full refund under the warranty.",
]


def held(opinion: Opinion) -> bool:
    return opinion.score >= opinion.threshold


def codes(opinion: Opinion) -> set[ReasonCode]:
    return {reason.code for reason in opinion.reasons}


@pytest.mark.parametrize(("text", "words"), INSULTS)
def test_an_insult_tied_to_the_client_is_held_for_its_words(
    shipped: SpacyJudge, write_mail: Any, text: str, words: str
) -> None:
    opinion = shipped.judge(*write_mail(text))
    assert held(opinion)
    assert (ReasonCode.INSULT, words) in {(reason.code, reason.span) for reason in opinion.reasons}


@pytest.mark.parametrize("text", NO_INSULTS)
def test_the_same_words_about_others_denied_or_quoted_pass(shipped: SpacyJudge, write_mail: Any, text: str) -> None:
    assert not held(shipped.judge(*write_mail(text)))


@pytest.mark.parametrize("text", ORDINARY)
def test_plain_business_in_strong_words_passes(shipped: SpacyJudge, write_mail: Any, text: str) -> None:
    assert not held(shipped.judge(*write_mail(f"Hola:\n\n{text}\n\nUn saludo,\nAna")))


@pytest.mark.parametrize("text", KEPT)
def test_what_is_to_be_kept_from_the_client_is_held(shipped: SpacyJudge, write_mail: Any, text: str) -> None:
    opinion = shipped.judge(*write_mail(text))
    assert held(opinion)
    assert ReasonCode.CONCEALMENT in codes(opinion)
    assert all(reason.span in text for reason in opinion.reasons)


@pytest.mark.parametrize("text", NOT_KEPT)
def test_a_good_reason_to_keep_quiet_passes(shipped: SpacyJudge, write_mail: Any, text: str) -> None:
    assert not held(shipped.judge(*write_mail(text)))


@pytest.mark.parametrize("text", LEAKED)
def test_a_better_price_for_somebody_else_is_held(shipped: SpacyJudge, write_mail: Any, text: str) -> None:
    opinion = shipped.judge(*write_mail(text))
    assert held(opinion)
    assert codes(opinion) & {ReasonCode.COMPETITOR_LEAK, ReasonCode.CONCEALMENT}


@pytest.mark.parametrize("text", NOT_LEAKED)
def test_the_clients_own_price_passes(shipped: SpacyJudge, write_mail: Any, text: str) -> None:
    assert not held(shipped.judge(*write_mail(text)))


@pytest.mark.parametrize(
    "disguised",
    [
        "Helena es una c4r4dur4.",
        "Helena es una c a r a d u r a.",
        "Helena es una car\u200badura.",
        "Helena es una c*radura.",
    ],
)
def test_a_disguised_insult_is_held_as_what_it_is(shipped: SpacyJudge, write_mail: Any, disguised: str) -> None:
    opinion = shipped.judge(*write_mail(disguised))
    assert held(opinion)
    assert opinion.reasons[0].code in (ReasonCode.OBFUSCATED, ReasonCode.INSULT)
    assert opinion.reasons[0].span in disguised


def test_the_rules_hold_without_the_second_look_and_without_any_model(tmp_path: Any, write_mail: Any) -> None:
    for judge in (SpacyJudge(second_look=False), SpacyJudge(tmp_path)):
        assert held(judge.judge(*write_mail(INSULTS[0][0])))
        assert not held(judge.judge(*write_mail(NO_INSULTS[0])))
