"""Whom a sentence is about, and what is counted beside it."""

from guardian.nlp.components import reading_of
from guardian.nlp.evidence import about_client, categories
from guardian.nlp.names import ClientNames
from guardian.nlp.pipeline import new_pipeline
from guardian.nlp.reading import Reading

NLP = new_pipeline()


def read(text: str) -> Reading:
    doc = NLP.make_doc(text)
    reading_of(doc).names = ClientNames(frozenset({"helena", "ruiz"}))
    return reading_of(NLP(doc))


def test_a_pronoun_points_to_a_client_named_up_to_two_sentences_before() -> None:
    reading = read("Helena called. The van is late. She is impossible. Nothing else. Weather is fine. She sings.")
    assert about_client(reading.sentences) == [True, False, True, False, False, False]


def test_a_role_stands_for_the_client() -> None:
    assert about_client(read("Este señor no se entera. El camión llega mañana.").sentences) == [True, False]


def test_an_insult_near_the_client_is_counted_apart_from_one_at_a_machine() -> None:
    near, machine = read("Helena es idiota.").features, read("La impresora es idiota.").features
    assert near["insult3+client"] > 0
    assert machine["insult3+client"] == 0
    assert machine["insult3+thing"] > 0


def test_the_clients_name_is_no_insult_whatever_it_means() -> None:
    reading = read("Hola, le escribe Ruiz.")
    reading_insulted = read("Hola, le escribe idiota.")
    assert "insult" not in categories(reading.sentences[0])
    assert "insult" in categories(reading_insulted.sentences[0])


def test_the_encoder_sees_forty_sentences_but_the_lexicon_sees_all() -> None:
    reading = read("Va el pedido.\n" * 400 + "Helena es idiota.")
    assert categories(reading.sentences[-1]) >= {"insult"}
    assert len(reading.windows) > 1


def test_the_document_holds_the_normal_text() -> None:
    doc = NLP.make_doc("Hola,  esto\n es \u200buna\tprueba ")
    assert doc.text == "Hola,  esto\n es una\tprueba "
