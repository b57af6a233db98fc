"""A console with people, one held mail, and browsers that keep cookies and fill in forms."""

import html
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, timedelta, tzinfo
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from guardian.console.app import create_app
from guardian.console.attempts import Attempts, Limits
from guardian.console.bench import Bench
from guardian.console.desk import Desk
from guardian.console.entrance import Entrance
from guardian.console.office import Office, pages
from guardian.console.porch import Porch, Site
from guardian.console.provider import Provider
from guardian.guard import audience_of, read_for
from guardian.guard.tally import Expected
from guardian.ports.accounts import Role
from guardian.ports.holds import Hold, HoldState
from tests.console.browser import Answer, Browser
from tests.console.memory_people import PASSWORD, MemoryAccounts, MemorySessions, person, quick_passwords
from tests.console.test_mail_link import LINKS, URL, HandClock, is_ours
from tests.guard.fakes import MemoryHolds
from tests.guard.test_holds import DIRECTORY, ENVELOPE, held

SENDER = ENVELOPE.sender
REVIEWER, AUDITOR, ADMIN = "jefa@acme.example", "audita@acme.example", "admin@acme.example"
PEOPLE = (
    person(REVIEWER, Role.REVIEWER),
    person(SENDER, Role.REVIEWER),
    person(AUDITOR, Role.AUDITOR),
    person(ADMIN, Role.ADMIN),
)
_ACTION = re.compile(r'<form method="post" action="([^"]*)">(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@dataclass(slots=True)
class Tab:
    """A browser of one person: keeps cookies, follows nothing by itself, and fills in the forms it was shown."""

    browser: Browser
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "es"
    last: Answer = field(default_factory=lambda: Answer(0, "", {}))

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._keep(self.browser.request("GET", path, **self._headers()))

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> Answer:
        """Send exactly these fields."""
        told = {**self._headers(), "Content_Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._keep(self.browser.request("POST", path, urlencode(fields).encode(), **told))

    def send(self, path: str, **fields: str) -> Answer:
        """Fill in the form of the last page that leads to a path, and send it."""
        found = {html.unescape(action): inner for action, inner in _ACTION.findall(self.last.text)}
        hidden = {name: html.unescape(value) for name, value in _HIDDEN.findall(found[path])}
        return self.post(path, **hidden, **fields)

    def log_in(self, address: str, password: str = PASSWORD, place: str = "/holds") -> Answer:
        """Log in as somebody would."""
        self.get(f"/login?next={place}")
        return self.send("/login", address=address, password=password)

    def _headers(self) -> dict[str, str]:
        told = {"Accept_Language": self.language}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return told

    def _keep(self, answer: Answer) -> Answer:
        for line in answer.cookies:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        self.last = answer
        return answer


@dataclass
class OfficeRoom:
    """The console of a tenant, served."""

    url: str = URL
    provider: Provider | None = None
    expected: Sequence[Expected] = ()
    limits: Limits = field(default_factory=Limits)
    holds: MemoryHolds = field(default_factory=MemoryHolds)
    clock: HandClock = field(default_factory=HandClock)
    rounds: list[str] = field(default_factory=list)
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        self.hold = held(self.holds)
        self.sessions = MemorySessions()
        self.accounts = MemoryAccounts(self.sessions)
        for one in PEOPLE:
            self.accounts.add(one)
        desk = Desk(holds=self.holds, links=LINKS, clock=self.clock, is_ours=is_ours, reviewers=(REVIEWER,))
        app = create_app(
            desk, language_of=self._language, after=lambda: self.rounds.append("round"), more=pages(self._office())
        )
        self.browser = Browser(app)

    def tab(self, address: str = "", *, language: str = "es") -> Tab:
        """Return a browser, of somebody who is logged in where he is named."""
        tab = Tab(self.browser, language=language)
        if address:
            assert tab.log_in(address).status_code == 303
        return tab

    def state(self) -> HoldState:
        """Return what became of the held mail."""
        return self.holds.holds[self.hold.id].state

    def trail(self, hold: Hold | None = None) -> list[tuple[str, str, str]]:
        """Return who took which step, and how."""
        return [(one.what, one.by, one.via) for one in self.holds.events((hold or self.hold).id)]

    def _language(self, address: str) -> str:
        return "en" if address in (AUDITOR, ADMIN) else "es"

    def _office(self) -> Office:
        entrance = Entrance(
            accounts=self.accounts,
            sessions=self.sessions,
            clock=self.clock,
            passwords=quick_passwords(),
            attempts=Attempts(limits=self.limits),
            idle=timedelta(minutes=30),
            longest=timedelta(hours=10),
        )
        return Office(
            porch=Porch(
                entrance=entrance, site=Site(url=self.url), language_of=self._language, zone_of=lambda _: self.zone
            ),
            bench=Bench(
                holds=self.holds,
                clock=self.clock,
                is_ours=is_ours,
                read_mail=lambda hold, raw: read_for(
                    audience_of(hold.envelope, DIRECTORY), raw, sender=hold.envelope.sender, directory=DIRECTORY
                ),
                hours=48,
            ),
            accounts=self.accounts,
            clock=self.clock,
            provider=self.provider,
            expected=lambda _days: self.expected,
            after=lambda: self.rounds.append("round"),
        )


@contextmanager
def served_office(**changes: Any) -> Iterator[OfficeRoom]:
    """Serve a console as long as the block lasts."""
    room = OfficeRoom(**changes)
    try:
        yield room
    finally:
        room.browser.close()
