"""The clients' mails made ready for fitting: what is said, and which phrases complain."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from guardian.domain.complaint import InboundWords
from guardian.nlp.disguise import bare
from guardian.nlp.inbox.letters import Letter
from guardian.nlp.inbox.said import Said, said
from guardian.nlp.inbox.scores import KINDS

Labels = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One mail as it is read, with `targets` (three severities, kinds, settled) and the phrases that complain."""

    letter: Letter
    said: Said
    targets: npt.NDArray[np.float32]
    hot: Labels


def examples_of(letters: Sequence[Letter]) -> list[Example]:
    """Return the examples of mails; one without a word is left out."""
    found = (_example(letter, letter.words, letter.spans) for letter in letters)
    return [example for example in found if example.said.phrases]


def without_subject(letter: Letter, *, plain: bool) -> Example:
    """Return the mail as it is where privacy hides the subject; `plain`: typed without capitals and accents."""
    text, spans = letter.words.text, letter.spans
    if plain:
        text, spans = bare(text.lower()), tuple(bare(span.lower()) for span in spans)
    return _example(letter, InboundWords(text=text), spans)


def _example(letter: Letter, words: InboundWords, spans: Sequence[str]) -> Example:
    read = said(words)
    wanted = [" ".join(span.split()) for span in spans]
    places = [(one.start(), one.end()) for span in wanted for one in re.finditer(re.escape(span), read.text)]
    hot = [any(low < phrase.end and phrase.start < high for low, high in places) for phrase in read.phrases]
    severities = [letter.severity >= step for step in (1, 2, 3)]
    kinds = [letter.kind is kind for kind in KINDS]
    targets = np.array([*severities, *kinds, letter.settled], dtype=np.float32)
    return Example(letter=letter, said=read, targets=targets, hot=np.array(hot, dtype=np.bool_))
