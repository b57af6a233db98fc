"""Turns of phrase, outlines and whom a sentence is about: the parts that the rules are made of."""

from typing import Any

import pytest

from guardian.nlp.components import reading_of
from guardian.nlp.names import client_names
from guardian.nlp.pipeline import new_pipeline
from guardian.nlp.reading import Reading, judged_text
from guardian.nlp.rules.findings import SIGNS, findings_in
from guardian.nlp.rules.outline import outline
from guardian.nlp.rules.turns import Turns, shipped_turns
from guardian.nlp.rules.weighing import weigh
from guardian.nlp.rules.whom import About, speaks_to_client, whom

NLP = new_pipeline()


def read(write_mail: Any, text: str) -> Reading:
    mail, audience = write_mail(text)
    doc = NLP.make_doc(judged_text(mail))
    reading_of(doc).names = client_names(mail, audience)
    return reading_of(NLP(doc))


def rules(write_mail: Any, text: str) -> set[str]:
    return {one.rule for one in findings_in(read(write_mail, text))}


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(don't|never) tell {him}", "we never tell her anything"),
        ("hart@ de", "estamos hartas de todo"),
        ("leave it _ out of", "leave it well out of this"),
        ("(no)? se lo digas", "se lo digas"),
        ("(no)? se lo digas", "no se lo digas"),
        ("falsific~", "falsificamos el parte"),
        ("clown+", "two clowns"),
        ("a {a quien} no (le|les) digas", "a ¤ no le digas"),
    ],
)
def test_a_pattern_is_met_wherever_its_first_word_stands(pattern: str, words: str) -> None:
    met = Turns(f"[untold 3 *]\n{pattern}\n").met(words.split())
    assert {(one.turn.sign, one.turn.strength) for one in met} == {("untold", 3)}


@pytest.mark.parametrize("words", ["we tell her", "don't ever tell", "leave it there and then out of"])
def test_another_phrase_is_not_met(words: str) -> None:
    assert not Turns("[untold 3 *]\n(don't|never) tell {him}, leave it _ out of\n").met(words.split())


def test_the_words_of_a_turn_are_counted() -> None:
    (met,) = Turns("[untold 3 *]\ndon't tell {him}\n").met("please don't tell the client today".split())
    assert (met.first, met.last) == (1, 5)


def test_every_shipped_turn_is_a_sign_that_findings_know() -> None:
    assert {turn.sign for turn in shipped_turns().all} == SIGNS


def test_turns_without_a_section_are_refused() -> None:
    with pytest.raises(ValueError, match="section"):
        Turns("don't tell {him}\n")


def test_an_outline_marks_the_client_other_names_and_numbers(write_mail: Any) -> None:
    (sentence,) = read(write_mail, "A Gravas de Levante se la dejamos a 8 y Helena no lo sabe.").sentences
    assert outline(sentence).words == "a § se la dejamos a 0 y ¤ no lo sabe".split()
    assert [sentence.words[place] for place in outline(sentence).places][1] == "gravas"


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("La gente de Helena llegó tarde.", About.CLIENT),
        ("This customer is late.", About.CLIENT),
        ("Ask customer care about the ticket.", About.NOBODY),
        ("El transportista llegó tarde.", About.NOBODY),
        ("Luego llegó Nelson tarde.", About.OTHERS),
        ("Helena, llegó tarde.", About.NOBODY),
    ],
)
def test_whom_a_sentence_names(write_mail: Any, text: str, about: About) -> None:
    (sentence,) = read(write_mail, text).sentences
    assert whom(sentence, []) is about


def test_a_mail_that_opens_with_the_clients_name_speaks_to_him(write_mail: Any) -> None:
    assert speaks_to_client(read(write_mail, "Hola Helena:\nva el parte."))
    assert not speaks_to_client(read(write_mail, "Chicos, va el parte de Helena."))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Helena es una caradura.", "called3"),
        ("La caradura de Helena no paga.", "owned3"),
        ("Helena llegó a las nueve. Menuda caradura.", "follows3"),
        ("He is such a muppet.", "pronoun3"),
        ("Sos un pelotudo.", "addressed3"),
        ("Ese caradura no paga.", "pointed3"),
        ("¡Qué caradura!", "exclaimed3"),
        ("Que Helena no se entere.", "untold3"),
        ("A Gravas Levante se lo dejamos a 8.", "rival3"),
        ("No aguanto a Helena.", "fedup3"),
        ("Helena couldn't organise her own desk.", "scorn3"),
        ("Llamó Helena 🤡", "gesture3"),
    ],
)
def test_each_rule_finds_what_it_is_for(write_mail: Any, text: str, rule: str) -> None:
    assert rule in rules(write_mail, text)


@pytest.mark.parametrize(
    "text",
    [
        "Helena no es una caradura.",
        "Helena dice que soy un caradura y tiene razón, pido perdón.",
        "Hola Helena: menudo caradura el mensajero.",
        'La obra se llama "El caradura".',
        "La comedia El Caradura empieza a las nueve.",
        "Que Helena no se entere de la fiesta sorpresa.",
        "Nadie aguanta a Nelson, no aguanto a Nelson.",
    ],
)
def test_nothing_is_found_in_the_harmless_twin(write_mail: Any, text: str) -> None:
    assert not rules(write_mail, text)


def test_what_the_rules_find_is_told_to_the_decisions(write_mail: Any) -> None:
    reading = read(write_mail, "Que Helena no se entere. Helena es una caradura.")
    assert {name for name in reading.features if name.startswith("rule_")} == {"rule_untold3", "rule_called3"}


def test_only_certain_rules_bring_a_mail_to_the_threshold(write_mail: Any) -> None:
    sure, likely = read(write_mail, "Helena es una caradura."), read(write_mail, "Que Helena no se entere.")
    for reading in (sure, likely):
        weigh(reading, 0.9)
    assert (sure.score, likely.score) == (0.9, 0.0)
    assert sure.sentences[0].hostility > 0 >= likely.sentences[0].hostility
    assert sure.sentences[0].found is not None


def test_in_a_held_mail_the_sentence_with_a_finding_is_a_ground(write_mail: Any) -> None:
    reading = read(write_mail, "El pedido sale hoy. Que Helena no se entere.")
    reading.score = 0.95
    weigh(reading, 0.9)
    assert [sentence.hostility > 0 for sentence in reading.sentences] == [False, True]


def test_a_certain_finding_is_remembered_before_others_of_its_sentence(write_mail: Any) -> None:
    reading = read(write_mail, "Que Helena no se entere de que Helena es una caradura.")
    weigh(reading, 0.9)
    assert len(reading.findings) > 1
    assert reading.sentences[0].found is not None
    assert reading.sentences[0].found.rule == "called3"
