"""Whose quoted words pass unjudged: a client's, and those of whoever outside gets the mail; nobody else's."""

from dataclasses import replace

import pytest

from guardian.domain.mail import Envelope, Passage, Voice
from guardian.domain.verdict import Action
from guardian.guard.check import Guard
from guardian.guard.decide import Policy
from guardian.guard.directory import SnapshotDirectory
from guardian.guard.scan import scan_message
from tests.guard.fakes import WordJudge, eml

DIRECTORY = SnapshotDirectory(
    own_domains=["acme.example"],
    addresses={"compras@beta.example": "Beta", "luisgil@gmail.com": "Luis Gil"},
    domains={"cliente.example": "Cliente"},
    lists={"obra@acme.example": ["eva@acme.example", "compras@beta.example", "paco@translogis.example"]},
)
FORWARDED = Envelope(sender="ana@acme.example", recipients=("eva@acme.example", "luis@cliente.example"))
SHOWN = {"To": "Eva Paz <eva@acme.example>", "Cc": "Luis Gil <luis@cliente.example>"}
WORDS = "Luis el de Cliente es un imbécil."

FORMS = {
    "below headers": (
        "Te lo reenvío.\n\nDe: {author}\nEnviado el: lunes, 23 de noviembre de 2026 10:00\n"
        "Para: Ana Ruiz <ana@acme.example>\nAsunto: Descarga\n\n{words}\n"
    ),
    "behind marks": "Mira.\n\nEl 5/3/26 a las 10:00, {author} escribió:\n> {words}\n",
    "attached": (
        "--b\nContent-Type: text/plain; charset=utf-8\n\nTe lo adjunto.\n"
        "--b\nContent-Type: message/rfc822\n\nFrom: {author}\nSubject: Descarga\n"
        "Content-Type: text/plain; charset=utf-8\n\n{words}\n--b--\n"
    ),
}


def quoting(author: str, form: str = "below headers", **headers: str) -> bytes:
    """Return a mail that quotes an insult from somebody."""
    kind = {"Content_Type": "multipart/mixed; boundary=b"} if form == "attached" else {}
    return eml(FORMS[form].format(author=author, words=WORDS), **{**SHOWN, **kind, **headers})


def action(raw: bytes, *others: str, directory: SnapshotDirectory = DIRECTORY) -> Action:
    """Return what becomes of a mail, which goes to others, too."""
    told = replace(FORWARDED, recipients=(*FORWARDED.recipients, *others))
    return Guard(WordJudge("imbécil"), directory, Policy()).check(told, raw).action


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "author",
    [
        "Marta Sanz <marta@acme.example>",
        "Marta Sanz <martasanz@gmail.com>",
        "Paco Marín <paco@translogis.example>",
        "Pedro Gil <jefe@beta.example>",
    ],
)
def test_words_of_neither_a_client_nor_a_reader_are_judged_quoted_or_attached(author: str, form: str) -> None:
    assert action(quoting(author, form)) is Action.HOLD


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "author",
    [
        "Luis Gil <luis@cliente.example>",
        "Pedro Gil <pedro@obras.cliente.example>",
        "Luis Gil <luisgil@gmail.com>",
        "Compras <compras@beta.example>",
    ],
)
def test_words_of_a_client_are_his_whether_he_gets_the_mail_or_not(author: str, form: str) -> None:
    assert action(quoting(author, form)) is Action.PASS


def test_the_people_of_a_client_who_gets_the_mail_are_known_by_his_domain() -> None:
    raw = quoting("Pedro Gil <jefe@beta.example>")
    assert action(raw, "compras@beta.example") is Action.PASS
    assert action(raw, "obra@acme.example") is Action.PASS, "he is on a list of ours"


def test_a_client_with_a_public_address_has_no_people_there() -> None:
    assert action(quoting("Marta Sanz <martasanz@gmail.com>"), "luisgil@gmail.com") is Action.HOLD


@pytest.mark.parametrize("form", FORMS)
def test_words_of_an_outsider_who_gets_the_mail_are_his_own(form: str) -> None:
    raw, colleague = (quoting(f"X <{name}@translogis.example>", form) for name in ("Paco", "lola"))
    shown = quoting("Paco <paco+obra@translogis.example>", form, Cc="luis@cliente.example, paco@translogis.example")
    assert action(raw, "paco@translogis.example") is Action.PASS
    assert action(raw, "obra@acme.example") is Action.PASS, "he is on a list of ours"
    assert action(shown) is Action.PASS
    assert action(colleague, "paco@translogis.example", "obra@acme.example") is Action.HOLD


def test_words_of_somebody_unknown_count_as_ours_but_stand_apart_from_those_that_are() -> None:
    raw = quoting("Paco Marín <paco@translogis.example>")
    mail = Guard(WordJudge(), DIRECTORY, Policy()).examine(FORWARDED, raw).mail
    assert mail is not None
    found = next(one for one in mail.passages if WORDS in one.text)
    assert found == Passage(text=found.text, voice=Voice.OWN_QUOTED, author="paco@translogis.example", unsure=True)


def test_without_a_snapshot_only_those_who_get_the_mail_and_their_people_are_heard_as_clients() -> None:
    nothing = SnapshotDirectory(own_domains=["acme.example"], cautious=True)
    assert action(quoting("Pedro Gil <pedro@cliente.example>"), directory=nothing) is Action.PASS
    assert action(quoting("Compras <compras@beta.example>"), directory=nothing) is Action.HOLD


def test_a_scan_that_is_not_told_own_domains_takes_who_shares_the_senders_for_ours() -> None:
    known = SnapshotDirectory(own_domains=[], domains={"cliente.example": "Cliente"})
    guard = Guard(WordJudge("imbécil"), known, Policy())
    for author in ("eva@acme.example", "marta@acme.example", "paco@translogis.example"):
        assert scan_message("x", quoting(author), guard)["action"] == "hold"
    assert scan_message("x", quoting("pedro@cliente.example"), guard)["action"] == "pass"
    theirs = quoting("pedro@cliente.example", From="Luis Gil <luis@cliente.example>")
    assert scan_message("x", theirs, guard)["action"] == "pass", "a client is none of us, whoever sends"


def test_a_scan_that_is_told_no_clients_judges_nothing() -> None:
    guard = Guard(WordJudge("imbécil"), SnapshotDirectory(own_domains=["acme.example"]), Policy())
    line = scan_message("x", quoting("marta@acme.example"), guard)
    assert (line["action"], line["clients"]) == ("pass", [])
