"""What people are told of a mail that others may have by another way than through Guardian."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from guardian.domain.mail import Envelope
from guardian.guard.holds import expire, release, release_internal, return_to_sender
from guardian.ports.holds import Hold
from guardian.ports.mailer import MaybeSent, Refused
from tests.guard.fakes import NOW, KeepingMailer, MemoryHolds, at, eml, letters
from tests.guard.test_holds import WHY, held, outbox
from tests.guard.test_notifier import HOUR, MINUTE, notifier, plain, read

ANA, EVA, JEFA = "ana@acme.example", "eva@acme.example", "jefa@acme.example"
LUIS, MARTA = "luis@cliente.example", "marta@cliente.example"
Comes = Callable[[MemoryHolds], Hold]
LANGUAGES = pytest.mark.parametrize("language", ["en", "es"])
COLLEAGUES_TOO = {
    "en": "Colleagues whom the mail names in To or Cc may have it already.",
    "es": "Puede que los compañeros que figuran en Para o Cc ya lo tengan.",
}
OTHERS_TOO = {
    "en": "Others whom the mail names in To or Cc may have it already.",
    "es": "Puede que otras personas que figuran en Para o Cc ya lo tengan.",
}
NOT_THE_CLIENT = {
    "en": "The client has not received it: Guardian has sent it to nobody.",
    "es": "El cliente no lo ha recibido: Guardian no lo ha enviado a nadie.",
}
NOT_THIS_COPY = {
    "en": "Guardian has sent this copy to nobody.",
    "es": "Guardian no ha enviado esta copia a nadie.",
}


@pytest.fixture
def holds() -> MemoryHolds:
    return MemoryHolds()


def comes(holds: MemoryHolds, *recipients: str, to: str = LUIS, cc: str = "") -> Hold:
    """Return the hold of a mail with these recipients in its envelope, and those in its header."""
    envelope = Envelope(sender=ANA, recipients=recipients)
    return held(holds, envelope, eml("Qué cretino el cliente.", To=to, Cc=cc))


def in_one_envelope(holds: MemoryHolds) -> Hold:
    """Return the hold of a mail as a mail server of one's own hands it over: all recipients at once."""
    return comes(holds, LUIS, EVA, cc=f"Eva <{EVA}>")


def hosted(holds: MemoryHolds) -> Hold:
    """Return the hold of a mail of which a hosted service hands over what goes outside, and delivers the rest."""
    return comes(holds, LUIS, cc=f"Eva <{EVA}>")


def in_several(holds: MemoryHolds) -> Hold:
    """Return the hold of one of several copies that a hosted service hands over."""
    return comes(holds, LUIS, to=f"{LUIS}, {MARTA}", cc=f"Eva <{EVA}>")


def told(holds: MemoryHolds, language: str, hours: int = 24) -> dict[str, str]:
    """Return what the sender and a reviewer are told within some hours: texts in one line, by their subjects."""
    mailer = KeepingMailer()
    at(NOW + hours * HOUR, notifier(holds, mailer, JEFA, language=language)).tell()
    return {read(letter)["Subject"]: " ".join(plain(letter).split()) for _, letter in mailer.sent}


def sent_back(holds: MemoryHolds, language: str, *, by: str = "") -> tuple[str, str]:
    """Return subject and text, in one line, of what comes with the mail that somebody gives back, or the clock."""
    if by:
        return_to_sender(holds, holds.list()[0].id, by=by, why="", now=NOW + 48 * HOUR)
    expire(holds, now=NOW + 48 * HOUR, hours=48)
    mailer = KeepingMailer()
    at(NOW + 48 * HOUR, replace(outbox(holds, mailer), letters=letters(language))).send_pending()
    ((_, letter),) = mailer.sent
    return read(letter)["Subject"], " ".join(plain(letter).partition("-----")[0].split())


