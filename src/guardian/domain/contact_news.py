"""What a mail tells about the people at a client, beside being a touch or none: who is gone, and who came."""

from collections.abc import Iterable

from guardian.domain.activity import Activity, Signal
from guardian.domain.bounces import read_bounce, with_undelivered
from guardian.domain.handover import with_handover


def with_contact_news(
    one: Activity, headers: Iterable[tuple[str, str]], *, status: str = "", text: str = ""
) -> Activity:
    """Return a mail that says whom a bounce is about, who has left, and who takes over, where it tells.

    `status` is the machine-readable part of a bounce: addresses and codes, no words of anybody. `text` is what was
    newly written, given only where privacy lets it be read.
    """
    if Signal.BOUNCE in one.signals:
        return with_undelivered(one, read_bounce(headers, status=status, text=text))
    return with_handover(one, text)
