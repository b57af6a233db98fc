"""A score from the lexicon alone: the last resort when there are no trained heads."""

from guardian.domain.verdict import ReasonCode
from guardian.nlp.evidence import EXPLAINS, about_client, categories
from guardian.nlp.heads import sigmoid
from guardian.nlp.reading import CLIENT_MARK, Reading, Sentence

RULE_THRESHOLD = 0.6
CODE_OF_CATEGORY = {
    "insult": ReasonCode.INSULT,
    "swear": ReasonCode.INSULT,
    "contempt": ReasonCode.CONTEMPT,
    "venting": ReasonCode.VENTING,
    "sarcasm": ReasonCode.SARCASM,
    "obfuscated": ReasonCode.OBFUSCATED,
    "concealment": ReasonCode.CONCEALMENT,
    "leak": ReasonCode.COMPETITOR_LEAK,
}
# Logits by severity: only strong words about the client hold by themselves.
_WEIGHTS = {
    "insult": 1.2,
    "swear": 0.6,
    "contempt": 0.8,
    "venting": 0.9,
    "sarcasm": 0.4,
    "obfuscated": 0.8,
    "concealment": 0.7,
    "leak": 0.5,
}
_START, _ABOUT_CLIENT, _EXPLAINED = -3.0, 1.0, -1.5


_LINKS = frozenset("es son esta está estan están era eran sois eres is are was were s re".split())
_MOST_BETWEEN = 3  # words between the client and what he is called: «este cliente es un completo …»
PLAIN = 2  # severity from which a word is an insult whatever the tone
_CERTAIN = 2.2  # the logit given to a sentence that says it plainly


def says_it_plainly(sentence: Sentence) -> bool:
    """Say whether a sentence calls the client something outright: «este cliente es un cretino».

    Its bounds were chosen on corpus/train, where it fires on 65 of 6,033 holds and 10 of 6,194 passes.
    """
    insults = [hit.first for hit in sentence.hits if hit.category == "insult" and hit.severity >= PLAIN]
    if not insults:
        return False
    clients = [
        hit.last for hit in sentence.hits if hit.category == "role" and _is_client(sentence.words[hit.last - 1])
    ]
    clients += [place + 1 for place, word in enumerate(sentence.words) if CLIENT_MARK in word]
    explained = min((hit.first for hit in sentence.hits if hit.category in EXPLAINS), default=len(sentence.words))
    insults = [insult for insult in insults if insult < explained]  # what comes later explains nothing
    between = [sentence.words[client:insult] for client in clients for insult in insults if client <= insult]
    return any(len(words) <= _MOST_BETWEEN and _LINKS.intersection(words) for words in between)


def _is_client(word: str) -> bool:
    """Say whether a role can be nobody else's: «el tipo» may be anybody."""
    return word.startswith(("client", "customer"))


def count_plain_insults(reading: Reading, threshold: float) -> None:
    """Lift the score of a mail that insults the client outright to the threshold, and mark where it does."""
    for sentence in reading.sentences:
        if says_it_plainly(sentence):
            sentence.hostility = max(sentence.hostility, _CERTAIN)
            reading.score = max(reading.score, threshold)


def rule_score(reading: Reading) -> float:
    """Return a score from 0 to 1, and set the sentences' own logits by the same rule."""
    about = about_client(reading.sentences)
    for sentence, near in zip(reading.sentences, about, strict=True):
        sentence.hostility = _logit(sentence, near)
    return sigmoid(max((sentence.hostility for sentence in reading.sentences), default=_START))


def _logit(sentence: Sentence, near: bool) -> float:
    weights = [_WEIGHTS[hit.category] * hit.severity for hit in sentence.hits if hit.category in _WEIGHTS]
    if not weights:
        return _START
    explained = bool(categories(sentence) & set(EXPLAINS))
    return _START + sum(sorted(weights)[-2:]) + _ABOUT_CLIENT * near + _EXPLAINED * explained
