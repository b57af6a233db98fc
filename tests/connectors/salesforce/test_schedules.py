"""Whatever people do, whatever breaks and wherever a run is cut off: the copy ends up as a fresh one would be."""

from datetime import timedelta
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardian.domain.errors import CursorExpired, TryLater
from tests.connectors.salesforce.organisation import Organisation
from tests.lab.company import seeded
from tests.lab.company_oracle import Local
from tests.lab.faults import CALM, FaultPlan, dropped, dropped_after, spoiled, throttled, truncated, unavailable
from tests.lab.faults import Kind as Spoilt
from tests.lab.salesforce_org import Org
from tests.lab.salesforce_seed import organisation_of

FAULTS = (throttled(1), unavailable(), dropped(), dropped_after(), truncated(), spoiled(Spoilt.PARTIAL))
STEPS = st.lists(
    st.tuples(
        st.sampled_from("create late update delete restore purge merge relate sync sync cut wait day".split()),
        st.integers(0, 10_000),
    ),
    min_size=3,
    max_size=14,
)


def act(org: Org, step: str, n: int) -> None:
    """Let somebody do something to the contacts and events."""
    name = "Contact" if n % 2 else "Event"
    there = sorted(org.records[name])
    chosen = there[n % len(there)] if there else ""
    values = {"Name": f"N{n}"} if name == "Contact" else {"StartDateTime": org.now, "DurationInMinutes": n}
    if step == "create":
        org.create(name, stamped=None, **values)
    elif step == "late":
        org.create(name, stamped=org.now - timedelta(seconds=n % 500), **values)
    elif step == "update" and chosen:
        org.update(chosen, stamped=None, **values)
    elif step == "delete" and chosen in org.living(name):
        org.delete(chosen)
    elif step == "restore" and chosen and not org.record(chosen).get("MasterRecordId"):
        org.restore(chosen)
    elif step == "purge" and chosen:
        org.purge(chosen)
    elif step == "merge" and name == "Contact" and len(org.living("Contact")) > 1:
        winner, loser = sorted(org.living("Contact"))[:2]
        org.merge(winner, loser)
    elif step == "relate" and org.living("EventRelation"):
        org.update(sorted(org.living("EventRelation"))[0], stamped=None, Status="Declined" if n % 3 else "Accepted")


def run(local: Local, pages: int | None) -> None:
    """Run a round, or only its first pages as when the worker is killed between two."""
    try:
        for page in islice(local.feed().changes(local.cursor), pages):
            local.store(page)
    except TryLater:
        return
    except CursorExpired:
        local.cursor = None


def settle(acme: Organisation, local: Local) -> None:
    """Let runs come through to their end."""
    for _ in range(2):
        acme.org.pass_time(minutes=15)
        run(local, None)


@pytest.mark.parametrize("name", ["Contact", "Event"])
@pytest.mark.parametrize("bulk_above", [1, 2000])
def test_any_schedule_ends_with_the_truth(acme: Organisation, name: str, bulk_above: int) -> None:
    @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
    @given(STEPS, st.integers(0, 1000))
    def check(steps: list[tuple[str, int]], seed: int) -> None:
        acme.org = acme.service.org = organisation_of(seeded(1))
        acme.lab.faults = FaultPlan(seed=seed, rate=0.08, among=FAULTS)
        acme.settings["bulk_above"] = bulk_above
        acme.service.page_rows = acme.service.bulk_rows = 3
        connector = acme.connector()
        feed = next(one for one in connector.feeds() if one.scope.name == name)
        local = Local(lambda: feed)
        run(local, seed % 4)  # the first walk is cut off
        for step, n in steps:
            if step in ("sync", "cut"):
                run(local, None if step == "sync" else n % 3)
            acme.org.pass_time(seconds=n % 2000 if step == "wait" else 86_400 if step == "day" else 20)
            act(acme.org, step, n)
        acme.lab.faults = CALM
        settle(acme, local)
        assert local.items.keys() == acme.living(name)
        assert local.items == Local(lambda: feed).sync().items

    check()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_many_broken_rounds_end_with_the_truth(acme: Organisation, seed: int) -> None:
    acme.lab.faults = FaultPlan(seed=seed, rate=0.3, among=FAULTS)
    acme.service.page_rows = acme.service.bulk_rows = 2
    feed = acme.feed("Event", bulk_above=1 + seed % 2 * 1000)
    local = Local(lambda: feed)
    for n in range(12):
        run(local, n % 4)
        act(acme.org, "update create relate delete".split()[n % 4], n * 2)
        acme.org.pass_time(minutes=n)
    acme.lab.faults = CALM
    settle(acme, local)
    assert local.items.keys() == acme.living("Event")
