"""What the rules' findings weigh: some hold a mail by themselves, the others add to its score."""

from math import log

from guardian.nlp.heads import sigmoid
from guardian.nlp.reading import Finding, Reading
from guardian.nlp.rules.findings import findings_in

# Chosen on half of the authors of corpus/train, each mail scored by heads that had not met its author, and confirmed
# on the other half (docs/judge.md). A certain rule was right at least ten times for once wrong there.
CERTAIN = frozenset({"called3", "owned3"})
LIFTS = {
    "called2": 1.8,
    "owned2": 1.8,
    "near2": 1.3,
    "near3": 1.0,
    "beside3": 0.3,
    "follows3": 1.3,
    "pronoun3": 1.1,
    "addressed3": 0.4,
    "pointed3": 0.8,
    "exclaimed3": 0.5,
    "loose3": 0.5,
    "untold3": 1.5,
    "untold1": 0.2,
    "rival3": 1.8,
    "fedup3": 1.1,
    "gesture3": 0.8,
    "gesture1": 0.8,
    "scorn3": 0.6,
    "scorn1": 0.4,
}
_SURE = 2.2  # the logit given to a sentence that says it outright
_TELLING = 0.5  # and to one that tipped the scales
_MOST_LIFTED = 2.5  # however much there is
_LEAST, _MOST = 1e-6, 1 - 1e-6


def weigh(reading: Reading, threshold: float, *, lift: bool) -> None:
    """Set the score of a mail to what it is with the rules' findings, and mark the sentences that they were found in.

    A certain finding brings it to the threshold; without `lift` nothing else counts.
    """
    found = [one for one in findings_in(reading) if one.rule in CERTAIN or one.rule in LIFTS]
    for one in found:
        _mark(reading, one)
    if lift and found:
        reading.score = lifted(reading.score, {one.rule for one in found})
        if reading.score >= threshold:
            _heat(reading, found, _TELLING)
    if any(one.rule in CERTAIN for one in found):
        reading.score = max(reading.score, threshold)
        _heat(reading, [one for one in found if one.rule in CERTAIN], _SURE)


def lifted(score: float, rules: set[str]) -> float:
    """Return a score with the weight of these rules added to its logit."""
    bounded = min(max(score, _LEAST), _MOST)
    return sigmoid(log(bounded / (1 - bounded)) + min(sum(LIFTS.get(rule, 0.0) for rule in rules), _MOST_LIFTED))


def _mark(reading: Reading, one: Finding) -> None:
    """Remember the weightiest finding of a sentence."""
    sentence = reading.sentences[one.number]
    if sentence.found is None or _weight(one) > _weight(sentence.found):
        sentence.found = one


def _weight(one: Finding) -> float:
    return _SURE if one.rule in CERTAIN else LIFTS[one.rule]


def _heat(reading: Reading, found: list[Finding], logit: float) -> None:
    """Let the sentences of these findings be grounds for a hold."""
    for one in found:
        sentence = reading.sentences[one.number]
        sentence.hostility = max(sentence.hostility, logit)
