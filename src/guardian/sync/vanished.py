"""A feed that a connection once had and no longer shows: nothing of it is read, and nothing of it is lost."""

from collections.abc import Iterator
from dataclasses import dataclass

from guardian.domain.errors import UserError
from guardian.ports.connector import Cursor, Page, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """The feed that stands for what is stored of it, until its provider shows it again."""

    scope: Scope

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Say what an admin must grant."""
        raise UserError(
            "What was read here before can no longer be seen; `guardian connectors check` says what to allow again, "
            "or take it out of the settings."
        )

    def count(self) -> int | None:
        """Return that nothing is known."""
        return None
