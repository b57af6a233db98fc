"""How much of the day's requests a run may use, whose threads have counts of their own."""

import pytest

from connectors.salesforce.quota import Quota
from guardian.domain.errors import TryLater


def heard(used: int, *, share: float = 0.1) -> Quota:
    quota = Quota(share=share, ceiling=1.0)
    quota.hear(f"api-usage={used}/1000")
    return quota


def test_what_other_threads_of_the_run_have_used_counts() -> None:
    quota = heard(300)
    quota.hear("api-usage=399/1000")
    quota.spend()
    quota.hear("api-usage=400/1000")
    with pytest.raises(TryLater, match="This run has used its 100"):
        quota.spend()


def test_what_was_used_before_the_run_does_not() -> None:
    heard(900).spend()


def test_its_own_requests_count_even_while_those_of_yesterday_are_let_off() -> None:
    quota = heard(300, share=0.002)
    for used in (200, 100):
        quota.spend()
        quota.hear(f"api-usage={used}/1000")
    with pytest.raises(TryLater, match="used its 2"):
        quota.spend()
