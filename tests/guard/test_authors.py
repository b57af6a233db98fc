"""Whose words are quoted where only a name says so, or nothing does."""

import pytest

from guardian.domain.mail import Passage, Voice
from guardian.guard.read_mail import read_mail
from guardian.guard.read_mail.naming import Roster, addresses_named
from tests.guard.fakes import eml, texts

OURS, THEIRS = Voice.OWN_QUOTED, Voice.CLIENT_QUOTED
OWN = ("acme.example",)
BY_NAME = "{greeting}\n\nGracias.\n\nEl 5/3/26 a las 10:00, {name} escribió:\n> Qué pesados son.\n"


def quoted(name: str, greeting: str = "Buenos días", body: str = BY_NAME, **headers: str) -> Passage:
    """Return the quoted words."""
    mail = read_mail(eml(body.format(name=name, greeting=greeting), **headers), own_domains=OWN)
    return next(one for one in mail.passages if "Qué pesados son." in one.text)


def voice_of(name: str, greeting: str = "Buenos días", **headers: str) -> Voice:
    """Return whose the quoted words are."""
    return quoted(name, greeting, **headers).voice


@pytest.mark.parametrize(
    "to",
    [
        "Luis Gil Mora <compras@cliente.example>",
        '"Gil, Luis" <compras@cliente.example>',
        "luis.gil@cliente.example",
        "lgil@cliente.example",
        "luisg@cliente.example",
        "l.gil@cliente.example",
        "gil@cliente.example",
        "Luis <lgil@cliente.example>",
        "LUÍS GIL <compras@cliente.example>",
        "info@luisgil.example",
    ],
)
def test_a_name_is_the_address_that_shows_it_or_is_made_of_it(to: str) -> None:
    assert voice_of("Luis Gil", To=to) is THEIRS


@pytest.mark.parametrize(
    "to",
    [
        "info@cliente.example",
        "Marta Sanz <msanz@cliente.example>",
        "li@cliente.example",
        "luis@cliente.example, Luis Gil <lgil@acme.example>",
        "luis.gil@cliente.example, luis@acme.example",
    ],
)
def test_a_name_that_may_be_one_of_us_counts_as_ours(to: str) -> None:
    assert voice_of("Luis Gil", To=to) is OURS


def test_the_senders_own_name_is_ours_however_the_client_is_called() -> None:
    assert voice_of("Ana Ruiz", To="info@ruiz.example") is OURS
    assert voice_of("Ana Ruiz", "Ana:", To="info@cliente.example") is OURS


HEADERS = "De: {name}\nEnviado el: lunes, 23 de noviembre de 2026 10:00\nPara: Ana\nAsunto: Beta\n\n"
BELOW_HEADERS = "{greeting}\n\nadjunto la oferta.\n\n" + HEADERS + "Qué pesados son.\n"


@pytest.mark.parametrize("body", [BY_NAME, BELOW_HEADERS])
@pytest.mark.parametrize("greeting", ["Buenos días:", "Hola Luis,"])
@pytest.mark.parametrize(
    "to",
    [
        "Luis Gil <luis@cliente.example>",
        "luis@cliente.example",
        "lgil@cliente.example",
        "gil@cliente.example",
        "Luis <luis@cliente.example>",
        "Luis <lgil@cliente.example>",
        "info@cliente.example",
    ],
)
def test_a_colleague_with_the_clients_first_name_is_not_the_client(to: str, greeting: str, body: str) -> None:
    assert quoted("Luis Pérez", greeting, body, To=to).voice is OURS
    assert quoted("Pérez, Luis", greeting, body, To=to).voice is OURS


@pytest.mark.parametrize("to", ["José Luis <jl@cliente.example>", "joseluis@cliente.example", "jose.luis@x.example"])
def test_two_first_names_are_no_surname(to: str) -> None:
    assert voice_of("José Luis Pérez", To=to) is OURS


def test_a_surname_behind_two_first_names_is_one() -> None:
    assert voice_of("José Luis Gil", To="jose.gil@cliente.example") is THEIRS
    assert voice_of("José Luis Gil", To="José Luis Gil Mora <compras@cliente.example>") is THEIRS


@pytest.mark.parametrize(
    ("name", "greeting", "to"),
    [
        ("Luis Gil", "Buenos días:", "luis@cliente.example"),
        ("Luis Gil", "Buenos días:", "Luis <compras@cliente.example>"),
        ("Sr. Luis Gil", "Buenos días:", "luis@cliente.example"),
        ("Hernando Salcedo", "Don Hernando:", "info@colegio.example"),
        ("Cian Burke", "Cian - sorry about that", "info@golf.example"),
        ("Luis Gil", "Buenos días:", "luis.gil@cliente.example, luis@acme.example"),
    ],
)
def test_whom_nothing_but_a_first_name_calls_the_client_may_be_either(name: str, greeting: str, to: str) -> None:
    assert quoted(name, greeting, To=to).unsure
    assert not quoted("Marta Sanz", greeting, To=to).unsure
    assert not quoted(f"{name} <ana@acme.example>", greeting, To=to).unsure


def test_a_name_that_one_of_us_bears_who_gets_the_mail_unseen_is_ours() -> None:
    raw = eml(BY_NAME.format(name="Luis Gil", greeting="Hola:"), To="lgil@cliente.example")
    mail = read_mail(raw, own_domains=OWN, colleagues=["luis.gil@acme.example"])
    assert texts(mail, OURS)
    other = read_mail(raw, own_domains=OWN, colleagues=["luis@acme.example", "eva@acme.example"])
    assert texts(other, THEIRS)


