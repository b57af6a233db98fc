"""A small company and its clients, told as stories, for digests to be made from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from guardian.digest.gather import Sources
from guardian.digest.material import Rep
from guardian.digest.run import Office, Sent, send_digests
from guardian.domain.activity import Direction, Kind, Role, Signal
from guardian.domain.notes import Note, NoteKind
from guardian.domain.people import Client
from guardian.domain.standing import Assessment, State, Why, WhyCode
from guardian.domain.touch import Happening, touch_of
from guardian.ports.complaints import ComplaintBook
from guardian.ports.timeline import Copy, Interaction, Seat
from tests.digest.stores import MemoryAssessments, MemoryDigestLog, MemoryNotes, MemoryTimelines, OutTray

NOW = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)  # a Wednesday, 07:30 in Madrid
SENDER = "guardian@acme.example"
MARTA = Rep(address="marta@acme.example", name="Marta Ruiz", language="es", timezone="Europe/Madrid")
JOHN = Rep(address="john@acme.example", name="John Hale", language="en-GB", timezone="Europe/London")

_SENTENCES = {
    (
        "es",
        WhyCode.SILENT_BEYOND_CADENCE,
    ): "Lleva {days:.0f} días callado; lo normal en este cliente son {usual:.0f}.",
    ("en", WhyCode.SILENT_BEYOND_CADENCE): "Silent for {days:.0f} days; usual for this client are {usual:.0f}.",
    ("es", WhyCode.PROBABLY_GONE): "La probabilidad de que siga siendo cliente es del {percent:.0f} %.",
    ("en", WhyCode.PROBABLY_GONE): "The probability that this is still a client is {percent:.0f}%.",
}


def wording(why: Why, language: str) -> str:
    sentence = _SENTENCES.get((language, why.code), f"{why.code} ({language})")
    return sentence.format(**dict(why.figures))


OFFICE = Office(wording=wording, sender=SENDER)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


LAST_NIGHT = ago(0.1)


def written(files: Iterable[tuple[str, bytes]], folder: Path) -> list[Path]:
    """Write files into a folder and return their paths."""
    folder.mkdir(exist_ok=True)
    paths = []
    for name, content in files:
        paths.append(folder / name)
        paths[-1].write_bytes(content)
    return paths


@dataclass
class Company:
    """Tell it what happened; ask it to send the digests."""

    reps: tuple[Rep, ...] = (MARTA,)
    clients: list[Client] = field(default_factory=list)
    interactions: list[Interaction] = field(default_factory=list)
    assessments: MemoryAssessments = field(default_factory=MemoryAssessments)
    log: MemoryDigestLog = field(default_factory=MemoryDigestLog)
    notes: MemoryNotes = field(default_factory=MemoryNotes)
    out: OutTray = field(default_factory=OutTray)
    complaints: ComplaintBook | None = None
    win_back: int = 0

    def client(
        self,
        name: str,
        state: State = State.AT_RISK,
        *,
        owner: str = MARTA.address,
        value: float | None = None,
        contacts: Iterable[str] | None = None,
        at: datetime = LAST_NIGHT,
        p_silent: float = 0.8,
        reasons: tuple[Why, ...] = (),
    ) -> int:
        number = len(self.clients) + 1
        held = (f"ana@c{number}.example",) if contacts is None else tuple(contacts)
        self.clients.append(
            Client(id=number, name=name, owner=owner, value=value, domains=(f"c{number}.example",), contacts=held)
        )
        self.assess(number, state, at=at, p_silent=p_silent, reasons=reasons)
        return number

    def assess(
        self,
        number: int,
        state: State,
        *,
        at: datetime = LAST_NIGHT,
        p_silent: float | None = 0.8,
        silent_days: int = 60,
        reasons: tuple[Why, ...] = (),
    ) -> None:
        known = [one.occurred_at for one in self.interactions if number in one.client_ids and one.occurred_at <= at]
        standing = Assessment(
            client_id=number,
            state=state,
            reasons=reasons,
            last_touch=max(known, default=at),
            last_inbound=None,
            cadence_days=12.0,
            silent_days=silent_days,
            p_silent=p_silent,
            p_alive=None,
        )
        self.assessments.keep([standing], at=at)

    def happened(
        self,
        number: int,
        at: datetime,
        direction: Direction = Direction.IN,
        *,
        kind: Kind = Kind.EMAIL,
        snippet: str | None = None,
        subject: str | None = None,
        us: tuple[str, str] = ("Marta Ruiz", "marta@acme.example"),
        them: tuple[str, str] | None = None,
        signals: frozenset[Signal] = frozenset(),
        all_day: bool = False,
    ) -> None:
        them = them or ("Ana Gil", f"ana@c{number}.example")
        inbound = direction is Direction.IN
        first, second = (them, us) if inbound else (us, them)
        speaks, hears = (Role.ORGANIZER, Role.ATTENDEE) if kind is Kind.MEETING else (Role.FROM, Role.TO)
        self.interactions.append(
            Interaction(
                id=len(self.interactions) + 1,
                key=f"mid:{len(self.interactions) + 1}@test",
                kind=kind,
                occurred_at=at,
                all_day=all_day,
                direction=direction,
                subject=subject,
                snippet=snippet,
                seats=(
                    Seat(address=first[1], role=speaks, name=first[0]),
                    Seat(address=second[1], role=hears, name=second[0]),
                ),
                client_ids=(number,),
                talked_with=(number,),
                signals=signals,
                touch=touch_of(Happening(kind=kind, direction=direction, signals=signals, past=at <= NOW)),
                copies=(Copy(connector="exports", mailbox=us[1], id=str(len(self.interactions))),),
            )
        )

    def timelines(self) -> MemoryTimelines:
        return MemoryTimelines(self.clients, self.interactions)

    def sources(self) -> Sources:
        return Sources(
            timelines=self.timelines(),
            assessments=self.assessments,
            log=self.log,
            notes=self.notes,
            complaints=self.complaints,
            win_back=self.win_back,
        )

    def send(self, now: datetime = NOW, *, unasked: bool = False) -> list[Sent]:
        return send_digests(self.reps, self.sources(), self.out, OFFICE, now=now, unasked=unasked)

    def say(self, number: int, kind: NoteKind, at: datetime, **other: Any) -> None:
        """Let the first rep say something about a client by a link of that day's digest."""
        today = self.reps[0].today(at)
        start = datetime.combine(today, time(), self.reps[0].zone()).astimezone(UTC)
        facts: dict[str, Any] = {"digest": today, "day": today, "since": start, "rep": self.reps[0].address}
        note = Note(**(facts | {"client_id": number, "kind": kind, "at": at} | other))
        assert self.notes.tell(note, once=repr(note))


