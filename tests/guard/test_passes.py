"""Mail that passed is known by its stamp when it comes back, and no other mail is."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.domain.keys import key_for
from guardian.domain.mail import Envelope
from guardian.domain.verdict import Action
from guardian.guard.check import Guard
from guardian.guard.decide import Policy
from guardian.guard.directory import SnapshotDirectory
from guardian.guard.holds import hold_mail
from guardian.guard.passes import STAMP_FIELD, Passes, stamps_on
from tests.guard.fakes import NOW, SECRET, MemoryHolds, WordJudge

TO_CLIENT = Envelope(sender="ana@acme.example", recipients=("luis@cliente.example", "eva@otra.example"))
DIRECTORY = SnapshotDirectory(
    own_domains=["acme.example"], domains={"cliente.example": "Cliente", "otra.example": "Otra", "mas.example": "Mas"}
)
WORDS = "Le envío la oferta que me pidió ayer,\r\ny quedo a su disposición.\r\n"
HEAD = (
    b"From: Ana <ana@acme.example>\r\nTo: luis@cliente.example\r\nSubject: Oferta\r\nMessage-ID: <a@acme.example>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
)
RAW = HEAD + b"\r\n" + WORDS.encode()
QUOTED = HEAD + b"\r\nOn 5 Mar 2026, Luis <luis@cliente.example> wrote:\r\n> eres un cretino\r\n"
SEALED = HEAD.replace(b"text/plain", b"application/pkcs7-mime") + b"\r\nMIAGCSqGSIb3DQEHA6CAMIACAQA=\r\n"
Change = Callable[[bytes], bytes]


@dataclass
class HandClock:
    """Stands still until it is moved."""

    time: datetime = NOW

    def now(self) -> datetime:
        return self.time


def passes(clock: HandClock | None = None, secret: str = SECRET) -> Passes:
    return Passes(key=key_for("passed", secret), clock=clock or HandClock(), lasts=timedelta(minutes=10))


def guard_with(stamping: Passes, judge: WordJudge | None = None) -> Guard:
    return Guard(judge or WordJudge(), DIRECTORY, Policy(), passes=stamping)


def stamped(raw: bytes = RAW, envelope: Envelope = TO_CLIENT) -> bytes:
    guard = guard_with(passes())
    value = guard.pass_for(guard.examine(envelope, raw), raw, "4XyZ")
    return f"{STAMP_FIELD}: {value}\r\n".encode() + raw


def comes_back(raw: bytes, envelope: Envelope = TO_CLIENT, clock: HandClock | None = None) -> bool:
    return guard_with(passes(clock)).examine(envelope, raw).came_back


def test_mail_that_comes_back_passes_without_being_judged_again() -> None:
    judge = WordJudge()
    examined = guard_with(passes(), judge).examine(TO_CLIENT, stamped())
    assert (examined.verdict.action, examined.came_back, judge.judged) == (Action.PASS, True, 0)
    assert guard_with(passes(), judge).pass_for(examined, RAW, "4XyZ") == "", "it is not stamped a second time"


@pytest.mark.parametrize(
    "on_the_way",
    [
        lambda raw: b"Received: from x by y\r\n\tfor <z>; now\r\nX-MS-Exchange-Organization-A: b\r\n" + raw,
        lambda raw: raw.replace(b"\r\n", b"\n"),
        lambda raw: raw.replace(b"; x=", b";\r\n x=").replace(b"; s=", b";\r\n\ts="),
        lambda raw: raw.replace(b"ayer,\r\ny", b"ayer, y"),
        lambda raw: (
            raw.partition(b"\r\n\r\n")[0]
            + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(WORDS.encode())
        ),
        lambda raw: raw.replace(b"utf-8", b"iso-8859-1").replace(WORDS.encode(), WORDS.encode("latin-1")),
    ],
)
def test_what_servers_do_to_mail_does_not_break_the_stamp(on_the_way: Change) -> None:
    assert comes_back(on_the_way(stamped()))


@pytest.mark.parametrize(
    "forge",
    [
        lambda raw: raw.replace(b"oferta", b"pulla"),
        lambda raw: raw.replace(b"Subject: Oferta", b"Subject: Cretino"),
        lambda raw: raw + b"PD: eres un cretino\r\n",
        lambda raw: raw.replace(b"<a@acme", b"<b@acme"),
        lambda raw: raw.replace(b"From: Ana <ana@", b"From: Ana <otra@"),
        lambda raw: raw.replace(b"q=4XyZ", b"q=4XyA"),
        lambda raw: raw.replace(b"; x=1", b"; x=2"),
        lambda raw: raw.replace(b"; c=", b"; c=AAAAAAAAAAA,"),
        lambda raw: raw.replace(b"X-Guardian-Passed: v=1", b"X-Guardian-Passed: v=2"),
        lambda raw: b"X-Guardian-Passed: v=1; q=; x=1; c=; s=" + b"a" * 43 + b"\r\n" + raw,
        lambda raw: raw.partition(b"\r\n")[2],
    ],
)
def test_a_changed_mail_is_judged(forge: Change) -> None:
    assert not comes_back(forge(stamped()))


def test_a_stamp_is_for_its_clients_and_any_of_them_alone() -> None:
    alone = replace(TO_CLIENT, recipients=("eva@otra.example",))
    more = replace(TO_CLIENT, recipients=("luis@cliente.example", "x@mas.example"))
    assert comes_back(stamped(), alone)
    assert not comes_back(stamped(), more)


def test_words_of_the_client_do_not_become_ours() -> None:
    raw = stamped(QUOTED)
    assert comes_back(raw)
    assert not comes_back(raw.replace(b"> eres", b"eres").replace(b" wrote:", b""))
    unquoted = raw.replace(b"On 5 Mar 2026, Luis <luis@cliente.example> wrote:\r\n> ", b"On 5 Mar 2026, Luis wrote: ")
    assert not comes_back(unquoted)


@pytest.mark.parametrize(("minutes", "known"), [(0, True), (9, True), (11, False), (-1, False), (-100_000, False)])
def test_a_stamp_is_worth_nothing_later_nor_when_the_clock_was_wrong(minutes: int, known: bool) -> None:
    assert comes_back(stamped(), clock=HandClock(NOW + timedelta(minutes=minutes))) is known


def test_another_tenants_stamp_is_worth_nothing() -> None:
    other = guard_with(passes(secret=SECRET + "2"))
    assert not other.examine(TO_CLIENT, stamped()).came_back


def test_a_released_mail_is_not_held_again_and_not_a_byte_of_what_nobody_read_may_change() -> None:
    for raw in (RAW.replace(b"oferta", b"oferta, cretino,"), SEALED):
        guard = guard_with(passes())
        held = guard.examine(TO_CLIENT, raw)
        assert held.verdict.action is Action.HOLD
        hold = hold_mail(MemoryHolds(), TO_CLIENT, raw, held, now=NOW, namesakes=guard.namesakes)
        assert held.mail is not None
        sent = passes().stamped(hold, raw, held.mail)
        assert sent.endswith(b"\r\n" + raw)
        assert comes_back(sent)
        assert comes_back(sent.replace(b"\r\n", b"\n"))
    assert not comes_back(sent.replace(b"MIAG", b"MIAH"))


STRANGER = HEAD + b"\r\nOn 5 Mar 2026, Paco <paco@translogis.example> wrote:\r\n> Entregado ayer.\r\n"


def test_a_copy_that_the_quoted_stranger_does_not_get_is_known_all_the_same() -> None:
    to_both = replace(TO_CLIENT, recipients=("luis@cliente.example", "paco@translogis.example"))
    assert comes_back(stamped(STRANGER, to_both), replace(TO_CLIENT, recipients=("luis@cliente.example",)))


def test_what_is_released_is_known_where_a_strangers_words_were_too_many_to_read() -> None:
    raw = STRANGER + b"> Y hoy otra vez, sin novedad en la puerta de atras.\r\n" * 6_000
    guard = guard_with(passes())
    held = guard.examine(TO_CLIENT, raw)
    hold = hold_mail(MemoryHolds(), TO_CLIENT, raw, held, now=NOW, namesakes=guard.namesakes)
    assert held.verdict.action is Action.HOLD
    assert held.mail is not None
    sent = passes().stamped(hold, raw, held.mail)
    assert comes_back(sent)
    assert not comes_back(sent.replace(b"otra vez", b"otra voz"))


def test_where_no_client_reads_there_is_no_stamp_nor_for_too_many() -> None:
    guard = guard_with(passes())
    inside = replace(TO_CLIENT, recipients=("eva@acme.example",))
    assert guard.pass_for(guard.examine(inside, RAW), RAW, "q") == ""
    examined = guard.examine(TO_CLIENT, RAW)
    assert examined.mail is not None
    assert passes().stamp(examined.mail, RAW, tuple(map(str, range(51))), "q") == ""
    full = passes().stamp(examined.mail, RAW, tuple(map(str, range(50))), "q\r\nX: y" * 40)
    assert "\n" not in full
    assert passes().knows(examined.mail, f"{STAMP_FIELD}: {full}\r\n".encode() + RAW, ("3", "49"))


def test_without_stamping_nothing_is_stamped_known_or_taken_off() -> None:
    plain = Guard(WordJudge(), DIRECTORY, Policy())
    examined = plain.examine(TO_CLIENT, stamped())
    assert (examined.came_back, plain.pass_for(examined, RAW, "q"), plain.old_passes(stamped())) == (False, "", [])
    assert guard_with(passes()).old_passes(stamped(stamped())) == stamps_on(stamped(stamped()))


@given(st.text(max_size=80), st.binary(max_size=60))
def test_no_invented_stamp_is_known(value: str, body: bytes) -> None:
    raw = f"{STAMP_FIELD}: {value}\r\n".encode("utf-8", "replace") + HEAD + b"\r\n" + body
    assert not comes_back(raw)
