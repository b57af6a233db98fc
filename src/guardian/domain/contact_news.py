"""What a mail tells about the people at a client, beside being a touch or none: who is gone, came, or wants peace."""

from collections.abc import Iterable

from guardian.domain.activity import Activity, Signal
from guardian.domain.bounces import read_bounce, with_undelivered
from guardian.domain.handover import with_handover
from guardian.domain.opting_out import with_opt_out


def with_contact_news(
    one: Activity, headers: Iterable[tuple[str, str]], *, status: str = "", text: str = ""
) -> Activity:
    """Return a mail that says whom a bounce is about, who has left, takes over or opts out, where it tells.

    `status` is the machine-readable part of a bounce: addresses and codes, no words of anybody. `text` is what was
    newly written, given only where privacy lets it be read.
    """
    if Signal.BOUNCE in one.signals:
        return with_undelivered(one, read_bounce(headers, status=status, text=text))
    told = with_opt_out(one, text)
    return told if told is not one else with_handover(one, text)
