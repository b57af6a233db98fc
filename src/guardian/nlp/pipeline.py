"""Making, saving and loading the spaCy pipeline."""

from pathlib import Path

import spacy
from spacy.language import Language

import guardian.nlp.second_look
import guardian.nlp.trained  # noqa: F401  (both register factories)

UNTRAINED = ("guardian_language", "guardian_sentences", "guardian_lexicon", "guardian_rules")
TRAINED = ("guardian_hostility", "guardian_kinds", "guardian_first_look", "guardian_second_look")
SHIPPED = Path(__file__).parent / "model"


def new_pipeline() -> Language:
    """Return the pipeline with the parts that need no training."""
    config = {"nlp": {"tokenizer": {"@tokenizers": "guardian.normaliser.v1"}}}
    nlp = spacy.blank("xx", config=config)
    for name in UNTRAINED:
        nlp.add_pipe(name)
    return nlp


def complete(nlp: Language) -> Language:
    """Add the trained components, still without arrays."""
    for name in TRAINED:
        nlp.add_pipe(name)
    return nlp


def load_pipeline(folder: Path, *, second_look: bool = True) -> Language:
    """Return the pipeline saved in a folder; raises OSError where files are missing."""
    return spacy.load(folder, config={"components": {"guardian_second_look": {"enabled": second_look}}})
