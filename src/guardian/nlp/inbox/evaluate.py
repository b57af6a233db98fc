"""A reader measured on labelled mails of clients, as it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from guardian.nlp.examples import Progress
from guardian.nlp.inbox.examples import examples_of
from guardian.nlp.inbox.letters import Letter
from guardian.nlp.inbox.measures import InboxMeasures, Outcome, measures_of
from guardian.ports.listener import Listener


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEvaluation:
    """Measures, milliseconds a mail, whether the reader was degraded, and its worst misses, the surest first."""

    measures: InboxMeasures
    ms_median: float
    ms_95: float
    degraded: bool
    misses: list[Outcome]


def evaluate_inbox(letters: Sequence[Letter], listener: Listener, progress: Progress) -> InboxEvaluation:
    """Return how well a listener hears these mails."""
    outcomes, took, degraded = [], [], False
    for number, example in enumerate(examples_of(letters), 1):
        begun = perf_counter()
        heard = listener.heard(example.letter.words)
        took.append((perf_counter() - begun) * 1000)
        degraded = degraded or heard.degraded
        outcomes.append(
            Outcome(
                example=example,
                severity=heard.severity,
                kind=heard.kind,
                settled=heard.settled,
                spans=heard.spans,
                certainty=heard.score,
            )
        )
        if number % 50 == 0:
            progress("listen", number, len(letters))
    wrong = [one for one in outcomes if bool(one.severity) != bool(one.example.letter.severity)]
    return InboxEvaluation(
        measures=measures_of(outcomes),
        ms_median=float(np.median(took)),
        ms_95=float(np.percentile(took, 95)),
        degraded=degraded,
        misses=sorted(wrong, key=lambda one: -one.certainty),
    )
