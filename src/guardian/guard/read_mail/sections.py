"""From the texts of a mail to passages: what is new, what is quoted from whom, what is boilerplate."""

import re
from collections.abc import Iterator
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from guardian.domain.mail import Passage, Place, Unscannable, Voice
from guardian.guard.read_mail.boilerplate import is_boilerplate
from guardian.guard.read_mail.charsets import decode
from guardian.guard.read_mail.clean import clean
from guardian.guard.read_mail.html_asides import shown_to_outlook
from guardian.guard.read_mail.html_depth import is_beyond_parsing
from guardian.guard.read_mail.html_text import html_lines
from guardian.guard.read_mail.limits import MAX_DATA_BYTES, MAX_PART_CHARS
from guardian.guard.read_mail.lines import Line, plain_lines
from guardian.guard.read_mail.parts import Text, Walk
from guardian.guard.read_mail.quoted_authors import Author
from guardian.guard.read_mail.quotes import who_wrote
from guardian.guard.read_mail.voices import People, Whose

_PICTURE_DATA = re.compile(rb"data:[a-z]+/[^\"'>\s]{500,}", re.IGNORECASE)
_PGP = re.compile(r"^-----BEGIN PGP MESSAGE-----\s*$")
_FOLD = re.compile(r"\n[ \t]")
_LINKS = re.compile(r"<(?:https?|mailto):[^<>]*>|\[(?:cid|image):[^\[\]]*\]|https?://\S+", re.IGNORECASE)
_MOST_COMPARED = 50_000_000  # characters looked through for repeats
_EMPTY_LINES = re.compile(r"\n{3,}")
_SAYS_NOTHING = re.compile("[^\\w\U0001f300-\U0001faff]+|_+")  # emoji say something


class Spoken(NamedTuple):
    """A run of lines with whose words they hold and where they stand."""

    lines: list[str]
    voice: Voice
    place: Place
    author: str | None
    unsure: bool = False


def spoken_runs(text: Text, people: People, author: Author | None, walk: Walk) -> list[Spoken]:
    """Return the runs of one text part; `author` wrote the message it is part of, None for the mail itself."""
    found: list[Spoken] = []
    shown = Place.ATTACHED if text.attached else Place.BODY
    voices: dict[Author | None, Whose] = {None: Whose(Voice.NEW)}
    lines = _lines(text, walk)
    hides = any([line.hidden for line in lines])
    greeting = next((line.text for line in lines if line.text.strip() and not line.depth), "")

    def spoken_by(who: Author | None) -> Whose:
        if who and who not in voices:
            voices[who] = people.voice_of(who, greeting)
        return voices[who]

    def is_outsider(who: Author) -> bool:
        return spoken_by(who).voice is Voice.CLIENT_QUOTED or spoken_by(who).unsure

    def is_one_of_us(who: Author) -> bool:
        return spoken_by(who).voice is Voice.OWN_QUOTED and spoken_by(who).address is not None

    for run, quoted in who_wrote(lines, is_outsider, is_one_of_us):
        voice, address, unsure = spoken_by(quoted or author)
        for hidden, words in _apart(run) if hides else ((False, [line.text for line in run]),):
            found.append(Spoken(words, voice, Place.HIDDEN if hidden else shown, address, unsure))
        if voice is Voice.NEW and any([_PGP.match(line.text) for line in run]):
            walk.unread(Unscannable.ENCRYPTED)
    return _with_boilerplate(found, people, opens=_is_first(text, walk))


def _is_first(text: Text, walk: Walk) -> bool:
    """Say whether a mail begins with a text, or a version of it."""
    first = walk.texts[0]
    return text is first or (text.alternative is not None and text.alternative == first.alternative)


def _apart(run: list[Line]) -> Iterator[tuple[bool, list[str]]]:
    """Yield hidden and other lines apart."""
    if not run:
        yield False, []
    for hidden, lines in groupby(run, key=attrgetter("hidden")):
        yield hidden, [line.text for line in lines]


