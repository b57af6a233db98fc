"""What findings do beside being features of the decisions: some hold a mail, others show why it is held."""

from guardian.nlp.reading import Finding, Reading

# A certain rule was right at least ten times for once wrong on authors whom nobody had read (docs/judge.md).
CERTAIN = frozenset({"called2", "called3", "owned3"})
TELLING = frozenset(
    "owned2 near2 near3 beside3 follows3 pronoun3 addressed3 pointed3 exclaimed3 loose3"
    " untold3 untold1 rival3 fedup3 gesture3 gesture1 scorn3 scorn1".split()
)
_SURE = 2.2  # the logit given to a sentence that says it outright
_SHOWN = 0.5  # and to one that speaks for a hold


def weigh(reading: Reading, threshold: float) -> None:
    """Bring a mail in which a certain rule found something to the threshold, and mark sentences with findings.

    In a mail that is held they are grounds for it.
    """
    certain = [one for one in reading.findings if one.rule in CERTAIN]
    telling = [one for one in reading.findings if one.rule in TELLING]
    for one in (*certain, *telling):
        _mark(reading, one)
    if reading.score >= threshold:
        _heat(reading, telling, _SHOWN)
    if certain:
        reading.score = max(reading.score, threshold)
        _heat(reading, certain, _SURE)


def _mark(reading: Reading, one: Finding) -> None:
    """Remember the weightiest finding of a sentence."""
    sentence = reading.sentences[one.number]
    if sentence.found is None or _weight(one) > _weight(sentence.found):
        sentence.found = one


def _weight(one: Finding) -> tuple[bool, str]:
    return one.rule in CERTAIN, one.rule[-1]


def _heat(reading: Reading, found: list[Finding], logit: float) -> None:
    """Let the sentences of these findings be grounds for a hold."""
    for one in found:
        sentence = reading.sentences[one.number]
        sentence.hostility = max(sentence.hostility, logit)
