"""One round of everything about held mail that is due: what expired, what was decided, whom to tell."""

from dataclasses import dataclass

from guardian.guard.holds import expire
from guardian.guard.notices import Kind
from guardian.guard.notifier import Notifier
from guardian.guard.outbox import Outbox
from guardian.ports.clock import Clock
from guardian.ports.holds import Hold, Holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round did: mails that expired, mails that are done, and how many people were told or reminded."""

    expired: tuple[Hold, ...]
    done: tuple[Hold, ...]
    told: int
    reminded: int


def make_round(holds: Holds, outbox: Outbox, notifier: Notifier, *, clock: Clock, hours: int) -> Round:
    """Do everything that is due now; harmless to call every few seconds, and from several processes at once."""
    expired = expire(holds, now=clock.now(), hours=hours)
    done = outbox.send_pending()
    told = notifier.tell()
    return Round(
        expired=tuple(expired),
        done=tuple(done),
        told=told[Kind.SENDER] + told[Kind.REVIEWER] + told[Kind.FAILED],
        reminded=told[Kind.REMINDER],
    )
