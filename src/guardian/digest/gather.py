"""Collecting what digests are made from: once for everybody what is shared, then per rep what is his."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from guardian.digest.compose import shown_today
from guardian.digest.concentration import Spread, spread
from guardian.digest.contacts import with_names, with_phones
from guardian.digest.handovers import changed_hands
from guardian.digest.material import (
    FINE_FOR_DAYS,
    REPEAT_AFTER_DAYS,
    ClientFacts,
    Material,
    Rep,
    Shown,
    Story,
    TouchFacts,
)
from guardian.digest.offers import COMPLAINTS
from guardian.digest.peace import asked_by_mail, peace_since
from guardian.digest.story import read_story
from guardian.digest.touch_figures import TouchFigures, sum_up
from guardian.domain.addresses import domain_of, is_public_mail
from guardian.domain.complaint_life import Complaint, open_complaint, recovered_from
from guardian.domain.notes import Note, NoteKind, Reach, by_client, channel_note, put_aside, with_owners
from guardian.domain.people import Client
from guardian.domain.standing import Assessment, State
from guardian.ports.assessments import Assessments, AsShown, DigestLog
from guardian.ports.breadth import Breadth
from guardian.ports.complaints import ComplaintBook
from guardian.ports.contact_news import ContactNews
from guardian.ports.handovers import Handovers
from guardian.ports.names import Names
from guardian.ports.notes import Notes
from guardian.ports.phones import Phones
from guardian.ports.timeline import Timelines

REMEMBERED_DAYS = 60  # of digests, to tell who was shown in vain
YEAR, QUARTER = timedelta(days=365), timedelta(days=90)
READ_SINCE = timedelta(days=30)  # a first contact so soon after the very first that was read may be none
WATCHED = timedelta(days=30)  # so long a client is watched that changed hands
_NOTHING_HEARD = datetime.min.replace(tzinfo=UTC)
NEWS_DAYS = 14  # a state that a client had not two weeks ago is news


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the material comes from; `complaints` is None where nobody listens to clients.

    `win_back` is how many dormant and lost clients each rep is told to win back a week; `phones` and `names`
    are None where nobody knows any, `breadth` where nobody counts people, `handovers` where nobody knows whose they
    were. `own_domains` are those from which our people write, beside those of the reps; `news` is None where nobody
    hears who asks for peace.
    """

    timelines: Timelines
    assessments: Assessments
    log: DigestLog
    notes: Notes
    complaints: ComplaintBook | None = None
    win_back: int = 0
    phones: Phones | None = None
    names: Names | None = None
    breadth: Breadth | None = None
    handovers: Handovers | None = None
    news: ContactNews | None = None
    own_domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """What all digests of one run share; `states_at` keeps the states of past moments once they were asked for."""

    sources: Sources
    now: datetime
    books: Mapping[str, tuple[Client, ...]]  # by owner's address, lower case
    standings: Mapping[int, Assessment]
    before: Mapping[int, State]
    figures: TouchFigures
    own_domains: frozenset[str]
    notes: Mapping[int, Sequence[Note]]  # by client
    complaints: Mapping[int, Sequence[Complaint]] | None = None  # by client; None where nobody listens
    spread: Spread = field(default_factory=Spread)  # of 90 days
    people: Mapping[int, int] | None = None  # how many at each client took part within a year; None: nobody counts
    handed_over: Mapping[int, datetime] = field(default_factory=dict)  # by client, of late
    asked_for_peace: Mapping[int, datetime] = field(default_factory=dict)  # by client, by mail
    states_at: dict[datetime, Mapping[int, State]] = field(default_factory=dict)


def survey(reps: Sequence[Rep], sources: Sources, *, now: datetime) -> Tenant:
    """Return what is known of all clients now."""
    domains = {domain_of(rep.address.lower()) for rep in reps}
    notes = by_client(sources.notes.known(until=now))
    recorded = sources.timelines.clients()
    clients = with_owners(recorded, notes)
    since = now - WATCHED
    handovers = sources.handovers.between(since, now) if sources.handovers else {}
    standings = {one.client_id: one for one in sources.assessments.latest(until=now)}
    cadences = {of: one.cadence_days for of, one in standings.items()}
    touches = sources.timelines.touches(until=now)
    return Tenant(
        sources=sources,
        now=now,
        books=_books(clients),
        standings=standings,
        before=_states(sources.assessments, now - timedelta(days=NEWS_DAYS)),
        figures=sum_up(touches, now=now),
        own_domains=sources.own_domains | {domain for domain in domains if domain and not is_public_mail(domain)},
        notes=notes,
        complaints=sources.complaints.followed(clients, cadences, now=now) if sources.complaints else None,
        spread=spread(touches, since=now - QUARTER),
        people=sources.breadth.people(since=now - YEAR, until=now) if sources.breadth else None,
        handed_over=changed_hands(recorded, notes, handovers, since=since),
        asked_for_peace=asked_by_mail(standings, sources.news, now=now),
    )


