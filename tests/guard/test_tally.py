"""What a threshold would hold, counted from verdicts."""

from math import nan

import pytest

from guardian.domain.verdict import Action, Reason, ReasonCode, Verdict
from guardian.guard.decide import NOBODY_TO_PROTECT
from guardian.guard.tally import Tally, expected_holds, mark_of
from guardian.ports.tallies import UNREAD
from tests.guard.fakes import NOW


def verdict(score: float, *reasons: Reason, language: str = "es") -> Verdict:
    return Verdict(
        action=Action.PASS, would_hold=False, reasons=reasons, clients=("C",), score=score, language=language
    )


@pytest.mark.parametrize(
    ("score", "bucket"), [(0.0, 0), (0.29, 29), (0.294, 29), (0.3, 30), (1.0, 100), (1.7, 100), (-1.0, 0), (nan, 100)]
)
def test_a_score_counts_in_hundredths(score: float, bucket: int) -> None:
    mark = mark_of(verdict(score), NOW)
    assert mark is not None
    assert mark.bucket == bucket


def test_what_was_not_judged_is_not_counted() -> None:
    assert mark_of(NOBODY_TO_PROTECT, NOW) is None
    assert mark_of(verdict(0.0, language=""), NOW) is None


def test_expected_holds_are_per_thousand_mails_to_clients_and_by_language() -> None:
    tally = Tally()
    for number in range(1000):
        tally.count(verdict(number / 1000, language="es" if number % 2 else "en"), now=NOW)
    unread = Reason(code=ReasonCode.UNSCANNABLE, span="broken", score=1.0)
    for _ in range(1000):
        tally.count(verdict(0.0, unread), now=NOW)
    counts = tally.take()
    found = {(one.language, one.threshold): one for one in expected_holds(counts, [0.9, 0.5])}
    assert (found["", 0.9].mails, found["", 0.9].holds, found["", 0.9].per_thousand) == (2000, 1100, 550.0)
    assert (found["en", 0.5].mails, found["en", 0.5].holds) == (500, 250)
    assert (found["es", 0.5].mails, found["es", 0.5].holds) == (1500, 1250)
    assert any(mark.bucket == UNREAD for mark in counts)
    assert tally.take() == {}
    assert all(one.per_thousand == 0 for one in expected_holds({}))
