"""One Salesforce organisation as a connector: an object is a feed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from connectors.salesforce import rest
from connectors.salesforce.api import Api, NotThere, Refused, api_refusal
from connectors.salesforce.describes import Describe, Describes
from connectors.salesforce.feed import ObjectFeed
from connectors.salesforce.guide import STEPS
from connectors.salesforce.login import Login, login_refusal
from connectors.salesforce.objects import CASE, KINDS, ObjectKind, Shape, missing_fields, shape_of, spared_fields
from connectors.salesforce.quota import Quota
from connectors.salesforce.reader import Reader
from connectors.salesforce.rounds import Rhythm
from connectors.salesforce.settings import SalesforceSettings
from connectors.salesforce.stream import Stream
from connectors.salesforce.write import SalesforceWriter
from guardian.connector_kit.http import Http, Pace
from guardian.connector_kit.paging import MOST_RECORDS
from guardian.domain.cases import folded
from guardian.domain.errors import UserError
from guardian.ports.connector import Connector, Cursor, Feed, Page, Scope, Spent, Surroundings

_OPTIONAL = frozenset({"EmailMessage"})  # there only with Enhanced Email or Email-to-Case
_GRANT = "tick Read Access in its permission set, under Object Settings, the object, Field Permissions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """The feed of an object that the integration user must be allowed to see first, or `fields` of it."""

    scope: Scope
    fields: tuple[str, ...] = ()

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Say what an admin must grant."""
        name = self.scope.mailbox
        otherwise = "set cases to false" if name == CASE else f"leave {name} out of objects"
        wanted = f"see {_some(self.fields)} of {name}" if self.fields else f"read {name}"
        raise UserError(f"Let the integration user {wanted} in Salesforce, or {otherwise}.")

    def count(self) -> int | None:
        """Return that nothing is known."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """One organisation, seen with the eyes of its integration user."""

    settings: SalesforceSettings
    privacy: str
    api: Api
    describes: Describes
    sleep: Callable[[float], None]

    def check(self) -> str:
        """Log in and say whose data is seen, by whom, how much of the day's requests is used, and what is missing.

        UserError also where it cannot see what it cannot do without, or is to write back and cannot.
        """
        about = rest.every(self.api, "SELECT Name, IsSandbox FROM Organization")[0]
        feeds = list(self.feeds())
        seen = [feed.scope.mailbox for feed in feeds if isinstance(feed, ObjectFeed)]
        sandbox = " (sandbox)" if about.is_true("IsSandbox") else ""
        quota = self.api.quota
        said = f"Reads {', '.join(seen) or 'nothing'} of {about['Name']}{sandbox}"
        if quota.limit:
            said += f"; {quota.used} of {quota.limit} requests of the day are used"
        said += self._unseen()
        if not self._sees_everything():
            said += "; sees only records shared with its user, unless you give it View All Data"
        if self.settings.write_back == "off":
            return f"{said}."
        return " ".join((f"{said}; can write back.", *self.writer().notices()))

    def parts(self) -> Iterator[str]:
        """Yield the objects."""
        yield from self.settings.read

    def feeds(self, part: str | None = None) -> Iterator[Feed]:
        """Yield the feed of one object, or of every object; one that must be there and is not says so when read."""
        for name in self.settings.read if part is None else [part]:
            feed = self._feed(KINDS[name])
            if feed is not None:
                yield feed

    def writer(self) -> SalesforceWriter:
        """Return what writes into the organisation; asks nothing yet."""
        return SalesforceWriter(self.api, self.settings, self.describes.of)

    def spent(self) -> Spent:
        """Return what was spent and is on no page."""
        return self.api.cost.spent()

    def _feed(self, kind: ObjectKind) -> Feed | None:
        scope = Scope(name=kind.name, mailbox=kind.name)
        describe = self.describes.of(kind.name)
        if describe is None:
            return None if kind.name in _OPTIONAL else Unseen(scope=scope)
        missing = missing_fields(kind, describe)
        if missing:
            return Unseen(scope=scope, fields=missing)
        shape = shape_of(kind, describe, self.privacy, self._related(kind), self.settings.external_id_field)
        return self._object_feed(scope, shape)

    def _object_feed(self, scope: Scope, shape: Shape) -> ObjectFeed:
        one = self.settings
        return ObjectFeed(
            scope=scope,
            shape=shape,
            reader=Reader(
                api=self.api, shape=shape, value_from=one.value_from, complaint_types=self._complaint_types
            ),
            stream=Stream(api=self.api, bulk_above=one.bulk_above, size=MOST_RECORDS, sleep=self.sleep),
            rhythm=Rhythm(
                overlap=timedelta(minutes=one.overlap_minutes),
                settle=timedelta(minutes=one.settle_minutes),
                sweep_reads_all=shape.worth,
            ),
            digest=f"{self.api.org_id}:{shape.digest}:{self._asked_of(shape)}",
        )

    @property
    def _complaint_types(self) -> frozenset[str]:
        return frozenset(map(folded, self.settings.complaint_case_types))

    def _asked_of(self, shape: Shape) -> str:
        """Return what the settings make of an object's rows; when that changes, all of them are read anew."""
        if shape.name == CASE:
            return ",".join(sorted(self._complaint_types))
        return self.settings.value_from if shape.name == "Account" else ""

    def _unseen(self) -> str:
        """Return what to add about objects and fields that the user does not see; UserError for those it must see."""
        told = {name: self.describes.of(name) for name in self.settings.read}
        there = [(KINDS[name], describe) for name, describe in told.items() if describe is not None]
        missing = [
            f"{_some(lacking)} of {kind.name}" for kind, one in there if (lacking := missing_fields(kind, one))
        ]
        if missing:
            raise UserError(f"Let the integration user see {'; '.join(missing)} in Salesforce: {_GRANT}.")
        hidden = [name for name, describe in told.items() if describe is None]
        spared = [f"{kind.name}.{one}" for kind, have in there for one in spared_fields(kind, have, self.privacy)]
        said = f"; cannot see {', '.join(hidden)}, which its profile must be allowed to read" if hidden else ""
        return said + (f"; does without {', '.join(spared)}, which it cannot see: {_GRANT}" if spared else "")

    def _related(self, kind: ObjectKind) -> dict[str, Describe]:
        found = ((name, self.describes.of(name)) for name in related_names(kind, self.settings))
        return {name: describe for name, describe in found if describe is not None}

    def _sees_everything(self) -> bool:
        """Say whether the user has View All Data; yes where Salesforce cannot be asked."""
        try:
            rows = rest.every(self.api, "SELECT PermissionsViewAllData FROM UserPermissionAccess")
        except (NotThere, Refused):
            return True
        return not rows or rows[0].is_true("PermissionsViewAllData")


