"""What people are told where a decision could not be carried out, and what they are told no longer."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from guardian.domain.mail import Envelope
from guardian.guard.holds import expire, release, release_internal, return_to_sender
from guardian.guard.notifier import Notifier
from guardian.ports.holds import Hold, HoldState
from guardian.ports.mailer import MaybeSent, Receipt, Refused
from tests.guard.fakes import NOW, KeepingMailer, MemoryHolds, at, letters
from tests.guard.test_holds import WHY, held, outbox
from tests.guard.test_notifier import HOUR, notifier, plain, read, told

EVA, JEFA, ANA = "eva@acme.example", "jefa@acme.example", "ana@acme.example"
FIRST = 2  # notices to the sender and to one reviewer
REFUSAL = Refused("The mail server refused the mail for good: 554 5.7.1 rejected")
Decide = Callable[..., Hold]


class PartMailer(KeepingMailer):
    """Takes the mail for the first recipient, and nothing for good after that."""

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        """Keep one mail for one recipient."""
        if self.sent:
            raise REFUSAL
        super().send(envelope, raw)
        return Receipt(reply="250 queued", settled=1)


@pytest.fixture
def holds() -> MemoryHolds:
    return MemoryHolds()


def told_at_first(holds: MemoryHolds, language: str = "en", *reviewers: str) -> tuple[Hold, Notifier, KeepingMailer]:
    """Return a hold of which sender and reviewers know, who tells them, and what they get."""
    hold, mailer = held(holds), KeepingMailer()
    telling = notifier(holds, mailer, *(reviewers or (JEFA,)), language=language)
    at(NOW, telling).tell()
    return hold, telling, mailer


def fail(
    holds: MemoryHolds, decide: Decide, box: KeepingMailer | None = None, *, by: str = JEFA, hour: int = 1
) -> None:
    """Have somebody decide what the server then refuses for good, or never answers."""
    (hold,) = holds.list(states=frozenset({HoldState.HELD}))
    decide(holds, hold.id, by=by, why=WHY, now=NOW + hour * HOUR)
    sending = outbox(holds, box or KeepingMailer(REFUSAL))
    for minutes in range(0, 40, 10):
        at(NOW + hour * HOUR + timedelta(minutes=minutes), sending).send_pending()
    assert holds.holds[hold.id].state is HoldState.HELD


def sent_back(holds: MemoryHolds) -> str:
    """Return what comes with the mail that goes back once its time is over, the hours since it failed included."""
    expire(holds, now=NOW + 50 * HOUR, hours=48)
    back = KeepingMailer()
    at(NOW + 50 * HOUR, replace(outbox(holds, back), letters=letters("en"))).send_pending()
    ((_, letter),) = back.sent
    return plain(letter).partition("-----")[0]


@pytest.mark.parametrize(
    ("language", "decide", "said"),
    [
        ("en", release, "This mail from ana@acme.example could not be sent to everybody, as jefa@acme.example had"),
        ("en", release_internal, "could not be sent to colleagues only, as jefa@acme.example had decided."),
        ("en", return_to_sender, "could not be returned to who wrote it, as jefa@acme.example had decided."),
        ("es", release, "Este correo de ana@acme.example no se ha podido enviar a todos, como había decidido jefa@"),
        ("es", release_internal, "no se ha podido enviar solo a los compañeros, como había decidido jefa@"),
        ("es", return_to_sender, "no se ha podido devolver a quien lo escribió, como había decidido jefa@"),
    ],
)
def test_whoever_decided_hears_once_that_the_server_refused_it_and_why(
    holds: MemoryHolds, language: str, decide: Decide, said: str
) -> None:
    hold, telling, mailer = told_at_first(holds, language)
    fail(holds, decide)
    for hour in (2, 3):
        at(NOW + hour * HOUR, telling).tell()
    assert told(mailer)[FIRST:] == [JEFA]
    text = plain(mailer.sent[-1][1])
    assert said in text
    assert "554 5.7.1 rejected" in text
    assert f"https://guardian.acme.example/holds/{hold.id}" in text
    assert "/mail/" not in text


def test_all_reviewers_hear_of_it_and_a_decider_who_is_none_of_them(holds: MemoryHolds) -> None:
    _, telling, mailer = told_at_first(holds, "en", JEFA, EVA)
    fail(holds, release, by="otra@acme.example")
    at(NOW + 2 * HOUR, telling).tell()
    assert sorted(told(mailer)[FIRST + 1 :]) == [EVA, JEFA, "otra@acme.example"]


def test_a_decider_who_was_shut_out_since_hears_of_his_own_mail_alone(holds: MemoryHolds) -> None:
    _, telling, mailer = told_at_first(holds, "en", JEFA, EVA)
    telling = replace(telling, shut_out=frozenset({JEFA, ANA}))
    fail(holds, release)
    at(NOW + 2 * HOUR, telling).tell()
    assert told(mailer)[FIRST + 1 :] == [EVA]
    fail(holds, release_internal, by=ANA, hour=3)
    at(NOW + 4 * HOUR, telling).tell()
    assert sorted(told(mailer)[FIRST + 2 :]) == [ANA, EVA]


def test_a_decider_outside_is_not_written_to(holds: MemoryHolds) -> None:
    _, telling, mailer = told_at_first(holds)
    fail(holds, release, by="x@elsewhere.example")
    at(NOW + 2 * HOUR, telling).tell()
    assert told(mailer)[FIRST:] == [JEFA]


def test_a_sender_who_decided_hears_of_it_and_what_else_he_can_do(holds: MemoryHolds) -> None:
    _, telling, mailer = told_at_first(holds)
    fail(holds, release_internal, by=ANA)
    at(NOW + 2 * HOUR, telling).tell()
    assert told(mailer)[FIRST:] == [ANA, JEFA]
    text = plain(mailer.sent[FIRST][1])
    assert "Take it back unsent" in text
    assert "Send it to colleagues only:" not in text
    assert "/holds/" not in text


def test_every_failure_is_told_and_each_as_a_mail_of_its_own(holds: MemoryHolds) -> None:
    _, telling, mailer = told_at_first(holds)
    for hour in (1, 3):
        fail(holds, release, hour=hour)
        for minutes in (45, 50):
            at(NOW + hour * HOUR + timedelta(minutes=minutes), telling).tell()
    assert told(mailer)[FIRST:] == [JEFA, JEFA]
    assert len({read(letter)["Message-ID"] for _, letter in mailer.sent}) == FIRST + 2


def test_after_a_refused_release_nobody_is_told_that_nobody_decided(holds: MemoryHolds) -> None:
    _, telling, mailer = told_at_first(holds)
    fail(holds, release)
    at(NOW + 30 * HOUR, telling).tell()
    reminder = next(plain(letter) for _, letter in mailer.sent if "Little time" in read(letter)["Subject"])
    assert "waits for a decision again, because the last one could not be carried out" in reminder
    assert "None of its recipients has received it." in reminder
    assert "Nobody has decided" not in reminder
    back = sent_back(holds)
    assert "was not sent to anybody. What was decided could not be carried out" in back
    assert "Nobody decided in time" not in back


def test_after_a_refused_return_nobody_is_promised_that_the_mail_goes_back(holds: MemoryHolds) -> None:
    _, telling, mailer = told_at_first(holds)
    fail(holds, return_to_sender)
    at(NOW + 30 * HOUR, telling).tell()
    for _, letter in mailer.sent[FIRST:]:
        assert "It could not be given back to who wrote it: it waits until somebody decides." in plain(letter)
        assert "it goes back" not in plain(letter)
        assert "Return it" not in plain(letter)
        assert "Little time" not in read(letter)["Subject"]


def test_a_mail_of_which_some_have_a_copy_is_not_said_to_have_reached_nobody(holds: MemoryHolds) -> None:
    _, telling, mailer = told_at_first(holds)
    fail(holds, release, PartMailer())
    at(NOW + 30 * HOUR, telling).tell()
    for _, letter in mailer.sent[FIRST:]:
        assert "Some of its recipients have received it already, perhaps the client too." in plain(letter)
    back = sent_back(holds)
    assert "was sent to some of its recipients, perhaps to the client too" in back
    assert "unsent" not in back
    assert "not sent to anybody" not in back


@pytest.mark.parametrize(
    ("decide", "said"),
    [
        (release, "Its recipients may have received it already, the client too"),
        (release_internal, "The client has not received it; colleagues may have."),
        (return_to_sender, "None of its recipients has received it."),
    ],
)
def test_of_what_was_never_answered_it_is_said_whom_it_may_have_reached(
    holds: MemoryHolds, decide: Decide, said: str
) -> None:
    _, telling, mailer = told_at_first(holds)
    hold = holds.list()[0]
    decide(holds, hold.id, by=JEFA, why=WHY, now=NOW)
    for minutes in range(0, 40, 10):
        at(NOW + timedelta(minutes=minutes), outbox(holds, KeepingMailer(MaybeSent("cut")))).send_pending()
    at(NOW + HOUR, telling).tell()
    text = plain(mailer.sent[-1][1])
    assert told(mailer)[FIRST:] == [JEFA]
    assert "ask there what arrived before anybody decides again" in text
    assert said in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Nobody knows whom it has reached: it waits until somebody decides."),
        ("es", "No se sabe a quién ha llegado: espera hasta que alguien decida."),
    ],
)
def test_what_was_never_answered_is_left_to_people_who_may_also_return_it(
    holds: MemoryHolds, language: str, said: str
) -> None:
    _, telling, mailer = told_at_first(holds, language)
    fail(holds, release, KeepingMailer(*[MaybeSent("cut")] * 3), hour=47)
    for hour in (48, 100):
        at(NOW + hour * HOUR, telling).tell()
        assert expire(holds, now=NOW + hour * HOUR, hours=48) == []
    failed, reminder = mailer.sent[FIRST:]
    for text in (plain(failed[1]), plain(reminder[1])):
        assert said in text
        assert not re.search("it goes back|vuelve a quien", text)
    assert re.search("Return it|Devolverlo", plain(reminder[1]))
    assert not re.search("Little time|Queda poco", read(reminder[1])["Subject"])
    return_to_sender(holds, holds.list()[0].id, by=JEFA, why="", now=NOW + 101 * HOUR)


def test_after_a_failure_links_end_and_reviewers_are_reminded_by_the_new_end_of_the_time(holds: MemoryHolds) -> None:
    _, telling, mailer = told_at_first(holds)
    at(NOW + 24 * HOUR, telling).tell()
    fail(holds, release, by=EVA, hour=40)
    for hour in (41, 63, 64, 65):
        at(NOW + hour * HOUR, telling).tell()
    first, failed, again = mailer.sent[FIRST], mailer.sent[FIRST + 1 : -1], mailer.sent[-1]
    assert sorted(one.recipients[0] for one, _ in failed) == [EVA, JEFA]
    assert read(again[1])["Subject"] == read(first[1])["Subject"]
    assert read(again[1])["Message-ID"] != read(first[1])["Message-ID"]
    assert "before 2026-03-09 at 02:00 UTC" in plain(again[1])
    links = telling.letters.links
    assert links is not None
    tokens = re.findall(r"/mail/(\S+)", plain(again[1]))
    assert {claim.until for claim in map(links.read, tokens) if claim} == {NOW + 88 * HOUR}
