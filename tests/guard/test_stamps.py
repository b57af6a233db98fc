"""The guard knows our own notices by their stamp, and by nothing else."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.domain.keys import key_for
from guardian.domain.mail import Envelope
from guardian.domain.verdict import Action
from guardian.guard.check import Guard
from guardian.guard.decide import Policy
from guardian.guard.directory import SnapshotDirectory
from guardian.guard.notices import Kind
from guardian.guard.stamps import Stamps
from tests.guard.fakes import SECRET, MemoryHolds, WordJudge, letters
from tests.guard.test_holds import RAW, held

Letter = tuple[Envelope, bytes]
Change = Callable[[bytes], bytes]
STAMPS = Stamps(key=key_for("stamp", SECRET))
# A colleague who is in the client list, too: without the stamp his notices would be held in turn, for ever.
MIXED_UP = SnapshotDirectory(own_domains=["acme.example"], addresses={"ana@acme.example": "Cliente"})
GUARD = Guard(WordJudge(), MIXED_UP, Policy(), stamps=STAMPS)


@pytest.fixture(params=[Kind.SENDER, Kind.RETURNED])
def notice(request: pytest.FixtureRequest) -> Letter:
    hold = held(MemoryHolds())
    if request.param is Kind.RETURNED:
        return letters(signed=True).returning(hold, RAW + b"\xff\r\n")
    return letters(signed=True).waiting(hold, RAW, request.param, "ana@acme.example")


def test_our_own_notice_passes_whoever_it_is_to(notice: Letter) -> None:
    assert GUARD.check(*notice).action is Action.PASS
    unstamped = notice[1].partition(b"\r\n")[2]
    assert GUARD.check(notice[0], unstamped).action is Action.HOLD, "or this test proves nothing"


@pytest.mark.parametrize(
    "on_the_way",
    [
        lambda raw: raw.replace(b"\r\n", b"\n"),
        lambda raw: b"Received: from a by b\r\n\tfor <ana@acme.example>; now\r\n" * 3 + raw,
        lambda raw: b"Return-Path: <>\r\n" + raw,
        lambda raw: raw + b"\r\n",
    ],
)
def test_what_servers_do_to_every_mail_does_not_break_the_stamp(notice: Letter, on_the_way: Change) -> None:
    assert STAMPS.is_ours(notice[0], on_the_way(notice[1]))


@pytest.mark.parametrize(
    "forge",
    [
        lambda raw: raw.replace(b"cretino", b"imbecil"),
        lambda raw: raw + b"idiot\r\n",
        lambda raw: b"Subject: cretino\r\n" + raw,
        lambda raw: b"Received: x\r\nSubject: cretino\r\n" + raw,
        lambda raw: b"cretino\r\n\r\n" + raw,
        lambda raw: raw.partition(b"\r\n")[0] + b"\r\n" + raw,
        lambda raw: b"X-Guardian-Stamp: " + b"A" * 43 + b"\r\n" + raw.partition(b"\r\n")[2],
        lambda raw: b"",
    ],
)
def test_a_changed_notice_is_nobodys(notice: Letter, forge: Change) -> None:
    assert not STAMPS.is_ours(notice[0], forge(notice[1]))


def test_a_stamped_notice_goes_from_nobody_to_the_one_it_was_written_to(notice: Letter) -> None:
    envelope, raw = notice
    for other in (
        replace(envelope, sender="ana@acme.example"),
        replace(envelope, recipients=("luis@cliente.example",)),
        replace(envelope, recipients=("ana@acme.example", "luis@cliente.example")),
        replace(envelope, recipients=()),
    ):
        assert not STAMPS.is_ours(other, raw)
    assert STAMPS.is_ours(replace(envelope, recipients=("ANA@Acme.example",)), raw)


def test_another_tenants_stamp_is_worthless(notice: Letter) -> None:
    assert not Stamps(key=key_for("stamp", SECRET + "2")).is_ours(*notice)
    assert not Stamps(key=key_for("link", SECRET)).is_ours(*notice)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(raw: bytes) -> None:
    envelope = Envelope(sender="", recipients=("ana@acme.example",))
    assert not STAMPS.is_ours(envelope, raw)
    assert STAMPS.is_ours(envelope, STAMPS.stamp("ana@acme.example", raw))
