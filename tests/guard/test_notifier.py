"""Who is told of held mail, when, and how often."""

import email
import re
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from guardian.domain.errors import TryLater
from guardian.domain.mail import Envelope
from guardian.domain.verdict import ReasonCode
from guardian.guard.check import Guard
from guardian.guard.decide import Policy
from guardian.guard.holds import discard, hold_mail
from guardian.guard.notices import Kind
from guardian.guard.notifier import Notifier
from guardian.guard.outbox import Outbox
from guardian.guard.rounds import make_round
from guardian.ports.holds import Hold, HoldState
from guardian.ports.mailer import MaybeSent, Receipt, Refused
from tests.guard.fakes import NOW, KeepingMailer, MemoryHolds, StoppedClock, WordJudge, at, eml, letters
from tests.guard.test_holds import DIRECTORY, ENVELOPE, RAW, unable_to_write

REVIEWERS = ("jefa@acme.example", "eva@acme.example")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def holds() -> MemoryHolds:
    return MemoryHolds()


def held(holds: MemoryHolds, sender: str = ENVELOPE.sender, raw: bytes = RAW) -> Hold:
    envelope = replace(ENVELOPE, sender=sender)
    examined = Guard(WordJudge(), DIRECTORY, Policy()).examine(envelope, raw)
    return hold_mail(holds, envelope, raw, examined, now=NOW, namesakes=DIRECTORY.namesakes)


def notifier(holds: MemoryHolds, mailer: KeepingMailer, *reviewers: str, language: str = "es") -> Notifier:
    return Notifier(
        holds=holds,
        mailer=mailer,
        letters=letters(language, signed=True),
        clock=StoppedClock(NOW),
        reviewers=reviewers,
        lease=HOUR / 2,
    )