def gather(rep: Rep, tenant: Tenant) -> Material:
    """Return the material of one rep's digest, with the stories of just the clients that it will show.

    Clients that were not assessed yet are left out. UserError when the rep's time zone is unknown.
    """
    book = tenant.books.get(rep.address.lower(), ())
    today = rep.today(tenant.now)
    showings = tenant.sources.log.showings(rep.address, today - timedelta(days=REMEMBERED_DAYS))
    facts = tuple(facts_of(client, rep, tenant, showings) for client in book if client.id in tenant.standings)
    fine = _said_fine(book, rep, tenant)
    shown = fine | {of: _last_told(one, fine.get(of)) for of, one in _shown(rep, tenant, showings).items()}
    material = Material(clients=facts, shown=shown, win_back=_to_win_back(rep, today, tenant), spread=tenant.spread)
    told = shown_today(rep, material, today=today, now=tenant.now)
    stories = {client.id: story_of(client, rep, tenant) for client in book if client.id in told}
    sources = tenant.sources
    return replace(material, stories=with_phones(with_names(stories, sources.names), sources.phones))


def _to_win_back(rep: Rep, today: date, tenant: Tenant) -> int:
    """Return how many clients to win back a digest names: none where one of this week, from Monday on, did."""
    past = (today - timedelta(days=ago) for ago in range(1, today.weekday() + 1))
    told = any(tenant.sources.log.was_sent(rep.address, day) for day in past)
    return 0 if told else tenant.sources.win_back


def _books(clients: Sequence[Client]) -> dict[str, tuple[Client, ...]]:
    books: dict[str, list[Client]] = {}
    for client in clients:
        if client.owner:
            books.setdefault(client.owner.lower(), []).append(client)
    return {owner: tuple(book) for owner, book in books.items()}


def _states(assessments: Assessments, until: datetime) -> dict[int, State]:
    return {one.client_id: one.state for one in assessments.latest(until=until)}


def facts_of(client: Client, rep: Rep, tenant: Tenant, showings: Mapping[int, Sequence[date]]) -> ClientFacts:
    """Return what is known in figures of a client that was assessed."""
    touches = tenant.figures.of(client.id)
    complaints = (tenant.complaints or {}).get(client.id, ())
    told = as_told(tenant.standings[client.id], touches, tenant)
    return ClientFacts(
        client=client,
        assessment=told,
        before=tenant.before.get(client.id),
        touches=touches,
        unacted=in_vain(showings.get(client.id, ()), touches, rep, tenant),
        complaint=open_complaint(complaints),
        recovered_at=_recovered_at(complaints, tenant),
        people=None if tenant.people is None else tenant.people.get(client.id, 0),
        anniversary=_is_first(touches, tenant),
        reach=_reach(client, tenant),
        yours_since=tenant.handed_over.get(client.id),
        peace_since=peace_since(told, tenant.notes.get(client.id, ()), tenant.asked_for_peace.get(client.id)),
    )


def _reach(client: Client, tenant: Tenant) -> Reach:
    note = channel_note(tenant.notes.get(client.id, ()))
    return note.channel or Reach.ANY if note else Reach.ANY


def _is_first(touches: TouchFacts, tenant: Tenant) -> bool:
    """Say whether a client's first contact is one, and not just where what was read of the mail begins."""
    begins = tenant.figures.begins
    return touches.first is not None and begins is not None and touches.first - begins > READ_SINCE


def _recovered_at(complaints: Sequence[Complaint], tenant: Tenant) -> datetime | None:
    book = tenant.sources.complaints
    past = recovered_from(complaints, book.policy, now=tenant.now) if book else None
    return past.ended_at if past else None


def in_vain(days: Sequence[date], touches: TouchFacts, rep: Rep, tenant: Tenant) -> int:
    """Count the days before today on which a client was shown since we last spoke."""
    if not days:
        return 0
    ours = touches.last_outbound and touches.last_outbound.astimezone(rep.zone()).date()
    today = rep.today(tenant.now)
    return sum(day < today and (ours is None or day > ours) for day in days)


