"""Making, saving and loading the spaCy pipeline."""

from pathlib import Path

import spacy
from spacy.language import Language

import guardian.nlp.trained  # noqa: F401  (registers the factories)

TRAINED = ("guardian_hostility", "guardian_kinds", "guardian_target", "guardian_audience", "guardian_decision")
UNTRAINED = ("guardian_language", "guardian_sentences", "guardian_lexicon", "guardian_encoder")
SHIPPED = Path(__file__).parent / "model"


def new_pipeline(*, encoder: bool = True) -> Language:
    """Return the pipeline with untrained heads."""
    config = {"nlp": {"tokenizer": {"@tokenizers": "guardian.normaliser.v1"}}}
    nlp = spacy.blank("xx", config=config)
    for name in UNTRAINED:
        nlp.add_pipe(name, config={"enabled": encoder} if name == "guardian_encoder" else {})
    return nlp


def complete(nlp: Language) -> Language:
    """Add the trained components, still without arrays."""
    for name in TRAINED:
        nlp.add_pipe(name)
    return nlp


def load_pipeline(folder: Path, *, encoder: bool = True) -> Language:
    """Return the pipeline saved in a folder; raises OSError where files are missing."""
    return spacy.load(folder, config={"components": {"guardian_encoder": {"enabled": encoder}}})
