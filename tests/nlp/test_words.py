"""Language, sentences, the lexicon, and where a client is named."""

import pytest

from guardian.domain.mail import Audience, ClientRecipient, Mail
from guardian.nlp.language import language_of, leaning
from guardian.nlp.lexicon.matcher import Lexicon, shipped_lexicon
from guardian.nlp.lexicon.notation import forms
from guardian.nlp.names import client_names, masked
from guardian.nlp.normal import fold
from guardian.nlp.sentences import sentence_spans

LEXICON = shipped_lexicon()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Buenos días, le mando el pedido", "es"),
        ("Ya está hecho", "es"),
        ("Mañana voy", "es"),
        ("Che, dale", "es"),
        ("Hi Janet, both pallets went out yesterday", "en"),
        ("He doesn't get it", "en"),
        ("Invoice attached, thanks", "en"),
        ("ta enviao el albaran, cuando puedas lo miras", "es"),
    ],
)
def test_the_language_is_told(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_sentence_without_signs_follows_its_mail() -> None:
    assert language_of("OK", leaning("Buenos días, le mando el pedido de mañana")) == "es"
    assert language_of("OK", leaning("Please send the order to the client")) == "en"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Hola Sr. Pérez. Va el pedido.", ["Hola Sr. Pérez.", "Va el pedido."]),
        ("La vio Dña. Ana (p. ej. ayer). ¿Va?", ["La vio Dña. Ana (p. ej. ayer).", "¿Va?"]),
        ("- uno\n- dos\n3) tres", ["uno", "dos", "tres"]),
        ("Sin punto final\nOtra línea", ["Sin punto final", "Otra línea"]),
        ("Mr. Blunt is here at 3 p.m. on Monday. Fine!", ["Mr. Blunt is here at 3 p.m. on Monday.", "Fine!"]),
        ("Dijo que no. Luego colgó.", ["Dijo que no.", "Luego colgó."]),
        (
            "- the second batch of pallets goes to the north dock on\n  Monday, or so he says\n- call",
            ["the second batch of pallets goes to the north dock on", "Monday, or so he says", "call"],
        ),
        (
            "- the second batch of pallets goes to the north dock and\n  we bill it apart\n- call",
            ["the second batch of pallets goes to the north dock and\n  we bill it apart", "call"],
        ),
        ("Le mando el pedido de la semana que viene con los precios.\nun saludo", None),
        ("Le mando el pedido de la semana que viene con los\n\nun saludo", None),
        ("...\n--\n***", []),
        ("", []),
    ],
)
def test_sentences_are_cut_as_people_read_them(text: str, sentences: list[str] | None) -> None:
    by_line = [line for line in text.split("\n") if line]
    assert [text[start:end] for start, end in sentence_spans(text)] == (by_line if sentences is None else sentences)


def test_a_sentence_without_any_stop_is_cut_at_a_blank() -> None:
    text = "palabra " * 400
    spans = list(sentence_spans(text))
    assert max(end - start for start, end in spans) <= 600
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == text.replace(" ", "")


def found(text: str) -> set[str]:
    return {hit.category for hit in LEXICON.hits(fold(text).replace(",", " ").split())}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("son unos gilipollas", "insult"),
        ("menuda idiota", "insult"),
        ("pinche viejo", "insult"),
        ("es un pelotudo", "insult"),
        ("weón culiao", "insult"),
        ("qué gonorrea", "insult"),
        ("what a muppet", "insult"),
        ("useless fellows", "insult"),
        ("son of a bitch", "insult"),
        ("no se entera de nada", "contempt"),
        ("one sandwich short of a picnic", "contempt"),
        ("me tiene harta", "venting"),
        ("no lo soporto", "venting"),
        ("I can't stand him", "venting"),
        ("su majestad", "sarcasm"),
        ("rocket scientists", "sarcasm"),
        ("que no se entere el cliente", "concealment"),
        ("she must not know", "concealment"),
        ("a su competencia", "leak"),
        ("we also work for them", "leak"),
        ("el servidor", "thing"),
        ("soy un desastre", "self"),
        ("my fault", "self"),
        ("eres un crack", "praise"),
        ("este señor", "role"),
        ("that woman", "role"),
    ],
)
def test_the_lexicon_knows(text: str, category: str) -> None:
    assert category in found(text)


@pytest.mark.parametrize("text", ["see the memo", "an HP printer", "egg and spoon", "he drives a wagon"])
def test_words_with_an_ordinary_meaning_are_mild(text: str) -> None:
    hits = LEXICON.hits(fold(text).split())
    assert max((hit.severity for hit in hits if hit.category == "insult"), default=0) <= 1


@pytest.mark.parametrize(
    "text", ["le mando el pedido", "please find the invoice", "hijo de mi hermana", "cono de obra"]
)
def test_harmless_words_are_no_insult(text: str) -> None:
    assert not found(text) & {"insult", "swear", "contempt", "venting"}


def test_an_entry_stands_for_its_inflections() -> None:
    assert forms("tont@ del (bote|pueblo)") == {
        ("tont" + ending, "del", place) for ending in ("o", "a", "os", "as") for place in ("bote", "pueblo")
    }


def test_a_gap_takes_up_to_two_words() -> None:
    lexicon = Lexicon(["[leak 3 *]\nsend his _ to"])
    assert lexicon.hits("send his price list to".split())
    assert not lexicon.hits("send his very long price list to".split())


def test_a_lexicon_that_begins_without_a_section_is_refused() -> None:
    with pytest.raises(ValueError, match="section"):
        Lexicon(["idiota"])


def _mail(name: str, address: str) -> Mail:
    return Mail(
        message_id=None,
        subject="",
        sender=None,
        sender_name="",
        to=((name, address),),
        cc=(),
        date=None,
        passages=(),
    )


def _named(
    text: str, *, name: str = "", address: str = "hlopez@aridos-norte.example", client: str = "Áridos Norte"
) -> str:
    readers = Audience(internal=(), clients=(ClientRecipient(address=address, client=client),), others=())
    names = client_names(_mail(name, address), readers)
    return masked(text, names.mentions(text), "¤")


def test_company_person_and_address_name_the_client() -> None:
    assert _named("Los de Áridos Norte no pagan") == "Los de ¤ Norte no pagan"
    assert _named("Hola Helena, gracias", name="Helena López") == "Hola ¤, gracias"
    assert _named("Lopez no contesta") == "¤ no contesta"


def test_a_common_word_in_small_letters_is_no_name() -> None:
    text = "Pedro no paga. Ha sido un palo."
    assert _named(text, client="Palo SL", address="info@x.example") == text


def test_a_client_called_like_an_insult_is_not_insulted() -> None:
    text = "Mr. Moron called, he is happy"
    assert _named(text, client="Moron Ltd", address="info@moron.example") == "Mr. ¤ called, he is happy"
