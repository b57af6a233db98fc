"""Meetings and telephone calls of the sample year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from guardian.sample_company.clients import CLIENTS, ClientCompany, Story
from guardian.sample_company.people import DANIEL, EMMA, LUCIA, MARTA, REPS, RODRIGO, Person, Rep
from guardian.sample_company.stories import dice
from guardian.sample_company.story_texts import INVITE_YUNQUE
from guardian.sample_company.workdays import workday_near


class Answer(StrEnum):
    """What a guest answered (RFC 5545 PARTSTAT)."""

    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    UNANSWERED = "NEEDS-ACTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One date of a meeting: when it was planned, when it took place, whether it was called off."""

    planned: datetime
    start: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting, or a series when it has `every_weeks`; `guests` are everybody invited but the organizer."""

    uid: str
    title: str
    place: str
    minutes: int
    organizer: Person
    guests: tuple[tuple[Person, Answer], ...]
    calendars: tuple[Rep, ...]
    occurrences: tuple[Occurrence, ...]
    every_weeks: int = 0
    client: str | None = None
    in_crm: bool = False

    @property
    def outsiders_coming(self) -> int:
        """How many people from outside did not decline."""
        invited = (*self.guests, (self.organizer, Answer.ACCEPTED))
        return sum(not person.is_own and answer is not Answer.DECLINED for person, answer in invited)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A telephone call, as a rep logs it in the CRM; `seconds` is 0 when nobody answered."""

    client: ClientCompany
    at: datetime
    seconds: int
    subject: str
    notes: str

    @property
    def contact(self) -> Person:
        """Whom the rep called."""
        return self.client.people[0]


_VISITS = {
    "es": (
        "Visita y revisión de consumo",
        "Demostración de producto",
        "Revisión del acuerdo anual",
        "Entrega de muestras",
    ),
    "en": ("Site visit", "Product demo", "Review of yearly agreement", "Samples drop-off"),
}
_CALLS = {
    "es": (
        ("Llamada de seguimiento", "Contento con la última entrega. Pide que avisemos media hora antes."),
        (
            "Llamada: dudas del presupuesto",
            "Le he explicado la diferencia entre calidades; se lo piensa hasta el viernes.",
        ),
        (
            "Llamada de cortesía",
            'Dice literalmente: "de momento, ni una queja".\nPreguntar por la ampliación en primavera.',
        ),
    ),
    "en": (
        ("Follow-up call", "Happy with the last delivery. Wants a ring half an hour ahead."),
        ("Call: questions on the quote", "Explained the two grades; will decide by Friday."),
        ("Courtesy call", 'Quote: "no complaints so far, touch wood".\nAsk about the extension in spring.'),
    ),
}
_HEALTHY = tuple(client for client in CLIENTS if client.story is Story.HEALTHY)


def all_meetings(today: date, seed: int) -> list[Meeting]:
    """Return the meetings of the year, and the few that lie ahead."""
    rng = dice(seed, "meetings")
    singles = [meeting for client in _HEALTHY for meeting in _visits(client, today, rng)]
    return [_sales_meeting(today), *_series(today), *singles, *_special(today)]


def all_calls(today: date, seed: int) -> list[Call]:
    """Return the calls of the year, each on a workday, one in six of them unanswered."""
    rng = dice(seed, "calls")
    return [call for client in _HEALTHY for call in _calls(client, today, rng)]


def named(name: str) -> ClientCompany:
    """Return the client of this name; StopIteration when there is none."""
    return next(client for client in CLIENTS if client.name == name)


def declined_meeting(today: date) -> Meeting:
    """Return the meeting that is all the recent contact with a client, and that he declined."""
    client = named("Ferretería El Yunque")
    when = _at(client.rep, workday_near(today - timedelta(days=18)), 11)
    return _meeting(client, INVITE_YUNQUE, when, answers=(Answer.DECLINED,), uid="yunque-precios")


def _sales_meeting(today: date) -> Meeting:
    monday = today - timedelta(days=today.weekday() + 7 * 40)
    days = [monday + timedelta(weeks=n) for n in range(40)]
    return Meeting(
        uid="reunion-comercial@acme.example",
        title="Reunión comercial / Sales call",
        place="Sala 2 / Teams",
        minutes=45,
        organizer=MARTA,
        guests=tuple((rep.person, Answer.ACCEPTED) for rep in REPS),
        calendars=REPS,
        occurrences=tuple(
            Occurrence(planned=when, start=when) for when in (LUCIA.zone.at(d, time(16)) for d in days)
        ),
        every_weeks=1,
    )


