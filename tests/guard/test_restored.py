"""What people are told of held mail that a copy which was put back has open, and what the clock leaves to them."""

import re
from datetime import timedelta

import pytest

from guardian.guard.elsewhere import Elsewhere
from guardian.guard.holds import expire, release, return_to_sender
from guardian.guard.past import Reach, past_of
from guardian.guard.setbacks import setbacks
from guardian.ports.holds import RESTORED, Hold, HoldEvent, HoldState
from guardian.ports.mailer import Refused
from tests.guard.fakes import NOW, KeepingMailer, MemoryHolds, at, letters
from tests.guard.test_holds import WHY, held, outbox
from tests.guard.test_notifier import HOUR, notifier, plain, read, told

ANA, JEFA = "ana@acme.example", "jefa@acme.example"
REACHED = {
    "en": "Its recipients may have received it already, the client too: ask at the mail server.",
    "es": "Puede que los destinatarios ya lo hayan recibido, también el cliente: pregúntalo en el servidor",
}


@pytest.fixture
def holds() -> MemoryHolds:
    return MemoryHolds()


def restored(holds: MemoryHolds, hour: int = 100) -> Hold:
    """Return a hold that a copy which was put back has open."""
    hold = held(holds)
    put_back(holds, hold, hour)
    return hold


def put_back(holds: MemoryHolds, hold: Hold, hour: int = 100) -> None:
    holds.note(HoldEvent(hold_id=hold.id, at=NOW + hour * HOUR, what=RESTORED, by="guardian"))


def test_the_clock_gives_nothing_back_that_may_have_been_sent_since(holds: MemoryHolds) -> None:
    hold = restored(holds)
    assert expire(holds, now=NOW + timedelta(days=300), hours=48) == []
    release(holds, hold.id, by=JEFA, why=WHY, now=NOW + 101 * HOUR)
    at(NOW + 101 * HOUR, outbox(holds, KeepingMailer(Refused("554 no")))).send_pending()
    assert expire(holds, now=NOW + timedelta(days=300), hours=48) == [], "nor after a refusal"
    assert holds.holds[hold.id].state is HoldState.HELD


def test_nobody_is_said_not_to_have_it(holds: MemoryHolds) -> None:
    past = past_of(holds.events(restored(holds).id), Elsewhere.NOBODY)
    assert (past.reach, past.nobody_has_it, past.left_to_people) == (Reach.PERHAPS, False, True)


@pytest.mark.parametrize("language", ["en", "es"])
def test_reviewers_are_reminded_at_once_and_once_and_told_why(holds: MemoryHolds, language: str) -> None:
    hold, mailer = held(holds), KeepingMailer()
    telling = notifier(holds, mailer, JEFA, language=language)
    for hour in (0, 24):
        at(NOW + hour * HOUR, telling).tell()
    put_back(holds, hold)
    for hour in (100, 101, 200):
        at(NOW + hour * HOUR, telling).tell()
    assert told(mailer) == [ANA, JEFA, JEFA, JEFA]
    text = " ".join(plain(mailer.sent[-1][1]).split())
    assert re.search("the database was put back from a backup|se ha restaurado una copia de seguridad", text)
    assert REACHED[language] in text
    assert re.search("Nobody knows whom it has reached|No se sabe a quién ha llegado", text)
    assert re.search("Return it to who wrote it|Devolverlo a quien lo escribió", text)
    assert not re.search("Nobody has|Nadie ha|it goes back|vuelve a|has sent it to nobody|a nadie", text)
    assert re.search("still waits|sigue esperando", read(mailer.sent[-1][1])["Subject"])


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_sender_who_was_not_told_yet_hears_nothing_of_a_mail_that_was_not_sent(
    holds: MemoryHolds, language: str
) -> None:
    restored(holds)
    mailer = KeepingMailer()
    at(NOW + 100 * HOUR, notifier(holds, mailer, JEFA, language=language)).tell()
    assert told(mailer) == [ANA, JEFA, JEFA]
    for _, letter in mailer.sent:
        assert REACHED[language] in " ".join(plain(letter).split())
        assert not re.search("not been sent|no se ha enviado", read(letter)["Subject"])
        assert not re.search("comes back to you|vuelve a ti|unsent|sin enviarlo", plain(letter))


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "may have reached its recipients, the client too"), ("es", "puede haber llegado a los destinatarios")],
)
def test_what_somebody_then_gives_back_is_not_said_to_have_reached_nobody(
    holds: MemoryHolds, language: str, said: str
) -> None:
    hold = restored(holds)
    return_to_sender(holds, hold.id, by=JEFA, why="", now=NOW + 101 * HOUR)
    letter = letters(language).returning(holds.holds[hold.id], holds.raw(hold.id), holds.events(hold.id))[1]
    first = " ".join(plain(letter).partition("-----")[0].split())
    assert said in first
    assert not re.search("was not sent|no se ha enviado|Nobody decided|Nadie decidi", first)


def test_it_is_named_to_whoever_looks_after_guardian(holds: MemoryHolds) -> None:
    hold = restored(holds)
    assert [(one.hold_id, one.what) for one in setbacks(holds, now=NOW + 100 * HOUR)] == [(hold.id, RESTORED)]