@pytest.mark.parametrize(
    ("language", "sender", "reviewer", "returned"),
    [
        (
            "en",
            ("has not been sent yet", "The client has not received it, nor have your colleagues.", "back unsent"),
            "Nobody has received it, not even inside the company.",
            ("Your mail “Oferta” comes back unsent", "Your mail “Oferta” was not sent to anybody."),
        ),
        (
            "es",
            ("no se ha enviado todavía", "El cliente no lo ha recibido, y tus compañeros tampoco.", "sin enviarlo"),
            "Nadie lo ha recibido, tampoco dentro de la empresa.",
            ("Tu correo «Oferta» vuelve sin enviar", "Tu correo «Oferta» no se ha enviado a nadie."),
        ),
    ],
)
def test_of_a_mail_that_came_whole_it_is_said_that_nobody_has_it(
    holds: MemoryHolds, language: str, sender: tuple[str, str, str], reviewer: str, returned: tuple[str, str]
) -> None:
    in_one_envelope(holds)
    (subject, first), *others = told(holds, language).items()
    assert subject.endswith(sender[0])
    assert all(one in first for one in sender[1:])
    assert len(others) == 2
    assert all(reviewer in text for _, text in others)
    subject, text = sent_back(holds, language)
    assert (subject, text[: len(returned[1])]) == returned


@LANGUAGES
def test_colleagues_whom_only_the_header_names_are_said_to_have_it_perhaps(holds: MemoryHolds, language: str) -> None:
    hosted(holds)
    texts = told(holds, language)
    assert len(texts) == 3
    assert all(f"{NOT_THE_CLIENT[language]} {COLLEAGUES_TOO[language]}" in text for text in texts.values())
    subject, text = sent_back(holds, language)
    assert COLLEAGUES_TOO[language] in text
    assert "unsent" not in subject
    assert "sin enviar" not in subject


@LANGUAGES
def test_without_a_colleague_in_sight_no_word_is_lost_about_colleagues(holds: MemoryHolds, language: str) -> None:
    comes(holds, LUIS)
    texts = told(holds, language)
    assert all(NOT_THE_CLIENT[language] in text for text in texts.values())
    for text in (*texts.values(), sent_back(holds, language)[1]):
        assert "olleagues" not in text
        assert "compañeros" not in text


@LANGUAGES
def test_of_one_copy_among_several_it_is_not_said_that_the_client_has_none(holds: MemoryHolds, language: str) -> None:
    in_several(holds)
    texts = told(holds, language)
    assert len(texts) == 3
    assert all(f"{NOT_THIS_COPY[language]} {OTHERS_TOO[language]}" in text for text in texts.values())
    subject, text = sent_back(holds, language)
    assert OTHERS_TOO[language] in text
    assert "unsent" not in subject
    assert "sin enviar" not in subject


@pytest.mark.parametrize(
    ("language", "came", "subject", "returned"),
    [
        (
            "en",
            hosted,
            "Your mail “Oferta” has not been sent to the client yet",
            "Your mail “Oferta” was not sent to the client: Guardian sent it to nobody. Colleagues",
        ),
        (
            "es",
            hosted,
            "Tu correo «Oferta» no se ha enviado todavía al cliente",
            "Tu correo «Oferta» no se ha enviado al cliente: Guardian no lo ha enviado a nadie. Puede que los",
        ),
        (
            "en",
            in_several,
            "A copy of your mail “Oferta” has not been sent yet",
            "One copy of your mail “Oferta” was not sent to anybody. Others",
        ),
        (
            "es",
            in_several,
            "Una copia de tu correo «Oferta» no se ha enviado todavía",
            "Una copia de tu correo «Oferta» no se ha enviado a nadie. Puede que otras",
        ),
    ],
)
def test_a_sender_whose_colleagues_may_have_it_is_not_told_that_it_was_not_sent(
    holds: MemoryHolds, language: str, came: Comes, subject: str, returned: str
) -> None:
    came(holds)
    assert subject in told(holds, language)
    assert sent_back(holds, language)[1].startswith(returned)


