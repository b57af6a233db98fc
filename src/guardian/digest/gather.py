"""Collecting what digests are made from: once for everybody what is shared, then per rep what is his."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from guardian.digest.compose import REPEAT_AFTER_DAYS, choose
from guardian.digest.material import ClientFacts, Material, Rep, Shown, Story
from guardian.digest.story import read_story
from guardian.digest.touch_figures import TouchFigures, sum_up
from guardian.domain.addresses import domain_of, is_public_mail
from guardian.domain.people import Client
from guardian.domain.standing import Assessment, State
from guardian.ports.assessments import Assessments, DigestLog
from guardian.ports.timeline import Timelines

NEWS_DAYS = 14  # a state that a client had not two weeks ago is news


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the material comes from."""

    timelines: Timelines
    assessments: Assessments
    log: DigestLog


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
    states_at: dict[datetime, Mapping[int, State]] = field(default_factory=dict)


def survey(reps: Sequence[Rep], sources: Sources, *, now: datetime) -> Tenant:
    """Return what is known of all clients now."""
    domains = {domain_of(rep.address.lower()) for rep in reps}
    return Tenant(
        sources=sources,
        now=now,
        books=_books(sources.timelines.clients()),
        standings={one.client_id: one for one in sources.assessments.latest(until=now)},
        before=_states(sources.assessments, now - timedelta(days=NEWS_DAYS)),
        figures=sum_up(sources.timelines.touches(until=now), now=now),
        own_domains=frozenset(domain for domain in domains if domain and not is_public_mail(domain)),
    )


def gather(rep: Rep, tenant: Tenant) -> Material:
    """Return the material of one rep's digest, with the stories of just the clients that it will show.

    Clients that were not assessed yet are left out. UserError when the rep's time zone is unknown.
    """
    book = tenant.books.get(rep.address.lower(), ())
    facts = tuple(_facts(client, tenant) for client in book if client.id in tenant.standings)
    material = Material(clients=facts, shown=_shown(rep, tenant))
    chosen = choose(rep, material, today=rep.today(tenant.now), now=tenant.now)
    stories = {
        pick.facts.client.id: _story(pick.facts.client, rep, tenant) for _section, picks in chosen for pick in picks
    }
    return replace(material, stories=stories)


def _books(clients: Sequence[Client]) -> dict[str, tuple[Client, ...]]:
    books: dict[str, list[Client]] = {}
    for client in clients:
        if client.owner:
            books.setdefault(client.owner.lower(), []).append(client)
    return {owner: tuple(book) for owner, book in books.items()}


def _states(assessments: Assessments, until: datetime) -> dict[int, State]:
    return {one.client_id: one.state for one in assessments.latest(until=until)}


def _facts(client: Client, tenant: Tenant) -> ClientFacts:
    return ClientFacts(
        client=client,
        assessment=tenant.standings[client.id],
        before=tenant.before.get(client.id),
        touches=tenant.figures.of(client.id),
    )


def _shown(rep: Rep, tenant: Tenant) -> dict[int, Shown]:
    """Return when each client of the last week's digests was last shown.

    Today's own digest does not count: `run` never sends it twice, and a preview shall show what was sent.
    """
    today, log = rep.today(tenant.now), tenant.sources.log
    so_far = log.shown_since(rep.address, today)
    in_all = log.shown_since(rep.address, today - timedelta(days=REPEAT_AFTER_DAYS - 1))
    shown: dict[int, Shown] = {}
    for ago in range(1, REPEAT_AFTER_DAYS):
        if so_far == in_all:
            break
        day = today - timedelta(days=ago)
        until_then = log.shown_since(rep.address, day)
        states = _states_on(day, rep, tenant) if until_then - so_far else {}
        shown |= {client: Shown(day=day, state=states.get(client)) for client in until_then - so_far}
        so_far = until_then
    return shown


def _states_on(day: date, rep: Rep, tenant: Tenant) -> Mapping[int, State]:
    """Return the states of a past day at the hour it is now where the rep lives: digests go out at a steady hour."""
    hour = tenant.now.astimezone(rep.zone())
    moment = datetime.combine(day, hour.time(), tzinfo=rep.zone())
    if moment not in tenant.states_at:
        tenant.states_at[moment] = _states(tenant.sources.assessments, moment)
    return tenant.states_at[moment]


def _story(client: Client, rep: Rep, tenant: Tenant) -> Story:
    interactions = tenant.sources.timelines.interactions(client.id, now=tenant.now)
    return read_story(client, rep, interactions, tenant.own_domains, now=tenant.now)
