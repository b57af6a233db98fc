"""From the texts of a mail to passages: what is new, what is quoted from whom, what is boilerplate."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from guardian.domain.mail import Passage, Place, Unscannable, Voice
from guardian.guard.read_mail.boilerplate import is_boilerplate
from guardian.guard.read_mail.charsets import decode
from guardian.guard.read_mail.clean import clean
from guardian.guard.read_mail.html_asides import shown_to_outlook
from guardian.guard.read_mail.html_depth import is_beyond_parsing
from guardian.guard.read_mail.html_text import html_lines
from guardian.guard.read_mail.limits import MAX_PART_CHARS
from guardian.guard.read_mail.lines import Line, plain_lines
from guardian.guard.read_mail.parts import Text, Walk
from guardian.guard.read_mail.quotes import who_wrote
from guardian.guard.read_mail.reply_marks import Author
from guardian.guard.read_mail.voices import People

_PICTURE_DATA = re.compile(rb"data:[a-z]+/[^\"'>\s]{500,}", re.IGNORECASE)
_PGP = re.compile(r"^-----BEGIN PGP MESSAGE-----\s*$")
_FOLD = re.compile(r"\n[ \t]")
_LINKS = re.compile(r"<(?:https?|mailto):[^>]*>|\[(?:cid|image):[^\]]*\]|https?://\S+", re.IGNORECASE)
_MOST_COMPARED = 50_000_000  # characters looked through for repeats
_NO_LETTER = re.compile(r"[\W_]+")


class Spoken(NamedTuple):
    """One line with whose words it holds and where it stands."""

    text: str
    voice: Voice
    place: Place
    author: str | None


def spoken_lines(text: Text, people: People, author: Author | None, walk: Walk) -> list[Spoken]:
    """Return the lines of one text part; `author` wrote the message it is part of, None for the mail itself."""
    found: list[Spoken] = []
    for line, quoted in who_wrote(_lines(text, walk)):
        who = quoted or author
        voice, address = people.voice_of(who) if who else (Voice.NEW, None)
        place = Place.HIDDEN if line.hidden else Place.ATTACHED if text.attached else Place.BODY
        found.append(Spoken(line.text, voice, place, address))
        if voice is Voice.NEW and _PGP.match(line.text):
            walk.unread(Unscannable.ENCRYPTED)
    return _with_boilerplate(found, people.sender_name)


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
        lines = [line._replace(text=clean(line.text)) for line in lines]
    if cut:
        walk.unread(Unscannable.TOO_LONG)
    return lines


def _plain(content: str, text: Text) -> str:
    """Undo what calendar and contact texts do to lines (RFC 5545 3.1, 3.3.11)."""
    if not text.calendar:
        return content
    return re.sub(r"\\([,;\\])", r"\1", _FOLD.sub("", content).replace("\\n", "\n").replace("\\N", "\n"))


def _with_boilerplate(lines: list[Spoken], signer: str) -> list[Spoken]:
    found: list[Spoken] = []
    for judged, group in groupby(lines, key=lambda one: one.voice is Voice.NEW and one.place is not Place.HIDDEN):
        run = list(group)
        if judged:
            marks = is_boilerplate([one.text for one in run], signer)
            run = [
                one._replace(voice=Voice.BOILERPLATE) if mark else one for one, mark in zip(run, marks, strict=True)
            ]
        found += run
    return found


def without_repeats(parts: list[list[Spoken]]) -> list[Spoken]:
    """Return the first of several versions of one text, and of the others only the lines that it does not have."""
    if len(parts) == 1:
        return parts[0]
    known = ""
    work = 0
    found: list[Spoken] = []
    for part in parts:
        letters = [_letters(one.text) for one in part]
        for one, own in zip(part, letters, strict=True):
            work += len(known)
            if not known or not own or work > _MOST_COMPARED or own not in known:
                found.append(one)
        known += "".join(letters)
    return found


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", _LINKS.sub("", text)).casefold()


def passages_of(lines: list[Spoken]) -> Iterator[Passage]:
    """Yield the passages that lines make up; an empty line belongs to the passage it stands in."""
    run: list[str] = []
    kind: Spoken | None = None
    for line in lines:
        if not line.text.strip():
            run.append("")
            continue
        if kind is None or line[1:] != kind[1:]:
            yield from _passage(run, kind)
            run, kind = [], line
        run.append(line.text.rstrip())
    yield from _passage(run, kind)


def _passage(run: list[str], kind: Spoken | None) -> Iterator[Passage]:
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(run)).strip("\n")
    if kind and text.strip():
        yield Passage(text=text, voice=kind.voice, place=kind.place, author=kind.author)