def _lines(text: Text, walk: Walk) -> list[Line]:
    data = text.data
    if text.html and len(data) > MAX_PART_CHARS:
        data = _PICTURE_DATA.sub(b"", data)
    if len(data) > MAX_PART_CHARS:
        walk.unread(Unscannable.TOO_LONG)
        data = data[:MAX_PART_CHARS]
    content = decode(data, text.charset)
    content = shown_to_outlook(content) if text.html else content
    if not text.html:
        lines, cut = plain_lines(_plain(clean(content), text), flowed=text.flowed, delsp=text.delsp)
    elif is_beyond_parsing(content):
        walk.unread(Unscannable.TOO_DEEP)
        return []
    else:
        lines, cut = html_lines(content)
        lines = [_cleaned(line) for line in lines]
    if cut:
        walk.unread(Unscannable.TOO_LONG)
    return lines


def data_content(text: Text, walk: Walk) -> str:
    """Return the content of a file that may be data, of which more is looked through than of any other text."""
    if len(text.data) > MAX_DATA_BYTES:
        walk.unread(Unscannable.TOO_LONG)
    return _plain(clean(decode(text.data[:MAX_DATA_BYTES], text.charset)), text)


def _cleaned(line: Line) -> Line:
    text = clean(line.text)
    return line if text == line.text else line._replace(text=text)


def _plain(content: str, text: Text) -> str:
    """Undo what calendar and contact texts do to lines (RFC 5545 3.1, 3.3.11)."""
    if not text.calendar:
        return content
    return re.sub(r"\\([,;\\])", r"\1", _FOLD.sub("", content).replace("\\n", "\n").replace("\\N", "\n"))


def _with_boilerplate(runs: list[Spoken], people: People, *, opens: bool) -> list[Spoken]:
    found: list[Spoken] = []
    for kind, group in groupby(runs, key=itemgetter(1, 2, 3)):
        voice, place, author = kind
        if voice is Voice.NEW and place is not Place.HIDDEN:
            lines = list(chain.from_iterable(run.lines for run in group))
            marked = zip(is_boilerplate(lines, people.signer, people.recipients, opens=opens), lines, strict=True)
            opens = opens and not any(map(str.strip, lines))
            for mark, pairs in groupby(marked, key=itemgetter(0)):
                written = [line for _, line in pairs]
                found.append(Spoken(written, Voice.BOILERPLATE if mark else Voice.NEW, place, author))
        else:
            found += group
    return found


def without_repeats(parts: list[list[Spoken]]) -> list[Spoken]:
    """Return the first of several versions of one text, and of the others only the lines that it does not have."""
    if len(parts) == 1:
        return parts[0]
    known = ""
    work = 0
    found: list[Spoken] = []
    for part in parts:
        seen: list[str] = []
        for run in part:
            letters = [_letters(line) for line in run.lines]
            seen += letters
            kept = []
            for line, own in zip(run.lines, letters, strict=True):
                work += len(known)
                if not known or not own or work > _MOST_COMPARED or own not in known:
                    kept.append(line)
            found.append(run._replace(lines=kept))
        known += "".join(seen)
    return found


def _letters(text: str) -> str:
    return _SAYS_NOTHING.sub("", _LINKS.sub("", text)).casefold()


def passages_of(runs: list[Spoken]) -> Iterator[Passage]:
    """Yield the passages that runs make up; empty lines belong to the passage they stand in."""
    lines: list[str] = []
    kind: Spoken | None = None
    for run in runs:
        written = [line.rstrip() for line in run.lines]
        if (kind is None or run[1:] != kind[1:]) and any(written):
            yield from _passage(lines, kind)
            lines, kind = [], run
        lines += written
    yield from _passage(lines, kind)


def _passage(lines: list[str], kind: Spoken | None) -> Iterator[Passage]:
    text = "\n".join(lines).strip("\n")
    text = _EMPTY_LINES.sub("\n\n", text) if "\n\n\n" in text else text
    if kind and text.strip():
        yield Passage(text=text, voice=kind.voice, place=kind.place, author=kind.author, unsure=kind.unsure)
