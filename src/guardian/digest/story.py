"""Reading one client's interactions for what figures cannot tell: whom to speak to, last words, who knows them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice

from guardian.digest.content import Channel, LastWords
from guardian.digest.departures import successors
from guardian.digest.material import Rep, Story
from guardian.digest.plain import newest_words, one_line
from guardian.domain.activity import Direction, Kind, Role, Signal
from guardian.domain.addresses import domain_of, is_address_within, is_robot_address, is_shared_address, is_within
from guardian.domain.people import Client
from guardian.domain.purpose import Purpose, purpose_of
from guardian.domain.touch import NEVER_A_TOUCH, NEVER_A_WORD
from guardian.ports.timeline import Interaction, Seat

LAST_WORDS_LIMIT = 160
MOST_COLLEAGUES = 3
ASKED_TWICE, ASKED_READ = 2, 1_000  # mails of ours in a row that only asked, and characters read of each

_SPEAKING = (Role.FROM, Role.ORGANIZER)
_CHANNELS = {Kind.EMAIL: Channel.MAIL, Kind.CALL: Channel.PHONE, Kind.MEETING: Channel.MEETING}


def read_story(
    client: Client, rep: Rep, interactions: Iterable[Interaction], own_domains: frozenset[str], *, now: datetime
) -> Story:
    """Return the story of one client as the rep should know it.

    `interactions` is his timeline, oldest first. Machines, mass mail and talk among ourselves tell nothing.
    """
    everything = list(interactions)
    human = [one for one in everything if _is_human(one)]
    past = [one for one in human if one.occurred_at <= now]
    talk = [one for one in past if client.id in one.talked_with]  # a mere copy may hold the words of another client
    words = _spoken(talk)
    ours = _Ours(past, own_domains)
    gone = successors([one for one in everything if one.occurred_at <= now]) | dict.fromkeys(_at_peace(words))
    name, address = _contact(client, talk, ours, gone)
    return Story(
        contact_name=name,
        contact_address=address,
        last_words=_last_words(words),
        last_channel=next((_CHANNELS[one.kind] for one in reversed(words) if one.kind in _CHANNELS), None),
        next_meeting=_next_meeting(human, now),
        colleagues=_colleagues(rep, past, ours),
        only_asked=_only_asked(words),
    )


class _Ours:
    """Knows which seats are taken by our own people: by domain, or because they spoke for us."""

    def __init__(self, past: Sequence[Interaction], own_domains: frozenset[str]) -> None:
        self._domains = own_domains
        self._addresses = {
            seat.address
            for one in past
            if one.direction is Direction.OUT
            for seat in one.seats
            if seat.role in _SPEAKING
        }

    def has(self, seat: Seat) -> bool:
        if seat.role is Role.OWNER or seat.address in self._addresses:
            return True
        return is_within(domain_of(seat.address), self._domains)


def _is_human(one: Interaction) -> bool:
    return one.direction is not Direction.INTERNAL and not one.signals & NEVER_A_TOUCH


def _spoken(talk: Sequence[Interaction]) -> list[Interaction]:
    """Return what was said: who only invites, or accepts, says nothing."""
    return [one for one in talk if not one.signals & NEVER_A_WORD]


def _at_peace(past: Sequence[Interaction]) -> set[str]:
    """Return who asked not to be contacted any more and has not written since: nobody is sent to him."""
    asked: set[str] = set()
    for one in past:
        for seat in one.seats if one.direction is Direction.IN else ():
            if seat.role is Role.FROM:
                (asked.add if Signal.OPT_OUT in one.signals else asked.discard)(seat.address)
    return asked


def _last_words(past: Sequence[Interaction]) -> LastWords | None:
    """The client's own last words; ours to him where none of his may be shown."""
    for direction in (Direction.IN, Direction.OUT):
        for one in reversed(past):
            if one.direction is direction and (words := _words(one)):
                return words
    return None


def _only_asked(past: Sequence[Interaction]) -> bool:
    """Say whether our last two mails wanted something; where privacy keeps no words, nobody knows."""
    ours = (one for one in reversed(past) if one.direction is Direction.OUT and one.kind is Kind.EMAIL)
    said = [newest_words(one.snippet or "", ASKED_READ) for one in islice(ours, ASKED_TWICE)]
    return len(said) == ASKED_TWICE and all(purpose_of(words) is Purpose.ASKS for words in said)


def _words(one: Interaction) -> LastWords | None:
    said = newest_words(one.snippet or "", LAST_WORDS_LIMIT)
    text = said or one_line(one.subject or "", LAST_WORDS_LIMIT)
    if not text:
        return None
    speaker = next((seat.name or seat.address for seat in one.seats if seat.role in _SPEAKING), "")
    return LastWords(text=text, at=one.when, who=speaker, subject_only=not said)


def _contact(
    client: Client, talk: Sequence[Interaction], ours: _Ours, gone: Mapping[str, str | None]
) -> tuple[str, str | None]:
    """The person there who spoke last, else whom we wrote to or who invited us last, else an address on file.

    Of those on file a person's comes first. Whoever is gone counts no longer; his successor comes before those we
    only wrote to. People of other clients who took part are not his, nor whom they name as their successors.
    """
    domains = frozenset(client.domains)

    def is_his(address: str) -> bool:
        return address in client.contacts or is_address_within(address, domains)

    def fits(seat: Seat) -> bool:
        there = _reaches_a_person(seat.address) and seat.address not in gone
        return is_his(seat.address) and not ours.has(seat) and there

    if spoke := _last_seat(_spoken(talk), Direction.IN, _SPEAKING, fits):
        return spoke.name, spoke.address
    if named := [one for leaver, one in gone.items() if one and one not in gone and is_his(leaver)]:
        return "", named[-1]
    addressed = _last_seat(talk, Direction.OUT, (Role.TO, Role.ATTENDEE), fits)
    if known := addressed or _last_seat(talk, Direction.IN, _SPEAKING, fits):
        return known.name, known.address
    living = (one for one in client.contacts if _reaches_a_person(one) and one not in gone)
    return "", next(iter(sorted(living, key=is_shared_address)), None)


def _last_seat(
    past: Sequence[Interaction], direction: Direction, roles: Sequence[Role], fits: Callable[[Seat], bool]
) -> Seat | None:
    return next(
        (
            seat
            for one in reversed(past)
            if one.direction is direction
            for seat in one.seats
            if seat.role in roles and fits(seat)
        ),
        None,
    )


def _reaches_a_person(address: str) -> bool:
    return "@" in address and not is_robot_address(address)


def _next_meeting(human: Sequence[Interaction], now: datetime) -> date | None:
    planned = (
        one
        for one in human
        if one.kind is Kind.MEETING and one.occurred_at > now and Signal.NOT_HELD not in one.signals
    )
    nearest = min(planned, key=lambda one: one.occurred_at, default=None)
    return nearest.when if nearest else None


def _colleagues(rep: Rep, past: Sequence[Interaction], ours: _Ours) -> tuple[str, ...]:
    """Our other people who had to do with the client, the latest first, each once."""
    known: dict[str, str] = {}
    for one in reversed(past):
        for seat in one.seats:
            label = seat.name or (seat.address if "@" in seat.address else "")
            if label and ours.has(seat) and not _is_rep(seat, rep) and not is_robot_address(seat.address):
                known.setdefault(label.casefold(), label)
        if len(known) >= MOST_COLLEAGUES:
            break
    return tuple(known.values())[:MOST_COLLEAGUES]


def _is_rep(seat: Seat, rep: Rep) -> bool:
    return seat.address == rep.address or (bool(rep.name) and seat.name.casefold() == rep.name.casefold())
