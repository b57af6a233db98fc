"""A second implementation of `Timelines`, in memory, and days to write small timelines with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from guardian.domain.people import Client
from guardian.ports.timeline import Interaction, Touches

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)  # a Wednesday


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@dataclass(frozen=True)
class Spoken:
    """One touch: who with, when, and who spoke."""

    client: int
    at: datetime
    inbound: bool = True
    outbound: bool = False
    weight: float = 1.0
    rep: int = 1
    asks: bool = True


def heard(client: int, *ago: float) -> list[Spoken]:
    return [Spoken(client, days_ago(one)) for one in ago]


def wrote(client: int, *ago: float) -> list[Spoken]:
    return [Spoken(client, days_ago(one), inbound=False, outbound=True, weight=0.5) for one in ago]


def met(client: int, *ago: float) -> list[Spoken]:
    return [Spoken(client, days_ago(one), outbound=True, weight=2.0) for one in ago]


def a_client(client: int = 1, **other: object) -> Client:
    facts: dict[str, object] = {
        "id": client,
        "name": f"Client {client}",
        "owner": "rep@acme.example",
        "contacts": (f"person@client{client}.example",),
    }
    return Client(**(facts | other))  # type: ignore[arg-type]  # facts are named freely


@dataclass
class MemoryTimelines:
    """Holds clients and touches; knows no interactions, which ageing never reads."""

    known: Sequence[Client]
    spoken: Sequence[Spoken] = field(default_factory=tuple)

    def clients(self) -> Sequence[Client]:
        return sorted(self.known, key=lambda one: one.id)

    def find_client(self, text: str) -> Client | None:
        return next((one for one in self.known if text in (str(one.id), one.name)), None)

    def interactions(self, client_id: int | None = None, *, now: datetime) -> Iterator[Interaction]:
        return iter(())

    def touches(self, *, until: datetime) -> Touches:
        seen = sorted((one for one in self.spoken if one.at <= until), key=lambda one: (one.client, one.at))
        return Touches(
            client=np.array([one.client for one in seen], np.int64),
            rep=np.array([one.rep for one in seen], np.int64),
            at=np.array([int(one.at.timestamp()) for one in seen], np.int64),
            inbound=np.array([one.inbound for one in seen], np.bool_),
            outbound=np.array([one.outbound for one in seen], np.bool_),
            weight=np.array([one.weight for one in seen], np.float32),
            asks=np.array([one.asks for one in seen], np.bool_),
        )
