"""Assessing every client as of a moment: touches in, states with reasons out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, isnan

from guardian.ageing.book import Book, read_book
from guardian.ageing.case import Case, Contacted, Facts
from guardian.ageing.complaints import Grievance, grievance
from guardian.ageing.contact_change import People, people_of
from guardian.ageing.history import NEVER
from guardian.ageing.leniency import Leniency, leniency
from guardian.ageing.policy import AgeingPolicy, key_value
from guardian.ageing.states import stand
from guardian.domain.moments import day_number
from guardian.domain.notes import Note, NoteKind, Reach, by_client, channel_note, put_aside, with_owners
from guardian.domain.people import Client
from guardian.domain.standing import Assessment
from guardian.ports.complaints import ComplaintBook
from guardian.ports.contact_news import ContactNews
from guardian.ports.timeline import Timelines


def assess(  # noqa: PLR0913 - everything that is known of clients
    timelines: Timelines,
    *,
    as_of: datetime,
    policy: AgeingPolicy,
    clients: Sequence[Client] | None = None,
    previous: Sequence[Assessment] = (),
    notes: Sequence[Note] = (),
    news: ContactNews | None = None,
    complaints: ComplaintBook | None = None,
) -> list[Assessment]:
    """Return where every client stands as of a moment, by client id, from what was known then.

    `as_of` is aware. `clients` are those known then with whose they were (None: all of the timelines). `previous`
    are the last assessments before, so that a client does not leave and enter a state without cause; `notes` is what
    reps had said by then, `news` tells of the people at clients (None: nobody knows of them), `complaints` of what
    they complain of (None: nobody listens). p_silent is the probability of no touch within three of the client's own
    cadences (14 to 120 days).
    """
    told = _Told(notes=by_client(notes), leniency=leniency(notes, as_of=as_of), as_of=as_of)
    known = with_owners(timelines.clients(), told.notes) if clients is None else clients
    everybody = sorted(known, key=lambda client: client.id)
    book = read_book(timelines, as_of, policy)
    was = {one.client_id: one for one in previous}
    least_key_value = key_value(everybody, policy)
    people = people_of(everybody, news, as_of=as_of) if news else {}
    grievances = _grievances(everybody, complaints, book, as_of) if complaints else {}

    def known_of(client: Client) -> _Known:
        of = client.id
        return _Known(least_key_value, people.get(of), grievances.get(of, Grievance()), was.get(of))

    return [_assess_one(client, book, told, policy, known_of(client)) for client in everybody]


def _grievances(
    clients: Sequence[Client], complaints: ComplaintBook, book: Book, as_of: datetime
) -> Mapping[int, Grievance]:
    records = complaints.known(as_of)

    def cadence(client: Client) -> float | None:
        place = book.place.get(client.id)
        return None if place is None else float(book.watched.cadence[place])

    return {
        client.id: grievance(records[client.id], complaints.judging(client.owner, cadence(client)), as_of=as_of)
        for client in clients
        if client.id in records
    }


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a client beside touches and words: who is key, its people, its complaint, and how it stood."""

    key_value: float
    people: People | None
    grievance: Grievance
    was: Assessment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What reps had said by the moment of assessment."""

    notes: Mapping[int, Sequence[Note]]
    leniency: Leniency
    as_of: datetime

    def aside(self, client_id: int, last_inbound: datetime | None) -> tuple[int | None, int | None]:
        """Return how many days ago a client was said to be none, and how many more days it is snoozed."""
        note = put_aside(self.notes.get(client_id, ()), now=self.as_of, last_inbound=last_inbound)
        if note is None:
            return None, None
        if note.kind is NoteKind.NOT_CLIENT or note.until is None:
            return day_number(self.as_of) - day_number(note.at), None
        return None, ceil((note.until - self.as_of) / timedelta(days=1))

    def peace_since(self, client_id: int, said_himself: datetime | None) -> int | None:
        """Return how many days ago a client asked for no contact; what a rep says of its channel later counts."""
        note = channel_note(self.notes.get(client_id, ()))
        if note is not None and (said_himself is None or note.at > said_himself):
            said_himself = note.at if note.channel is Reach.NONE else None
        return None if said_himself is None else day_number(self.as_of) - day_number(said_himself)


def _assess_one(client: Client, book: Book, told: _Told, policy: AgeingPolicy, known: _Known) -> Assessment:
    place = book.place.get(client.id)
    touched = None if place is None else _contacted(book, place)
    last_inbound = None if place is None else _moment(book.talks.last_inbound_at[place])
    none_since, snoozed_for = told.aside(client.id, last_inbound)
    people = known.people or People(reachable=len(client.contacts), gone=0)
    facts = Facts(
        has_owner=client.owner is not None,
        contacts=people.reachable,
        key=client.value is not None and client.value >= known.key_value,
        none_since=none_since,
        snoozed_for=snoozed_for,
        gone=people.gone,
        change=people.change,
        alone=people.alone,
        angry=known.grievance.angry,
        indifferent=known.grievance.indifferent,
        recovered=known.grievance.recovered,
        peace_since=told.peace_since(client.id, people.no_contact_since),
    )
    at = book.at.lenient(told.leniency.of(client.id, client.owner))
    last_touch = None if place is None else _moment(book.talks.last_at[place])
    was, unmoved = (known.was.state, known.was.last_touch == last_touch) if known.was else (None, False)
    state, reasons = stand(Case(facts=facts, touched=touched, policy=policy, at=at, was=was, unmoved=unmoved))
    return Assessment(
        client_id=client.id,
        state=state,
        reasons=reasons,
        last_touch=last_touch,
        last_inbound=last_inbound,
        cadence_days=touched.cadence if touched else None,
        silent_days=touched.silent_days if touched else None,
        p_silent=touched.p_silent if touched else None,
        p_alive=touched.p_alive if touched else None,
    )


def _contacted(book: Book, at: int) -> Contacted:
    talks, seen = book.talks, book.watched
    return Contacted(
        touch_days=int(seen.touch_days[at]),
        silent_days=int(seen.silence[at]),
        cadence=float(seen.cadence[at]),
        p_silent=float(book.p_silent[at]),
        p_alive=float(seen.alive[at]),
        alive_early=float(seen.alive_early[at]),
        spread=float(seen.spread[at]),
        silent_before=_known(book.silent_before[at]),
        alive_before=_known(book.alive_before[at]),
        returned_from=int(seen.returned_from[at]),
        waiting=int(talks.waiting[at]),
        waiting_days=int(talks.waiting_days[at]),
        unanswered=int(talks.unanswered[at]),
        since_inbound=int(talks.since_inbound[at]),
        era_rate=_known(talks.era_rate[at]),
        week=int(talks.week[at]),
        recent=int(talks.recent[at]),
        before=int(talks.before[at]),
    )


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)


def _moment(seconds: int) -> datetime | None:
    return None if seconds <= NEVER else datetime.fromtimestamp(int(seconds), UTC)
