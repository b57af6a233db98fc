"""Sentences, mentions of the client, windows and lexicon hits of a reading: everything that needs no trained head."""

from guardian.nlp.language import language_of, leaning
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
    """Set the sentences, each with its language."""
    text = reading.normal.text
    reading.sentences = [Sentence(start, end, text[start:end]) for start, end in sentence_spans(text)]
    for sentence in reading.sentences[:MOST_READ]:
        sentence.language = language_of(sentence.text, reading.leaning)


def mask_client(reading: Reading) -> None:
    """Set where the client is named, and the text of sentences and windows with a mark in place of the name."""
    reading.mentions = reading.names.mentions(reading.normal.text)
    rest = iter(reading.mentions)
    mention = next(rest, None)
    for sentence in reading.sentences:
        inside: list[tuple[int, int]] = []
        while mention and mention[0] < sentence.end:
            if mention[0] >= sentence.start:
                inside.append((mention[0] - sentence.start, min(mention[1], sentence.end) - sentence.start))
            mention = next(rest, None)
        sentence.names_client = bool(inside)
        sentence.masked = masked(sentence.text, inside, CLIENT_MARK) if inside else sentence.text
        _find_words(sentence, inside)
    reading.ranges = _ranges(reading)
    reading.windows = ["\n".join(s.masked for s in reading.sentences[low:high]) for low, high in reading.ranges]


def match_lexicon(reading: Reading, lexicon: Lexicon) -> None:
    """Set the lexicon hits of every sentence."""
    for sentence in reading.sentences:
        sentence.hits = lexicon.hits(sentence.words)


def _find_words(sentence: Sentence, inside: list[tuple[int, int]]) -> None:
    """Set the folded words of a sentence; a word of the client's name is the mark, so that no entry matches it."""
    written = WORD.findall(sentence.text)
    words = fold(" ".join(written)).split(" ") if written else []
    for place, (at, _) in enumerate(sentence.places if inside else ()):
        if any(start <= at < end for start, end in inside):
            words[place] = CLIENT_MARK
    sentence.words = words


def _ranges(reading: Reading) -> list[tuple[int, int]]:
    """Return the first and last (exclusive) sentence of each window."""
    found, first, room = [], 0, WINDOW
    for place, sentence in enumerate(reading.sentences):
        if room < len(sentence.masked) and place > first:
            found.append((first, place))
            first, room = place, WINDOW
        room -= len(sentence.masked)
    return [*found, (first, len(reading.sentences))]
