"""Cursors over Gmail, the address book and the calendar: JSON that only this connector reads."""

from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from guardian.domain.errors import CursorExpired
from guardian.ports.connector import Cursor


class Token(BaseModel):
    """What the cursors of this connector have in common; `v` is the version of a cursor's form."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class MailToken(Token):
    """The history id from which changes are told (text: it has 64 bits), and in a walk the page that comes next.

    `level` is the privacy level under which the mailbox was read.
    """

    v: Literal[1] = 1
    kind: Literal["mail"]
    level: str
    history: str = Field(pattern=r"^\d{1,30}$")
    walk: bool = False
    page: str = ""
    done: int = 0


class ContactsToken(Token):
    """The sync token from which changes are told, and in a round the page that comes next."""

    v: Literal[1] = 1
    kind: Literal["contacts"]
    sync: str = ""
    walk: bool = False
    page: str = ""
    done: int = 0


class SeriesEntry(BaseModel):
    """How a series went on when it was last told, so that what it no longer holds can be said to be gone.

    `start` is the `EventDateTime` of its first meeting, `lines` its recurrence, `apart` the original starts of
    its exceptions, as they stand in ids.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    start: dict[str, Any]
    lines: list[str]
    apart: list[str] = []


class CalendarToken(Token):
    """The sync token from which changes are told, and the series as they were told.

    In the middle of a round, `after` is the group of events that was told last, `sync` still the token that the
    round began with (empty in a walk), `next` the one it ends with. `until` is how far series are reckoned.
    """

    v: Literal[2] = 2  # 1: exceptions went by the ids that Google gives them
    kind: Literal["calendar"]
    level: str
    until: str
    sync: str = ""
    next: str = ""
    after: str = ""
    series: dict[str, SeriesEntry] = {}


T = TypeVar("T", bound=Token)


def write_cursor(token: Token) -> Cursor:
    """Return a cursor that carries a token as JSON."""
    return Cursor(token=token.model_dump_json())


def read_cursor(cursor: Cursor, token: type[T]) -> T:
    """Return the token in a cursor; CursorExpired when it is none of this kind."""
    try:
        return token.model_validate_json(cursor.token)
    except ValidationError as error:
        raise CursorExpired("the cursor is not one of this feed") from error
