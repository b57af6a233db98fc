"""The corpus made ready for fitting: readings and n-grams of every mail and every sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from guardian.nlp.components import reading_of
from guardian.nlp.corpus import Sample
from guardian.nlp.fitting import Classes, Labels
from guardian.nlp.heads import Floats
from guardian.nlp.names import client_names
from guardian.nlp.ngrams import hashed_ngrams
from guardian.nlp.phrases import Phrases, phrases, streams
from guardian.nlp.pipeline import new_pipeline
from guardian.nlp.reading import Features, Reading, Sentence, judged_text
from guardian.nlp.signals import AUDIENCES, TARGETS
from guardian.nlp.trained import KINDS
from guardian.nlp.words import MOST_READ

Progress = Callable[[str, int, int], None]
WEIGHT_MAIL = 0.3
WEIGHT_TALK = 0.1
_KIND_NUMBER: dict[str, int] = {kind.value: number for number, kind in enumerate(KINDS)}


@dataclass(slots=True)
class Examples:
    """Mails and their sentences as parallel lists; `of_mail` leads from a sentence to its mail.

    Label -1 means that nobody said.
    """

    samples: list[Sample]
    readings: list[Reading]
    sentences: list[Sentence]
    of_mail: npt.NDArray[np.int64]
    hold: Labels
    hostile: Labels
    kind: Classes
    target: Classes
    audience: Classes
    grams: list[Features]
    sentence_grams: list[Features]
    phrases: list[Phrases]
    sentence_phrases: list[Phrases]
    weight: Floats


def prepare(samples: Sequence[Sample], progress: Progress) -> Examples:
    """Read all mails; those without a sentence are left out."""
    read = list(zip(samples, _readings(samples, progress), strict=True))
    kept = [(sample, reading) for sample, reading in read if reading.sentences]
    pairs = [(mail, s) for mail, (_, reading) in enumerate(kept) for s in reading.sentences[:MOST_READ]]
    of_mail = np.array([mail for mail, _ in pairs], dtype=np.int64)
    sentences = [sentence for _, sentence in pairs]
    readings = [reading for _, reading in kept]
    runs = [streams([sentence]) for sentence in sentences]
    return Examples(
        samples=[sample for sample, _ in kept],
        readings=readings,
        sentences=sentences,
        of_mail=of_mail,
        hold=np.array([sample.hold for sample, _ in kept]),
        hostile=np.array([_is_hostile(s, kept[mail][1], kept[mail][0].spans) for mail, s in pairs]),
        kind=np.array([_KIND_NUMBER.get(kept[mail][0].kind, -1) for mail, _ in pairs]),
        target=np.array([_place(TARGETS, sample.target) for sample, _ in kept]),
        audience=np.array([_place(AUDIENCES, sample.audience_kind) for sample, _ in kept]),
        grams=[hashed_ngrams(reading.windows[0]) for reading in readings],
        sentence_grams=[hashed_ngrams(sentence.masked) for sentence in sentences],
        phrases=[phrases(runs[low:high]) for low, high in _first_windows(readings, of_mail)],
        sentence_phrases=[phrases([run]) for run in runs],
        weight=np.array([_weight(sample) for sample, _ in kept], dtype=np.float32),
    )


def _readings(samples: Sequence[Sample], progress: Progress) -> list[Reading]:
    nlp = new_pipeline()
    found = []
    for number, sample in enumerate(samples, 1):
        doc = nlp.make_doc(judged_text(sample.mail))
        reading_of(doc).names = client_names(sample.mail, sample.audience)
        found.append(reading_of(nlp(doc)))
        if number % 500 == 0:
            progress("read", number, len(samples))
    return found


def _first_windows(readings: Sequence[Reading], of_mail: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return for every mail where, among all sentences, its first window begins and ends."""
    starts = np.searchsorted(of_mail, np.arange(len(readings)))
    ends = [min(reading.ranges[0][1], MOST_READ) for reading in readings]
    return [(int(start), int(start) + end) for start, end in zip(starts, ends, strict=True)]


def _is_hostile(sentence: Sentence, reading: Reading, spans: tuple[str, ...]) -> bool:
    """Say whether a sentence overlaps any of the marked words."""
    start, end = reading.normal.span(sentence.start, sentence.end)
    original = reading.normal.original
    for span in spans:
        place = original.find(span)
        while place >= 0:
            if place < end and start < place + len(span):
                return True
            place = original.find(span, place + 1)
    return False


def _weight(sample: Sample) -> float:
    """Real text is plentiful and easy: at full weight it would teach that whatever is not Enron is hostile."""
    return 1.0 if sample.region != "real" else WEIGHT_MAIL if sample.kind == "real_mail" else WEIGHT_TALK


def _place(labels: tuple[str, ...], label: str) -> int:
    return labels.index(label) if label in labels else -1
