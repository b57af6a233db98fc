"""The people of a client by what they did: who speaks for it, whose address leads nowhere, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from guardian.domain.activity import Signal

BOUNCES_ENOUGH, BOUNCES_WITHIN = 3, timedelta(days=14)  # so many make an address that may exist as good as gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Somebody who wrote to us: from which address, first and last when, and on how many days.

    `name` is empty but for the addresses of a role (compras@), where every name shown is somebody else.
    """

    address: str
    first: datetime
    last: datetime
    days: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What tells about an address: BOUNCE, NO_SUCH_ADDRESS, LEFT, TAKES_OVER, OPT_OUT; `successor` where named."""

    address: str
    at: datetime
    what: Signal
    successor: str | None = None


def gone_since(signs: Iterable[Sign], *, last_words: datetime | None) -> datetime | None:
    """Return since when an address leads nowhere, from the signs about it; None while it does lead somewhere.

    Words of its owner after a sign take the sign back. A bounce that may pass counts only as the third in 14 days.
    """
    later = sorted(
        (one for one in signs if last_words is None or _still_holds(one, last_words)), key=lambda one: one.at
    )
    bounces = [one.at for one in later if one.what in (Signal.BOUNCE, Signal.NO_SUCH_ADDRESS)]
    often = [
        at for first, at in zip(bounces, bounces[BOUNCES_ENOUGH - 1 :], strict=False) if at - first <= BOUNCES_WITHIN
    ]
    sure = [one.at for one in later if one.what in (Signal.NO_SUCH_ADDRESS, Signal.LEFT)]
    return min([*sure, *often], default=None)


def opted_out_since(signs: Iterable[Sign], *, last_words: datetime | None) -> datetime | None:
    """Return since when somebody wants no contact, from the signs about his address; words after it take it back."""
    asked = (one.at for one in signs if one.what is Signal.OPT_OUT)
    return max((at for at in asked if last_words is None or at >= last_words), default=None)


def _still_holds(sign: Sign, last_words: datetime) -> bool:
    """Say whether a sign is younger than the last words; who says himself that he leaves says so in them."""
    return sign.at >= last_words if sign.what is Signal.LEFT else sign.at > last_words
