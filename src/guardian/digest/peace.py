"""Who asked not to be contacted any more, and when: by mail, or by the word of a rep."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from guardian.domain.activity import Signal
from guardian.domain.notes import Note, Reach, channel_note
from guardian.domain.standing import Assessment, State, WhyCode
from guardian.ports.contact_news import ContactNews


def asked_by_mail(
    standings: Mapping[int, Assessment], news: ContactNews | None, *, now: datetime
) -> dict[int, datetime]:
    """Return when each client last wrote that he wants no contact; read only where somebody does."""
    if news is None or not any(_wants_peace(one) for one in standings.values()):
        return {}
    signs = news.signs(until=now)
    moments = {of: [one.at for one in told if one.what is Signal.OPT_OUT] for of, told in signs.items()}
    return {of: max(asked) for of, asked in moments.items() if asked}


def peace_since(told: Assessment, notes: Sequence[Note], asked: datetime | None) -> datetime | None:
    """Return since when a client wants no contact, by what he `asked` or a rep says; None where he does not."""
    note = channel_note(notes)
    said = note.at if note and note.channel is Reach.NONE else None
    if told.state is not State.OVER_CONTACTED or not (said or _wants_peace(told)):
        return None
    return max((at for at in (said, asked) if at), default=told.last_inbound)


def _wants_peace(told: Assessment) -> bool:
    return any(why.code is WhyCode.ASKED_FOR_PEACE for why in told.reasons)
