"""A Google Workspace domain, or one Google account, as a connector: mail, contacts and calendar of each mailbox."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from connectors.google.account import Account, Api, account_of
from connectors.google.calendar_feed import CALENDAR, CalendarFeed
from connectors.google.contacts_feed import PEOPLE, ContactsFeed
from connectors.google.guide import STEPS
from connectors.google.mail_feed import MailFeed, api_of
from connectors.google.series import AHEAD
from connectors.google.session import GoogleSession
from connectors.google.settings import GoogleSettings
from connectors.google.translate_events import horizon
from connectors.google.user_login import log_in
from guardian.connector_kit.http import Pace
from guardian.connector_kit.meter import Meter
from guardian.ports.connector import Connector, Feed, Scope, Spent, Surroundings

MOST_CHECKED = 20  # mailboxes; each costs a login an API


@dataclass(frozen=True, slots=True, kw_only=True)
class Google:
    """The mailboxes of one service account, or of one user."""

    account: Account
    surroundings: Surroundings
    _meters: list[Meter] = field(default_factory=list)  # of the sessions since somebody asked what was spent

    @property
    def settings(self) -> GoogleSettings:
        """What the admin filled in."""
        return self.account.settings

    def check(self) -> str:
        """Log in as each mailbox and read one thing of each kind; name the scopes that an admin must authorise."""
        chosen = self.settings.mailboxes[:MOST_CHECKED]
        for mailbox in chosen:
            for feed in self._feeds_of(mailbox):
                feed.peek()
        kinds = ", ".join(
            kind for kind, wanted in (("mail", self.settings.mail), ("contacts", self.settings.contacts),
                                      ("calendar", self.settings.calendar)) if wanted
        )  # fmt: skip
        count = len(self.settings.mailboxes)
        rest = f" and {count - len(chosen)} more that were not tried" if count > len(chosen) else ""
        return f"Reads {kinds} of {', '.join(chosen)}{rest}, at privacy level {self.surroundings.privacy}."

    def parts(self) -> Iterator[str]:
        """Yield the mailboxes."""
        yield from self.settings.mailboxes

    def feeds(self, part: str | None = None) -> Iterator[Feed]:
        """Yield the feeds of one mailbox, or of every mailbox."""
        for mailbox in self.settings.mailboxes if part is None else [part]:
            yield from self._feeds_of(mailbox)

    def spent(self) -> Spent:
        """Return what was spent and is on no page."""
        each = [meter.spent() for meter in self._meters]
        self._meters.clear()
        return Spent(requests=sum(one.requests for one in each), throttled_s=sum(one.throttled_s for one in each))

    def _feeds_of(self, mailbox: str) -> Iterator[MailFeed | ContactsFeed | CalendarFeed]:
        privacy = self.surroundings.privacy
        if self.settings.mail:
            session = self._session(api_of(privacy), mailbox)
            yield MailFeed(scope=_scope("mail", mailbox), session=session, privacy=privacy)
        if self.settings.contacts:
            yield ContactsFeed(scope=_scope("contacts", mailbox), session=self._session(PEOPLE, mailbox))
        if self.settings.calendar:
            yield CalendarFeed(
                scope=_scope("calendar", mailbox),
                session=self._session(CALENDAR, mailbox),
                privacy=privacy,
                own_domains=self.surroundings.own_domains,
                until=horizon(self._now, AHEAD),
            )

    def _session(self, api: Api, mailbox: str) -> GoogleSession:
        pace = self.surroundings.extra.get("pace")
        session = GoogleSession(
            self.account,
            api,
            mailbox=mailbox,
            folder=self.surroundings.folder,
            scopes=_scopes(self.settings, self.surroundings.privacy),
            pace=pace if isinstance(pace, Pace) else None,
        )
        self._meters.append(session.cost)
        return session

    @property
    def _now(self) -> datetime:
        now = self.surroundings.extra.get("now")
        return now if isinstance(now, datetime) and now.tzinfo else datetime.now(UTC)


class GoogleKind:
    """The entry point of Google."""

    kind: ClassVar[str] = "google"
    title: ClassVar[str] = "Google Workspace (Gmail, Calendar, Contacts)"
    settings: ClassVar[type[Any]] = GoogleSettings

    def open(self, settings: GoogleSettings, surroundings: Surroundings) -> Connector:
        """Return the connector; nobody is asked yet."""
        return Google(account=account_of(settings), surroundings=surroundings)

    def steps(self, language: str) -> tuple[str, ...]:
        """Return what an admin does in the Cloud console and the Admin console."""
        return STEPS[language]

    def log_in(
        self, values: Mapping[str, Any], surroundings: Surroundings, tell: Callable[[str], None]
    ) -> Mapping[str, str]:
        """Let one person log in in the browser."""
        settings = self.settings.model_validate({**values, "refresh_token": "not yet"})
        scopes = _scopes(settings, surroundings.privacy)
        return {"refresh_token": log_in(settings, scopes, folder=surroundings.folder, tell=tell)}


def _scopes(settings: GoogleSettings, privacy: str) -> list[str]:
    wanted = ((settings.mail, api_of(privacy)), (settings.contacts, PEOPLE), (settings.calendar, CALENDAR))
    return [api.scope for wants, api in wanted if wants]


def _scope(kind: str, mailbox: str) -> Scope:
    return Scope(name=f"{kind}/{mailbox}", mailbox=mailbox)
