"""Address books: vCard 3 and 4, and the contacts file that a Spanish Outlook leaves after a trip through Excel."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from guardian.sample_company.clients import CLIENTS, ClientCompany
from guardian.sample_company.ical_lines import escaped, folded
from guardian.sample_company.people import EMMA, LUCIA, RODRIGO, Person, Rep

_OUTLOOK_COLUMNS = (
    "Nombre",
    "Apellidos",
    "Organización",
    "Puesto",
    "Calle del trabajo",
    "Ciudad de trabajo",
    "Teléfono del trabajo",
    "Cumpleaños",
    "Dirección de correo electrónico",
    "Nombre para mostrar del correo electrónico",
    "Notas",
)


def write_contacts(folder: Path) -> list[Path]:
    """Write the address books of three reps and return the paths."""
    paths = [folder / f"{LUCIA.key}.vcf", folder / f"{EMMA.key}.vcf", folder / "contactos_outlook.csv"]
    paths[0].write_bytes(folded(line for client, person in _cards(LUCIA) for line in _vcard3(client, person)))
    paths[1].write_bytes(folded(line for client, person in _cards(EMMA) for line in _vcard4(client, person)))
    paths[2].write_bytes(_outlook_csv(_cards(RODRIGO)))
    return paths


def _cards(rep: Rep) -> list[tuple[ClientCompany, Person]]:
    mine = [client for client in CLIENTS if client.rep is rep]
    return [(client, person) for client in mine for person in client.people if person.address]


def _vcard3(client: ClientCompany, person: Person) -> Iterator[str]:
    first, _, last = person.name.rpartition(" ")
    yield from ("BEGIN:VCARD", "VERSION:3.0", f"N:{last};{first};;;", f"FN:{escaped(person.name)}")
    yield from (f"ORG:{escaped(client.name)}", f"TITLE:{escaped(person.title)}")
    yield f"EMAIL;TYPE=INTERNET,WORK:{person.address}"
    yield f"TEL;TYPE=WORK,VOICE:{person.phone}"
    yield f"ADR;TYPE=WORK:;;Calle Mayor\\, 12;{client.city};;;España"
    yield f"NOTE:{escaped(f'Cliente de {client.trade}; llamar antes de las 12.')}"
    yield "END:VCARD"


def _vcard4(client: ClientCompany, person: Person) -> Iterator[str]:
    first, _, last = person.name.rpartition(" ")
    yield from ("BEGIN:VCARD", "VERSION:4.0", f"UID:urn:uuid:{uuid5(NAMESPACE_URL, person.address)}")
    yield from (f"FN:{escaped(person.name)}", f"N:{last};{first};;;", f"ORG:{escaped(client.name)}")
    yield f"EMAIL;TYPE=work;PREF=1:{person.address}"
    yield f"TEL;VALUE=uri;TYPE=work:tel:{person.phone.replace(' ', '-')}"
    yield from ("BDAY:--0614", "REV:20240102T030405Z", "END:VCARD")


def _outlook_csv(cards: Sequence[tuple[ClientCompany, Person]]) -> bytes:
    """Return UTF-16 with a byte order mark, semicolons, day before month."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, delimiter=";", quoting=csv.QUOTE_MINIMAL)
    rows.writerow(_OUTLOOK_COLUMNS)
    for number, (client, person) in enumerate(cards, 13):
        first, _, last = person.name.rpartition(" ")
        street = "Av. Vallarta 1200\nInt. 4"
        birthday = f"{number}/04/19{60 + number}"
        shown = f"{person.name} ({person.address})"
        where = (client.name, person.title, street, client.city, person.phone, birthday)
        rows.writerow((first, last, *where, person.address, shown, "Prefiere llamada; correo solo si urge"))
    return codecs.BOM_UTF16_LE + text.getvalue().encode("utf-16-le")
