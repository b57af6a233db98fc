"""Stores kept in memory, true to the ports, for digests to be made from."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np

from guardian.domain.activity import Direction, Kind
from guardian.domain.errors import GuardianError
from guardian.domain.mail import Envelope
from guardian.domain.notes import Note
from guardian.domain.people import Client
from guardian.domain.standing import Assessment
from guardian.ports.assessments import AsShown
from guardian.ports.mailer import Receipt
from guardian.ports.timeline import Interaction, Touches


class MemoryTimelines:
    def __init__(self, clients: Sequence[Client], interactions: Sequence[Interaction] = ()) -> None:
        self._clients = sorted(clients, key=lambda client: client.id)
        self._interactions = sorted(interactions, key=lambda one: one.occurred_at)
        self.read: list[int | None] = []

    def clients(self) -> Sequence[Client]:
        return self._clients

    def find_client(self, text: str) -> Client | None:
        wanted = text.casefold()
        return next(
            (one for one in self._clients if wanted in (str(one.id), one.name.casefold(), *one.contacts)), None
        )

    def interactions(self, client_id: int | None = None, *, now: datetime) -> Iterator[Interaction]:
        self.read.append(client_id)
        return (one for one in self._interactions if client_id is None or client_id in one.client_ids)

    def touches(self, *, until: datetime) -> Touches:
        rows = sorted(
            (client, int(one.occurred_at.timestamp()), one.id, one)
            for one in self._interactions
            if one.occurred_at <= until and (one.touch.any_clock or one.touch.inbound_clock)
            for client in one.talked_with
        )
        both = [one.kind in (Kind.CALL, Kind.MEETING) for *_, one in rows]
        outbound = [one.direction is Direction.OUT for *_, one in rows]
        return Touches(
            client=np.array([client for client, *_ in rows], np.int64),
            rep=np.zeros(len(rows), np.int64),
            at=np.array([at for _client, at, *_ in rows], np.int64),
            inbound=np.array([one.touch.inbound_clock for *_, one in rows], np.bool_),
            outbound=np.array(outbound, np.bool_) | np.array(both, np.bool_),
            weight=np.array([one.touch.weight for *_, one in rows], np.float32),
        )


class MemoryAssessments:
    def __init__(self) -> None:
        self._kept: dict[tuple[int, date], tuple[datetime, Assessment]] = {}

    def keep(self, assessments: Sequence[Assessment], *, at: datetime) -> None:
        for one in assessments:
            self._kept[one.client_id, at.astimezone(UTC).date()] = (at, one)

    def latest(self, *, until: datetime) -> Sequence[Assessment]:
        known = sorted((at, client, one) for (client, _), (at, one) in self._kept.items() if at <= until)
        return list({client: one for _at, client, one in known}.values())


class _Sending:
    """Who is being sent something at this moment."""

    def __init__(self) -> None:
        self.busy: set[tuple[str, date]] = set()

    @contextmanager
    def sending(self, whose: str, day: date) -> Iterator[bool]:
        free = (whose, day) not in self.busy
        self.busy.add((whose, day))
        try:
            yield free
        finally:
            if free:
                self.busy.discard((whose, day))


class MemoryDigestLog(_Sending):
    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[tuple[str, date], tuple[int, ...]] = {}
        self._stood: dict[tuple[str, date], tuple[datetime, Mapping[int, AsShown]]] = {}

    def was_sent(self, rep: str, day: date) -> bool:
        return (rep, day) in self.sent

    def mark_sent(
        self,
        rep: str,
        day: date,
        client_ids: Sequence[int],
        *,
        at: datetime,
        stood: Mapping[int, AsShown] | None = None,
    ) -> None:
        self.sent[rep, day] = tuple(client_ids)
        self._stood[rep, day] = at, stood or {}

    def as_shown(self, rep: str, since: date) -> Mapping[tuple[int, date], AsShown]:
        return {
            (client, day): stood.get(client, AsShown(at=at))
            for (whose, day), (at, stood) in self._stood.items()
            if whose == rep and day >= since
            for client in self.sent[rep, day]
        }

    def showings(self, rep: str, since: date) -> Mapping[int, Sequence[date]]:
        found: dict[int, list[date]] = {}
        for (whose, day), shown in sorted(self.sent.items()):
            for client in shown if whose == rep and day >= since else ():
                found.setdefault(client, []).append(day)
        return found


class MemoryNotes:
    """Notes in the order in which they were said; what was taken back counts until then."""

    def __init__(self) -> None:
        self.said: list[tuple[Note, datetime | None]] = []
        self._uses: dict[str, int] = {}

    def tell(self, note: Note, *, once: str) -> bool:
        if once in self._uses:
            return False
        self._uses[once] = len(self.said)
        self.said.append((replace(note, id=len(self.said) + 1), None))
        return True

    def told(self, once: str) -> Note | None:
        return self.said[self._uses[once]][0] if once in self._uses else None

    def take_back(self, once: str, *, at: datetime) -> bool:
        if once not in self._uses:
            return False
        place = self._uses.pop(once)
        self.said[place] = (self.said[place][0], at)
        return True

    def known(self, *, until: datetime) -> Sequence[Note]:
        return [note for note, undone in self.said if note.at <= until and (undone is None or undone > until)]


class MemoryStops:
    """Who stopped which sort of mail, and when."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, str], datetime] = {}

    def stopped(self, sort: str) -> frozenset[str]:
        return frozenset(who for who, what in self.told if what == sort)

    def stop(self, address: str, sort: str, *, at: datetime) -> None:
        self.told.setdefault((address.lower(), sort), at)

    def resume(self, address: str, sort: str) -> None:
        self.told.pop((address.lower(), sort), None)


class MemoryRollupLog(_Sending):
    def __init__(self) -> None:
        super().__init__()
        self.sent: set[tuple[str, date]] = set()

    def was_sent(self, manager: str, week: date) -> bool:
        return (manager, week) in self.sent

    def mark_sent(self, manager: str, week: date, *, at: datetime) -> None:
        self.sent.add((manager, week))


class MemoryBreadth:
    """Counts the people outside by the seats that are not ours."""

    def __init__(self, interactions: Sequence[Interaction], own_domain: str) -> None:
        self._interactions, self._own = interactions, f"@{own_domain}"

    def people(self, *, since: datetime, until: datetime) -> Mapping[int, int]:
        found: dict[int, set[str]] = {}
        for one in self._interactions:
            for client in one.client_ids if since <= one.occurred_at <= until else ():
                outside = {seat.address for seat in one.seats if not seat.address.endswith(self._own)}
                found.setdefault(client, set()).update(outside)
        return {client: len(people) for client, people in found.items()}


class OutTray:
    """A mail server that keeps what it is given, and refuses the recipients it was told to refuse."""

    def __init__(self) -> None:
        self.mails: list[tuple[Envelope, bytes]] = []
        self.refuses: dict[str, GuardianError] = {}

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        for recipient in envelope.recipients:
            if recipient in self.refuses:
                raise self.refuses[recipient]
        self.mails.append((envelope, raw))
        return Receipt(reply=f"250 queued as {len(self.mails)}")