class SalesforceKind:
    """The entry point of the Salesforce connector."""

    kind: ClassVar[str] = "salesforce"
    title: ClassVar[str] = "Salesforce (accounts, contacts, leads, tasks, events, mails)"
    settings: ClassVar[type[Any]] = SalesforceSettings

    def open(self, settings: SalesforceSettings, surroundings: Surroundings) -> Connector:
        """Return the organisation; nothing is asked yet."""
        bundle = surroundings.folder / Path(settings.ca_bundle).expanduser() if settings.ca_bundle else None
        pace = surroundings.extra.get("pace") or Pace()

        def http(url: str, login: Login | None = None) -> Http:
            refusal = api_refusal if login else login_refusal
            return Http(url, authority=login, refusal=refusal, ca_bundle=bundle, pace=pace)

        login = Login(settings, lambda: http(settings.login_url), _clock)
        quota = Quota(share=settings.quota_share, ceiling=settings.quota_ceiling)
        api = Api(login=login, version=settings.api_version, quota=quota, open_http=lambda url: http(url, login))
        every = [one for name in settings.read for one in (name, *related_names(KINDS[name], settings))]
        return Organisation(
            settings=settings,
            privacy=surroundings.privacy,
            api=api,
            describes=Describes(api=api, names=tuple(dict.fromkeys(every))),
            sleep=pace.sleep,
        )

    def steps(self, language: str) -> tuple[str, ...]:
        """Return what an admin does in Salesforce's setup."""
        return STEPS[language]


def related_names(kind: ObjectKind, settings: SalesforceSettings) -> list[str]:
    """Return the objects whose rows say something of an object's rows."""
    worth = kind.name == "Account" and settings.value_from == "won_opportunities"
    return [*(one.name for one in kind.relations), *(["Opportunity"] if worth else [])]


def _some(fields: tuple[str, ...]) -> str:
    return " and ".join((", ".join(fields[:-1]), fields[-1]) if len(fields) > 1 else fields)


def _clock() -> datetime:
    return datetime.now(UTC)
