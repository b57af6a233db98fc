"""What is read of a client's mail: its own words, whatever the blanks, with a way back to how they were written."""

from hypothesis import given
from hypothesis import strategies as st

from guardian.domain.complaint import InboundWords
from guardian.nlp.inbox.passes import passes_of
from guardian.nlp.inbox.said import said
from guardian.nlp.pieces import Pieces
from guardian.nlp.pipeline import SHIPPED
from guardian.nlp.second_look import PIECES
from guardian.nlp.stretches import LONGEST

PIECES_SHIPPED = Pieces.load(SHIPPED / "guardian_second_look" / PIECES)
MAIL = InboundWords(
    subject="Pedido 40", text="Hola Ana:\nSeguimos sin noticias. Es una vergüenza.\n\nUn saludo, Luis"
)


def test_blanks_and_line_ends_make_no_difference() -> None:
    from_html = (
        "\u00a0 Hola\u00a0Ana:\r\n\r\n  Seguimos sin\nnoticias.   Es\tuna vergüenza.\r\n \r\nUn saludo,\u200b Luis \n"
    )
    assert said(InboundWords(subject=" Pedido  40 ", text=from_html)).text == said(MAIL).text


def test_phrases_carry_their_exact_words() -> None:
    written = [
        phrase.written for phrase in said(InboundWords(text="Ana,\nesto es\n una “vergüenza”.  Adiós.")).phrases
    ]
    assert written == ["Ana,\nesto es\n una “vergüenza”.", "Adiós."]


def test_quoted_lines_and_the_line_that_names_them_are_not_read() -> None:
    text = "Todo resuelto, gracias.\n\nEl 3 de mayo, Ana escribió:\n> Esto es una vergüenza.\n> Adiós.\nUn saludo"
    assert said(InboundWords(text=text)).text == "Todo resuelto, gracias. Un saludo"


def test_a_subject_is_a_sentence_of_its_own() -> None:
    assert [phrase.written for phrase in said(MAIL).phrases][:2] == ["Pedido 40", "Hola Ana:\nSeguimos sin noticias."]


@given(subject=st.text(max_size=40), text=st.text(max_size=300))
def test_any_words_can_be_read_and_every_phrase_is_in_them(subject: str, text: str) -> None:
    for phrase in said(InboundWords(subject=subject, text=text)).phrases:
        assert phrase.written in subject or phrase.written in text


@given(st.lists(st.sampled_from(["uno", "dos.", "¡tres!", "x" * 70, "\ud800", "\n> no", "\n"]), max_size=900))
def test_no_pass_is_longer_than_the_network_can_read(words: list[str]) -> None:
    mail = said(InboundWords(text=" ".join(words)))
    passes = passes_of(mail, PIECES_SHIPPED)
    assert bool(passes) == bool(mail.text)
    for one in passes:
        assert len(one.pieces) == len(one.owner) <= LONGEST
        assert max(one.owner) < len(mail.phrases)
