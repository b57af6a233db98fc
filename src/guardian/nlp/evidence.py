"""Lexicon hits weighed by whom they are about: the numbers that stand beside the trained heads."""

from collections import Counter
from math import log1p

from guardian.nlp.reading import Reading, Sentence

HOSTILE = ("insult", "swear", "contempt", "venting", "sarcasm", "obfuscated", "concealment", "leak")
EXPLAINS = ("thing", "third", "self", "praise", "idiom", "quote")
_TARGET_WINDOW = 2  # sentences back to which a pronoun may point


def about_client(sentences: list[Sentence]) -> list[bool]:
    """Say of each sentence whether it is about the client: by name, by role, or by pronoun for a name just before."""
    named = [one.names_client or bool(one.hits and "role" in categories(one)) for one in sentences]
    return [
        here
        or bool(sentence.hits and "pronoun" in categories(sentence) and any(named[max(0, i - _TARGET_WINDOW) : i]))
        for i, (here, sentence) in enumerate(zip(named, sentences, strict=True))
    ]


def categories(sentence: Sentence) -> set[str]:
    """Return the lexicon categories met in a sentence."""
    return {hit.category for hit in sentence.hits}


def count_evidence(reading: Reading, about: list[bool]) -> None:
    """Add to the features how often each category occurs, alone and together with what it is about."""
    counts: Counter[str] = Counter()
    for sentence, near in zip(reading.sentences, about, strict=True):
        if sentence.hits:
            _count_sentence(sentence, near, counts)
    reading.features |= {name: log1p(number) for name, number in counts.items()}
    reading.features |= _shape(reading)


def _count_sentence(sentence: Sentence, near: bool, counts: Counter[str]) -> None:
    found = {(hit.category, hit.severity) for hit in sentence.hits}
    explained = {category for category, _ in found} & set(EXPLAINS)
    for category, severity in found:
        name = f"{category}{severity}"
        counts[name] += 1
        if category not in HOSTILE:
            continue
        counts[f"{name}+client"] += near
        counts[f"{name}+explained"] += bool(explained)
        for other in explained:
            counts[f"{name}+{other}"] += 1


def _shape(reading: Reading) -> dict[str, float]:
    """Return what the outline of the text says: length, exclamations, shouting, disguises."""
    text = reading.normal.text
    shouted = sum([len(word) > 3 for word in text[:20_000].split() if word.isupper()])
    return {
        "length": log1p(len(text)),
        "sentences": log1p(len(reading.sentences)),
        "names_client": float(bool(reading.mentions)),
        "opens_with_client": float(any(sentence.names_client for sentence in reading.sentences[:2])),
        "disguised": float(bool(reading.normal.disguised)),
        "exclaims": log1p(text.count("!")),
        "shouts": log1p(shouted),
        "spanish": float(reading.language == "es"),
    }
