"""Holding, deciding, carrying out."""

import email.header
import re
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from typing import Any, NoReturn

import pytest

from guardian.domain.errors import GuardianError, TryLater, UserError
from guardian.domain.mail import Envelope
from guardian.domain.verdict import Reason, ReasonCode
from guardian.guard.check import Guard
from guardian.guard.decide import Policy
from guardian.guard.directory import SnapshotDirectory
from guardian.guard.holds import discard, expire, hold_mail, release, release_internal, return_to_sender
from guardian.guard.letters import NoLetter
from guardian.guard.notices import Kind, reason_sentence
from guardian.guard.outbox import Outbox
from guardian.guard.read_mail import read_mail
from guardian.ports.holds import VIEWED, Hold, HoldEvent, HoldState
from guardian.ports.mailer import MaybeSent, Refused
from tests.guard.fakes import NOW, KeepingMailer, MemoryHolds, StoppedClock, WordJudge, at, eml, letters

WHY = "Lo he hablado con el cliente."
DIRECTORY = SnapshotDirectory(
    own_domains=["acme.example"],
    domains={"cliente.example": "Cliente"},
    lists={"todos@acme.example": ["eva@acme.example", "luis@cliente.example"]},
)
ENVELOPE = Envelope(
    sender="ana@acme.example",
    recipients=("luis@cliente.example", "eva@acme.example"),
    mail_args=("BODY=8BITMIME", "ENVID=x"),
    rcpt_args=(("NOTIFY=NEVER",), ("NOTIFY=DELAY",)),
)
RAW = eml("Qué cretino el cliente.\n.\nFin", Message_ID="<m1@acme.example>")


@pytest.fixture
def holds() -> MemoryHolds:
    return MemoryHolds()


def held(holds: MemoryHolds, envelope: Envelope = ENVELOPE, raw: bytes = RAW) -> Hold:
    """Return the hold of a mail that the guard held."""
    examined = Guard(WordJudge(), DIRECTORY, Policy()).examine(envelope, raw)
    return hold_mail(holds, envelope, raw, examined, now=NOW, namesakes=DIRECTORY.namesakes)


def outbox(holds: MemoryHolds, mailer: KeepingMailer) -> Outbox:
    """Return an outbox with a lease of ten minutes."""
    return Outbox(holds=holds, mailer=mailer, letters=letters(), clock=StoppedClock(NOW), lease=timedelta(minutes=10))


def trail(holds: MemoryHolds, hold: Hold) -> list[str]:
    """Return what happened to a hold."""
    return [event.what for event in holds.events(hold.id)]


def test_a_hold_keeps_everything_that_a_release_needs(holds: MemoryHolds) -> None:
    hold = held(holds)
    assert (hold.state, hold.subject, hold.message_id) == (HoldState.HELD, "Oferta", "m1@acme.example")
    assert hold.envelope == ENVELOPE
    assert hold.client_addresses == ("luis@cliente.example",)
    assert holds.raw(hold.id) == RAW
    assert held(holds).id == hold.id