def _series(today: date) -> Iterator[Meeting]:
    """Yield two series with clients: one date moved, one called off in each."""
    yield _client_series("Constructora Tepeyac", "Recorrido de obra", today, (1, 4, 284))
    yield _client_series("Pennine Motor Works", "Workshop walk-round", today, (3, 8, 340))


def _client_series(name: str, title: str, today: date, rhythm: tuple[int, int, int]) -> Meeting:
    client, (weekday, weeks, ago) = named(name), rhythm
    first = today - timedelta(days=ago)
    first -= timedelta(days=(first.weekday() - weekday) % 7)
    days = [first + timedelta(weeks=weeks * n) for n in range(ago // (7 * weeks) + 3)]
    occurrences = [Occurrence(planned=when, start=when) for when in (_at(client.rep, d, 10) for d in days)]
    moved = _at(client.rep, days[2] + timedelta(days=1), 12)
    occurrences[2] = Occurrence(planned=occurrences[2].planned, start=moved)
    occurrences[4] = Occurrence(planned=occurrences[4].planned, start=occurrences[4].start, cancelled=True)
    return Meeting(
        uid=f"{client.domain}-serie@acme.example",
        title=title,
        place=client.city,
        minutes=60,
        organizer=client.rep.person,
        guests=((client.people[0], Answer.ACCEPTED),),
        calendars=(client.rep,),
        occurrences=tuple(occurrences),
        every_weeks=weeks,
        client=client.name,
    )


def _visits(client: ClientCompany, today: date, rng: Random) -> Iterator[Meeting]:
    for number, ago in enumerate((rng.randint(200, 320), rng.randint(30, 160))):
        when = _at(client.rep, workday_near(today - timedelta(days=ago)), rng.choice((10, 11, 12, 16)))
        answers = (Answer.ACCEPTED, Answer.DECLINED)[: len(client.people)]
        title = f"{rng.choice(_VISITS[client.language])} - {client.name}"
        yield _meeting(
            client, title, when, answers=answers, uid=f"visita-{number}", in_crm=number == 1 and rng.random() < 0.5
        )


def _special(today: date) -> Iterator[Meeting]:
    yield declined_meeting(today)
    lakeshore, jacaranda = named("Lakeshore Inn"), named("Hotel Casa Jacaranda")
    off = _at(DANIEL, workday_near(today - timedelta(days=40)), 14)
    yield _meeting(
        lakeshore, "Housekeeping review", off, answers=(Answer.ACCEPTED,), uid="called-off", cancelled=True
    )
    ahead = _at(RODRIGO, workday_near(today + timedelta(days=8)), 12)
    yield _meeting(jacaranda, "Presentación de línea nueva", ahead, answers=(Answer.ACCEPTED,), uid="linea-nueva")
    yield _by_the_client(today)


def _by_the_client(today: date) -> Meeting:
    """Return a meeting to which the client invited the rep."""
    client = named("Ashdown Builders")
    when = _at(EMMA, workday_near(today - timedelta(days=53)), 9)
    return Meeting(
        uid=f"site-induction@{client.domain}",
        title="Site induction, Kirkstall Road",
        place="Kirkstall Road, Leeds",
        minutes=90,
        organizer=client.people[0],
        guests=((EMMA.person, Answer.ACCEPTED),),
        calendars=(EMMA,),
        occurrences=(Occurrence(planned=when, start=when),),
        client=client.name,
    )


def _meeting(  # noqa: PLR0913
    client: ClientCompany,
    title: str,
    when: datetime,
    *,
    answers: tuple[Answer, ...],
    uid: str,
    cancelled: bool = False,
    in_crm: bool = False,
) -> Meeting:
    return Meeting(
        uid=f"{uid}.{client.domain}@acme.example",
        title=title,
        place=client.city,
        minutes=60,
        organizer=client.rep.person,
        guests=tuple(zip(client.people, answers, strict=False)),
        calendars=(client.rep,),
        occurrences=(Occurrence(planned=when, start=when, cancelled=cancelled),),
        client=client.name,
        in_crm=in_crm,
    )


def _calls(client: ClientCompany, today: date, rng: Random) -> Iterator[Call]:
    for ago in range(rng.randint(300, 350), 12, -rng.randint(70, 120)):
        subject, notes = rng.choice(_CALLS[client.language])
        day = workday_near(today - timedelta(days=ago))
        clock = time(rng.choice((9, 10, 12, 13, 16)), rng.randint(0, 59))
        seconds = 0 if rng.random() < 0.17 else rng.randint(95, 1500)
        yield Call(client=client, at=client.rep.zone.at(day, clock), seconds=seconds, subject=subject, notes=notes)


def _at(rep: Rep, day: date, hour: int) -> datetime:
    return rep.zone.at(day, time(hour))
