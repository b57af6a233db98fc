"""Sentences, mentions of the client, windows and lexicon hits of a reading: everything that needs no trained head."""

from collections.abc import Iterator, Sequence

from guardian.nlp.language import leaning
from guardian.nlp.lexicon.matcher import Lexicon
from guardian.nlp.names import masked
from guardian.nlp.normal import fold
from guardian.nlp.reading import CLIENT_MARK, WORD, Reading, Sentence
from guardian.nlp.sentences import sentence_spans

WINDOW = 4000  # characters
MOST_READ = 40  # sentences of which a mail is judged one by one


def tell_language(reading: Reading) -> None:
    """Set the language of the mail."""
    reading.leaning = leaning(reading.normal.text)
    reading.language = "es" if reading.leaning > 0 else "en"


def cut_sentences(reading: Reading) -> None:
    """Set the sentences."""
    text = reading.normal.text
    reading.sentences = [Sentence(start, end, text[start:end]) for start, end in sentence_spans(text)]


def mask_client(reading: Reading) -> None:
    """Set where the client is named, and the text of sentences and windows with a mark in place of the name."""
    if reading.mentions is None:
        reading.mentions = reading.names.mentions(reading.normal.text)
    rest = iter(reading.mentions)
    mention = next(rest, None)
    written = [WORD.findall(sentence.text) for sentence in reading.sentences]
    for sentence, words in zip(reading.sentences, _folded(written), strict=True):
        inside: list[tuple[int, int]] = []
        while mention and mention[0] < sentence.end:
            if mention[0] >= sentence.start:
                inside.append((mention[0] - sentence.start, min(mention[1], sentence.end) - sentence.start))
            mention = next(rest, None)
        sentence.names_client = bool(inside)
        sentence.masked = masked(sentence.text, inside, CLIENT_MARK) if inside else sentence.text
        sentence.words = words
        for place, (at, _) in enumerate(sentence.places if inside else ()):
            if any(start <= at < end for start, end in inside):
                words[place] = CLIENT_MARK  # so that no entry matches a word of the client's name
    reading.ranges = _ranges(reading)
    reading.windows = ["\n".join(s.masked for s in reading.sentences[low:high]) for low, high in reading.ranges]


def match_lexicon(reading: Reading, lexicon: Lexicon) -> None:
    """Set the lexicon hits of every sentence."""
    for sentence in reading.sentences:
        sentence.hits = lexicon.hits(sentence.words)


def _folded(sentences: Sequence[list[str]]) -> Iterator[list[str]]:
    """Yield the words of each sentence folded; all of them at once, because each call costs more than its letters."""
    lines = fold("\n".join([" ".join(words) for words in sentences])).split("\n")
    return (line.split(" ") if line else [] for line in lines[: len(sentences)])


def _ranges(reading: Reading) -> list[tuple[int, int]]:
    """Return the first and last (exclusive) sentence of each window."""
    found, first, room = [], 0, WINDOW
    for place, sentence in enumerate(reading.sentences):
        if room < len(sentence.masked) and place > first:
            found.append((first, place))
            first, room = place, WINDOW
        room -= len(sentence.masked)
    return [*found, (first, len(reading.sentences))]
