"""One company at all three providers: reps whose mailboxes are at Microsoft, at Google or at both, and its CRM."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from connectors.google import connector as google_kind
from connectors.google.settings import GoogleSettings
from connectors.outlook import connector as outlook_kind
from connectors.outlook.settings import OutlookSettings
from connectors.salesforce import connector as salesforce_kind
from connectors.salesforce.settings import SalesforceSettings
from guardian.connector_kit.http import Pace
from guardian.ports.connector import Connector, Surroundings
from guardian.sync import Connection
from tests.lab.certificates import AppKey
from tests.lab.company import OWN_DOMAIN, Company
from tests.lab.google import Google
from tests.lab.graph import Graph, mount_graph
from tests.lab.graph_login import CLIENT, SECRET, TENANT
from tests.lab.salesforce import Salesforce, mount_salesforce
from tests.lab.salesforce_login import CLIENT_ID
from tests.lab.salesforce_login import SECRET as CONSUMER_SECRET
from tests.lab.salesforce_org import Org
from tests.lab.salesforce_seed import organisation_of
from tests.lab.serving import Lab

OWN = frozenset({OWN_DOMAIN})
NAMES = ("crm", "microsoft", "google")


@dataclass
class Office:
    """The truth, the services that show it, and how each connection is set up; `now` is everybody's clock."""

    lab: Lab
    folder: Path
    company: Company
    org: Org
    google: Google
    graph: Graph
    salesforce: Salesforce
    privacy: dict[str, str] = field(default_factory=lambda: dict.fromkeys(NAMES, "metadata"))
    bulk_above: int = 2000
    crm_settings: dict[str, Any] = field(default_factory=dict)
    page_size: int = 5  # at Microsoft
    slept: list[float] = field(default_factory=list)
    sleep: Callable[[float], None] | None = None  # None: only note how long

    def at(self, provider: str) -> tuple[str, ...]:
        """Return the mailboxes that a provider holds: the first rep is at Microsoft only, the last at Google only."""
        addresses = tuple(rep.address for rep in self.company.reps)
        return addresses[:-1] if provider == "microsoft" else addresses[1:]

    def pass_time(self, span: timedelta) -> None:
        """Let time go by everywhere."""
        self.company.now = self.org.now = max(self.company.now, self.org.now) + span

    def connections(self) -> list[Connection]:
        """Return the three connections as the command line would make them."""
        opens: dict[str, tuple[str, Callable[[Surroundings], Connector]]] = {
            "crm": ("salesforce", self._salesforce),
            "microsoft": ("outlook", self._outlook),
            "google": ("google", self._google),
        }
        return [
            Connection(name=name, kind=kind, open=partial(self._opened, name, make), privacy=self.privacy[name])
            for name, (kind, make) in opens.items()
        ]

    def _opened(self, name: str, make: Callable[[Surroundings], Connector]) -> Connector:
        extra: dict[str, Any] = {"now": self.company.now, "pace": Pace(sleep=self.sleep or self.slept.append)}
        return make(Surroundings(own_domains=OWN, folder=self.folder, privacy=self.privacy[name], extra=extra))

    def _google(self, around: Surroundings) -> Connector:
        given = {
            "service_account": self.google.login.key_file(),
            "mailboxes": self.at("google"),
            "api_url": self.lab.url,
            "ca_bundle": str(self.lab.ca_bundle),
        }
        return google_kind.open(GoogleSettings.model_validate(given), around)

    def _outlook(self, around: Surroundings) -> Connector:
        given = {
            "tenant_id": TENANT,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "authority_url": self.lab.url,
            "graph_url": self.lab.url,
            "ca_bundle": str(self.lab.ca_bundle),
            "mailboxes": self.at("microsoft"),
            "page_size": self.page_size,
        }
        return outlook_kind.open(OutlookSettings.model_validate(given), around)

    def _salesforce(self, around: Surroundings) -> Connector:
        given = {
            "auth": "client_credentials",
            "client_id": CLIENT_ID,
            "client_secret": CONSUMER_SECRET,
            "login_url": self.lab.url,
            "ca_bundle": str(self.lab.ca_bundle),
            "quota_share": 1.0,
            "bulk_above": self.bulk_above,
            **self.crm_settings,
        }
        return salesforce_kind.open(SalesforceSettings.model_validate(given), around)


def open_office(lab: Lab, folder: Path, key: AppKey, company: Company, *, cap: int = 10_000) -> Office:
    """Let a lab play all three providers for a company; `cap` bounds pages."""
    org = organisation_of(company)
    company.now = org.now
    service = mount_salesforce(lab, org)
    service.page_rows = service.bulk_rows = min(cap, 2000)
    service.limit = 10**9
    return Office(
        lab=lab,
        folder=folder,
        company=company,
        org=org,
        google=Google(lab, company, key, cap=cap),
        graph=mount_graph(lab, company),
        salesforce=service,
    )