def read(letter: bytes) -> EmailMessage:
    message = email.message_from_bytes(letter, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message


def plain(letter: bytes) -> str:
    body = read(letter).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def told(mailer: KeepingMailer) -> list[str]:
    assert all(envelope.sender == "" for envelope, _ in mailer.sent)
    return [envelope.recipients[0] for envelope, _ in mailer.sent]


def test_the_sender_and_every_reviewer_are_told_at_once_and_once(holds: MemoryHolds) -> None:
    held(holds)
    mailer = KeepingMailer()
    round_of = notifier(holds, mailer, *REVIEWERS)
    assert at(NOW, round_of).tell() == {Kind.SENDER: 1, Kind.REVIEWER: 2, Kind.REMINDER: 0, Kind.FAILED: 0}
    assert set(at(NOW + HOUR, round_of).tell().values()) == {0}
    assert told(mailer) == ["ana@acme.example", *REVIEWERS]
    assert [one.state for one in holds.list()] == [HoldState.HELD]


def test_the_notice_quotes_the_words_and_speaks_the_readers_language(holds: MemoryHolds) -> None:
    held(holds)
    mailer = KeepingMailer()
    at(NOW, notifier(holds, mailer, language="en")).tell()
    message = read(mailer.sent[0][1])
    assert "has not been sent yet" in message["Subject"]
    assert message["Auto-Submitted"] == "auto-generated"
    for form in ("plain", "html"):
        body = message.get_body((form,))
        assert body is not None
        assert "“cretino”: an insult about the client." in body.get_content()
        assert "https://guardian.acme.example/mail/" in body.get_content()


def test_reviewers_are_led_to_the_page_of_the_hold_and_the_sender_is_not(holds: MemoryHolds) -> None:
    page = f"https://guardian.acme.example/holds/{held(holds).id}"
    mailer = KeepingMailer()
    at(NOW + 24 * HOUR, notifier(holds, mailer, "jefa@acme.example")).tell()
    assert told(mailer) == ["ana@acme.example", "jefa@acme.example", "jefa@acme.example"]
    for form in ("plain", "html"):
        bodies = [read(letter).get_body((form,)) for _, letter in mailer.sent]
        texts = [body.get_content() for body in bodies if body is not None]
        assert [page in text for text in texts] == [False, True, True]
        assert "guardian holds release" not in "".join(texts)


@pytest.mark.parametrize(("language", "said"), [("es", "no se puede comprobar:"), ("en", "cannot be checked:")])
def test_of_a_mail_that_nobody_can_read_it_is_not_said_that_it_says_something(
    holds: MemoryHolds, language: str, said: str
) -> None:
    sealed = eml("-----BEGIN PGP MESSAGE-----", Content_Type='multipart/encrypted; boundary="x"')
    hold = held(holds, raw=sealed)
    assert {one.code for one in hold.verdict.reasons} == {ReasonCode.UNSCANNABLE}
    mailer = KeepingMailer()
    at(NOW, notifier(holds, mailer, "jefa@acme.example", language=language)).tell()
    at(NOW + 24 * HOUR, notifier(holds, mailer, "jefa@acme.example", language=language)).tell()
    for text in map(plain, [letter for _, letter in mailer.sent]):
        assert said in " ".join(text.split())
        assert not re.search(r"dice:|says:", text)


def test_without_a_key_the_notice_names_the_commands(holds: MemoryHolds) -> None:
    hold = held(holds)
    mailer = KeepingMailer()
    at(NOW, replace(notifier(holds, mailer), letters=letters())).tell()
    assert f"guardian holds discard {hold.id} --by ana@acme.example" in plain(mailer.sent[0][1])
    assert "https://" not in plain(mailer.sent[0][1])


@pytest.mark.parametrize(
    ("language", "held_at", "until"),
    [
        ("es", "Retenido: 05/03/2026 a las 11:00 CET", "antes del 07/03/2026 a las 11:00 CET"),
        ("en", "Held: 2026-03-05 at 11:00 CET", "before 2026-03-07 at 11:00 CET"),
    ],
)
def test_times_are_the_readers_own_and_written_in_one_style(
    holds: MemoryHolds, language: str, held_at: str, until: str
) -> None:
    held(holds)
    mailer = KeepingMailer()
    madrid = replace(letters(language), zone_of=lambda _address: ZoneInfo("Europe/Madrid"))
    at(NOW, replace(notifier(holds, mailer, "jefa@acme.example"), letters=madrid)).tell()
    text = plain(mailer.sent[-1][1])
    assert held_at in text
    assert until in text
    assert "UTC" not in text


def test_reviewers_are_reminded_once_before_time_runs_out(holds: MemoryHolds) -> None:
    held(holds)
    mailer = KeepingMailer()
    round_of = notifier(holds, mailer, "jefa@acme.example")
    for hours in (0, 1, 23.9, 24, 25, 47):
        at(NOW + hours * HOUR, round_of).tell()
    assert told(mailer) == ["ana@acme.example", "jefa@acme.example", "jefa@acme.example"]
    assert "07/03/2026 a las 10:00 UTC" in plain(mailer.sent[-1][1])
    assert holds.trail[-1].at == NOW + 24 * HOUR


@pytest.mark.parametrize("remind", [timedelta(), 48 * HOUR, 72 * HOUR])
def test_no_reminder_where_none_is_wanted_or_it_would_come_with_the_notice(
    holds: MemoryHolds, remind: timedelta
) -> None:
    held(holds)
    mailer = KeepingMailer()
    at(NOW + 47 * HOUR, replace(notifier(holds, mailer, "jefa@acme.example"), remind=remind)).tell()
    assert told(mailer) == ["ana@acme.example", "jefa@acme.example"]


@pytest.mark.parametrize("reviewer", ["ana@acme.example", "ANA+x@acme.example"])
def test_who_wrote_the_mail_is_told_as_its_sender_only(holds: MemoryHolds, reviewer: str) -> None:
    held(holds)
    held(holds, "bounces@acme.example")
    mailer = KeepingMailer()
    at(NOW, notifier(holds, mailer, reviewer)).tell()
    assert sorted(told(mailer)) == ["ana@acme.example", "bounces@acme.example"]


def test_a_reviewer_who_is_shut_out_is_told_nothing_but_of_his_own_mail(holds: MemoryHolds) -> None:
    held(holds)
    mailer = KeepingMailer()
    shut_out = frozenset({"jefa@acme.example", "ana@acme.example"})
    at(NOW + 47 * HOUR, replace(notifier(holds, mailer, *REVIEWERS), shut_out=shut_out)).tell()
    assert told(mailer) == ["ana@acme.example", "eva@acme.example", "eva@acme.example"]


def test_a_mail_from_nobody_is_told_to_reviewers_only_and_promises_no_return(holds: MemoryHolds) -> None:
    held(holds, "")
    mailer = KeepingMailer()
    at(NOW, notifier(holds, mailer, "jefa@acme.example")).tell()
    assert told(mailer) == ["jefa@acme.example"]
    text = plain(mailer.sent[0][1])
    assert "No tiene remitente nuestro al que volver" in text
    assert "Devolverlo" not in text


def test_a_mail_in_an_outsiders_name_is_told_to_reviewers_only(holds: MemoryHolds) -> None:
    held(holds, "luis@cliente.example")
    mailer = KeepingMailer()
    for hours in range(3):
        at(NOW + hours * HOUR, notifier(holds, mailer, "jefa@acme.example")).tell()
    assert told(mailer) == ["jefa@acme.example"]
    text = plain(mailer.sent[0][1])
    assert "No tiene remitente nuestro al que volver" in text
    assert "Devolverlo" not in text


@pytest.mark.parametrize("sender", ["", "luis@cliente.example"])
def test_links_about_a_mail_that_waits_for_ever_do_not_end_with_the_time_of_others(
    holds: MemoryHolds, sender: str
) -> None:
    held(holds, sender)
    mailer = KeepingMailer()
    telling = notifier(holds, mailer, "jefa@acme.example")
    at(NOW, telling).tell()
    text = plain(mailer.sent[0][1])
    assert telling.letters.links
    claims = [telling.letters.links.read(one) for one in re.findall(r"/mail/(\S+)", text)]
    assert claims
    assert all(one and one.until == NOW + timedelta(days=365) for one in claims)
    assert "caduca al cabo de un año" in text
    assert "caduca cuando el correo vuelve" not in text


def test_an_international_sender_is_told_and_gets_his_mail_back(holds: MemoryHolds) -> None:
    hold = held(holds, "ñandú@acme.example")
    mailer = KeepingMailer()
    at(NOW, notifier(holds, mailer)).tell()
    for envelope, letter in (mailer.sent[0], letters(signed=True).returning(hold, RAW)):
        assert envelope.mail_args == ("SMTPUTF8",)
        assert "\r\nTo: ñandú@acme.example\r\n".encode() in letter


@pytest.mark.parametrize("sender", ["a\udc80@acme.example", "ñ\r\nBcc: x@y.example", "(x)@acme.example", "ñ@@"])
def test_a_sender_that_is_no_address_keeps_nobody_else_from_being_told(holds: MemoryHolds, sender: str) -> None:
    held(holds, sender)
    held(holds, "leo@acme.example")
    mailer = KeepingMailer()
    at(NOW, notifier(holds, mailer)).tell()
    assert told(mailer) == ["leo@acme.example"]


def test_a_subject_encoded_twice_and_cut_keeps_nobody_from_being_told(holds: MemoryHolds) -> None:
    held(holds, raw=eml("cretino", subject="=?utf-8?Q?Re:_=3D=3Futf-8=3FQ=3FReuni=3DC3=3F=3D?="))
    held(holds, "leo@acme.example")
    mailer = KeepingMailer()
    assert sum(at(NOW, notifier(holds, mailer, "jefa@acme.example")).tell().values()) == 4
    assert sorted(told(mailer)) == ["ana@acme.example", "jefa@acme.example", "jefa@acme.example", "leo@acme.example"]


def test_a_notice_that_cannot_be_written_costs_no_other_and_counts_as_told_to_nobody(
    holds: MemoryHolds, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = held(holds)
    held(holds, "leo@acme.example")
    mailer = KeepingMailer()
    with monkeypatch.context() as broken:
        unable_to_write(hold.id, broken)
        assert at(NOW, notifier(holds, mailer)).tell()[Kind.SENDER] == 1
    assert told(mailer) == ["leo@acme.example"]
    assert [one.what for one in holds.events(hold.id)][-1] == "sender_not_told_yet"
    at(NOW + HOUR, notifier(holds, mailer)).tell()
    assert told(mailer) == ["leo@acme.example", "ana@acme.example"]


def test_nobody_is_told_about_what_is_decided(holds: MemoryHolds) -> None:
    discard(holds, held(holds).id, by="ana@acme.example", why="", now=NOW)
    mailer = KeepingMailer()
    at(NOW, notifier(holds, mailer, *REVIEWERS)).tell()
    assert mailer.sent == []


def test_a_busy_server_is_asked_again_ever_more_rarely(holds: MemoryHolds) -> None:
    held(holds)
    mailer = KeepingMailer(*[TryLater("busy")] * 1000)
    round_of = notifier(holds, mailer, "jefa@acme.example")
    for seconds in range(0, 3 * 3600, 5):
        at(NOW + timedelta(seconds=seconds), round_of).tell()
    assert 30 < 1000 - len(mailer.failures) < 60, "two people, each some 24 times in three hours"
    mailer.failures.clear()
    at(NOW + 4 * HOUR, round_of).tell()
    assert told(mailer) == ["ana@acme.example", "jefa@acme.example"]


def test_who_cannot_be_written_to_is_not_tried_for_ever_and_others_are_told(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer(Refused("550 no such user"))
    round_of = notifier(holds, mailer, "jefa@acme.example")
    for hours in range(3):
        at(NOW + hours * HOUR, round_of).tell()
    assert told(mailer) == ["jefa@acme.example"]
    assert "sender_told" not in steps(holds, hold)
    (not_told,) = (one for one in holds.events(hold.id) if one.what == "sender_not_told")
    assert not_told.why == "sender 550 no such user"


def steps(holds: MemoryHolds, hold: Hold) -> list[str]:
    return [one.what for one in holds.events(hold.id)]


def test_a_server_that_refuses_us_is_asked_again_until_it_takes_the_notice(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer(*[TryLater("535 wrong password")] * 30)
    for hours in range(40):
        at(NOW + hours * HOUR, notifier(holds, mailer)).tell()
    assert told(mailer) == ["ana@acme.example"]
    assert steps(holds, hold)[-1] == "sender_told"


def test_who_may_have_been_told_is_told_again_after_the_lease_and_three_times_at_most(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer(*[MaybeSent("no answer")] * 100)
    for minutes in range(0, 300, 5):
        at(NOW + minutes * MINUTE, notifier(holds, mailer)).tell()
    assert len(mailer.failures) == 97
    assert steps(holds, hold)[1:] == ["telling_sender"] * 3 + ["sender_not_told"]
    begun = [one.at - NOW for one in holds.events(hold.id) if one.what == "telling_sender"]
    assert begun == [timedelta(), HOUR / 2, HOUR]


class Crash(BaseException):
    """The process dies."""


class DyingMailer(KeepingMailer):
    """Dies before anything is sent."""

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        raise Crash


def test_a_notice_that_a_crash_cut_short_is_sent_after_the_lease(holds: MemoryHolds) -> None:
    held(holds)
    with pytest.raises(Crash):
        at(NOW, notifier(holds, DyingMailer())).tell()
    mailer = KeepingMailer()
    at(NOW + HOUR / 3, notifier(holds, mailer)).tell()
    assert mailer.sent == []
    at(NOW + HOUR / 2, notifier(holds, mailer)).tell()
    assert told(mailer) == ["ana@acme.example"]


class RacingMailer(KeepingMailer):
    """Lets another process make its round in the middle of ours."""

    def __init__(self, other: Notifier) -> None:
        super().__init__()
        self.other = other

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        at(NOW, self.other).tell()
        return super().send(envelope, raw)


def test_two_processes_at_once_tell_nobody_twice(holds: MemoryHolds) -> None:
    held(holds)
    second = KeepingMailer()
    first = RacingMailer(notifier(holds, second, *REVIEWERS))
    at(NOW, notifier(holds, first, *REVIEWERS)).tell()
    assert sorted(told(first) + told(second)) == sorted(["ana@acme.example", *REVIEWERS])


class SlowMailer(KeepingMailer):
    """Takes ten minutes over each mail; has another process make its round during the third."""

    def __init__(self, clock: StoppedClock) -> None:
        super().__init__()
        self.clock = clock
        self.other: Notifier | None = None

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        self.clock.time += 10 * MINUTE
        if self.other is not None and len(self.sent) == 2:
            self.other.tell()
        return super().send(envelope, raw)


def test_who_is_told_late_in_a_long_round_is_told_by_nobody_else(holds: MemoryHolds) -> None:
    for sender in ("ana@acme.example", "leo@acme.example", "eva@acme.example"):
        held(holds, sender)
    clock, second = StoppedClock(NOW), KeepingMailer()
    first = SlowMailer(clock)
    telling = replace(notifier(holds, first), clock=clock, lease=15 * MINUTE)
    first.other = replace(telling, mailer=second)
    telling.tell()
    assert second.sent == []
    assert len(told(first)) == 3
    begun = [one.at - NOW for one in holds.trail if one.what == "telling_sender"]
    assert begun == [timedelta(), 10 * MINUTE, 20 * MINUTE]


def test_one_round_does_everything_that_is_due(holds: MemoryHolds) -> None:
    old = held(holds)
    box, mailer = KeepingMailer(), KeepingMailer()
    later = NOW + 48 * HOUR
    outbox = Outbox(holds=holds, mailer=box, letters=letters(), clock=StoppedClock(later))
    telling = at(later, notifier(holds, mailer, "jefa@acme.example"))
    new = replace(old, id="new", held_at=later, digest="other")
    holds.keep(new, b"other")
    done = make_round(holds, outbox, telling, clock=StoppedClock(later), hours=48)
    assert ([one.id for one in done.expired], [one.id for one in done.done]) == ([old.id], [old.id])
    assert (done.told, done.reminded) == (2, 0)
    assert [one.state for one in holds.list()] == [HoldState.RETURNED, HoldState.HELD]
    again = make_round(holds, outbox, telling, clock=StoppedClock(later), hours=48)
    assert (again.expired, again.done, again.told) == ((), (), 0)
