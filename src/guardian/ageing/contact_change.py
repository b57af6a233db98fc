"""When the person we deal with at a client is gone, or somebody new speaks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from guardian.domain.activity import Signal
from guardian.domain.moments import day_number
from guardian.domain.people import Client
from guardian.domain.standing import Why, WhyCode
from guardian.domain.voices import Sign, Voice, gone_since, opted_out_since
from guardian.ports.contact_news import ContactNews

ESTABLISHED_DAYS = 3  # days on which somebody wrote, from which we know him
CHANGE_LASTS = timedelta(days=90)  # a change is watched so long
KNOWN_FOR = timedelta(days=365)  # who has not written in a year is nobody we deal with
SILENT_SINCE = timedelta(days=14)  # so long the known ones must be silent before somebody new replaces them


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people of one client: addresses that lead somewhere and that do not, and the change under way, if any.

    `alone` says that we dealt with nobody else there when it came. `no_contact_since` is since when nobody whom we
    deal with there wants to be contacted.
    """

    reachable: int
    gone: int
    change: Why | None = None
    alone: bool = False
    no_contact_since: datetime | None = None


def people_of(clients: Sequence[Client], news: ContactNews, *, as_of: datetime) -> Mapping[int, People]:
    """Return the people of each client as of a moment, from what was known then."""
    voices, signs = news.voices(until=as_of), news.signs(until=as_of)
    return {
        client.id: _people(client, voices.get(client.id, ()), signs.get(client.id, ()), as_of) for client in clients
    }


def _people(client: Client, voices: Sequence[Voice], signs: Sequence[Sign], as_of: datetime) -> People:
    last: dict[str, datetime] = {}
    for voice in voices:
        last[voice.address] = max(voice.last, last.get(voice.address, voice.last))
    gone = {
        address: since
        for address in {sign.address for sign in signs}
        if (since := gone_since((one for one in signs if one.address == address), last_words=last.get(address)))
    }
    known = set(client.contacts)
    changed = _change(voices, signs, gone, as_of)
    return People(
        reachable=len(known - gone.keys()),
        gone=len(known & gone.keys()),
        change=None if changed is None else changed.why(as_of),
        alone=changed is not None and changed.others == 0,
        no_contact_since=_no_contact_since(voices, signs, last, gone),
    )


def _no_contact_since(
    voices: Sequence[Voice], signs: Sequence[Sign], last: Mapping[str, datetime], gone: Mapping[str, datetime]
) -> datetime | None:
    """Return since when the last of those we deal with wants no contact; None while there is anybody else."""
    asked: dict[str, datetime] = {}
    for address in {sign.address for sign in signs}:
        about = [one for one in signs if one.address == address]
        if at := opted_out_since(about, last_words=last.get(address)):
            asked[address] = at
    if not asked:
        return None
    since = max(asked.values())
    others = {one.address for one in voices if since - one.last <= KNOWN_FOR} - asked.keys() - gone.keys()
    return None if others else since


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    code: WhyCode
    at: datetime
    others: int  # people there, beside who is gone, whom we dealt with in the year before

    def why(self, as_of: datetime) -> Why:
        days = day_number(as_of) - day_number(self.at)
        return Why(code=self.code, figures=(("days", float(days)), ("others", float(self.others))))


def _change(
    voices: Sequence[Voice], signs: Sequence[Sign], gone: Mapping[str, datetime], as_of: datetime
) -> _Change | None:
    """Return the latest change that is neither old nor settled."""
    found = [
        *(_departure(voices, signs, address, gone) for address in gone),
        *(_take_over(voices, sign) for sign in signs if sign.what is Signal.TAKES_OVER),
        _newcomer(voices, as_of),
    ]
    open_ones = [
        one
        for one in found
        if one is not None and as_of - one.at <= CHANGE_LASTS and not _settled(voices, gone, one.at)
    ]
    return max(open_ones, key=lambda one: (one.at, one.code), default=None)


def _departure(
    voices: Sequence[Voice], signs: Sequence[Sign], address: str, gone: Mapping[str, datetime]
) -> _Change | None:
    """Return the change that the end of an address is: none where its owner never wrote to us."""
    since = gone[address]
    if not any(voice.address == address and since - voice.last <= KNOWN_FOR for voice in voices):
        return None
    said = any(one.what is Signal.LEFT and one.address == address and one.at == since for one in signs)
    code = WhyCode.CONTACT_LEFT if said else WhyCode.CONTACT_BOUNCES
    there = [one for one in voices if one.address not in gone or gone[one.address] > since]
    return _Change(code=code, at=since, others=_dealt_with(there, since, without=address))


def _take_over(voices: Sequence[Voice], sign: Sign) -> _Change:
    others = _dealt_with(voices, sign.at, without=sign.address)
    return _Change(code=WhyCode.CONTACT_NEW, at=sign.at, others=max(others - 1, 0))


def _newcomer(voices: Sequence[Voice], as_of: datetime) -> _Change | None:
    """Return the change that somebody new is when everybody we know has been silent since he first wrote."""
    known = [one for one in voices if one.days >= ESTABLISHED_DAYS and as_of - one.last <= KNOWN_FOR]
    if not known:
        return None
    latest = max(one.last for one in known)
    new = [one.first for one in voices if one.first > latest and one.days < ESTABLISHED_DAYS]
    if not new or as_of - latest < SILENT_SINCE:
        return None
    return _Change(code=WhyCode.CONTACT_NEW, at=min(new), others=len(known) - 1)


def _dealt_with(voices: Sequence[Voice], at: datetime, *, without: str) -> int:
    """Return how many people there, beside one, wrote to us in the year before a moment."""
    return len({one.address for one in voices if one.address != without and one.first < at <= one.last + KNOWN_FOR})


def _settled(voices: Sequence[Voice], gone: Mapping[str, datetime], at: datetime) -> bool:
    """Say whether somebody we know by now, and who is still there, has spoken since a change."""
    return any(one.days >= ESTABLISHED_DAYS and one.last > at and one.address not in gone for one in voices)