def silent(days: int, usual: int) -> Why:
    return Why(code=WhyCode.SILENT_BEYOND_CADENCE, figures=(("days", float(days)), ("usual", float(usual))))


def gone(percent: int) -> Why:
    return Why(code=WhyCode.PROBABLY_GONE, figures=(("percent", float(percent)),))


def busy_company(rep: Rep) -> Company:
    """Seven clients that fill three lanes, and one that is fine."""
    company = Company(reps=(rep,))
    spanish = rep.language.startswith("es")
    luis, us = ("Luis Prieto", "luis@acme.example"), (rep.name, rep.address)

    def told(es: str, en: str) -> str:
        return es if spanish else en

    bermeo = company.client("Talleres Bermeo", owner=rep.address, value=18_400, reasons=(silent(41, 12), gone(31)))
    for week in range(11, 5, -1):
        company.happened(bermeo, ago(week * 7), Direction.OUT, us=us)
        company.happened(bermeo, ago(week * 7 - 1), us=luis if week == 8 else us)
    company.happened(
        bermeo,
        ago(41),
        us=us,
        them=("Ane Bermeo", "ane@c1.example"),
        snippet=told(
            "De momento vamos a esperar con el pedido.\n\n> ¿Te lo preparo?",
            "We will wait with the order for now.\n\n> Shall I prepare it?",
        ),
    )
    company.happened(bermeo, ago(40.9), Direction.OUT, us=us, them=("Ane Bermeo", "ane@c1.example"))
    sanz = company.client("Óptica Sanz", State.DORMANT, owner=rep.address, value=52_000, reasons=(silent(204, 30),))
    company.happened(sanz, ago(204), Direction.OUT, us=us, subject=told("Tarifa de otoño", "Autumn price list"))
    iberica = company.client("Ibérica de Tornillos", State.LOST, owner=rep.address, value=3_100, reasons=(gone(6),))
    company.happened(iberica, ago(371), us=us, snippet=told("Ya os diremos algo.", "We will let you know."))
    company.happened(iberica, ago(370), Direction.OUT, us=us)
    waiting = company.client("Hotel Miramar", State.HEALTHY, owner=rep.address, value=9_800)
    company.happened(waiting, ago(30), Direction.OUT, us=us)
    company.happened(
        waiting,
        ago(6),
        us=us,
        snippet=told("¿Podéis mandarnos el presupuesto esta semana?", "Can you send us the quote this week?"),
    )
    new = company.client("Café Lumbre", State.NEW, owner=rep.address)
    company.happened(new, ago(8), Direction.OUT, us=us)
    neglected = company.client("Dehesa Norte", State.HEALTHY, owner=rep.address, value=4_000)
    company.happened(neglected, ago(75), Direction.OUT, us=us)
    company.client("Sin Señas, S. L.", State.UNREACHABLE, owner=rep.address, contacts=())
    fine = company.client("Todo Bien", State.HEALTHY, owner=rep.address, value=1_000)
    company.happened(fine, ago(3), Direction.OUT, us=us)
    for number in range(1, len(company.clients) + 1):
        _reassess_with_touches(company, number)
    return company


def _reassess_with_touches(company: Company, number: int) -> None:
    (standing,) = [one for one in company.assessments.latest(until=NOW) if one.client_id == number]
    company.assess(number, standing.state, reasons=standing.reasons, silent_days=standing.silent_days or 0)
