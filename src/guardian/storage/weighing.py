"""What a stored interaction is worth as a touch, and whether a mail of ours was answered."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, func, literal, or_, select, type_coerce

from guardian.domain.activity import Direction, Kind, Signal
from guardian.domain.touch import NEVER_A_WORD, Happening, Touch, touch_of
from guardian.ports.holds import HoldState
from guardian.storage.tables import hold, interaction

# A row tells of few kinds of touch; each distinct set of facts is weighed once.
DISTINCT_FACTS = 1 << 16
HELD_KEY = literal("mid:") + hold.c.message_id  # of the interaction that the copies of a held mail tell of


def in_his_own_words() -> ColumnElement[bool]:
    """Return the condition for a mail in which a client writes himself, which answers whatever we wrote before."""
    signals = " " + interaction.c.signals + " "
    by_machine = or_(*(signals.contains(f" {signal} ", autoescape=True) for signal in sorted(NEVER_A_WORD)))
    return and_(
        interaction.c.kind == Kind.EMAIL,
        interaction.c.direction == Direction.IN,
        interaction.c.outsiders > 0,
        or_(interaction.c.signals == "", ~by_machine),
    )


def was_not_kept_back() -> ColumnElement[bool]:
    """Return the condition for all but those mails of ours that the guard kept back from the client.

    They lie in mailboxes as sent. A mail that was released to everybody has gone out, however often it was held.
    """
    released = held_keys(hold.c.state == HoldState.RELEASED)
    here = interaction.c.key
    return or_(interaction.c.direction != Direction.OUT, here.not_in(held_keys()), here.in_(released))


def held_keys(*how: ColumnElement[bool]) -> Select[str]:
    """Return the query for the keys of held mails that fulfil these conditions."""
    return select(HELD_KEY).where(hold.c.message_id.is_not(None), *how)


def last_words(until: datetime) -> Select[Any]:
    """Return the query for when a client last wrote in each thread, in seconds, as known at a moment."""
    return (
        select(interaction.c.thread_id, type_coerce(func.max(interaction.c.occurred_at), BigInteger).label("at"))
        .where(in_his_own_words(), interaction.c.thread_id.is_not(None), interaction.c.occurred_at <= until)
        .group_by(interaction.c.thread_id)
    )


@lru_cache(maxsize=1024)
def signals_of(stored: str) -> frozenset[Signal]:
    """Return the signals of an interaction as its row keeps them."""
    return frozenset(map(Signal, stored.split()))


@lru_cache(maxsize=DISTINCT_FACTS)
def stored_touch(
    kind: str, direction: str, signals: str, outsiders: int, addressed: bool, duration_s: int | None, *when: bool
) -> Touch:
    """Return the touch of a row's columns; `when` says whether it was answered, and whether it lies behind us."""
    answered, past = when
    return touch_of(
        Happening(
            kind=Kind(kind),
            direction=Direction(direction),
            signals=signals_of(signals),
            outsiders=outsiders,
            addressed=bool(addressed),
            answered=answered,
            past=past,
            duration_s=duration_s,
        )
    )
