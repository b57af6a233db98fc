"""The pipeline's components that need no training: normaliser, language, sentences, lexicon."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from guardian.nlp.lexicon.matcher import LANGUAGE_FILES, Lexicon, shipped_lexicon
from guardian.nlp.names import ClientNames
from guardian.nlp.normal import normalise
from guardian.nlp.reading import Reading
from guardian.nlp.rules.findings import findings_in
from guardian.nlp.rules.strong import worth_uncovering
from guardian.nlp.signals import add_word_features
from guardian.nlp.words import cut_sentences, mask_client, match_lexicon, tell_language

KEY = "guardian"


def reading_of(doc: Doc) -> Reading:
    """Return the reading a document carries."""
    reading: Reading = doc.user_data[KEY]
    return reading


class Normaliser:
    """The tokenizer: undoes disguises, and carries the reading; the document is a single token."""

    def __init__(self, vocab: Vocab) -> None:
        # Nobody asks for shapes and flags of words, and they cost more than all the rest.
        vocab.lex_attr_getters = {}  # type: ignore[attr-defined]  # missing in spaCy's stubs
        self.vocab = vocab
        self.lexicon = shipped_lexicon()

    def __call__(self, text: str) -> Doc:
        """Return a document over the normal text of a mail."""
        normal = normalise(text, self._is_known)
        doc = Doc(self.vocab, words=[normal.text] if normal.text else [], spaces=[False] if normal.text else [])
        doc.user_data[KEY] = Reading(normal=normal, names=ClientNames(frozenset()))
        return doc

    def _is_known(self, word: str) -> bool:
        """Say whether the disguise of a word is worth removing."""
        return self.lexicon.is_known(word) or word in worth_uncovering()

    def to_disk(self, path: str | Path, *, exclude: Any = ()) -> None:
        """Write the lexicon, whose words the normaliser uncovers."""
        _write_lexicon(Path(path), self.lexicon)

    def from_disk(self, path: str | Path, *, exclude: Any = ()) -> "Normaliser":
        """Read the lexicon."""
        self.lexicon = _read_lexicon(Path(path))
        return self


def _make_normaliser() -> Callable[[Language], Normaliser]:
    return lambda nlp: Normaliser(nlp.vocab)


registry.tokenizers.register("guardian.normaliser.v1", func=_make_normaliser)


@Language.component("guardian_language")
def language(doc: Doc) -> Doc:
    """Tell the language of the mail."""
    tell_language(reading_of(doc))
    return doc


@Language.component("guardian_sentences")
def sentences(doc: Doc) -> Doc:
    """Cut the text into sentences."""
    cut_sentences(reading_of(doc))
    return doc


@Language.factory("guardian_lexicon")
class LexiconComponent:
    """Marks where the client is named and what the lexicon knows."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.lexicon = shipped_lexicon()

    def __call__(self, doc: Doc) -> Doc:
        """Find mentions of the client and lexicon hits."""
        reading = reading_of(doc)
        mask_client(reading)
        match_lexicon(reading, self.lexicon)
        add_word_features(reading)
        return doc

    def to_disk(self, path: str | Path, *, exclude: Any = ()) -> None:
        """Write the lexicon."""
        _write_lexicon(Path(path), self.lexicon)

    def from_disk(self, path: str | Path, *, exclude: Any = ()) -> "LexiconComponent":
        """Read the lexicon."""
        self.lexicon = _read_lexicon(Path(path))
        return self


@Language.component("guardian_rules")
def rules(doc: Doc) -> Doc:
    """Remember what the rules find, and tell it to the decisions: one feature a rule."""
    reading = reading_of(doc)
    reading.findings = findings_in(reading)
    reading.features |= {f"rule_{one.rule}": 1.0 for one in reading.findings}
    return doc


def _write_lexicon(folder: Path, lexicon: Lexicon) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in zip(LANGUAGE_FILES, lexicon.texts, strict=True):
        (folder / f"{name}.txt").write_text(text, "utf-8")


def _read_lexicon(folder: Path) -> Lexicon:
    return Lexicon((folder / f"{name}.txt").read_text("utf-8") for name in LANGUAGE_FILES)
