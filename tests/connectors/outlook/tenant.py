"""A tenant of Microsoft 365 in the lab, and a connector to it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.outlook import connector
from connectors.outlook.settings import OutlookSettings
from guardian.connector_kit.http import Pace
from guardian.domain.activity import Activity
from guardian.ports.connector import Connector, Feed, Surroundings
from tests.lab.company import OWN_DOMAIN, Company, Desk
from tests.lab.company_oracle import Local
from tests.lab.graph import Graph
from tests.lab.graph_login import CLIENT, SECRET, TENANT
from tests.lab.serving import Lab

NOW = datetime(2026, 10, 15, tzinfo=UTC)


def _forget(setting: str, secret: str) -> None:
    """Keep nothing."""


@dataclass
class Tenant:
    lab: Lab
    company: Company
    graph: Graph
    privacy: str = "metadata"
    now: datetime = NOW
    settings: dict[str, Any] = field(default_factory=dict)
    slept: list[float] = field(default_factory=list)

    @property
    def ana(self) -> str:
        return self.company.reps[0].address

    @property
    def desk(self) -> Desk:
        return self.company.desks[self.ana]

    def connector(
        self, *, keep: Callable[[str, str], None] = lambda setting, secret: None, **settings: Any
    ) -> Connector:
        values = {
            "tenant_id": TENANT,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "authority_url": self.lab.url,
            "graph_url": self.lab.url,
            "ca_bundle": str(self.lab.ca_bundle),
            "page_size": 3,
            **self.settings,
            **settings,
        }
        extra = {"now": self.now, "pace": Pace(sleep=self.slept.append)}
        surroundings = Surroundings(
            own_domains=frozenset({OWN_DOMAIN}),
            folder=self.lab.ca_bundle.parent,
            privacy=self.privacy,
            keep=keep,
            extra=extra,
        )
        return connector.open(OutlookSettings.model_validate(values), surroundings)

    def feed(self, kind: str, mailbox: str = "", **settings: Any) -> Feed:
        wanted = f"{kind} {mailbox or self.ana}"
        return next(one for one in self.connector(**settings).feeds() if one.scope.name == wanted)

    def local(self, kind: str, mailbox: str = "") -> Local:
        """Return an empty local copy of a feed; every round opens the connector anew, as a nightly run does."""
        return Local(lambda: self.feed(kind, mailbox))

    def activities(self, kind: str) -> list[Activity]:
        return [one for one in self.local(kind).sync().items.values() if isinstance(one, Activity)]
