"""What mails tell about the people at a client: whose address is gone, who left, who takes over."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.archive.mail import MailReader
from guardian.domain.activity import Activity, Role, Signal
from guardian.domain.bounces import Undelivered, read_bounce
from guardian.domain.voices import Sign, gone_since
from tests.domain.touch_mails import touch_mails

MAILS = {f"{one.group}/{one.name}": one for one in touch_mails()}
T = datetime(2026, 3, 10, tzinfo=UTC)


def read(name: str, privacy: str) -> Activity:
    mail = MailReader(privacy=privacy).read(MAILS[name].raw, item_id="1", fallback=None)
    assert isinstance(mail, Activity)
    return mail


def about(mail: Activity) -> list[str]:
    return [one.identity.value for one in mail.participants if one.role is Role.ABOUT]


@pytest.mark.parametrize(
    ("name", "address", "gone"),
    [
        ("postfix-unknown-user", "ana@cliente.example", True),
        ("exchange-online-5110", "ruth@nordica.example", True),
        ("exchange-es", "pablo@hierros.example", True),
        ("gmail-550", "sara@viejo.example", True),
        ("domino-report", "gmoss@halden.example", True),
        ("ses-bounce", "kim@tofu.example", True),
        ("two-recipients", "muerto@mitad.example", True),
        ("exchange-full-mailbox", "inma@lleno.example", False),
        ("zimbra-mta", "admin@tallereslugo.example", False),
        ("exim-plain", "info@cerrado.example", False),
        ("gmail-es", "nacho@quepaso.example", False),
    ],
)
def test_a_bounce_names_the_address_at_every_level_of_privacy(name: str, address: str, gone: bool) -> None:
    for privacy in ("metadata", "subject", "full"):
        mail = read(f"bounces/{name}", privacy)
        assert about(mail) == [address]
        if privacy != "full":
            assert (Signal.NO_SUCH_ADDRESS in mail.signals) is gone


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("gmail-es", "nacho@quepaso.example"),
        ("exim-plain", "info@cerrado.example"),
        ("qmail-failure", "zoe@lejos.example"),
        ("yahoo-554", "luis.mejia.obras@yahoo.example"),
        ("mimecast", "jo@reedpumps.example"),
    ],
)
def test_where_its_words_may_be_read_they_say_that_an_address_is_gone(name: str, address: str) -> None:
    mail = read(f"bounces/{name}", "full")
    assert about(mail) == [address]
    assert Signal.NO_SUCH_ADDRESS in mail.signals


@pytest.mark.parametrize(
    "name", ["postfix-delayed", "success-dsn", "relayed-dsn", "proofpoint", "mail-too-large", "x400-style"]
)
def test_delays_deliveries_and_refused_contents_are_about_nobodys_address(name: str) -> None:
    mail = read(f"bounces/{name}", "full")
    assert about(mail) == []
    assert Signal.NO_SUCH_ADDRESS not in mail.signals


@pytest.mark.parametrize(
    ("code", "gone"),
    [("5.1.1", True), ("5.1.10", True), ("5.1.0", True), ("5.1.7", False), ("5.1.8", False), ("5.2.1", False)],
)
def test_a_status_code_says_whether_the_address_is_gone(code: str, gone: bool) -> None:
    status = f"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: {code}\r\n"
    assert read_bounce([], status=status) == Undelivered(addresses=("a@b.example",), gone=gone)


def test_the_address_we_wrote_to_is_told_rather_than_where_it_was_forwarded() -> None:
    status = "Original-Recipient: rfc822;old@b.example\nFinal-Recipient: rfc822; new@c.example\nStatus: 5.1.1"
    assert read_bounce([], status=status).addresses == ("old@b.example",)


def test_a_report_that_names_two_addresses_in_words_names_nobody() -> None:
    assert read_bounce([], text="<a@b.example> and <c@d.example>: user unknown").addresses == ()
    assert read_bounce([], text="").gone is False


@pytest.mark.parametrize(
    ("name", "successor"),
    [
        ("absence-marked/exchange-left-company", "lbosch@montajes-sanz.example"),
        ("absence-marked/exchange-left-en", "anita.shah@mercer-bikes.example"),
        ("absence-bare-es/ya-no-trabaja", "jperis@marcotextil.example"),
        ("absence-bare-es/jubilado", "compras@cidmaderas.example"),
        ("absence-bare-en/left-company", "simone@kerrandpope.example"),
        ("absence-bare-en/retired", "megan@purcellboats.example"),
    ],
)
def test_a_note_that_somebody_left_names_his_successor_where_it_may_be_read(name: str, successor: str) -> None:
    mail = read(name, "full")
    assert {Signal.LEFT, Signal.AUTO_REPLY} <= mail.signals
    assert about(mail) == [successor]
    assert Signal.LEFT not in read(name, "metadata").signals
    assert about(read(name, "subject")) == []


@pytest.mark.parametrize("name", ["human-holiday/jubilacion-despedida", "human-holiday/leaving-first-person"])
def test_a_person_who_says_goodbye_leaves_and_is_a_touch(name: str) -> None:
    assert read(name, "full").signals == {Signal.LEFT}


@pytest.mark.parametrize(
    "name",
    [
        "human-holiday/permiso-y-plazo",
        "human-holiday/new-buyer-introduces-herself",
        "human-plain/colleague-no-longer",
    ],
)
def test_a_person_who_takes_over_says_so(name: str) -> None:
    assert read(name, "full").signals == {Signal.TAKES_OVER}


def test_most_people_neither_leave_nor_take_over() -> None:
    telling = {
        name
        for name, mail in MAILS.items()
        if mail.what == "human" and read(name, "full").signals & {Signal.LEFT, Signal.TAKES_OVER}
    }
    assert len(telling) <= 8
    assert not any(name.startswith(("human-short", "human-tickets", "human-automatic")) for name in telling)
    assert Signal.LEFT not in read("absence-marked/exchange-maternity", "full").signals


def sign(what: Signal, days: float) -> Sign:
    return Sign(address="a@b.example", at=T + timedelta(days=days), what=what)


def test_a_hard_bounce_or_a_goodbye_ends_an_address_at_once() -> None:
    assert gone_since([sign(Signal.NO_SUCH_ADDRESS, 1)], last_words=T) == T + timedelta(days=1)
    assert gone_since([sign(Signal.LEFT, 2)], last_words=None) == T + timedelta(days=2)
    assert gone_since([sign(Signal.LEFT, 0)], last_words=T) == T, "the goodbye is his last word itself"


def test_words_after_a_sign_take_it_back() -> None:
    assert (
        gone_since([sign(Signal.NO_SUCH_ADDRESS, 1), sign(Signal.LEFT, 1)], last_words=T + timedelta(days=2)) is None
    )


def test_bounces_that_may_pass_count_from_the_third_in_14_days() -> None:
    assert gone_since([sign(Signal.BOUNCE, 0), sign(Signal.BOUNCE, 5)], last_words=None) is None
    often = [sign(Signal.BOUNCE, days) for days in (0, 9, 14)]
    assert gone_since(often, last_words=None) == T + timedelta(days=14)
    assert gone_since([sign(Signal.BOUNCE, days) for days in (0, 9, 15)], last_words=None) is None
    assert gone_since([sign(Signal.TAKES_OVER, 0)], last_words=None) is None
