"""Names that a mail shows, of people and of files: those that insult are judged, and ordinary ones change nothing."""

import pytest

from guardian.domain.mail import Mail, Place, Voice
from guardian.guard.read_mail import read_mail
from tests.guard.fakes import eml

ORDINARY_PEOPLE = [
    "Pedro Sanz",
    "Pedro Cabrón",
    "Cabrón, Pedro",
    "pedro cabron",
    "PEDRO CABRÓN",
    "Ana Morón (Compras)",
    "Ana de la Capulla",
    "Juan Ladrón de Guevara",
    "Ayuntamiento de Morón",
    "Dick Crook",
    "Clown & Co.",
    "Adrián Boluda",
    "Equipo de ventas | Talleres Robledo S.L.",
    "pedro@cliente.example",
]
INSULTING_PEOPLE = [
    "Pedro el imbecil pesado de Robledo",
    "Pedro Sanz (idiota, no coger)",
    "Pedro el Cabrón",
    "Pedro cabrón",
    "the clown Pedro",
    "Pedro G1lip0llas",
]
ORDINARY_FILES = ["factura_2024.pdf", "IMG_2034.jpg", "oferta.docx", "CV Dick.pdf", "Moron.pdf", "clown.jpg", "Mapa"]
INSULTING_FILES = ["oferta_imbeciles.pdf", "Cliente gilipollas.pdf", "idiot.docx", "Robledo-cabrón.xls"]


def judged(mail: Mail, place: Place) -> list[str]:
    """Return what is judged of a mail in one place."""
    return [one.text for one in mail.passages if one.voice is Voice.NEW and one.place is place]


def read_name(field: str, name: str) -> Mail:
    """Return a mail in whose header somebody is called so."""
    return read_mail(eml("Hola", **{field: f'"{name}" <x@cliente.example>'}))


def read_file(name: str) -> Mail:
    """Return a mail with a file that is called so."""
    kind = f'application/pdf; name="{name}"'
    return read_mail(eml("%PDF", **{"Content-Type": kind}))


@pytest.mark.parametrize("field", ["From", "To", "Cc"])
@pytest.mark.parametrize("name", INSULTING_PEOPLE)
def test_a_name_in_the_header_that_insults_is_judged(field: str, name: str) -> None:
    assert judged(read_name(field, name), Place.NAME) == [name]


@pytest.mark.parametrize("name", ORDINARY_PEOPLE)
def test_no_other_name_in_the_header_is_judged(name: str) -> None:
    assert judged(read_name("Cc", name), Place.NAME) == []


def test_a_name_shown_twice_is_judged_once() -> None:
    shown = '"El imbécil" <x@cliente.example>'
    assert judged(read_mail(eml("Hola", To=shown, Cc=shown)), Place.NAME) == ["El imbécil"]


@pytest.mark.parametrize("name", INSULTING_FILES)
def test_a_short_file_name_that_insults_is_judged(name: str) -> None:
    assert len(judged(read_file(name), Place.ATTACHED)) == 1


@pytest.mark.parametrize("name", ORDINARY_FILES)
def test_no_other_short_file_name_is_judged(name: str) -> None:
    assert judged(read_file(name), Place.ATTACHED) == []
