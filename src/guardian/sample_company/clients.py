"""The clients of the sample: their people, their trade, how often they are in touch, and the story each one tells."""

from dataclasses import dataclass
from enum import StrEnum

from guardian.domain.standing import State
from guardian.sample_company.people import DANIEL, EMMA, LUCIA, RODRIGO, Manner, Person, Region, Rep


class Story(StrEnum):
    """What a client is in the sample for."""

    ABOUT_TO_BE_LOST = "about_to_be_lost"  # steady rhythm, then silence
    SLOW_RHYTHM = "slow_rhythm"  # buys once a year; five silent months mean nothing
    OWED_AN_ANSWER = "owed_an_answer"  # wrote, and nobody answered
    LOOKS_ALIVE = "looks_alive"  # newsletters and auto-replies only
    LOST = "lost"  # silent for more than a year
    NEW = "new"
    UNREACHABLE = "unreachable"  # no address, no telephone
    ONLY_DECLINED = "only_declined"  # a declined meeting is all there was lately
    HEALTHY = "healthy"


EXPECTED_STATES = {
    Story.ABOUT_TO_BE_LOST: (State.AT_RISK,),
    Story.SLOW_RHYTHM: (State.HEALTHY,),
    Story.OWED_AN_ANSWER: (State.AT_RISK,),
    Story.LOOKS_ALIVE: (State.AT_RISK, State.DORMANT, State.LOST),
    Story.LOST: (State.LOST,),
    Story.NEW: (State.NEW,),
    Story.UNREACHABLE: (State.UNREACHABLE,),
    Story.ONLY_DECLINED: (State.AT_RISK, State.DORMANT, State.LOST),
    Story.HEALTHY: (State.HEALTHY,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCompany:
    """A client company; `rhythm` is the fewest and most days between two conversations, `worth` its yearly orders."""

    name: str
    domain: str
    trade: str
    city: str
    region: Region
    rep: Rep
    people: tuple[Person, ...]
    rhythm: tuple[int, int] = (10, 18)
    story: Story = Story.HEALTHY
    worth: int = 6000

    @property
    def language(self) -> str:
        """`es` or `en`."""
        return self.region.language


_REGION = {
    LUCIA.key: Region.SPAIN,
    RODRIGO.key: Region.MEXICO,
    EMMA.key: Region.BRITAIN,
    DANIEL.key: Region.UNITED_STATES,
}
_PLACE = {Region.SPAIN: "+34 96", Region.MEXICO: "+52 33", Region.BRITAIN: "+44 1904", Region.UNITED_STATES: "+1 312"}
_MANNERS = {"g": Manner.GMAIL, "o": Manner.OUTLOOK, "a": Manner.APPLE}


def _client(rep: Rep, head: str, people: str, rhythm: tuple[int, int], worth: int, story: Story) -> ClientCompany:
    name, domain, trade, city = (field.strip() for field in head.split("|"))
    region = _REGION[rep.key]
    persons = tuple(_person(line, name, domain, region) for line in people.split(";"))
    return ClientCompany(
        name=name,
        domain=domain,
        trade=trade,
        city=city,
        region=region,
        rep=rep,
        people=persons,
        rhythm=rhythm,
        worth=worth,
        story=story,
    )


def _person(line: str, firm: str, domain: str, region: Region) -> Person:
    name, local, title, manner, number = (field.strip() for field in line.split("|"))
    return Person(
        name=name,
        address=f"{local}@{domain}" if local else "",
        title=title,
        firm=firm,
        region=region,
        manner=_MANNERS[manner],
        phone=f"{_PLACE[region]} 555 {number}" if number else "",
    )


_WELL = Story.HEALTHY
CLIENTS = (
    _client(
        LUCIA,
        "Hotel Miramar | hotelmiramar.example | hotel | Alicante",
        "Carmen Ibáñez | carmen.ibanez | Gobernanta | g | 0131 ; Recepción | recepcion | Recepción | o | 0130",
        (10, 12),
        31200,
        Story.ABOUT_TO_BE_LOST,
    ),
    _client(
        LUCIA,
        "Óptica Sáez Hermanos | opticasaez.example | optician | Valencia",
        "Julián Sáez | julian | Gerente | o | 0142 ; Pilar Sáez | pilar | Óptica titulada | g | 0143",
        (12, 20),
        7400,
        _WELL,
    ),
    _client(
        LUCIA,
        "Taller Berlanga | tallerberlanga.example | workshop | Castellón",
        "Vicente Berlanga | vicente | Jefe de taller | a | 0155 ; Amparo Gil | oficina | Administración | o | 0156",
        (10, 16),
        12800,
        _WELL,
    ),
    _client(
        LUCIA,
        "Colegio San Telmo | colegiosantelmo.example | school | Murcia",
        "Inmaculada Rojas | i.rojas | Secretaria del centro | o | 0164",
        (365, 365),
        9900,
        Story.SLOW_RHYTHM,
    ),
    _client(
        LUCIA,
        "Construcciones Larrea | larrea.example | builder | Bilbao",
        "Iñaki Larrea | inaki | Encargado de obra | o | 0177",
        (14, 21),
        22500,
        Story.LOST,
    ),
    _client(
        LUCIA,
        "Clínica Dental Arrieta | dentalarrieta.example | dental | Zaragoza",
        "Begoña Arrieta | bego | Directora | g | 0188 ; Sergio Pons | compras | Compras | o | 0189",
        (13, 21),
        8300,
        _WELL,
    ),
    _client(
        LUCIA,
        "Restaurante Casa Fermín | casafermin.example | restaurant | Madrid",
        "Fermín Aldecoa | fermin | Propietario | a | 0191",
        (2, 4),
        18600,
        Story.OWED_AN_ANSWER,
    ),
    _client(
        LUCIA,
        "Obrador La Espiga | laespiga.example | bakery | Elche",
        "Noelia Pastor | hola | Maestra panadera | g | 0205",
        (30, 30),
        1500,
        Story.NEW,
    ),
    _client(
        RODRIGO,
        "Hotel Casa Jacaranda | casajacaranda.example | hotel | Guadalajara",
        "Claudia Rivas | claudia.rivas | Gerente | o | 0211 ; Óscar Mena | compras | Compras | g | 0212",
        (12, 19),
        27400,
        _WELL,
    ),
    _client(
        RODRIGO,
        "Taller Hermanos Zepeda | tallerzepeda.example | workshop | Tlaquepaque",
        "Beto Zepeda | beto | Encargado | g | 0223",
        (11, 18),
        9600,
        _WELL,
    ),
    _client(
        RODRIGO,
        "Óptica Visión Clara | visionclara.example | optician | Zapopan",
        "Martha Elena Ochoa | martha.ochoa | Administradora | o | 0234",
        (12, 17),
        11900,
        Story.LOOKS_ALIVE,
    ),
    _client(
        RODRIGO,
        "Constructora Tepeyac | tepeyac.example | builder | Tonalá",
        "Ing. Raúl Barragán | rbarragan | Superintendente | o | 0245 ; Lety Campos | lcampos | Almacén | o | 0246",
        (11, 17),
        38700,
        _WELL,
    ),
    _client(
        RODRIGO,
        "Instituto Alameda | institutoalameda.example | school | León",
        "Ana Sofía Lozano | asofia | Coordinadora administrativa | g | 0257",
        (15, 24),
        7200,
        _WELL,
    ),
    _client(
        RODRIGO,
        "Ferretería El Yunque | elyunque.example | hardware | Tepic",
        "Don Chema Robles | chema | Dueño | o | 0268",
        (11, 15),
        14300,
        Story.ONLY_DECLINED,
    ),
    _client(
        EMMA,
        "Harbour View Hotel | harbourview.example | hotel | Whitby",
        "Fiona Hartley | fiona | Head housekeeper | o | 0271 ; Tom Ridley | purchasing | Purchasing | o | 0272",
        (3, 5),
        29800,
        Story.OWED_AN_ANSWER,
    ),
    _client(
        EMMA,
        "Pennine Motor Works | penninemotors.example | workshop | Huddersfield",
        "Gareth Sykes | gareth | Workshop manager | a | 0283",
        (11, 18),
        10400,
        _WELL,
    ),
    _client(
        EMMA,
        "Clearsight Opticians | clearsight.example | optician | York",
        "Priya Nair | priya.nair | Practice manager | g | 0294",
        (13, 21),
        6900,
        _WELL,
    ),
    _client(
        EMMA,
        "St Bede's School | stbedes.example | school | Durham",
        "Helen Marsh | h.marsh | School business manager | o | 0302",
        (14, 22),
        8800,
        _WELL,
    ),
    _client(
        EMMA,
        "Ashdown Builders | ashdownbuilders.example | builder | Leeds",
        "Mick Ashdown | mick | Owner | g | 0313 ; Jo Ashdown | accounts | Accounts | g | 0314",
        (11, 17),
        17600,
        _WELL,
    ),
    _client(
        EMMA,
        "Millstone Brewery | | brewery | Skipton",
        "Alan Boothroyd | | Head brewer | g |",
        (30, 30),
        4100,
        Story.UNREACHABLE,
    ),
    _client(
        DANIEL,
        "Lakeshore Inn | lakeshoreinn.example | hotel | Evanston",
        "Nancy Kowalski | nancy | General manager | o | 0331",
        (12, 19),
        24100,
        _WELL,
    ),
    _client(
        DANIEL,
        "Prairie Auto Body | prairieauto.example | workshop | Aurora",
        "Dwayne Fuller | dwayne | Shop foreman | g | 0342",
        (11, 18),
        9300,
        _WELL,
    ),
    _client(
        DANIEL,
        "Brightside Eye Care | brightsideeyes.example | optician | Oak Park",
        "Melissa Tran | mtran | Office manager | g | 0353",
        (6, 8),
        13500,
        Story.ABOUT_TO_BE_LOST,
    ),
    _client(
        DANIEL,
        "Maple Street Bakery | maplestreet.example | bakery | Madison",
        "Ruth Lindqvist | ruth | Owner | a | 0364",
        (30, 30),
        1900,
        Story.NEW,
    ),
)