def as_told(assessment: Assessment, touches: TouchFacts, tenant: Tenant) -> Assessment:
    """Return an assessment with what was said since it was made: an open complaint is not put off, only solved."""
    if assessment.state in COMPLAINTS and _is_over(assessment.client_id, tenant):
        assessment = replace(assessment, state=State.HEALTHY, reasons=())
    notes = tenant.notes.get(assessment.client_id, ())
    said = channel_note(notes)
    if said is not None and said.channel is Reach.NONE and assessment.state not in COMPLAINTS:
        assessment = replace(assessment, state=State.OVER_CONTACTED)
    aside = put_aside(notes, now=tenant.now, last_inbound=touches.last_inbound)
    if aside is None or (aside.kind is NoteKind.SNOOZE and assessment.state in COMPLAINTS):
        return assessment
    return replace(assessment, state=State.SNOOZED if aside.kind is NoteKind.SNOOZE else State.NOT_CLIENT)


def _is_over(client_id: int, tenant: Tenant) -> bool:
    """Say whether a complaint known to ageing has ended since."""
    return tenant.complaints is not None and open_complaint(tenant.complaints.get(client_id, ())) is None


def _said_fine(book: Sequence[Client], rep: Rep, tenant: Tenant) -> dict[int, Shown]:
    """Return when all was last said to be well with a client, for those of whom it was said of late."""
    today = rep.today(tenant.now)
    said: dict[int, Shown] = {}
    for client in book:
        fine = [note for note in tenant.notes.get(client.id, ()) if note.kind is NoteKind.FINE]
        if fine and (today - fine[-1].day).days < FINE_FOR_DAYS:
            state = _states_at(fine[-1].at, tenant).get(client.id)
            said[client.id] = Shown(day=fine[-1].day, state=state, heard_until=fine[-1].at, rest_days=FINE_FOR_DAYS)
    return said


def _last_told(shown: Shown, fine: Shown | None) -> Shown:
    """Return which of a showing and a word that all is well came last; where it was the showing, both hold."""
    if fine is None:
        return shown
    if fine.day > shown.day:
        return fine
    rest = (fine.day - shown.day).days + fine.rest_days
    heard = max(shown.heard_until, fine.heard_until)
    return replace(shown, rest_days=max(shown.rest_days, rest), heard_until=heard)


def _shown(rep: Rep, tenant: Tenant, showings: Mapping[int, Sequence[date]]) -> dict[int, Shown]:
    """Return when each client of the last week's digests was last shown.

    Today's own digest does not count: `run` never sends it twice, and a preview shall show what was sent.
    """
    today = rep.today(tenant.now)
    kept = tenant.sources.log.as_shown(rep.address, today - timedelta(days=REPEAT_AFTER_DAYS))
    shown: dict[int, Shown] = {}
    for client, days in showings.items():
        day = max((one for one in days if one < today), default=None)
        if day is not None and (today - day).days < REPEAT_AFTER_DAYS:
            shown[client] = _as_shown(client, day, kept[client, day], rep, tenant)
    return shown


def _as_shown(client: int, day: date, kept: AsShown, rep: Rep, tenant: Tenant) -> Shown:
    """Return a showing as it was kept; one of a time when that was not done by what assessments say of its hour."""
    if kept.state is None:
        return Shown(day=day, state=_states_on(day, rep, tenant).get(client), heard_until=kept.at)
    return Shown(day=day, state=kept.state, heard_until=kept.last_waiting or _NOTHING_HEARD)


def _states_on(day: date, rep: Rep, tenant: Tenant) -> Mapping[int, State]:
    """Return the states of a past day at the hour it is now where the rep lives: digests go out at a steady hour."""
    hour = tenant.now.astimezone(rep.zone())
    late = hour.date() - rep.today(tenant.now)
    return _states_at(datetime.combine(day + late, hour.time(), tzinfo=rep.zone()), tenant)


def _states_at(moment: datetime, tenant: Tenant) -> Mapping[int, State]:
    if moment not in tenant.states_at:
        tenant.states_at[moment] = _states(tenant.sources.assessments, moment)
    return tenant.states_at[moment]


def story_of(client: Client, rep: Rep, tenant: Tenant) -> Story:
    """Return what the interactions of a client tell."""
    interactions = tenant.sources.timelines.interactions(client.id, now=tenant.now)
    return read_story(client, rep, interactions, tenant.own_domains, now=tenant.now)
