"""Holding a mail, and what people may decide about it.

Two pairs of eyes: who wrote a mail never releases it to the client. The safe choices, to send it to colleagues only
or to discard it, are his too.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from guardian.domain.addresses import mailbox_of, normalise_address
from guardian.domain.errors import UserError
from guardian.domain.mail import Audience, Envelope
from guardian.guard.check import Examination
from guardian.guard.past import GUARDIAN, ends_at, past_of
from guardian.guard.read_mail import mailboxes, outer_header
from guardian.ports.holds import ERASED, Hold, HoldEvent, Holds, HoldState

SHORTEST_WHY = 10
MOST_HEADER = 300_000  # bytes searched for authors
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class AlreadyDecided(UserError):
    """Somebody was faster: there is nothing left to decide about this mail."""


def hold_mail(
    holds: Holds,
    envelope: Envelope,
    raw: bytes,
    examined: Examination,
    *,
    now: datetime,
    namesakes: Callable[[str], Sequence[str]],
) -> Hold:
    """Keep a mail back durably and return its hold; the same mail offered again meets the same hold.

    `namesakes` tells under what addresses else somebody may come to decide about what he wrote.
    """
    mail = examined.mail
    wanted = Hold(
        id=_new_id(now),
        state=HoldState.HELD,
        envelope=envelope,
        verdict=examined.verdict,
        subject=mail.subject if mail else "",
        message_id=mail.message_id if mail else None,
        digest=hashlib.sha256(raw).hexdigest(),
        held_at=now,
        client_addresses=_outsiders(envelope, examined.audience),
        written_by=_writers(envelope, _authors(envelope, raw), namesakes),
    )
    return holds.keep(wanted, raw)


def _outsiders(envelope: Envelope, audience: Audience) -> tuple[str, ...]:
    """Return the recipients who must not get a mail that goes to colleagues only: clients, and others outside."""
    outside = {one.address for one in audience.clients} | set(audience.others)
    return tuple(one for one in envelope.recipients if one in outside or one in audience.mixed)


def _authors(envelope: Envelope, raw: bytes) -> tuple[str, ...]:
    """Return who wrote a mail by its header, where the envelope names somebody else (a bounce address, say)."""
    header = outer_header(raw[:MOST_HEADER])
    named = [address for _, address in mailboxes([*header.all("from"), *header.all("sender")])]
    return tuple(dict.fromkeys(one for one in named if one != envelope.sender))


def _writers(
    envelope: Envelope, authors: tuple[str, ...], namesakes: Callable[[str], Sequence[str]]
) -> tuple[str, ...]:
    """Return the authors by the header, and whatever other mailbox is theirs or the sender's."""
    writers = [one for one in (envelope.sender, *authors) if one]
    named = {mailbox_of(one) for one in writers}
    others = dict.fromkeys(mailbox_of(other) for one in writers for other in namesakes(one))
    return (*authors, *(one for one in others if one not in named))


def _new_id(now: datetime) -> str:
    """Return a short id that sorts by time and cannot be guessed."""
    seconds, letters = int(now.timestamp()), ""
    for _ in range(7):
        seconds, digit = divmod(seconds, 32)
        letters = _ALPHABET[digit] + letters
    return letters + "".join(secrets.choice(_ALPHABET) for _ in range(6))


def is_writer(holds: Holds, hold: Hold, *names: str) -> bool:
    """Say whether somebody wrote a mail, by its envelope or by its header, under whichever of his addresses."""
    # The first version did not keep who wrote a mail by its header.
    authors = hold.written_by or _authors(hold.envelope, holds.raw(hold.id))
    writers = {mailbox_of(one) for one in (hold.envelope.sender, *authors)}
    return any(mailbox_of(one) in writers for one in names)


def release(holds: Holds, hold_id: str, *, by: str, why: str, now: datetime, via: str = "") -> Hold:
    """Let a mail go to everybody; never by its sender, and never without a justification."""
    hold = _waiting(holds, hold_id)
    if is_writer(holds, hold, by):
        raise UserError("The sender cannot release his own mail to the client; somebody else has to.")
    if len(why.strip()) < SHORTEST_WHY:
        raise UserError(f"Releasing to the client needs a justification of at least {SHORTEST_WHY} characters.")
    return _decide(holds, hold, HoldState.RELEASE_REQUESTED, _event(hold, "release", by, why, now, via))


