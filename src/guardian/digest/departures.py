"""Who of a client's people is gone, and who came instead, as its interactions tell."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from guardian.domain.activity import Direction, Role, Signal
from guardian.domain.touch import NEVER_A_WORD
from guardian.domain.voices import Sign, gone_since
from guardian.ports.timeline import Interaction


def successors(past: Sequence[Interaction]) -> dict[str, str | None]:
    """Return each address that leads nowhere any more, with the address of who came instead, where that was told."""
    last: dict[str, datetime] = {}
    signs: dict[str, list[Sign]] = defaultdict(list)
    for one in past:
        for seat in one.seats if _in_his_own_words(one) else ():
            if seat.role is Role.FROM:
                last[seat.address] = one.occurred_at
        for sign in _signs(one):
            signs[sign.address].append(sign)
    return {
        address: next((one.successor for one in reversed(told) if one.successor), None)
        for address, told in signs.items()
        if gone_since(told, last_words=last.get(address)) is not None
    }


def _in_his_own_words(one: Interaction) -> bool:
    return one.direction is Direction.IN and not one.signals & NEVER_A_WORD


def _signs(one: Interaction) -> Iterable[Sign]:
    about = [seat.address for seat in one.seats if seat.role is Role.ABOUT and "@" in seat.address]
    if Signal.BOUNCE in one.signals:
        what = Signal.NO_SUCH_ADDRESS if Signal.NO_SUCH_ADDRESS in one.signals else Signal.BOUNCE
        return [Sign(address=address, at=one.occurred_at, what=what) for address in about]
    if Signal.LEFT not in one.signals:
        return []
    named = next(iter(about), None)
    writers = [seat.address for seat in one.seats if seat.role is Role.FROM]
    return [Sign(address=writer, at=one.occurred_at, what=Signal.LEFT, successor=named) for writer in writers]
