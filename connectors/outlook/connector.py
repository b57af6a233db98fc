"""Microsoft 365 as a connector: one application, and for each mailbox its mail, calendar and address books."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, ClassVar

from connectors.outlook.address_books import ContactSource
from connectors.outlook.calendar import CalendarFeed
from connectors.outlook.delta_feed import DeltaFeed
from connectors.outlook.fetch import Graph, bundle_of
from connectors.outlook.guide import STEPS
from connectors.outlook.login import Wire
from connectors.outlook.mail import MailSource
from connectors.outlook.meetings import MeetingReader
from connectors.outlook.settings import OutlookSettings
from connectors.outlook.translate import text_of
from connectors.outlook.user_login import log_in, scopes_of
from guardian.domain.addresses import normalise_address
from guardian.domain.errors import NoMailbox, UserError
from guardian.ports.connector import Connector, Feed, Scope, Spent, Surroundings

MOST_CHECKED = 20  # mailboxes
_USER = "displayName,mail,userPrincipalName,accountEnabled,userType"


@dataclass(slots=True)
class Outlook:
    """One tenant."""

    settings: OutlookSettings
    surroundings: Surroundings
    _graph: Graph | None = field(default=None, repr=False)

    @property
    def graph(self) -> Graph:
        """The way to Graph, opened when first needed."""
        if self._graph is None:
            pace = self.surroundings.extra.get("pace")
            self._graph = Graph(self.settings, self.surroundings, pace=pace)
        return self._graph

    def check(self) -> str:
        """Log in, look into the first mailbox and at the others, and say whose data this connection sees."""
        mailboxes = self._mailboxes()
        if not mailboxes:
            raise UserError("The tenant has no mailboxes to read; name them in mailboxes.")
        without = self._without_mailbox(mailboxes)
        read = [one for one in mailboxes if one not in without]
        if not read:
            raise UserError("In this tenant no member whose account is enabled has a mailbox; give them licences.")
        kinds = [name for name in ("mail", "calendar", "contacts") if getattr(self.settings, name)]
        shown = ", ".join(read[:3]) + (f" and {len(read) - 3} more" if len(read) > 3 else "")
        others = f", and {len(without)} {_members(len(without))} no mailbox" if without else ""
        return f"Reads {', '.join(kinds)} of {shown}{others}."

    def _without_mailbox(self, mailboxes: list[str]) -> set[str]:
        """Look into the first mailbox there is and at the others, and return the members who have none."""
        without: set[str] = set()
        for looked, mailbox in enumerate(mailboxes):
            found = looked > len(without)
            if found and looked >= MOST_CHECKED:
                break
            try:
                for feed in islice(self._feeds_of(mailbox), 1 if found else None):
                    _look_into(feed)
            except NoMailbox:
                without.add(mailbox)
        return without

    def parts(self) -> Iterator[str]:
        """Yield the mailboxes."""
        yield from self._mailboxes()

    def feeds(self, part: str | None = None) -> Iterator[Feed]:
        """Yield the feeds of one mailbox, or of every mailbox."""
        for mailbox in self._mailboxes() if part is None else [part]:
            yield from self._feeds_of(mailbox)

    def spent(self) -> Spent:
        """Return what was spent and is on no page."""
        return self._graph.cost.spent() if self._graph else Spent()

    def _feeds_of(self, mailbox: str) -> Iterator[Feed]:
        privacy, own = self.surroundings.privacy, self.surroundings.own_domains
        if self.settings.mail:
            mail = MailSource(graph=self.graph, mailbox=mailbox, privacy=privacy)
            yield DeltaFeed(scope=Scope(name=f"mail {mailbox}", mailbox=mailbox), graph=self.graph, source=mail)
        if self.settings.calendar:
            yield CalendarFeed(
                scope=Scope(name=f"calendar {mailbox}", mailbox=mailbox),
                graph=self.graph,
                mailbox=mailbox,
                reader=MeetingReader(own_domains=own, privacy=privacy),
                now=self._now,
                years_back=self.settings.history_years,
            )
        if self.settings.contacts:
            cards = ContactSource(graph=self.graph, mailbox=mailbox, privacy=privacy)
            yield DeltaFeed(scope=Scope(name=f"contacts {mailbox}", mailbox=mailbox), graph=self.graph, source=cards)

    def _mailboxes(self) -> list[str]:
        named = [normalise_address(one) or one for one in self.settings.mailboxes]
        if named:
            return list(dict.fromkeys(named))
        rows = self.graph.rows(self.graph.url("users", select=_USER, top="999"))
        members = (row for row in rows if row.get("accountEnabled") is True and text_of(row, "userType") == "Member")
        addresses = (normalise_address(text_of(row, "mail")) for row in members)
        return sorted({one for one in addresses if one})

    @property
    def _now(self) -> datetime:
        now = self.surroundings.extra.get("now")
        return now if isinstance(now, datetime) and now.tzinfo else datetime.now(UTC)


def _members(count: int) -> str:
    return "member has" if count == 1 else "members have"


def _look_into(feed: Feed) -> None:
    if feed.count() is None:
        next(iter(feed.changes(None)))  # what cannot be counted is read


class OutlookKind:
    """The entry point of Microsoft 365."""

    kind: ClassVar[str] = "outlook"
    title: ClassVar[str] = "Microsoft 365 (Outlook mail, calendars and contacts)"
    settings: ClassVar[type[Any]] = OutlookSettings

    def open(self, settings: OutlookSettings, surroundings: Surroundings) -> Connector:
        """Return the connector; nothing is asked yet."""
        return Outlook(settings=settings, surroundings=surroundings)

    def steps(self, language: str) -> tuple[str, ...]:
        """Return what an admin does in Entra ID and Exchange Online."""
        return STEPS[language]

    def log_in(
        self, values: Mapping[str, Any], surroundings: Surroundings, tell: Callable[[str], None]
    ) -> Mapping[str, str]:
        """Let one person log in with a device code."""
        settings = self.settings.model_validate({**values, "login": "not yet"})
        pace = surroundings.extra.get("pace")
        wire = Wire(settings, bundle_of(settings, surroundings.folder), pace)
        return {"login": log_in(settings, scopes_of(settings, surroundings.privacy), wire, tell)}