def release_internal(  # noqa: PLR0913 - what a decision is made of
    holds: Holds, hold_id: str, *, by: str, why: str, now: datetime, via: str = "", once: str | None = None
) -> Hold:
    """Let a mail go to colleagues only; the client never gets it. The sender may choose this himself."""
    hold = _waiting(holds, hold_id)
    if not hold.colleagues:
        raise UserError(
            "No colleague is among those to whom it would go; return the mail to its sender, or discard it."
        )
    event = _event(hold, "release_internal", by, why, now, via)
    return _decide(holds, hold, HoldState.INTERNAL_REQUESTED, event, once)


def return_to_sender(  # noqa: PLR0913 - what a decision is made of
    holds: Holds, hold_id: str, *, by: str, why: str, now: datetime, via: str = "", once: str | None = None
) -> Hold:
    """Give a mail back to its sender."""
    hold = _waiting(holds, hold_id)
    if not hold.envelope.sender:
        raise UserError(
            "This mail has no sender to return it to; release it, to colleagues only or to all, or discard it."
        )
    return _decide(holds, hold, HoldState.RETURN_REQUESTED, _event(hold, "return", by, why, now, via), once)


def discard(  # noqa: PLR0913 - what a decision is made of
    holds: Holds, hold_id: str, *, by: str, why: str, now: datetime, via: str = "", once: str | None = None
) -> Hold:
    """Drop a mail; it goes nowhere."""
    hold = _waiting(holds, hold_id)
    return _decide(holds, hold, HoldState.DISCARDED, _event(hold, "discard", by, why, now, via), once)


def expire(holds: Holds, *, now: datetime, hours: int) -> list[Hold]:
    """Return to their senders the mails that nobody decided about within `hours`, anew where that had failed.

    What has no sender, whose return the mail server refused for good, or of which it never said whether it took it,
    goes on waiting for a person: nothing is ever released or deleted by the clock.
    """
    expired = []
    for hold in holds.list(states=frozenset({HoldState.HELD})):
        if now - hold.held_at < timedelta(hours=hours) or not hold.envelope.sender:
            continue
        past = past_of(holds.events(hold.id))
        if past.left_to_people or now < ends_at(hold, past, hours):
            continue
        event = HoldEvent(hold_id=hold.id, at=now, what="expire", by=GUARDIAN, why="")
        moved = holds.move(hold, HoldState.RETURN_REQUESTED, event)
        if moved is not None:
            expired.append(moved)
    return expired


def _waiting(holds: Holds, hold_id: str) -> Hold:
    hold = holds.get(hold_id)
    if hold is None:
        raise UserError(f"There is no hold {hold_id}; `guardian holds list` names them.")
    if hold.state is not HoldState.HELD:
        raise AlreadyDecided(f"The hold {hold_id} is decided already: it is {hold.state}.")
    return hold


def is_reserved(why: str) -> bool:
    """Say whether a justification would pass for words that were forgotten."""
    return why.strip().startswith(ERASED)


def _event(hold: Hold, what: str, by: str, why: str, now: datetime, via: str) -> HoldEvent:
    decider = normalise_address(by)
    if decider is None:
        raise UserError(f"{by!r} is no mail address; say with --by who decides.")
    if is_reserved(why):
        raise UserError(
            f"A justification cannot begin with {ERASED}, which stands for forgotten words; begin it otherwise."
        )
    return HoldEvent(hold_id=hold.id, at=now, what=what, by=decider, why=why.strip(), via=via)


def _decide(holds: Holds, hold: Hold, to: HoldState, event: HoldEvent, once: str | None = None) -> Hold:
    moved = holds.move(hold, to, event, once=once)
    if moved is None:
        raise AlreadyDecided(f"Somebody else decided about {hold.id} a moment ago; look with `guardian holds show`.")
    return moved
