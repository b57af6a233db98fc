"""A mail taken apart into the messages it carries, each to be judged by itself.

Harmless words around an insult make it look less, and most mail carries a thread: with one harmless mail of a
colleague's quoted below them, half as many hostile mails were found.
"""

from dataclasses import replace

from guardian.domain.mail import Mail, Passage, Place, Voice
from guardian.nlp.reading import JUDGED

MOST = 8  # what is beyond them is judged together


def messages_of(mail: Mail) -> tuple[Mail, ...]:
    """Return a mail as one for its new words, subject included, and one for each quoted or attached message.

    Words that may be the client's stand apart from those that are ours. Whatever has no words is left out; at least
    one mail is returned, in the order in which they stand.
    """
    new: list[Passage] = []
    others: list[list[Passage]] = []
    latest: tuple[object, ...] | None = None
    for passage in mail.passages:
        key = (passage.voice, passage.place, passage.author, passage.unsure)
        if passage.voice is Voice.CLIENT_QUOTED:
            latest = None
        elif passage.voice is Voice.OWN_QUOTED or passage.place is Place.ATTACHED:
            if key != latest:
                others.append([])
            others[-1].append(passage)
            latest = key
        else:
            new.append(passage)
    spoken = [one for one in (new, *others) if any(p.voice in JUDGED and p.text.strip() for p in one)] or [new]
    beyond = [passage for one in spoken[MOST - 1 :] for passage in one]
    apart = spoken if len(spoken) <= MOST else [*spoken[: MOST - 1], beyond]
    return tuple(replace(mail, passages=tuple(one)) for one in apart)
