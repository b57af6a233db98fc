"""Any bytes in, a `Mail` out: the order of reading, and what is left of too much text."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice

from guardian.domain.addresses import mailbox_of
from guardian.domain.identity import clean_message_id
from guardian.domain.mail import Mail, Passage, Place, Unscannable, Voice
from guardian.guard.read_mail.clean import clean
from guardian.guard.read_mail.data_files import gist
from guardian.guard.read_mail.headers import Header, decode_words
from guardian.guard.read_mail.limits import (
    MAX_COLLEAGUES,
    MAX_JUDGED_CHARS,
    MAX_LINES,
    MAX_WHOLE_DATA_CHARS,
)
from guardian.guard.read_mail.mailboxes import mailboxes
from guardian.guard.read_mail.mime_walk import unify_line_ends, walk
from guardian.guard.read_mail.parts import Text, Walk
from guardian.guard.read_mail.quoted_authors import Author
from guardian.guard.read_mail.rude_words import insults
from guardian.guard.read_mail.sections import Spoken, data_content, passages_of, spoken_runs, without_repeats
from guardian.guard.read_mail.voices import People, Whose, own_test

_FILE_KIND = re.compile(r"\.\w{1,5}$")
_NAME_JOINTS = re.compile(r"[_\-.+\s]+")
_STRAY_CR = re.compile(rb"(?<!\r)\r++(?!\n)")
_OURS = frozenset({Voice.NEW, Voice.OWN_QUOTED})
_FIRST = {Voice.NEW: 0, Voice.OWN_QUOTED: 2, Voice.CLIENT_QUOTED: 3, Voice.BOILERPLATE: 4}


def read_mail(
    raw: bytes,
    *,
    own_domains: Collection[str] = (),
    is_own: Callable[[str], bool] | None = None,
    colleagues: Collection[str] = (),
    is_exempt: Callable[[str], bool] | None = None,
) -> Mail:
    """Return what a mail says, cut into passages by whose words they are; never raises, whatever the bytes.

    Text is what text parts of any subtype, forwarded messages, attached files of text or RTF (called so or not),
    uuencode and Outlook's winmail.dat hold, what pages say beside their text, the names of files, and those of people
    where they insult.
    Pictures, PDF, office files and archives are no text and are not read. Whatever is over a limit, sealed, said in
    two ways or cannot be decoded is named in `unscannable`. Whose address is ours is told by `own_domains`
    (sub-domains included), or by `is_own` where given; `colleagues` are those of ours who get the mail. Words quoted
    from anybody else are the client's where `is_exempt` says so of his address or the header shows that he gets the
    mail, and without that test always.
    """
    found = walk(unify_line_ends(raw))
    if b"\n" in raw and _STRAY_CR.search(raw):
        found.unread(Unscannable.BROKEN)  # a line end for one program, a blank or nothing for another
    header = found.headers[0]
    senders = mailboxes(header.all("from")) or mailboxes(header.all("sender"))
    name, sender = senders[0] if senders else ("", None)
    to, cc = mailboxes(header.all("to")), mailboxes(header.all("cc"))
    people = People(
        sender=sender,
        sender_name=name,
        is_own=is_own or own_test(own_domains, sender),
        shown=(*senders, *to, *cc),
        spoken_to=tuple([address for _, address in to]),
        colleagues=tuple(islice(colleagues, MAX_COLLEAGUES)),
        readers=frozenset(mailbox_of(address) for _, address in (*to, *cc)),
        is_exempt=is_exempt or (lambda address: True),
    )
    passages = _passages(found, people)
    return Mail(
        message_id=clean_message_id(header.get("message-id")[:1000]),
        subject=decode_words(header.get("subject")),
        sender=sender,
        sender_name=name,
        to=to,
        cc=cc,
        date=_date(header.get("date")),
        passages=_within_limit(passages, found),
        unscannable=tuple(found.unscannable),
        automatic=header.get("auto-submitted").partition(";")[0].strip().lower() not in {"", "no"},
        size=len(raw),
    )


def _passages(found: Walk, people: People) -> list[Passage]:
    authors = [None, *(_author(header) for header in found.headers[1:])]
    passages: list[Passage] = []
    data: list[tuple[int, Text]] = []  # which of these come before each
    for number, header in enumerate(found.headers):
        passages += _subjects(header, authors[number], people)
        texts = [text for text in found.texts if text.message == number]
        for versions in _versions(texts):
            if versions[0].holds:
                data.append((len(passages), versions[0]))
                continue
            spoken = [spoken_runs(text, people, authors[number], found) for text in versions]
            passages += passages_of(without_repeats(spoken))
    passages += passages_of([Spoken([name], Voice.NEW, Place.ATTACHED, None) for name in _names(found)])
    names = dict.fromkeys(clean(name) for name, _ in people.shown)
    passages += passages_of([Spoken([name], Voice.NEW, Place.NAME, None) for name in names if insults(name)])
    return _with_data(passages, data, people, authors, found)


def _with_data(
    passages: list[Passage],
    data: list[tuple[int, Text]],
    people: People,
    authors: list[Author | None],
    found: Walk,
) -> list[Passage]:
    """Return passages with those of files that may be data in their places: the gist, where they are too long."""
    contents = [data_content(text, found) for _, text in data]
    left = MAX_JUDGED_CHARS - sum([len(one.text) + 1 for one in passages if one.voice in _OURS])
    room = min(left, MAX_WHOLE_DATA_CHARS)
    fit = sum(map(len, contents)) <= room and sum(one.count("\n") for one in contents) < MAX_LINES
    for (place, text), content in reversed([*zip(data, contents, strict=True)]):
        author = authors[text.message]
        if fit or text.holds is None:
            spoken = spoken_runs(text, people, author, found)
        else:
            whose, words = _whose(author, people), gist(content, text.holds, room // len(data))
            spoken = [Spoken([words], whose.voice, Place.ATTACHED, whose.address, whose.unsure)]
        passages[place:place] = passages_of(spoken)
    return passages


def _names(found: Walk) -> Iterable[str]:
    """Yield the names of attached files as people read them; of fewer than three words, only those that insult."""
    for name in found.file_names:
        words = clean(_NAME_JOINTS.sub(" ", _FILE_KIND.sub("", name))).split()
        if len(words) > 2 or insults(" ".join(words)):
            yield " ".join(words)


def _author(header: Header) -> Author:
    """Return who wrote an attached message; it has an author even where none can be told."""
    senders = mailboxes(header.all("from")[:1])
    return Author(*senders[0]) if senders else Author()


def _whose(author: Author | None, people: People) -> Whose:
    return people.voice_of(author) if author else Whose(Voice.NEW)


def _subjects(header: Header, author: Author | None, people: People) -> Iterable[Passage]:
    whose = _whose(author, people)
    place = Place.ATTACHED if author else Place.SUBJECT
    for subject in dict.fromkeys(header.all("subject")):
        yield from passages_of([Spoken([decode_words(subject)], whose.voice, place, whose.address, whose.unsure)])


def _versions(texts: list[Text]) -> Iterable[list[Text]]:
    """Yield the texts one by one, but the versions of one text together, the HTML first: it is what people see."""
    groups: dict[object, list[Text]] = {}
    for place, text in enumerate(texts):
        groups.setdefault(("single", place) if text.alternative is None else text.alternative, []).append(text)
    for versions in groups.values():
        yield sorted(versions, key=lambda text: not text.html)


def _within_limit(passages: list[Passage], found: Walk) -> tuple[Passage, ...]:
    """Keep what is judged: what is new before what is quoted, cut only at the end, never cut silently."""
    left = MAX_JUDGED_CHARS
    kept: dict[int, Passage] = {}
    for place in sorted(range(len(passages)), key=lambda at: _rank(passages[at])):
        one = passages[place]
        if len(one.text) > left and one.voice in _OURS:
            found.unread(Unscannable.TOO_LONG)
        if left > 0:
            kept[place] = replace(one, text=one.text[:left])
            left -= len(one.text) + 1
    return tuple(kept[place] for place in sorted(kept))


def _rank(passage: Passage) -> int:
    return _FIRST[passage.voice] + (passage.place is Place.ATTACHED and passage.voice is Voice.NEW)


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text[:100])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
