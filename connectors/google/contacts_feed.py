"""The feed of one address book: People API `connections.list` with its sync tokens, which last seven days."""

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.google.account import Api
from connectors.google.cursors import ContactsToken, read_cursor, write_cursor
from connectors.google.pages import page_of
from connectors.google.session import GoogleSession
from connectors.google.translate_people import FIELDS, read_person
from guardian.ports.connector import Cursor, Page, Scope

PEOPLE = Api(
    name="people",
    version="v1",
    title="People",
    scope="https://www.googleapis.com/auth/contacts.readonly",
    host="people.googleapis.com",
)
PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsFeed:
    """The cards that a user keeps; addresses that Google noted by itself are not among them."""

    scope: Scope
    session: GoogleSession

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Yield the whole address book, or what changed since a cursor."""
        token = read_cursor(after, ContactsToken) if after else ContactsToken(kind="contacts", walk=True)
        with self.session:
            yield from self._round(token)

    def _round(self, token: ContactsToken) -> Iterator[Page]:
        connections = self.session.resource("people", "connections")
        while True:
            # Every page must be asked for with the parameters of the first.
            at = {name: text for name, text in (("syncToken", token.sync), ("pageToken", token.page)) if text}
            asked = connections.list(
                resourceName="people/me", personFields=FIELDS, pageSize=PAGE, requestSyncToken=True, **at
            )
            answer = self.session.ask(asked, resuming=bool(at))
            people = {one["resourceName"]: one for one in answer.get("connections", ())}
            records = [record for one in people.values() for record in read_person(one)]
            done = token.done + len(people)
            more = str(answer.get("nextPageToken", ""))
            walk = token.walk
            if more:
                token = token.model_copy(update={"page": more, "done": done})
            else:
                token = ContactsToken(kind="contacts", sync=str(answer["nextSyncToken"]))
            total = max(int(answer.get("totalItems", 0)), done) if walk else done
            yield page_of(
                records, write_cursor(token), self.session, walk=walk, closes_round=not more, done=done, total=total
            )
            if not more:
                return

    def count(self) -> int | None:
        """Return how many cards the address book has."""
        with self.session:
            connections = self.session.resource("people", "connections")
            asked = connections.list(
                resourceName="people/me", personFields="metadata", pageSize=1, fields="totalItems"
            )
            return int(self.session.ask(asked).get("totalItems", 0))

    def peek(self) -> None:
        """Read one thing, to see whether we may."""
        self.count()
