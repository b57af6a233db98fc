"""From sentence scores to the features of a mail: shared by the pipeline and by training, so that both agree."""

import numpy as np

from guardian.nlp.evidence import about_client, count_evidence
from guardian.nlp.heads import Floats
from guardian.nlp.reading import Reading

NOTHING = -6.0  # the logit of a sentence that is not there
TARGETS = ("client", "third_party", "self", "thing", "none")
AUDIENCES = ("colleague", "client", "mixed")


def add_word_features(reading: Reading) -> None:
    """Add what lexicon and outline say."""
    count_evidence(reading, about_client(reading.sentences))


def add_sentence_features(reading: Reading) -> None:
    """Add the highest sentence scores: overall, and apart for sentences about the client and others."""
    scores = [sentence.hostility for sentence in reading.sentences]
    about = about_client(reading.sentences)
    ordered = [*sorted(scores, reverse=True), NOTHING, NOTHING]
    reading.features |= {
        "sentence_best": ordered[0],
        "sentence_second": ordered[1],
        "sentence_mean": float(np.mean(scores)) if scores else NOTHING,
        "sentence_last": scores[-1] if scores else NOTHING,
        "about_client_best": max((s for s, near in zip(scores, about, strict=True) if near), default=NOTHING),
        "elsewhere_best": max((s for s, near in zip(scores, about, strict=True) if not near), default=NOTHING),
    }


def add_head_features(reading: Reading, name: str, labels: tuple[str, ...], logits: Floats) -> None:
    """Add the log-probabilities of a head with several classes, cut at -5."""
    shifted = logits - logits.max()
    logs = np.maximum(shifted - np.log(np.exp(shifted).sum()), -5.0)
    reading.features |= {f"{name}_{label}": float(value) for label, value in zip(labels, logs, strict=True)}
