"""Who asks for himself not to be contacted is heard; goods, contracts and footers are not taken for it."""

from datetime import UTC, datetime, timedelta

import pytest

from guardian.domain.activity import Activity, Kind, Signal
from guardian.domain.contact_news import with_contact_news
from guardian.domain.opting_out import with_opt_out
from guardian.domain.voices import Sign, opted_out_since
from tests.domain.touch_mails import touch_mails

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def mail(*signals: Signal, kind: Kind = Kind.EMAIL) -> Activity:
    return Activity(
        item_id="1", kind=kind, key="mid:1@c", occurred_at=NOW, participants=(), signals=frozenset(signals)
    )


@pytest.mark.parametrize(
    "text",
    [
        "Por favor, no me escribáis más.",
        "No nos llaméis más, gracias.",
        "No me volváis a contactar.",
        "Dejad de llamarnos cada semana.",
        "No quiero recibir más correos vuestros.",
        "Quiero darme de baja de vuestra lista de envíos.",
        "Borradme de vuestra base de datos.",
        "No nos enviéis más publicidad.",
        "Please stop emailing me.",
        "Take us off your mailing list.",
        "Do not contact me again.",
        "We no longer wish to be contacted.",
        "I do not want to receive any more emails.",
        "Unsubscribe me, please.",
    ],
)
def test_whoever_asks_for_peace_is_heard(text: str) -> None:
    assert Signal.OPT_OUT in with_opt_out(mail(), text).signals
    assert Signal.OPT_OUT in with_contact_news(mail(Signal.REPLY), [], text=text).signals


@pytest.mark.parametrize(
    "text",
    [
        "No nos mandéis más sillas azules, que no caben.",
        "Quiero darme de baja del servicio a final de mes.",
        "No queremos recibir pedidos incompletos.",
        "Si no desea recibir más comunicaciones, responda a este correo.",
        "Llámame más tarde, ahora no puedo.",
        "We do not want to receive damaged goods.",
        "If you no longer wish to hear from us, let us know.",
        "Stop the delivery, please.",
        "Please remove the second line from the order.",
        "",
    ],
)
def test_goods_contracts_and_footers_are_no_such_thing(text: str) -> None:
    assert with_opt_out(mail(), text).signals == frozenset()


def test_machines_and_calls_ask_for_nothing() -> None:
    words = "No me escribáis más."
    assert with_opt_out(mail(Signal.AUTO_REPLY), words).signals == {Signal.AUTO_REPLY}
    assert with_opt_out(mail(kind=Kind.CALL), words).signals == frozenset()


def test_hardly_any_mail_of_a_person_is_taken_for_it() -> None:
    people = [one.raw.decode("utf-8", "replace").partition("\n\n")[2] for one in touch_mails() if one.what == "human"]
    assert [text for text in people if Signal.OPT_OUT in with_opt_out(mail(), text).signals] == []


def test_a_hostile_text_is_read_in_no_time() -> None:
    assert with_opt_out(mail(), "no me " * 100_000).signals == frozenset()


def test_words_after_it_take_it_back() -> None:
    asked = [Sign(address="ana@c.example", at=NOW, what=Signal.OPT_OUT)]
    assert opted_out_since(asked, last_words=NOW) == NOW, "it is in those words"
    assert opted_out_since(asked, last_words=None) == NOW
    assert opted_out_since(asked, last_words=NOW + timedelta(days=1)) is None
    assert opted_out_since([], last_words=NOW) is None
