"""The table of verdicts, and the whole flow around it."""

from math import nan

import pytest

from guardian.domain.mail import Audience, ClientRecipient, Envelope, Mail, Unscannable
from guardian.domain.verdict import Action, Opinion, Reason, ReasonCode
from guardian.guard.check import Guard
from guardian.guard.decide import Policy, decide
from guardian.guard.directory import SnapshotDirectory
from guardian.guard.read_mail import read_mail
from tests.guard.fakes import WordJudge, eml

CLIENT = Audience(internal=(), clients=(ClientRecipient(address="a@c.example", client="Cliente"),), others=())
NOBODY = Audience(internal=("b@acme.example",), clients=(), others=("x@other.example",))
INSULT = Reason(code=ReasonCode.INSULT, span="ese cretino", score=0.9)
ENFORCE, OBSERVE = Policy(), Policy(mode="observe")
DIRECTORY = SnapshotDirectory(own_domains=["acme.example"], domains={"cliente.example": "Cliente"})
TO_CLIENT = Envelope(sender="ana@acme.example", recipients=("luis@cliente.example",))


def mail(*unscannable: Unscannable) -> Mail:
    """Return an empty mail with parts that could not be read."""
    return Mail(
        message_id=None,
        subject="",
        sender=None,
        sender_name="",
        to=(),
        cc=(),
        date=None,
        passages=(),
        unscannable=unscannable,
    )


def opinion(score: float, *reasons: Reason) -> Opinion:
    """Return what a judge with threshold 0.5 thinks."""
    return Opinion(score=score, threshold=0.5, language="es", reasons=reasons)


@pytest.mark.parametrize(
    ("audience", "judged", "read", "policy", "held"),
    [
        (CLIENT, opinion(0.9, INSULT), mail(), ENFORCE, True),
        (CLIENT, opinion(0.5, INSULT), mail(), ENFORCE, True),
        (CLIENT, opinion(0.49, INSULT), mail(), ENFORCE, False),
        (CLIENT, opinion(0.9), mail(), ENFORCE, False),
        (CLIENT, opinion(0.9, Reason(code=ReasonCode.INSULT, span=" \n", score=1)), mail(), ENFORCE, False),
        (CLIENT, opinion(nan, INSULT), mail(), ENFORCE, True),
        (CLIENT, opinion(0.0), mail(Unscannable.ENCRYPTED), ENFORCE, True),
        (CLIENT, opinion(0.6, INSULT), mail(), Policy(threshold=0.7), False),
        (CLIENT, opinion(0.3, INSULT), mail(), Policy(threshold=0.2), True),
        (NOBODY, opinion(0.9, INSULT), mail(Unscannable.TOO_DEEP), ENFORCE, False),
    ],
)
def test_what_is_held(audience: Audience, judged: Opinion, read: Mail, policy: Policy, held: bool) -> None:
    verdict = decide(audience, judged, read, policy)
    assert verdict.would_hold is held
    assert verdict.action is (Action.HOLD if held else Action.PASS)
    assert bool(verdict.reasons) is held


def test_observing_lets_pass_and_says_what_it_would_have_held() -> None:
    verdict = decide(CLIENT, opinion(0.9, INSULT), mail(), OBSERVE)
    assert (verdict.action, verdict.would_hold, verdict.reasons) == (Action.PASS, True, (INSULT,))


def test_a_hold_names_every_part_that_could_not_be_read() -> None:
    verdict = decide(CLIENT, opinion(0.0), mail(Unscannable.ENCRYPTED, Unscannable.TOO_LONG), ENFORCE)
    assert [(reason.code, reason.span) for reason in verdict.reasons] == [
        (ReasonCode.UNSCANNABLE, "encrypted"),
        (ReasonCode.UNSCANNABLE, "too_long"),
    ]


def test_without_a_client_nothing_is_judged() -> None:
    judge = WordJudge()
    guard = Guard(judge, DIRECTORY, ENFORCE)
    envelope = Envelope(sender="ana@acme.example", recipients=("eva@acme.example", "x@elsewhere.example"))
    examined = guard.examine(envelope, eml("Ese cretino"))
    assert (examined.verdict.action, examined.mail, judge.judged) == (Action.PASS, None, 0)


def test_the_envelope_decides_who_reads_it_and_not_the_header() -> None:
    guard = Guard(WordJudge(), DIRECTORY, ENFORCE)
    raw = eml("Qué cretino", To="eva@acme.example")
    assert guard.check(TO_CLIENT, raw).action is Action.HOLD


@pytest.mark.parametrize("name", ["Auto_Submitted", "X_Guardian_Hold", "X_Guardian_Notice"])
def test_no_header_buys_a_pass(name: str) -> None:
    raw = eml("Qué cretino", **{name: "auto-generated"})
    verdict = Guard(WordJudge(), DIRECTORY, ENFORCE).check(TO_CLIENT, raw)
    assert verdict.action is Action.HOLD


def test_our_own_words_further_down_are_held_and_the_clients_are_not() -> None:
    guard = Guard(WordJudge(), DIRECTORY, ENFORCE)
    thread = "Aquí va.\n\nEl jue, 5 mar 2026 a las 10:00, {} escribió:\n> qué cretino\n"
    ours = guard.check(TO_CLIENT, eml(thread.format("Eva (<eva@acme.example>)")))
    theirs = guard.check(TO_CLIENT, eml(thread.format("Luis (<luis@cliente.example>)")))
    assert (ours.action, theirs.action) == (Action.HOLD, Action.PASS)


def test_automatic_mail_is_known_as_such() -> None:
    assert read_mail(eml("x", Auto_Submitted="auto-replied; x=y")).automatic
    assert not read_mail(eml("x", Auto_Submitted="No")).automatic
