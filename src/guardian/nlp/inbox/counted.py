"""The quick reader: linear heads over hashed n-grams, which needs nothing but numpy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from guardian.nlp.heads import Arrays, Floats
from guardian.nlp.inbox.said import Said
from guardian.nlp.inbox.scores import KINDS, Scores
from guardian.nlp.ngrams import hashed_ngrams
from guardian.nlp.reading import Features

PLACES = 1 << 15
HEADS = 3 + len(KINDS) + 1  # severities, kinds, settled
_NONE = -6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The heads for mails, one a row, and the one for phrases, all in eight bits."""

    idf: Floats
    mails: Floats
    mails_bias: Floats
    phrase: Floats
    phrase_bias: float

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> "Counted":
        """Return the reader that `packed` wrote down."""
        return cls(
            idf=arrays["idf"].astype(np.float32),
            mails=arrays["mails"].astype(np.float32) * arrays["mails_scale"][:, None],
            mails_bias=arrays["mails_bias"].astype(np.float32),
            phrase=arrays["phrase"].astype(np.float32) * arrays["phrase_scale"],
            phrase_bias=float(arrays["phrase_bias"][0]),
        )

    def packed(self) -> Arrays:
        """Return everything as small arrays."""
        mails_scale = np.maximum(np.abs(self.mails).max(1), np.float32(1e-12)) / np.float32(127)  # some are all 0
        phrase_scale = np.abs(self.phrase).max(keepdims=True) / np.float32(127)
        return {
            "idf": self.idf.astype(np.float16),
            "mails": np.rint(self.mails / mails_scale[:, None]).astype(np.int8),
            "mails_scale": mails_scale,
            "mails_bias": self.mails_bias,
            "phrase": np.rint(self.phrase / phrase_scale).astype(np.int8),
            "phrase_scale": phrase_scale,
            "phrase_bias": np.array([self.phrase_bias], dtype=np.float32),
        }

    def scores(self, mail: Said) -> Scores:
        """Return what the heads say of a mail."""
        places, values = counted_words(mail.text, self.idf)
        logits: Floats = self.mails[:, places] @ values + self.mails_bias
        heat = [self._heat(mail.text[phrase.start : phrase.end]) for phrase in mail.phrases]
        return Scores(
            severity=logits[:3],
            kinds=logits[3 : 3 + len(KINDS)],
            settled=float(logits[-1]),
            heat=np.array(heat, dtype=np.float32),
        )

    def _heat(self, text: str) -> float:
        places, values = counted_words(text, self.idf)
        return float(self.phrase[places] @ values) + self.phrase_bias


def counted_words(text: str, idf: Floats) -> Features:
    """Return the n-grams of a text in `PLACES` places, weighted by rarity, at unit length."""
    places, weights = hashed_ngrams(text)
    places = places & (PLACES - 1)
    values = weights * idf[places]
    return places, values / np.float32(np.sqrt(values @ values) or 1.0)


def rarity(texts: Sequence[str]) -> Floats:
    """Return the weight of every place: the logarithm of how few texts have it."""
    counts = np.zeros(PLACES, dtype=np.int64)
    for text in texts:
        counts[np.unique(hashed_ngrams(text)[0] & (PLACES - 1))] += 1
    weights: Floats = np.log((1 + len(texts)) / (1 + counts)).astype(np.float16).astype(np.float32)
    return weights
