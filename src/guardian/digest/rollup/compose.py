"""Choosing what a manager is told: every total, and the clients behind it, the most valuable first."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from guardian.digest.concentration import share_of_top
from guardian.digest.content import Coverage
from guardian.digest.material import TIRING, Rep
from guardian.digest.offers import COMPLAINTS
from guardian.digest.plain import one_line
from guardian.digest.rollup.content import Complaints, Concentration, Line, Listing, RepBook, Rollup
from guardian.digest.rollup.gather import Member, Team
from guardian.domain.notes import NoteKind
from guardian.domain.standing import State, WhyCode

MOST_LINES = 10
NAME_LIMIT = 80
_TOLD_STATES = (State.AT_RISK, State.COOLING, State.DORMANT, State.LOST, State.OVER_CONTACTED, State.SNOOZED)
_NO_ADDRESS = frozenset({WhyCode.NO_CONTACT, WhyCode.ADDRESSES_GONE})
_FEWEST_PEOPLE = 1
_TEN = 10  # up to so many clients with a value, their tenth is the greatest alone


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def compose_rollup(manager: Rep, team: Team, *, now: datetime) -> Rollup | None:
    """Return what a manager is told this week, or None where there is no client at all.

    UserError when his time zone is unknown.
    """
    book = [one for one in team.members if _state(one) is not State.NOT_CLIENT]
    if not book:
        return None
    today = manager.today(now)

    def reached(members: Sequence[Member]) -> Coverage:
        return _coverage(members, today, manager)

    return Rollup(
        address=manager.address,
        rep_name=one_line(manager.name, NAME_LIMIT),
        language=manager.language,
        timezone=manager.timezone,
        day=week_of(today),
        today=today,
        team=reached(book),
        states=_states(book),
        complaints=_complaints(book, team, today, manager),
        ignored=_listing(
            [one for one in book if one.ignored >= TIRING and _state(one) is not State.SNOOZED],
            team,
            days=lambda one: one.ignored,
        ),
        unowned=_listing([one for one in book if one.client.owner is None], team),
        unreachable=_listing([one for one in book if _has_no_address(one)], team),
        handed_over=_handed_over(book, team),
        single_threaded=_listing([one for one in book if one.people == _FEWEST_PEOPLE], team),
        concentration=_concentration(book, team),
        reps=_reps(book, team, reached),
    )


def _state(member: Member) -> State | None:
    return member.assessment.state if member.assessment else None


def _coverage(members: Sequence[Member], today: date, manager: Rep) -> Coverage:
    zone = manager.zone()
    ours = [(today - last.astimezone(zone).date()).days for one in members if (last := one.touches.last_outbound)]
    return Coverage(
        clients=len(members),
        reached_30=sum(days <= 30 for days in ours),
        reached_90=sum(days <= 90 for days in ours),
    )


def _states(book: Sequence[Member]) -> tuple[tuple[State, int], ...]:
    counted = Counter(map(_state, book))
    return tuple((state, counted[state]) for state in _TOLD_STATES if counted[state])


def _complaints(book: Sequence[Member], team: Team, today: date, manager: Rep) -> Complaints:
    """Return what is open by the complaints themselves: who cannot be reached has another state, and complains."""

    def age(one: Member) -> int:
        since = one.complaining_since
        return max((today - since.astimezone(manager.zone()).date()).days, 0) if since else 0

    open_ones = [one for one in book if one.complaining_since or _state(one) in COMPLAINTS]
    ages = [age(one) for one in open_ones]
    oldest_first = sorted(open_ones, key=lambda one: -age(one))
    return Complaints(
        week=sum(days < 8 for days in ages),
        month=sum(8 <= days < 31 for days in ages),
        older=sum(days >= 31 for days in ages),
        clients=_listing(oldest_first, team, days=age, by_value=False),
    )


def _has_no_address(member: Member) -> bool:
    reasons = member.assessment.reasons if member.assessment else ()
    return not member.client.contacts or any(why.code in _NO_ADDRESS for why in reasons)


def _handed_over(book: Sequence[Member], team: Team) -> Listing:
    """Return the clients that a rep said to be another's, and whose records say otherwise still."""
    lines = []
    for one in book:
        said = [note for note in team.notes.get(one.client.id, ()) if note.kind is NoteKind.WRONG_OWNER]
        recorded = team.recorded.get(one.client.id)
        if said and said[-1].instead_of == recorded and said[-1].owner != recorded:
            lines.append(_line(one, team, 0, owner=recorded, to=said[-1].owner))
    return Listing(total=len(lines), lines=tuple(lines[:MOST_LINES]))


def _concentration(book: Sequence[Member], team: Team) -> Concentration:
    valued = [one for one in book if one.client.value]
    worth = sorted((one.client.value or 0.0 for one in valued), reverse=True)
    greatest = max(valued, key=lambda one: one.client.value or 0.0, default=None)
    whole = sum(worth)
    return Concentration(
        clients=-(-len(book) // 10),
        contacts=team.spread.top_share(frozenset(one.client.id for one in book)),
        value=share_of_top(worth) if len(worth) > _TEN else None,
        greatest=one_line(greatest.client.name, NAME_LIMIT) if greatest else "",
        greatest_value=(greatest.client.value or 0.0) / whole if greatest else None,
    )


def _reps(book: Sequence[Member], team: Team, reached: Callable[[Sequence[Member]], Coverage]) -> tuple[RepBook, ...]:
    """Return every rep's book by name: an order that says nothing about anybody."""
    books: dict[str, list[Member]] = {}
    for one in book:
        if one.client.owner:
            books.setdefault(one.client.owner.lower(), []).append(one)
    named = [RepBook(name=_name(owner, team), coverage=reached(members)) for owner, members in books.items()]
    return tuple(sorted(named, key=lambda one: one.name.casefold()))


def _listing(
    members: Sequence[Member],
    team: Team,
    *,
    days: Callable[[Member], int] = lambda one: 0,
    by_value: bool = True,
) -> Listing:
    ordered = sorted(members, key=lambda one: -(one.client.value or 0.0)) if by_value else members
    lines = tuple(_line(one, team, days(one), owner=one.client.owner) for one in ordered[:MOST_LINES])
    return Listing(total=len(members), lines=lines)


def _line(member: Member, team: Team, days: int, *, owner: str | None, to: str | None = None) -> Line:
    return Line(
        name=one_line(member.client.name, NAME_LIMIT) or "?",
        owner=_name(owner, team) if owner else "",
        value=member.client.value,
        days=days,
        to=_name(to, team) if to else "",
    )


def _name(address: str, team: Team) -> str:
    return one_line(team.names.get(address.lower()) or address, NAME_LIMIT)
