"""The pipeline's components that need no training: normaliser, language, sentences, lexicon, encoder."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from guardian.nlp.encoder import EncoderMissing, load_encoder
from guardian.nlp.lexicon.matcher import LANGUAGE_FILES, Lexicon, shipped_lexicon
from guardian.nlp.names import ClientNames
from guardian.nlp.normal import normalise
from guardian.nlp.reading import CLIENT_MARK, Reading, Sentence
from guardian.nlp.signals import add_word_features
from guardian.nlp.words import MOST_ENCODED, WINDOW, cut_sentences, mask_client, match_lexicon, tell_language

KEY = "guardian"
CLIENT_PHRASES = {"es": "el cliente", "en": "the client"}
_TOKEN = re.compile(r"(\S+|\s)( ?)")
_log = structlog.get_logger(__name__)


def reading_of(doc: Doc) -> Reading:
    """Return the reading a document carries."""
    reading: Reading = doc.user_data[KEY]
    return reading


class Normaliser:
    """The tokenizer: undoes disguises, and carries the reading; the document is one token a word."""

    def __init__(self, vocab: Vocab) -> None:
        # Nobody asks for shapes and flags of words, and they cost more than all the rest.
        vocab.lex_attr_getters = {}  # type: ignore[attr-defined]  # missing in spaCy's stubs
        self.vocab = vocab
        self.lexicon = shipped_lexicon()

    def __call__(self, text: str) -> Doc:
        """Return a document over the normal text of a mail."""
        normal = normalise(text, self.lexicon.is_known)
        tokens = _TOKEN.findall(normal.text)
        doc = Doc(self.vocab, words=[word for word, _ in tokens], spaces=[bool(blank) for _, blank in tokens])
        doc.user_data[KEY] = Reading(normal=normal, names=ClientNames(frozenset()))
        return doc

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


@Language.factory("guardian_encoder", default_config={"enabled": True})
class EncoderComponent:
    """Gives the whole mail and each sentence a vector, all in one batch; says so where the encoder is missing."""

    def __init__(self, nlp: Language, name: str, enabled: bool) -> None:
        self._encoder = None
        try:
            self._encoder = load_encoder() if enabled else None
        except EncoderMissing as missing:
            _log.warning("encoder_missing", why=str(missing))

    def __call__(self, doc: Doc) -> Doc:
        """Encode what is within the bounds."""
        reading = reading_of(doc)
        if self._encoder is None:
            reading.degraded.append("encoder")
        elif reading.sentences:
            whole, parts = encoder_texts(reading)
            vectors = self._encoder.encode([whole, *parts])
            reading.vector = vectors[0]
            for sentence, vector in zip(encoded_sentences(reading), vectors[1:], strict=True):
                sentence.vector = vector
        return doc


def encoded_sentences(reading: Reading) -> list[Sentence]:
    """Return the sentences that are encoded: at most 40, within the first 4,000 characters."""
    return [sentence for sentence in reading.sentences[:MOST_ENCODED] if sentence.end <= WINDOW]


def encoder_texts(reading: Reading) -> tuple[str, list[str]]:
    """Return the whole text and the sentences as the encoder reads them: the client called the client."""
    phrase = CLIENT_PHRASES[reading.language]
    whole = reading.windows[0][:WINDOW].replace(CLIENT_MARK, phrase)
    return whole, [sentence.masked.replace(CLIENT_MARK, phrase) for sentence in encoded_sentences(reading)]


def _write_lexicon(folder: Path, lexicon: Lexicon) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in zip(LANGUAGE_FILES, lexicon.texts, strict=True):
        (folder / f"{name}.txt").write_text(text, "utf-8")


def _read_lexicon(folder: Path) -> Lexicon:
    return Lexicon((folder / f"{name}.txt").read_text("utf-8") for name in LANGUAGE_FILES)