def test_a_name_that_the_header_shows_for_one_of_us_and_for_the_client_is_ours() -> None:
    headers = {"To": "Luis Gil <luis@cliente.example>", "Cc": "Luis Gil <lgil@acme.example>"}
    assert quoted("Luis Gil", **headers) == quoted("Luis Gil", To=headers["Cc"], Cc=headers["To"])
    assert voice_of("Luis Gil", **headers) is OURS


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("Eva Ruiz", "Eva Torres <eva@beta.example>"),
        ("Marta Gil", "Miguel Gil <mgil@beta.example>"),
        ("Marta García", "Pedro Sanz <psanz@garcia.example>"),
    ],
)
def test_a_colleague_who_shares_a_name_with_the_client_is_not_the_client(name: str, to: str) -> None:
    assert voice_of(name, To=to) is OURS
    body = f"Te reenvío.\n\n{HEADERS.format(name=name)}Qué pesados son.\n"
    assert "Qué pesados son." in "\n".join(texts(read_mail(eml(body, To=to), own_domains=OWN), OURS))


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("Marta Gil", "Gil Mora, Marta <mgil@beta.example>"),
        ("Marta Gil Mora", "Marta Gil <mgil@beta.example>"),
        ("Marta Gil", "Compras Beta <mgil@beta.example>"),
        ("Marta García", "Beta <compras@garcia.example>"),
        ("Talleres García", "Pedro Sanz <psanz@talleresgarcia.example>"),
        ("Compras Talleres García", "compras@talleresgarcia.example"),
    ],
)
def test_a_name_of_which_another_is_a_part_is_the_same_persons(name: str, to: str) -> None:
    assert voice_of(name, To=to) is THEIRS


def test_a_greeting_of_somebody_with_the_same_first_name_names_nobody_else() -> None:
    assert voice_of("Juan García", "Hola Juan,", To="Juan Perez <info@beta.example>") is OURS
    assert voice_of("Juan García", "Señor García,", To="Juan Perez <info@beta.example>") is OURS
    assert voice_of("Juan García", "Señor García,", To="Beta <info@beta.example>") is THEIRS


def test_whom_a_mail_to_outsiders_greets_by_his_surname_is_the_client() -> None:
    assert voice_of("Hernando Salcedo", "Don Hernando Salcedo:", To="info@colegio.example") is THEIRS
    assert voice_of("Hernando", "Don Hernando:", To="info@colegio.example") is THEIRS
    assert voice_of("Cian Burke", "Dear Mr. Burke,", To="info@golf.example") is THEIRS
    assert voice_of("Marta Sanz", "Don Hernando:", To="info@colegio.example") is OURS


def test_whom_a_mail_to_a_colleague_greets_is_not_the_client() -> None:
    to_both = "info@colegio.example, eva@acme.example"
    assert voice_of("Marta Sanz", "Marta:", To=to_both) is OURS
    assert voice_of("Marta Sanz", "Marta:", To="eva@acme.example", Cc="info@colegio.example") is OURS


def test_a_name_in_the_middle_of_the_first_sentence_is_no_greeting() -> None:
    assert voice_of("Bobby Dunn", "Doctor Bobby bent the hatch and we mend it. Wayne", To="x@farm.example") is OURS


def test_marks_without_a_name_are_ours_where_a_colleague_is_spoken_to() -> None:
    body = "Mira.\n\n> Este tío es un pesado.\n"
    theirs = read_mail(eml(body), own_domains=OWN)
    ours = read_mail(eml(body, To="eva@acme.example", Cc="luis@cliente.example"), own_domains=OWN)
    assert [one.voice for one in theirs.passages[2:]] == [THEIRS]
    assert [one.voice for one in ours.passages[2:]] == [OURS]


@pytest.mark.parametrize("name", ["", "Al", "¡!", "1 2 3", "x" * 10_000])
def test_names_that_say_nothing_name_nobody(name: str) -> None:
    assert addresses_named(name, [("", "a@x.example"), ("Al", "al@x.example"), ("", "info@x.example")]) == []


def test_who_is_looked_for_among_too_many_counts_as_ours() -> None:
    crowd = ", ".join(f"Luis Gil <{number}@cliente.example>" for number in range(8_000))
    names = [f"Luis {letter * 4} Gil" for letter in "abcdefghijklmnopqrstuvwxyz"]
    body = "".join(f"El 5/3/26 a las 10:00, {name} escribió:\n> Soy {name}.\n" for name in [*names, "Luis Gil"])
    mail = read_mail(eml(f"Hola,\n\n{body}", To=crowd), own_domains=OWN)
    theirs, ours = ("\n".join(texts(mail, voice)) for voice in (THEIRS, OURS))
    assert f"Soy {names[0]}." in theirs
    assert f"Soy {names[-1]}." in ours
    assert "Soy Luis Gil." in theirs


def test_people_are_found_in_the_order_in_which_they_are_shown() -> None:
    shown = [
        ("", "luis@b.example"),
        ("Gil, Luis", "x@b.example"),
        ("Ana Ruiz", "ana@b.example"),
        ("Luis", "y@b.example"),
    ]
    assert Roster(shown).named("Luis Gil") == [shown[0], shown[1], shown[3]]
    assert Roster(shown).shown_as("ana ruiz") == ["ana@b.example"]
    assert Roster([("Luis Sanz", "l@b.example")]).has_another("Luis Gil")
    assert not Roster(shown).has_another("Luis Gil")
