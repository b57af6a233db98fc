"""Who may have a held mail by another way than through Guardian, by its header; the envelope tells only who has not.

A hosted service (Exchange Online, Gmail) gives colleagues their copies itself, and may hand over what goes outside in
several envelopes, each of which is held, or passes, by itself.
"""

from collections.abc import Callable
from enum import StrEnum

from guardian.domain.addresses import mailbox_of
from guardian.guard.read_mail import mailboxes, outer_header
from guardian.ports.holds import Hold


class Elsewhere(StrEnum):
    """Who may have a mail that Guardian did not send him."""

    NOBODY = "nobody"  # colleagues came in its envelope, and its header names nobody beyond them
    UNKNOWN = "unknown"  # no colleague is in sight, but some may have got a blind copy
    COLLEAGUES = "colleagues"
    OTHERS = "others"  # outsiders at least, the client's people perhaps


def elsewhere_of(hold: Hold, raw: bytes, is_ours: Callable[[str], bool]) -> Elsewhere:
    """Return who may have a mail that Guardian did not send him: whom To and Cc name and the envelope does not.

    Who wrote the mail counts as nobody, and what cannot be read through as proof of nothing.
    """
    header = outer_header(raw)
    here = {mailbox_of(one) for one in (*hold.envelope.recipients, hold.envelope.sender, *hold.written_by)}
    named = [address for _, address in mailboxes([*header.all("to"), *header.all("cc")])]
    beyond = [one for one in named if mailbox_of(one) not in here]
    if beyond:
        return Elsewhere.COLLEAGUES if all(map(is_ours, beyond)) else Elsewhere.OTHERS
    return Elsewhere.NOBODY if hold.colleagues and raw and not header.too_many else Elsewhere.UNKNOWN