@pytest.mark.parametrize(
    ("language", "promise", "instead"),
    [
        ("en", "Take it back unsent", "Take it back and send it to nobody else:"),
        ("es", "Recuperarlo sin enviarlo", "Recuperarlo y no enviarlo a nadie más:"),
    ],
)
def test_taking_it_back_promises_no_more_than_it_keeps(
    holds: MemoryHolds, language: str, promise: str, instead: str
) -> None:
    hosted(holds)
    first = next(iter(told(holds, language).values()))
    assert promise not in first
    assert instead in first


@pytest.mark.parametrize(("language", "offer"), [("en", "to colleagues only"), ("es", "solo a los compañeros")])
def test_colleagues_only_is_not_offered_where_nobody_is_there_to_send_it_to(
    holds: MemoryHolds, language: str, offer: str
) -> None:
    hosted(holds)
    assert not any(offer in text for text in told(holds, language).values())


@LANGUAGES
@pytest.mark.parametrize("cc", [ANA, "Ana <ANA+archivo@acme.example>"])
def test_a_copy_to_oneself_makes_no_colleague(holds: MemoryHolds, language: str, cc: str) -> None:
    comes(holds, LUIS, cc=cc)
    assert all(NOT_THE_CLIENT[language] in text for text in told(holds, language).values())
    assert not any(COLLEAGUES_TOO[language] in text for text in told(holds, language).values())


@pytest.mark.parametrize("cc", ["EVA@Acme.Example", '"eva"@acme.example', "Eva <eva+ventas@acme.example>"])
def test_an_address_written_otherwise_is_nobody_else(holds: MemoryHolds, cc: str) -> None:
    comes(holds, LUIS, EVA, cc=cc)
    assert all("nobody has received it" in text.lower() for text in list(told(holds, "en").values())[1:])


def test_a_header_too_long_to_be_read_through_proves_nothing(holds: MemoryHolds) -> None:
    crowded = {f"X-{number}": "x" for number in range(1_000)}
    held(holds, Envelope(sender=ANA, recipients=(LUIS, EVA)), eml("Qué cretino el cliente.", **crowded, Cc=JEFA))
    assert all(NOT_THE_CLIENT["en"] in text for text in told(holds, "en").values())


@pytest.mark.parametrize(
    ("came", "said"),
    [
        (in_one_envelope, "None of its recipients has received it."),
        (hosted, f"{NOT_THE_CLIENT['en']} {COLLEAGUES_TOO['en']}"),
        (in_several, f"{NOT_THIS_COPY['en']} {OTHERS_TOO['en']}"),
    ],
)
def test_after_a_refused_release_no_more_is_claimed_than_before(holds: MemoryHolds, came: Comes, said: str) -> None:
    release(holds, came(holds).id, by=JEFA, why=WHY, now=NOW)
    at(NOW, outbox(holds, KeepingMailer(Refused("554 rejected")))).send_pending()
    (failed,) = (text for subject, text in told(holds, "en", 1).items() if subject.startswith("What was decided"))
    assert said in failed


@pytest.mark.parametrize(
    ("language", "said", "returned"),
    [
        (
            "en",
            "Guardian has not sent this copy to the client; colleagues may have received it.",
            "One copy of your mail “Oferta” was not sent to the client; colleagues may have received it.",
        ),
        (
            "es",
            "Guardian no ha enviado esta copia al cliente; quizá la haya recibido algún compañero.",
            "Una copia de tu correo «Oferta» no se ha enviado al cliente; quizá la hayan recibido compañeros.",
        ),
    ],
)
def test_a_copy_that_colleagues_may_have_got_is_still_one_of_several(
    holds: MemoryHolds, language: str, said: str, returned: str
) -> None:
    hold = comes(holds, LUIS, EVA, to=f"{LUIS}, {MARTA}", cc=EVA)
    release_internal(holds, hold.id, by=JEFA, why="", now=NOW)
    for minutes in range(0, 40, 10):
        at(NOW + minutes * MINUTE, outbox(holds, KeepingMailer(MaybeSent("cut")))).send_pending()
    texts = told(holds, language)
    assert all(f"{said} {OTHERS_TOO[language]}" in text for text in texts.values())
    assert f"{returned} {OTHERS_TOO[language]}" in sent_back(holds, language, by=JEFA)[1]
