"""The complaint reader as a listener: what it hears, that nothing makes it fail, what it does without a network."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.domain.complaint import SERIOUS, InboundKind, InboundWords
from guardian.nlp.inbox.corrected import SECOND_LOOK
from guardian.nlp.inbox.reader import CORRECTIONS, COUNTED, SETTINGS, SHIPPED_INBOX, InboxReader, load_inbox
from guardian.nlp.pipeline import SHIPPED
from guardian.nlp.second_look import NETWORK
from guardian.ports.listener import Listener


@pytest.fixture(scope="module")
def counted() -> InboxReader:
    reader = load_inbox(network=False)
    assert reader is not None
    return reader


def test_the_reader_is_a_listener(counted: InboxReader) -> None:
    listener: Listener = counted
    heard = listener.heard(InboundWords(text="Es la tercera vez que el pedido llega roto. Exijo una solución hoy."))
    assert heard.kind is InboundKind.COMPLAINT
    assert heard.degraded


@pytest.fixture(scope="module")
def whole() -> InboxReader:
    reader = load_inbox()
    assert reader is not None
    assert not reader.degraded
    return reader


def test_the_shipped_network_tells_complaints_thanks_and_orders(whole: InboxReader) -> None:
    angry = whole.heard(InboundWords(text="El pedido llegó roto otra vez y nadie responde. Exijo una solución hoy."))
    assert (angry.kind, angry.severity >= SERIOUS, angry.degraded) == (InboundKind.COMPLAINT, True, False)
    thanks = whole.heard(InboundWords(text="The leak is finally fixed, thank you. We can close the ticket."))
    assert (thanks.kind, thanks.settled, thanks.spans) == (InboundKind.THANKS, True, ())
    order = whole.heard(InboundWords(text="Os paso el pedido de siempre: diez cajas y dos palés, entrega el jueves."))
    assert order.kind is InboundKind.ORDER


EVERYDAY = (
    "Buenos días, os paso el pedido de siempre: diez cajas.",
    "Please send ten boxes as usual.",
    "Nos vemos el martes.",
    "I'll call you tomorrow at ten.",
    "Mándame dos más de lo mismo.",
    "Mañana estoy de viaje, hablamos el lunes.",
    "Can you send me the price list?",
    "Confirmo la cita del jueves.",
    "We'll take twelve.",
    "Ok, perfecto.",
)


@pytest.mark.parametrize("text", EVERYDAY)
def test_whoever_is_brief_is_not_angry(whole: InboxReader, text: str) -> None:
    assert whole.heard(InboundWords(text=text)).severity < SERIOUS  # a remark opens nothing


CURT = (
    "Sigue sin funcionar.",
    "Llegó todo roto.",
    "Nadie coge el teléfono.",
    "Still leaking.",
    "Nobody turned up.",
    "It broke again.",
)


@pytest.mark.parametrize("text", CURT)
def test_whoever_is_brief_may_complain(whole: InboxReader, text: str) -> None:
    assert whole.heard(InboundWords(text=text)).severity >= SERIOUS


FURIOUS = (
    "Estoy harto de vuestras excusas.",
    "Basta ya de disculpas. Quiero mi dinero.",
    "Exijo una disculpa por escrito.",
    "Estoy muy decepcionada con vosotros.",
    "Una vergüenza.",
    "Vergüenza debería daros.",
    "Muy decepcionado con el servicio.",
    "Estamos hartos de esperar.",
    "¿Dónde está mi pedido? Llevo dos semanas esperando.",
    "Me habéis facturado de más.",
    "Hoja de reclamaciones, por favor.",
    "I'm fed up with your excuses.",
    "I demand a written apology.",
    "Give me my money back.",
    "Nothing works!!!",
)


@pytest.mark.parametrize("text", FURIOUS)
def test_brief_fury_is_heard_about_excuses_and_apologies_too(
    whole: InboxReader, counted: InboxReader, text: str
) -> None:
    assert whole.heard(InboundWords(text=text)).severity >= SERIOUS
    assert counted.heard(InboundWords(text=text)).severity >= SERIOUS


def test_what_stops_again_is_more_than_a_remark(whole: InboxReader) -> None:
    mail = InboundWords(text="La máquina se ha vuelto a parar, es la tercera vez. Así no podemos trabajar.")
    assert whole.heard(mail).severity >= SERIOUS


SORRY = (
    "Perdonad el retraso en contestar",
    "Disculpad las molestias",
    "Perdonad el retraso, os debo una disculpa.",
    "Quiero pediros disculpas por lo de ayer.",
    "Acepto vuestras disculpas, no pasa nada.",
    "Sorry for the late reply",
    "Sorry, I owe you an apology.",
    "My apologies, I expect to pay on Friday.",
    "No excuses, I forgot to send the order.",
)


@pytest.mark.parametrize("text", SORRY)
def test_whoever_says_sorry_himself_does_not_complain(whole: InboxReader, text: str) -> None:
    assert whole.heard(InboundWords(text=text)).severity == 0


WAITING = (
    "Todavía no está solucionado, gracias.",
    "Gracias por contestar. Espero que se solucione pronto.",
    "Gracias por mandar al técnico. Mañana os cuento si ha quedado bien.",
    "Aún no está resuelto. Gracias por el seguimiento.",
    "Gracias por atenderme. Seguimos pendientes de la pieza.",
    "Gracias, quedo a la espera.",
    "Thanks for calling. We're still waiting for the part.",
    "Not solved yet, thanks",
    "Thanks for getting back to me. I hope this gets sorted soon.",
    "Thanks for the update, I look forward to the fix.",
)


@pytest.mark.parametrize("text", WAITING)
def test_thanks_of_a_client_who_still_waits_settle_nothing(
    whole: InboxReader, counted: InboxReader, text: str
) -> None:
    assert not whole.heard(InboundWords(text=text)).settled
    assert not counted.heard(InboundWords(text=text)).settled


SETTLED = (
    "Ya está solucionado, gracias",
    "No funcionaba, pero ya está arreglado. Gracias.",
    "Todavía no iba ayer, pero ya está resuelto. Gracias por el seguimiento.",
    "Sorted now, thanks",
    "It was still not working yesterday, but it's fixed now. Thank you!",
)


@pytest.mark.parametrize("text", SETTLED)
def test_thanks_for_what_is_over_settle_it(whole: InboxReader, text: str) -> None:
    heard = whole.heard(InboundWords(text=text))
    assert (heard.kind, heard.settled) == (InboundKind.THANKS, True)


def test_the_same_words_as_html_are_the_same_mail(whole: InboxReader) -> None:
    plain = InboundWords(subject="Pedido 40", text="Hola Ana:\nEl pedido llegó roto otra vez. Ya van tres.\n\nLuis")
    marked = InboundWords(
        subject="Pedido  40",
        text="Hola\u00a0Ana:\r\n\r\nEl pedido llegó\r\nroto otra vez.  Ya van tres. \r\n\r\n\r\nLuis\r\n",
    )
    one, other = whole.heard(plain), whole.heard(marked)
    assert (one.kind, one.severity, one.score) == (other.kind, other.severity, other.score)


def test_several_threads_hear_the_same(whole: InboxReader) -> None:
    mails = [
        InboundWords(text=f"Llevamos {days} días esperando el pedido y nadie responde.") for days in range(3, 15)
    ]
    alone = [whole.heard(mail) for mail in mails]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(whole.heard, mails)) == alone


def test_where_nothing_was_learned_there_is_no_reader(tmp_path: Path) -> None:
    assert load_inbox(tmp_path) is None


def test_without_words_nothing_is_heard(counted: InboxReader) -> None:
    for words in (
        InboundWords(),
        InboundWords(text=" \n\u200b "),
        InboundWords(subject="…", text="> Es un desastre."),
    ):
        assert counted.heard(words).kind is InboundKind.OTHER


@settings(max_examples=60)
@given(subject=st.text(max_size=40), text=st.text(max_size=400), language=st.sampled_from(["", "es", "en", "de"]))
def test_any_words_are_answered_alike_each_time(counted: InboxReader, subject: str, text: str, language: str) -> None:
    mail = InboundWords(subject=subject, text=text, language=language)
    heard = counted.heard(mail)
    assert heard == counted.heard(mail)
    assert all(span in subject or span in text for span in heard.spans)
    assert 0 <= heard.score <= 1


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a copy of the shipped reader."""
    for file in SHIPPED_INBOX.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def test_another_network_than_the_one_learned_on_is_not_corrected(installed: Path) -> None:
    told = json.loads((installed / SETTINGS).read_text("utf-8"))
    told["learned_on"] = "another"
    (installed / SETTINGS).write_text(json.dumps(told), "utf-8")
    assert InboxReader(installed, SHIPPED).degraded


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 half a file"])
def test_without_its_corrections_counted_words_hear_mail(installed: Path, content: bytes | None) -> None:
    _leave(installed / CORRECTIONS, content)
    reader = load_inbox(installed)
    assert reader is not None
    for _ in range(2):
        assert reader.heard(InboundWords(text="Llegó todo roto.")).degraded


def test_without_the_pieces_of_the_judges_network_counted_words_hear_mail(tmp_path: Path) -> None:
    (tmp_path / SECOND_LOOK).mkdir()
    (tmp_path / SECOND_LOOK / NETWORK).write_bytes(b"a network")
    assert InboxReader(SHIPPED_INBOX, tmp_path).heard(InboundWords(text="Llegó todo roto.")).degraded


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 half a file"])
def test_a_reader_without_its_counted_words_is_none(installed: Path, content: bytes | None) -> None:
    _leave(installed / COUNTED, content)
    assert load_inbox(installed) is None


def _leave(file: Path, content: bytes | None) -> None:
    """Leave of a file what was copied of it; None for nothing."""
    file.unlink()
    if content is not None:
        file.write_bytes(content)
