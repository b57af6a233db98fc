"""A held mail as reviewers read it: what is new with the offending words marked, the rest apart; text only."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guardian.domain.addresses import normalise_address
from guardian.domain.mail import Mail, Passage, Place, Voice
from guardian.domain.verdict import Reason, ReasonCode
from guardian.guard.notices import one_line

MOST_MARKS = 500
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text; `marked` where it is what the mail is held for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A passage of a mail; `folded` where it is neither new nor what the mail is held for."""

    voice: Voice
    unsure: bool
    place: Place
    author: str
    pieces: tuple[Piece, ...]
    folded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a reviewer sees of a mail: nothing of it is markup, and no attachment is among it.

    `sent_by` is who sent it by its envelope, where its header names somebody else.
    """

    sender: str
    sent_by: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: tuple[Piece, ...]
    stretches: tuple[Stretch, ...]


def read_held(mail: Mail, reasons: Sequence[Reason], *, sent_by: str) -> Read:
    """Return a held mail for reading, whatever it holds; `sent_by` is its sender by the envelope."""
    spans = [one.span for one in reasons if one.code is not ReasonCode.UNSCANNABLE]
    return Read(
        sender=_named(mail.sender_name, mail.sender or ""),
        sent_by=sent_by if mail.sender and not _is_same(sent_by, mail.sender) else "",
        to=tuple(_named(*one) for one in mail.to),
        cc=tuple(_named(*one) for one in mail.cc),
        subject=marked(one_line(mail.subject), spans),
        stretches=tuple(_stretch(one, spans) for one in _below_the_subject(mail)),
    )


def marked(text: str, spans: Sequence[str]) -> tuple[Piece, ...]:
    """Return a text in pieces, so that every place of one of the spans is a marked one; no letter is lost."""
    pieces, last = [], 0
    for start, end in _places(text, spans):
        if start > last:
            pieces.append(Piece(text[last:start], False))
        if end > last:
            pieces.append(Piece(text[max(start, last) : end], True))
            last = end
    if last < len(text):
        pieces.append(Piece(text[last:], False))
    return tuple(pieces)


def _places(text: str, spans: Sequence[str]) -> list[tuple[int, int]]:
    """Return where spans stand, in order: as they were written, or else with other line ends or in another case."""
    found: list[tuple[int, int]] = []
    for span in spans:
        words = [re.escape(word) for word in span.split()]
        if words:
            pattern = re.compile(r"\s+".join(words), re.IGNORECASE)
            found += [match.span() for _, match in zip(range(MOST_MARKS), pattern.finditer(text), strict=False)]
    return sorted(found)


def _below_the_subject(mail: Mail) -> Iterator[Passage]:
    return (one for one in mail.passages if one.place is not Place.SUBJECT)


def _stretch(passage: Passage, spans: Sequence[str]) -> Stretch:
    pieces = marked(_CONTROL.sub(" ", passage.text), spans)
    ours = passage.voice is Voice.NEW
    return Stretch(
        voice=passage.voice,
        unsure=passage.unsure,
        place=passage.place,
        author=one_line(passage.author or ""),
        pieces=pieces,
        folded=not ours and not any(one.marked for one in pieces),
    )


def _is_same(one: str, other: str) -> bool:
    return (normalise_address(one) or one) == (normalise_address(other) or other)


def _named(name: str, address: str) -> str:
    return one_line(f"{name} <{address}>" if name and name != address else address)
