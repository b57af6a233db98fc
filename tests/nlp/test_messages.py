"""Every message that a mail carries is judged by itself, and the worst counts."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.domain.addresses import domain_of
from guardian.domain.mail import Audience, ClientRecipient, Mail, Passage, Place, Voice
from guardian.domain.verdict import ReasonCode
from guardian.guard.read_mail import read_mail
from guardian.nlp.corpus import Sample, by_message
from guardian.nlp.deciding import by_mail
from guardian.nlp.judge import SpacyJudge
from guardian.nlp.messages import MOST, messages_of
from guardian.nlp.reading import judged_text
from tests.guard.fakes import eml

CLIENT = "luis@cliente.example"
HEADER = Mail(
    message_id=None,
    subject="",
    sender="me@acme.example",
    sender_name="",
    to=(("", CLIENT),),
    cc=(),
    date=None,
    passages=(),
)
AUDIENCE = Audience(internal=(), clients=(ClientRecipient(address=CLIENT, client="Aceros Sil"),), others=())
THREAD = (
    "{top}\n\nDe: {name}\nEnviado el: jueves, 5 de marzo de 2026 10:00\nPara: Ana Ruiz\nAsunto: P\n\n{below}\n"
    "Os paso el pedido de siempre.\nDiez cajas y dos palés, entrega el jueves.\n"
)
INSULT = "Menudo imbécil."
PLAIN = "Este cliente es un imbécil, no le cojas más el teléfono."
BELOW = (
    "Hola, Ana:\n\nTe confirmo que las cajas salen el lunes y que la factura va a primeros de mes. He hablado\n"
    "con el almacén y hay existencias de las dos medidas; si prefieren el color claro, que lo digan antes del\n"
    "viernes. El transporte es el de siempre y la entrega, por la mañana. Adjunto la hoja con los pesos y el\n"
    "plano del muelle.\n\nUn saludo,\nMarta"
)


def said(passages: Sequence[Passage]) -> list[str]:
    """Return what is judged of each message, one after the other."""
    return [judged_text(one) for one in messages_of(replace(HEADER, passages=tuple(passages)))]


def new(text: str, place: Place = Place.BODY) -> Passage:
    return Passage(text=text, voice=Voice.NEW, place=place)


def ours(text: str, author: str | None = None, *, unsure: bool = False) -> Passage:
    return Passage(text=text, voice=Voice.OWN_QUOTED, author=author, unsure=unsure)


def theirs(text: str) -> Passage:
    return Passage(text=text, voice=Voice.CLIENT_QUOTED)


def read(body: str, *others: str) -> list[str]:
    """Return what is judged of each message of a mail to the client, as it is read from its bytes."""
    mail = read_mail(
        eml(body, To=CLIENT), is_own=lambda address: domain_of(address) == "acme.example", colleagues=others
    )
    return [judged_text(one) for one in messages_of(mail)]


def test_new_words_stand_by_themselves_with_subject_and_whatever_is_hidden() -> None:
    found = said([new("A", Place.SUBJECT), new("b"), ours("c"), new("d"), new("e", Place.HIDDEN)])
    assert found == ["A\nb\nd\ne", "c"]


def test_every_colleague_who_is_quoted_stands_by_himself() -> None:
    quoted = [new("a"), ours("b", "ana@acme.example"), ours("c", "eva@acme.example"), ours("d")]
    assert said(quoted) == ["a", "b", "c", "d"]


def test_answers_between_the_lines_do_not_cut_what_they_answer() -> None:
    between = [ours("b", "ana@acme.example"), new("a"), ours("c", "ana@acme.example")]
    assert said(between) == ["a", "b\nc"]


def test_what_stands_above_and_below_words_of_the_client_is_two_messages() -> None:
    assert said([new("a"), ours("b"), theirs("x"), ours("c")]) == ["a", "b", "c"]


def test_what_is_attached_stands_by_itself() -> None:
    assert said([new("a"), new("b", Place.ATTACHED)]) == ["a", "b"]


def test_a_mail_without_words_is_one_message() -> None:
    assert said([]) == [""]
    assert said([theirs("x"), ours(" ")]) == [""]


@given(
    st.lists(
        st.builds(
            Passage,
            text=st.sampled_from(["uno", "dos", " "]),
            voice=st.sampled_from(Voice),
            place=st.sampled_from(Place),
            author=st.sampled_from([None, "ana@acme.example"]),
            unsure=st.booleans(),
        ),
        max_size=30,
    )
)
def test_no_word_of_ours_is_lost_or_judged_twice(passages: list[Passage]) -> None:
    whole = replace(HEADER, passages=tuple(passages))
    messages = messages_of(whole)
    assert 1 <= len(messages) <= MOST
    kept = sorted(word for one in messages for word in judged_text(one).split())
    assert kept == sorted(judged_text(whole).split())


@pytest.mark.parametrize(("top", "below"), [(INSULT, "Hola, Ana:"), ("Hola:", INSULT)])
def test_words_that_may_be_the_clients_stand_apart_from_ours(top: str, below: str) -> None:
    found = read(THREAD.format(top=top, name="Luis Gil", below=below))
    assert len(found) == 2
    assert [INSULT in one for one in found] == [top == INSULT, below == INSULT]
    assert ["Os paso el pedido" in one for one in found] == [False, True]


@pytest.mark.parametrize("name", ["Luis Gil <luis@cliente.example>", "Marta Sanz <marta@cliente.example>"])
def test_the_clients_own_words_are_no_message_of_ours(name: str) -> None:
    assert len(read(THREAD.format(top="Hola:", name=name, below="Hola:"))) == 1


@pytest.mark.parametrize("count", [1, 3, 12])
def test_ordinary_mail_of_a_colleague_quoted_below_does_not_hide_an_insult(shipped: SpacyJudge, count: int) -> None:
    below = [ours(BELOW, f"marta{number}@acme.example") for number in range(count)]
    mail = replace(HEADER, passages=(new(PLAIN), *below))
    alone = shipped.judge(replace(mail, passages=(new(PLAIN),)), AUDIENCE)
    assert alone.score >= alone.threshold
    assert shipped.judge(mail, AUDIENCE) == alone


def test_every_message_that_insults_is_named_the_worst_first(shipped: SpacyJudge) -> None:
    passages = (new("Luis es un payaso y un ladrón, no le vendas nada más."), ours(PLAIN, "marta@acme.example"))
    found = shipped.judge(replace(HEADER, passages=passages), AUDIENCE)
    assert {"payaso", "imbécil"} <= {word for reason in found.reasons for word in reason.span.strip(".").split()}
    assert all(reason.code is ReasonCode.INSULT for reason in found.reasons)


def sample(passages: Sequence[Passage], *spans: str) -> Sample:
    return Sample(
        id="x",
        author="ana",
        language="es",
        region="ES",
        kind="insult" if spans else "firm_client",
        hold=bool(spans),
        spans=spans,
        mail=replace(HEADER, passages=tuple(passages)),
        audience=AUDIENCE,
        target="client" if spans else "none",
    )


def test_of_a_labelled_thread_only_the_message_with_the_marked_words_is_hostile() -> None:
    found = by_message(sample([new("Va."), ours(PLAIN), theirs("Hola")], "un imbécil"))
    assert [(one.id, one.whole, one.hold, one.kind, one.target) for one in found] == [
        ("x#0", "x", False, "internal_chat", "none"),
        ("x#1", "x", True, "insult", "client"),
    ]


def test_marked_words_that_no_message_holds_whole_are_taken_for_new_ones() -> None:
    found = by_message(sample([new("un"), ours("imbécil")], "un\nimbécil"))
    assert [one.hold for one in found] == [True, False]


def test_a_labelled_mail_of_one_message_stays_as_it_is() -> None:
    one = sample([new("Va."), theirs("Hola")])
    assert by_message(one) == [one]
    harmless = by_message(sample([new("Va."), ours("Hola")]))
    assert [(two.hold, two.kind) for two in harmless] == [(False, "firm_client")] * 2


def test_a_mail_counts_as_its_worst_message_with_its_own_label() -> None:
    thread = by_message(sample([new("Va."), ours(PLAIN)], "un imbécil"))
    other = replace(sample([new("Va.")]), id="y")
    logits, mails = by_mail(np.array([2.0, 1.0, 0.5], dtype=np.float32), [*thread, other])
    assert logits.tolist() == [2.0, 0.5]
    assert [(one.whole, one.hold) for one in mails] == [("x", True), ("y", False)]
