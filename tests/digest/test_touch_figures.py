"""The figures of all clients at once agree with counting one client's touches by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.digest.material import TouchFacts
from guardian.digest.touch_figures import sum_up
from guardian.ports.timeline import Touches

NOW = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
Touch = tuple[int, int, bool, bool, float]  # client, hours ago, inbound, outbound, weight

TOUCHES = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.integers(0, 40).map(lambda step: step * 70),
        st.booleans(),
        st.booleans(),
        st.sampled_from([0.5, 1.0, 2.0]),
    ),
    max_size=40,
)


def arrays(touches: list[Touch]) -> Touches:
    rows = sorted(touches, key=lambda touch: (touch[0], -touch[1]))
    now = int(NOW.timestamp())
    return Touches(
        client=np.array([row[0] for row in rows], np.int64),
        rep=np.zeros(len(rows), np.int64),
        at=np.array([now - row[1] * 3_600 for row in rows], np.int64),
        inbound=np.array([row[2] for row in rows], np.bool_),
        outbound=np.array([row[3] for row in rows], np.bool_),
        weight=np.array([row[4] for row in rows], np.float32),
    )


def by_hand(touches: list[Touch], client: int) -> TouchFacts:
    mine = [touch for touch in touches if touch[0] == client]

    def moments(chosen: list[Touch]) -> list[datetime]:
        return [NOW - timedelta(hours=touch[1]) for touch in chosen]

    ours = moments([touch for touch in mine if touch[3]])
    theirs = moments([touch for touch in mine if touch[2] and touch[4] >= 1])
    asked = moments([touch for touch in mine if touch[2] and touch[4] >= 1 and not touch[3] and touch[1] <= 90 * 24])
    waits = [at for at in asked if not ours or at > max(ours)]
    written = moments([touch for touch in mine if touch[3] and not touch[2]])
    spoken = moments([touch for touch in mine if touch[3] or (touch[2] and touch[4] >= 1)])
    weeks = [(NOW.date() - day).days // 7 for day in {at.date() for at in spoken}]
    return TouchFacts(
        first=min(moments(mine), default=None),
        last=max(ours + theirs, default=None),
        last_outbound=max(ours, default=None),
        last_inbound=max(theirs, default=None),
        waiting_since=min(waits, default=None),
        last_waiting=max(waits, default=None),
        unanswered=sum(not theirs or at > max(theirs) for at in written),
        weeks=tuple(weeks.count(week) for week in range(11, -1, -1)),
    )


@settings(max_examples=120, deadline=None)
@given(TOUCHES)
def test_all_at_once_is_each_by_hand(touches: list[Touch]) -> None:
    figures = sum_up(arrays(touches), now=NOW)
    for client in range(6):
        assert figures.of(client) == by_hand(touches, client)


@pytest.mark.parametrize(("days", "waits"), [(90, True), (91, False)])
def test_a_word_of_long_ago_waits_no_more(days: int, waits: bool) -> None:
    figures = sum_up(arrays([(1, 24 * days, True, False, 1.0)]), now=NOW)
    assert (figures.of(1).waiting_since is not None) is waits


def test_an_accepted_invitation_asks_for_no_answer() -> None:
    figures = sum_up(arrays([(1, 240, False, True, 1.0), (1, 120, True, False, 0.5)]), now=NOW)
    assert figures.of(1).waiting_since is None


def test_a_burst_of_mail_is_one_contact_and_an_accepted_invitation_is_none() -> None:
    burst = [(1, 8 * 24 + hours, hours % 2 == 0, hours % 2 == 1, 1.0) for hours in range(6)]
    accepted = (1, 15 * 24, True, False, 0.5)
    assert sum_up(arrays([*burst, accepted]), now=NOW).of(1).weeks == (0,) * 10 + (1, 0)


def test_thanks_ask_for_no_answer() -> None:
    told = replace(arrays([(1, 48, True, False, 1.0)]), asks=np.array([False]))
    assert sum_up(told, now=NOW).of(1).waiting_since is None
    assert sum_up(told, now=NOW).of(1).last_inbound is not None