def test_a_release_sends_the_same_bytes_to_everybody_with_the_same_arguments(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer()
    release(holds, hold.id, by="jefa@acme.example", why=WHY, now=NOW)
    done = at(NOW, outbox(holds, mailer)).send_pending()
    assert mailer.sent == [(ENVELOPE, RAW)]
    assert [one.state for one in done] == [HoldState.RELEASED]
    assert done[0].decided_by == "jefa@acme.example"
    assert trail(holds, hold) == ["held", "release", "sending", "sent"]
    assert at(NOW, outbox(holds, mailer)).send_pending() == []
    assert len(mailer.sent) == 1


@pytest.mark.parametrize("by", ["ana@acme.example", "ANA@Acme.Example", "ana+x@acme.example"])
def test_the_sender_never_releases_his_own_mail(holds: MemoryHolds, by: str) -> None:
    with pytest.raises(UserError, match="somebody else"):
        release(holds, held(holds).id, by=by, why=WHY, now=NOW)


def test_who_wrote_a_mail_by_its_header_never_releases_it_either(holds: MemoryHolds) -> None:
    envelope = replace(ENVELOPE, sender="bounces+ana@acme.example")
    raw = eml("cretino", From="Ana <ana@acme.example>, Eva <EVA@acme.example>", Sender="bot@acme.example")
    hold = held(holds, envelope, raw)
    assert hold.written_by == ("ana@acme.example", "eva@acme.example", "bot@acme.example")
    for by in ("ana+x@acme.example", "eva@acme.example", "bot@acme.example", "bounces@acme.example"):
        with pytest.raises(UserError, match="somebody else"):
            release(holds, hold.id, by=by, why=WHY, now=NOW)
    release(holds, hold.id, by="jefa@acme.example", why=WHY, now=NOW)


def test_nobody_hides_behind_many_other_authors(holds: MemoryHolds) -> None:
    crowd = "".join(f"p{number}@acme.example,\r\n " for number in range(500))
    hold = held(
        holds, replace(ENVELOPE, sender="bounces@acme.example"), eml("cretino", From=f"{crowd}ana@acme.example")
    )
    with pytest.raises(UserError, match="somebody else"):
        release(holds, hold.id, by="ana@acme.example", why=WHY, now=NOW)


@pytest.mark.parametrize("why", ["", "ok", "         .         "])
def test_a_release_needs_a_justification(holds: MemoryHolds, why: str) -> None:
    with pytest.raises(UserError, match="10 characters"):
        release(holds, held(holds).id, by="jefa@acme.example", why=why, now=NOW)


@pytest.mark.parametrize("why", ["sha256:because I say so", "  sha256:" + "0" * 64])
def test_nobody_justifies_with_what_stands_for_forgotten_words(holds: MemoryHolds, why: str) -> None:
    hold = held(holds)
    for decide in (release, release_internal, return_to_sender, discard):
        with pytest.raises(UserError, match="forgotten"):
            decide(holds, hold.id, by="jefa@acme.example", why=why, now=NOW)
    assert trail(holds, hold) == ["held"]


def test_the_sender_may_choose_colleagues_only_and_the_client_never_gets_it(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer()
    release_internal(holds, hold.id, by="ana@acme.example", why="", now=NOW)
    at(NOW, outbox(holds, mailer)).send_pending()
    envelope, raw = mailer.sent[0]
    assert (envelope.recipients, envelope.rcpt_args) == (("eva@acme.example",), (("NOTIFY=DELAY",),))
    assert (envelope.mail_args, raw) == (ENVELOPE.mail_args, RAW)


def test_colleagues_only_leaves_out_other_outsiders_and_lists_with_a_client(holds: MemoryHolds) -> None:
    recipients = ("todos@acme.example", "x@elsewhere.example", "eva@acme.example")
    hold, mailer = held(holds, Envelope(sender="ana@acme.example", recipients=recipients)), KeepingMailer()
    release_internal(holds, hold.id, by="ana@acme.example", why="", now=NOW)
    at(NOW, outbox(holds, mailer)).send_pending()
    assert mailer.sent[0][0].recipients == ("eva@acme.example",)


def test_colleagues_only_needs_a_colleague(holds: MemoryHolds) -> None:
    hold = held(holds, Envelope(sender="ana@acme.example", recipients=("luis@cliente.example",)))
    with pytest.raises(UserError, match="No colleague"):
        release_internal(holds, hold.id, by="ana@acme.example", why="", now=NOW)


def test_a_discarded_mail_goes_nowhere(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer()
    assert discard(holds, hold.id, by="ana@acme.example", why="", now=NOW).state is HoldState.DISCARDED
    assert at(NOW, outbox(holds, mailer)).send_pending() == []
    assert mailer.sent == []


def test_bytes_that_are_no_longer_those_that_were_offered_go_nowhere(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer()
    holds.bytes[hold.id] = RAW.replace(b"cretino", b"c")
    release(holds, hold.id, by="jefa@acme.example", why=WHY, now=NOW)
    at(NOW, outbox(holds, mailer)).send_pending()
    assert mailer.sent == []
    assert holds.holds[hold.id].state is HoldState.HELD
    assert trail(holds, hold)[-1] == "refused"
    assert "not those that were offered" in holds.events(hold.id)[-1].why


def test_authors_by_the_header_are_found_in_mail_that_an_older_version_held(holds: MemoryHolds) -> None:
    hold = held(holds, replace(ENVELOPE, sender="bounces@acme.example"))
    holds.holds[hold.id] = replace(hold, written_by=())
    with pytest.raises(UserError, match="somebody else"):
        release(holds, hold.id, by="ana@acme.example", why=WHY, now=NOW)


def test_colleagues_only_leaves_out_a_list_with_somebody_outside_on_it(holds: MemoryHolds) -> None:
    directory = SnapshotDirectory(
        own_domains=["acme.example"],
        domains={"cliente.example": "Cliente"},
        lists={"obra@acme.example": ["eva@acme.example", "x@elsewhere.example"]},
    )
    envelope = replace(ENVELOPE, recipients=("luis@cliente.example", "obra@acme.example", "eva@acme.example"))
    examined = Guard(WordJudge(), directory, Policy()).examine(envelope, RAW)
    hold = hold_mail(holds, envelope, RAW, examined, now=NOW, namesakes=directory.namesakes)
    assert hold.colleagues == ("eva@acme.example",)


@pytest.mark.parametrize("decide", [return_to_sender, None])
def test_a_mail_in_an_outsiders_name_never_goes_back_to_him(holds: MemoryHolds, decide: Any) -> None:
    hold, mailer = held(holds, replace(ENVELOPE, sender="jefe@cliente.example")), KeepingMailer()
    if decide is not None:
        decide(holds, hold.id, by="jefa@acme.example", why="", now=NOW)
    for hours in range(48, 51):
        now = NOW + timedelta(hours=hours)
        expire(holds, now=now, hours=48)
        at(now, outbox(holds, mailer)).send_pending()
    assert mailer.sent == []
    assert holds.holds[hold.id].state is HoldState.HELD
    assert trail(holds, hold).count("return_refused") == 1
    assert "not one of ours" in holds.events(hold.id)[-1].why


def test_a_return_brings_the_original_back_unchanged_and_explained_in_both_languages(holds: MemoryHolds) -> None:
    raw = RAW + b"\xff\xfe --=_guardian_ \r\n"
    hold, mailer = held(holds, raw=raw), KeepingMailer()
    return_to_sender(holds, hold.id, by="jefa@acme.example", why="", now=NOW)
    at(NOW, outbox(holds, mailer)).send_pending()
    envelope, letter = mailer.sent[0]
    assert (envelope.sender, envelope.recipients) == ("", ("ana@acme.example",))
    message = email.message_from_bytes(letter, policy=policy.SMTP)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["References"] == "<m1@acme.example>"
    assert [part.get_content_type() for part in message.iter_parts()] == ["multipart/alternative", "message/rfc822"]
    assert raw in letter
    text = " ".join(message.get_body(("plain",)).get_content().split())
    assert "insulto sobre el cliente" in text
    assert "an insult about the client" in text
    assert "“cretino”" in text


def test_without_a_decision_in_time_the_mail_goes_back(holds: MemoryHolds) -> None:
    hold = held(holds)
    assert expire(holds, now=NOW + timedelta(hours=47, minutes=59), hours=48) == []
    assert [one.id for one in expire(holds, now=NOW + timedelta(hours=48), hours=48)] == [hold.id]
    mailer = KeepingMailer()
    done = at(NOW + timedelta(hours=48), outbox(holds, mailer)).send_pending()
    assert done[0].state is HoldState.RETURNED
    assert b"Nadie decidi" in mailer.sent[0][1]


def test_a_mail_from_nobody_waits_for_a_person(holds: MemoryHolds) -> None:
    hold = held(holds, replace(ENVELOPE, sender=""))
    assert expire(holds, now=NOW + timedelta(days=30), hours=48) == []
    with pytest.raises(UserError, match="no sender"):
        return_to_sender(holds, hold.id, by="jefa@acme.example", why="", now=NOW)


def test_two_people_cannot_decide_about_one_mail(holds: MemoryHolds) -> None:
    hold = held(holds)
    release(holds, hold.id, by="jefa@acme.example", why=WHY, now=NOW)
    with pytest.raises(UserError, match="decided already"):
        discard(holds, hold.id, by="eva@acme.example", why="", now=NOW)
    with pytest.raises(UserError, match="no hold"):
        discard(holds, "unknown", by="eva@acme.example", why="", now=NOW)


def test_what_cannot_be_sent_now_is_sent_by_the_next_call(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer(TryLater("busy"))
    release(holds, hold.id, by="jefa@acme.example", why=WHY, now=NOW)
    assert at(NOW, outbox(holds, mailer)).send_pending() == []
    assert [one.state for one in holds.list()] == [HoldState.RELEASE_REQUESTED]
    assert at(NOW + timedelta(seconds=9), outbox(holds, mailer)).send_pending() == [], "a pause first"
    later = NOW + timedelta(seconds=10)
    assert [one.state for one in at(later, outbox(holds, mailer)).send_pending()] == [HoldState.RELEASED]
    assert "possible_duplicate" not in trail(holds, hold)


def test_what_is_refused_for_good_is_held_again(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer(Refused("554 no"))
    release(holds, hold.id, by="jefa@acme.example", why=WHY, now=NOW)
    at(NOW, outbox(holds, mailer)).send_pending()
    assert [one.state for one in holds.list()] == [HoldState.HELD]
    assert holds.events(hold.id)[-1].why == "554 no"
    assert len(expire(holds, now=NOW + timedelta(hours=48), hours=48)) == 1


def test_after_a_refusal_people_have_the_whole_time_to_decide_again(holds: MemoryHolds) -> None:
    hold, refused = held(holds), NOW + timedelta(hours=47)
    release(holds, hold.id, by="jefa@acme.example", why=WHY, now=refused)
    at(refused, outbox(holds, KeepingMailer(Refused("554 no")))).send_pending()
    for hours in (1, 47):
        assert expire(holds, now=refused + timedelta(hours=hours), hours=48) == []
    assert [one.id for one in expire(holds, now=refused + timedelta(hours=48), hours=48)] == [hold.id]


def test_a_refused_return_is_not_tried_for_ever(holds: MemoryHolds) -> None:
    held(holds)
    later = NOW + timedelta(hours=48)
    expire(holds, now=later, hours=48)
    at(later, outbox(holds, KeepingMailer(Refused("550 no such user")))).send_pending()
    assert expire(holds, now=later + timedelta(days=3), hours=48) == []


class AwayHolds(MemoryHolds):
    """Cannot give the bytes of a mail, once, for a reason it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[GuardianError] = []

    def raw(self, hold_id: str) -> bytes:
        """Fail, or return the bytes."""
        if self.problems:
            raise self.problems.pop(0)
        return super().raw(hold_id)


@pytest.mark.parametrize("problem", [UserError("The database cannot be used."), TryLater("No answer.")])
@pytest.mark.parametrize("wanted", [release, return_to_sender])
def test_a_store_that_cannot_give_the_bytes_now_is_no_refusal(problem: GuardianError, wanted: Any) -> None:
    holds, mailer = AwayHolds(), KeepingMailer()
    hold = held(holds)
    wanted(holds, hold.id, by="jefa@acme.example", why=WHY, now=NOW)
    holds.problems.append(problem)
    at(NOW, outbox(holds, mailer)).send_pending()
    assert mailer.sent == []
    assert trail(holds, hold)[-1] == "put_back"
    done = at(NOW + timedelta(seconds=10), outbox(holds, mailer)).send_pending()
    assert [one.id for one in done] == [hold.id]
    assert {"refused", "return_refused", "possible_duplicate"}.isdisjoint(trail(holds, hold))


def test_what_has_to_be_mended_at_the_mailer_is_no_refusal_of_the_mail(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer(UserError("The folder cannot be written."))
    return_to_sender(holds, hold.id, by="jefa@acme.example", why="", now=NOW)
    at(NOW, outbox(holds, mailer)).send_pending()
    assert trail(holds, hold)[-1] == "put_back"


def test_a_wrong_sender_of_notices_is_no_refusal_of_a_return(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer()
    return_to_sender(holds, hold.id, by="jefa@acme.example", why="", now=NOW)
    at(NOW, replace(outbox(holds, mailer), letters=replace(letters(), sender="nobody"))).send_pending()
    assert trail(holds, hold)[-1] == "put_back"
    assert "notices_from" in holds.events(hold.id)[-1].why


class Crash(BaseException):
    """The process dies."""


class DyingMailer(KeepingMailer):
    """Takes the mail over, and dies before saying so."""

    def send(self, envelope: Envelope, raw: bytes) -> NoReturn:
        """Keep one mail and die."""
        super().send(envelope, raw)
        raise Crash


def test_looking_at_a_mail_does_not_put_off_sending_it_again(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer()
    release_internal(holds, hold.id, by="ana@acme.example", why="", now=NOW, via="link")
    at(NOW, outbox(holds, KeepingMailer(MaybeSent("cut")))).send_pending()
    looked = NOW + timedelta(minutes=9)
    holds.note(HoldEvent(hold_id=hold.id, at=looked, what=VIEWED, by="jefa@acme.example"))
    done = at(NOW + timedelta(minutes=10), outbox(holds, mailer)).send_pending()
    assert [one.state for one in done] == [HoldState.RELEASED_INTERNAL]
    assert [one.via for one in holds.events(hold.id) if one.what == "release_internal"] == ["link"]


@pytest.mark.parametrize("lost", ["crash", "line cut"])
def test_what_may_have_been_sent_is_sent_again_after_the_lease_and_says_so(holds: MemoryHolds, lost: str) -> None:
    hold, mailer = held(holds), KeepingMailer()
    release_internal(holds, hold.id, by="ana@acme.example", why="", now=NOW)
    if lost == "crash":
        with pytest.raises(Crash):
            at(NOW, outbox(holds, DyingMailer())).send_pending()
    else:
        at(NOW, outbox(holds, KeepingMailer(MaybeSent("cut")))).send_pending()
    assert at(NOW + timedelta(minutes=9), outbox(holds, mailer)).send_pending() == []
    done = at(NOW + timedelta(minutes=10), outbox(holds, mailer)).send_pending()
    assert [one.state for one in done] == [HoldState.RELEASED_INTERNAL]
    assert trail(holds, hold)[-3:] == ["possible_duplicate", "sending", "sent"]
    assert mailer.sent[0][0].recipients == ("eva@acme.example",)


@pytest.mark.parametrize(("decide", "told"), [(release, "unanswered"), (return_to_sender, "return_unanswered")])
def test_what_may_have_been_sent_three_times_waits_for_a_person(holds: MemoryHolds, decide: Any, told: str) -> None:
    hold, mailer = held(holds), KeepingMailer(*[MaybeSent("cut")] * 100)
    decide(holds, hold.id, by="jefa@acme.example", why=WHY, now=NOW)
    for minutes in range(0, 100 * 60, 10):
        now = NOW + timedelta(minutes=minutes)
        at(now, outbox(holds, mailer)).send_pending()
        expire(holds, now=now, hours=48)
    assert len(mailer.failures) == 97
    assert trail(holds, hold)[2:] == ["sending", "possible_duplicate"] * 2 + ["sending", told]
    assert holds.holds[hold.id].state is HoldState.HELD
    assert "3 times" in holds.events(hold.id)[-1].why


def test_a_new_decision_about_what_was_never_answered_is_carried_out(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer(*[MaybeSent("cut")] * 3)
    for hours in (0, 5):
        release(holds, hold.id, by="jefa@acme.example", why=WHY, now=NOW + timedelta(hours=hours))
        for minutes in range(0, 60, 10):
            at(NOW + timedelta(hours=hours, minutes=minutes), outbox(holds, mailer)).send_pending()
    assert trail(holds, hold)[-3:] == ["release", "sending", "sent"]


def test_recipients_refused_for_good_stand_in_the_trail(holds: MemoryHolds) -> None:
    hold, mailer = held(holds), KeepingMailer(refused=("luis@cliente.example",))
    release(holds, hold.id, by="jefa@acme.example", why=WHY, now=NOW)
    at(NOW, outbox(holds, mailer)).send_pending()
    assert holds.events(hold.id)[-2].why == "luis@cliente.example"
    assert trail(holds, hold)[-2:] == ["recipients_refused", "sent"]


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_is_a_sentence_in_both_languages(code: ReasonCode, language: str) -> None:
    span = "encrypted" if code is ReasonCode.UNSCANNABLE else "ese\n cretino {0}"
    sentence = reason_sentence(Reason(code=code, span=span, score=1.0), language)
    assert sentence.endswith(".") or sentence.endswith(".)")
    assert "\n" not in sentence
    if code is not ReasonCode.UNSCANNABLE:
        assert "ese cretino {0}" in sentence


def test_a_reason_whose_words_are_gone_quotes_nothing() -> None:
    gone = Reason(code=ReasonCode.INSULT, span="", score=1.0)
    assert reason_sentence(gone, "en") == "An insult about the client."
    assert reason_sentence(gone, "es") == "Insulto sobre el cliente."


@pytest.mark.parametrize(
    "subject", ["x\r\nBcc: evil@x.example", "ñ" * 3000, "\udc80\ud800", "\u202e\x00\x07", "a" * 5000, "=?utf-8?q?x?="]
)
def test_no_subject_breaks_the_letters(holds: MemoryHolds, subject: str) -> None:
    hold = replace(held(holds), subject=subject, message_id="a b\r\nX: y")
    written = letters("en", signed=True)
    told = [
        written.waiting(hold, RAW, kind, "eva@acme.example") for kind in (Kind.SENDER, Kind.REVIEWER, Kind.REMINDER)
    ]
    for _, letter in (*told, written.returning(hold, RAW)):
        head = letter.partition(b"\r\n\r\n")[0]
        assert not re.search(rb"(?m)^(Bcc|X):", head)
        assert read_mail(letter).automatic


TWICE = "Re: =?utf-8?Q?Reuni=C3?="  # what is left of =?utf-8?Q?Re:_=3D=3Futf-8=3FQ=3FReuni=3DC3=3F=3D?=


@pytest.mark.parametrize("to", ["eva@acme.example", "ñandú@acme.example"])
@pytest.mark.parametrize("subject", [TWICE, "=?utf-8?q?hola?=", "=?x?=C3?= ñ", "=?utf-8?b?w?=" * 9])
def test_a_subject_that_looks_encoded_is_told_as_it_reads(holds: MemoryHolds, subject: str, to: str) -> None:
    hold = replace(held(holds), subject=subject, envelope=replace(ENVELOPE, sender=to))
    told = [letters().waiting(hold, RAW, kind, to) for kind in (Kind.SENDER, Kind.REVIEWER, Kind.REMINDER)]
    for _, letter in (*told, letters().returning(hold, RAW)):
        written = email.message_from_bytes(letter, policy=policy.compat32)["Subject"]
        assert subject in str(email.header.make_header(email.header.decode_header(written)))


def test_a_mail_whose_subject_was_encoded_twice_and_cut_goes_back_when_time_is_over(holds: MemoryHolds) -> None:
    raw = eml("cretino", subject="=?utf-8?Q?Re:_=3D=3Futf-8=3FQ=3FReuni=3DC3=3F=3D?=")
    assert held(holds, raw=raw).subject == TWICE
    expire(holds, now=NOW + timedelta(hours=48), hours=48)
    mailer = KeepingMailer()
    (done,) = at(NOW + timedelta(hours=48), outbox(holds, mailer)).send_pending()
    assert done.state is HoldState.RETURNED
    assert raw in mailer.sent[0][1]


def test_a_subject_that_cannot_be_written_is_left_out(holds: MemoryHolds, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the library may stumble over next."""
    unable_to_write("Oferta", monkeypatch)
    _, letter = letters().waiting(held(holds), RAW, Kind.REVIEWER, "eva@acme.example")
    assert b"Oferta" not in letter
    assert b"cretino" in letter
    assert RAW in letters().returning(held(holds), RAW)[1]


def unable_to_write(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the library fail at letters that hold such words."""
    able = EmailMessage.as_bytes

    def fail(message: EmailMessage, **options: Any) -> bytes:
        written = able(message, **options)
        if words.encode() in written:
            raise UnicodeEncodeError("utf-8", "\udcc3", 0, 1, "surrogates not allowed")
        return written

    monkeypatch.setattr(EmailMessage, "as_bytes", fail)


def test_a_return_that_cannot_be_written_keeps_no_other_mail_waiting(
    holds: MemoryHolds, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good, mailer = held(holds), held(holds, raw=eml("cretino", subject="Otro")), KeepingMailer()
    for one in (bad, good):
        return_to_sender(holds, one.id, by="jefa@acme.example", why="", now=NOW)
    unable_to_write(bad.id, monkeypatch)
    assert [one.id for one in at(NOW, outbox(holds, mailer)).send_pending()] == [good.id]
    assert trail(holds, bad)[-1] == "put_back"


def test_a_sender_that_is_no_address_is_a_matter_for_the_user(holds: MemoryHolds) -> None:
    hold = replace(held(holds), envelope=replace(ENVELOPE, sender="(@acme.example"))
    with pytest.raises(NoLetter, match="No mail can be written"):
        letters().waiting(hold, RAW, Kind.SENDER, hold.envelope.sender)


KNOWN_AS = SnapshotDirectory(
    own_domains=["acme.example"],
    domains={"cliente.example": "Cliente"},
    lists={
        "a.ruiz@acme.example": ["ana@acme.example"],
        "@old.example": ["@acme.example"],
        "aruiz": ["a.ruiz@acme.example"],
        "eva@acme.example": ["eva@acme.example", "archivo@acme.example"],
        "leo@acme.example": ["leo@acme.example", "archivo@acme.example"],
        "ventas@acme.example": ["ana@acme.example", "eva@acme.example"],
        "@promo.example": ["jefa@acme.example"],
        "a.r@acme.example": ["a.r@acme.example"],
        "a.r": ["ana"],
    },
)


def held_of_many_names(holds: MemoryHolds, sender: str, author: str) -> Hold:
    """Return the hold of a mail, where Guardian knows who is behind which address."""
    envelope, raw = replace(ENVELOPE, sender=sender), eml("cretino", From=author)
    examined = Guard(WordJudge(), KNOWN_AS, Policy()).examine(envelope, raw)
    return hold_mail(holds, envelope, raw, examined, now=NOW, namesakes=KNOWN_AS.namesakes)


@pytest.mark.parametrize(
    "by",
    ["ana@acme.example", "a.ruiz@acme.example", "aruiz@acme.example", "ana@old.example", "a.r@acme.example"],
)
@pytest.mark.parametrize("author", ["", "bounces@acme.example"])
@pytest.mark.parametrize(
    "wrote",
    [
        "ana@acme.example",
        "a.ruiz@acme.example",
        "prvs=1234567890=A.Ruiz+x@acme.example",
        "a.ruiz@old.example",
        "a.r@acme.example",
    ],
)
def test_no_alias_that_is_known_releases_the_own_mail(holds: MemoryHolds, wrote: str, author: str, by: str) -> None:
    hold = held_of_many_names(holds, author or wrote, wrote)
    with pytest.raises(UserError, match="somebody else"):
        release(holds, hold.id, by=by, why=WHY, now=NOW)


@pytest.mark.parametrize(
    ("wrote", "by"),
    [
        ("ventas@acme.example", "ana@acme.example"),
        ("ana@acme.example", "ventas@acme.example"),
        ("ana@acme.example", "eva@acme.example"),
        ("leo@acme.example", "eva@acme.example"),
        ("leo@acme.example", "archivo@acme.example"),
        ("ana@promo.example", "jefa@acme.example"),
        ("jefa@acme.example", "ana@promo.example"),
    ],
)
def test_who_shares_a_list_or_an_archive_with_the_sender_may_release_his_mail(
    holds: MemoryHolds, wrote: str, by: str
) -> None:
    hold = held_of_many_names(holds, wrote, wrote)
    assert release(holds, hold.id, by=by, why=WHY, now=NOW).state is HoldState.RELEASE_REQUESTED
