"""A score from the lexicon alone: the last resort when there are no trained heads."""

from guardian.domain.verdict import ReasonCode
from guardian.nlp.evidence import EXPLAINS, about_client, categories
from guardian.nlp.heads import sigmoid
from guardian.nlp.reading import Reading, Sentence

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
