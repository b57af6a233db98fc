"""An organisation in the lab, a connector to it, and what must be known of it."""

import re
from dataclasses import dataclass, field
from typing import Any

from connectors.salesforce import connector
from connectors.salesforce.feed import ObjectFeed
from connectors.salesforce.settings import SalesforceSettings
from guardian.connector_kit.http import Pace
from guardian.ports.connector import Connector, Feed, Surroundings
from tests.lab.company import OWN_DOMAIN
from tests.lab.company_oracle import Local
from tests.lab.salesforce import Salesforce
from tests.lab.salesforce_login import CLIENT_ID, USERNAME
from tests.lab.salesforce_org import Org
from tests.lab.serving import Lab, Request


@dataclass
class Organisation:
    lab: Lab
    org: Org
    service: Salesforce
    privacy: str = "metadata"
    settings: dict[str, Any] = field(default_factory=dict)
    slept: list[float] = field(default_factory=list)
    pace: dict[str, Any] = field(default_factory=dict)

    def connector(self, **settings: Any) -> Connector:
        values = {
            "client_id": CLIENT_ID,
            "username": USERNAME,
            "private_key": self.service.tokens.app.private_key,
            "login_url": self.lab.url,
            "ca_bundle": str(self.lab.ca_bundle),
            "quota_share": 1.0,
            **self.settings,
            **settings,
        }
        surroundings = Surroundings(
            own_domains=frozenset({OWN_DOMAIN}),
            folder=self.lab.ca_bundle.parent,
            privacy=self.privacy,
            extra={"pace": Pace(sleep=self.slept.append, **self.pace)},
        )
        return connector.open(SalesforceSettings.model_validate(values), surroundings)

    def feed(self, name: str, **settings: Any) -> Feed:
        return next(one for one in self.connector(**settings).feeds() if one.scope.name == name)

    def object_feed(self, name: str, **settings: Any) -> ObjectFeed:
        feed = self.feed(name, **settings)
        assert isinstance(feed, ObjectFeed)
        return feed

    def local(self, name: str) -> Local:
        """Return an empty local copy; every round opens the connector anew, as a nightly run does."""
        return Local(lambda: self.feed(name))

    def living(self, name: str) -> set[str]:
        """Return the ids that must be known: what is not deleted, and who was merged into another record."""
        merged = {key for key, one in self.org.records[name].items() if one.get("MasterRecordId")}
        skipped = {
            key for key, one in self.org.records[name].items() if one.get("Status") == "5" or one.get("IsChild")
        }
        return (set(self.org.living(name)) | (merged if name in ("Contact", "Lead") else set())) - skipped

    def forget(self) -> None:
        """Start counting requests anew."""
        self.lab.forget()
        self.service.parts.clear()
        self.service.used = 0

    def questions(self, pattern: str) -> list[Request]:
        """Return what was asked and matches, alone and as a part of a composite request."""
        parts = [one for one in self.service.parts if re.search(pattern, f"{one.method} {one.path}")]
        return [*self.lab.asked(pattern), *parts]

    def asked(self, pattern: str) -> int:
        return len(self.questions(pattern))

    def queries(self, word: str = "") -> list[str]:
        asked = [one.param("q") or "" for one in self.questions("queryAll$")]
        return [one for one in asked if word in one]
