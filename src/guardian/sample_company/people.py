"""Who is who in the sample: Acme Suministros and its people (its clients are in `clients`)."""

from dataclasses import dataclass
from enum import StrEnum

from guardian.sample_company.zones import CHICAGO, LONDON, MADRID, MEXICO_CITY, Zone

OWN_DOMAIN = "acme.example"
OWN_NAME = "Acme Suministros"


class Manner(StrEnum):
    """Which mail program a person uses, and so how his mails are encoded and how they quote."""

    GMAIL = "gmail"
    OUTLOOK = "outlook"
    APPLE = "apple"


class Region(StrEnum):
    """Where a person lives; it decides the wording of greetings and dates."""

    SPAIN = "ES"
    MEXICO = "MX"
    BRITAIN = "GB"
    UNITED_STATES = "US"

    @property
    def language(self) -> str:
        """`es` or `en`."""
        return "es" if self in (Region.SPAIN, Region.MEXICO) else "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who writes or is written to; `address` may be empty for a person known by name only."""

    name: str
    address: str
    title: str
    firm: str
    region: Region
    manner: Manner = Manner.GMAIL
    phone: str = ""

    @property
    def first(self) -> str:
        """The first name, as mails use it."""
        words = self.name.split()
        return " ".join(words[:2]) if words[0] in ("Don", "Ing.") else words[0]

    @property
    def is_own(self) -> bool:
        """Whether he is one of Acme's own people."""
        return self.address.endswith("@" + OWN_DOMAIN)


class Export(StrEnum):
    """In which form a rep's mailbox was exported."""

    TAKEOUT_MBOX = "mbox, Google Takeout"
    THUNDERBIRD_MBOX = "mbox, Thunderbird"
    MAILDIR = "Maildir"
    EML_FOLDER = "folder of .eml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rep:
    """One of the four reps, his zone and the form of his mailbox export."""

    person: Person
    zone: Zone
    export: Export

    @property
    def key(self) -> str:
        """The local part of his address; names his export files."""
        return self.person.address.partition("@")[0]


def _own(name: str, local: str, title: str, region: Region, manner: Manner, phone: str) -> Person:
    address = f"{local}@{OWN_DOMAIN}"
    return Person(name=name, address=address, title=title, firm=OWN_NAME, region=region, manner=manner, phone=phone)


LUCIA = Rep(
    person=_own(
        "Lucía Ferrer", "lucia.ferrer", "Asesora comercial, Levante", Region.SPAIN, Manner.GMAIL, "+34 960 555 101"
    ),
    zone=MADRID,
    export=Export.TAKEOUT_MBOX,
)
RODRIGO = Rep(
    person=_own(
        "Rodrigo Cárdenas",
        "rodrigo.cardenas",
        "Ejecutivo de cuenta, Occidente",
        Region.MEXICO,
        Manner.OUTLOOK,
        "+52 33 5550 1440",
    ),
    zone=MEXICO_CITY,
    export=Export.MAILDIR,
)
EMMA = Rep(
    person=_own(
        "Emma Whitfield",
        "emma.whitfield",
        "Account Manager, North of England",
        Region.BRITAIN,
        Manner.OUTLOOK,
        "+44 161 555 0172",
    ),
    zone=LONDON,
    export=Export.THUNDERBIRD_MBOX,
)
DANIEL = Rep(
    person=_own(
        "Daniel Okafor",
        "daniel.okafor",
        "Account Manager, Midwest",
        Region.UNITED_STATES,
        Manner.APPLE,
        "+1 312 555 0119",
    ),
    zone=CHICAGO,
    export=Export.EML_FOLDER,
)
REPS = (LUCIA, RODRIGO, EMMA, DANIEL)

MARTA = _own("Marta Olmedo", "marta.olmedo", "Directora comercial", Region.SPAIN, Manner.OUTLOOK, "+34 960 555 100")
TONI = _own("Toni Vidal", "toni.vidal", "Jefe de almacén", Region.SPAIN, Manner.OUTLOOK, "+34 960 555 120")
GRACE = _own("Grace Holloway", "grace.holloway", "Warehouse lead", Region.BRITAIN, Manner.OUTLOOK, "+44 161 555 0175")
NEWS = _own("Acme Suministros", "novedades", "", Region.SPAIN, Manner.GMAIL, "")
DAEMON = _own("Mail Delivery Subsystem", "mailer-daemon", "", Region.BRITAIN, Manner.GMAIL, "")

DEPUTY = {LUCIA.key: RODRIGO, RODRIGO.key: LUCIA, EMMA.key: DANIEL, DANIEL.key: EMMA}
BACK_OFFICE = {LUCIA.key: TONI, RODRIGO.key: TONI, EMMA.key: GRACE, DANIEL.key: GRACE}


def rep_of(address: str) -> Rep | None:
    """Return the rep with this address, or None."""
    return next((rep for rep in REPS if rep.person.address == address), None)
