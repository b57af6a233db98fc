"""The corpus as the transformer learns it: stretches of pieces with what is known about them."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from guardian.nlp.corpus import Sample
from guardian.nlp.examples import Examples
from guardian.nlp.pieces import Pieces
from guardian.nlp.second_look import ALL_KINDS
from guardian.nlp.stretches import Stretch, cut, ranges_of, with_client
from guardian.nlp.tuning.packed_weights import Base, pruned, worth_keeping
from guardian.nlp.words import MOST_READ

UNTOLD = -100  # a label that nobody gave
_WEIGHT_REAL = 1.0
_TALK_TAUGHT = 4  # one neutral line in so many is taught: they are many, short and easy


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One stretch: its mail and whose that is, whether it is hostile, and for each piece whether its sentence is."""

    mail: int
    author: str
    stretch: Stretch
    hold: bool
    hot: npt.NDArray[np.float32]
    kind: int
    target: int
    audience: int
    weight: float
    talk: bool = False  # a neutral line of public data


def vocabulary(base: Base, examples: Examples) -> tuple[list[int], Pieces]:
    """Return which of the base's pieces these mails need, and the pieces renumbered, the client's marks added."""
    kept = worth_keeping(base.pieces, (sentence.masked for sentence in examples.sentences))
    return kept, with_client(pruned(base.pieces, kept))


def stretches_of(examples: Examples, mail: int, pieces: Pieces) -> list[Stretch]:
    """Return all stretches of a mail's first sentences."""
    reading = examples.readings[mail]
    return [one for numbers in ranges_of(reading.sentences[:MOST_READ]) for one in cut(reading, numbers, pieces)]


def lessons_of(examples: Examples, pieces: Pieces) -> list[Lesson]:
    """Return the stretches of all mails; of a hostile mail only those that hold its marked words."""
    starts = np.searchsorted(examples.of_mail, np.arange(len(examples.samples)))
    found: list[Lesson] = []
    for mail in range(len(examples.samples)):
        if not _is_taught(examples.samples[mail]):
            continue
        hostile = examples.hostile[starts[mail] : starts[mail] + MOST_READ]
        lessons = [_lesson(examples, mail, one, hostile) for one in stretches_of(examples, mail, pieces)]
        found += [lesson for lesson in lessons if lesson.hold == bool(examples.hold[mail])]
    return found


def _lesson(examples: Examples, mail: int, stretch: Stretch, hostile: npt.NDArray[np.bool_]) -> Lesson:
    sample = examples.samples[mail]
    hot = np.array([owner >= 0 and bool(hostile[owner]) for owner in stretch.owner], dtype=np.float32)
    return Lesson(
        mail=mail,
        author=sample.author,
        stretch=stretch,
        hold=bool(hot.any()),
        hot=hot,
        kind=_told(ALL_KINDS, sample.kind),
        target=_known(examples.target[mail]),
        audience=_known(examples.audience[mail]),
        weight=_WEIGHT_REAL if sample.region == "real" else 1.0,
        talk=_is_talk(sample),
    )


def _is_talk(sample: Sample) -> bool:
    return sample.region == "real" and sample.kind != "real_mail"


def _is_taught(sample: Sample) -> bool:
    return not _is_talk(sample) or zlib.crc32(f"taught {sample.id}".encode()) % _TALK_TAUGHT == 0


def _told(labels: Sequence[str], label: str) -> int:
    return labels.index(label) if label in labels else UNTOLD


def _known(label: np.int64) -> int:
    return int(label) if label >= 0 else UNTOLD
