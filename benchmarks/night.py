"""What a night costs at each provider: requests after 1 % of change, and time where 5 % of requests are throttled.

    python benchmarks/night.py [--threads 2000] [--throttled-threads 150] [--rate 0.05]

One company at Microsoft, Google and Salesforce (tests/lab), pages as large as the connectors ask for by default. The
share is of the requests of the first, full sync; beside it stands the least that any delta protocol needs: one for
every folder, feed or object, and one a page of changes. For the time the lab speaks TLS; ideal is the sync without
throttles and the sum of every Retry-After that was answered.
"""

import argparse
import logging
import random
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import structlog

from guardian.storage import Database
from guardian.sync import SyncSummary
from tests.lab.certificates import make_app_key
from tests.lab.company import Folder, seeded
from tests.lab.faults import CALM, FaultPlan, throttled, unavailable
from tests.lab.in_process import without_wire
from tests.lab.nights import a_night, new_store, stored_story
from tests.lab.office import NAMES, Office, open_office
from tests.lab.serving import Lab
from tests.lab.story import true_story


def opened(lab: Lab, folder: Path, threads: int) -> Office:
    """Return an office whose mailboxes hold about four times as many mails as there are threads."""
    office = open_office(lab, folder, make_app_key(), seeded(7, reps=2, accounts=40, threads=threads))
    office.page_size = 200
    office.privacy = dict.fromkeys(NAMES, "metadata")
    return office


def by_name(office: Office, store: Database) -> dict[str, SyncSummary]:
    """Let a night go by and return how it went with each connection, with the requests that its provider counted."""
    office.pass_time(timedelta(hours=24))
    office.lab.forget()
    office.google.parts.clear()
    told = {one.connector: one for one in a_night(office, store)}
    seen = {
        "crm": len(office.lab.asked("/services/data/")),
        "microsoft": len(office.lab.asked(" /v1.0/")),
        "google": len(office.lab.asked(" /(gmail|calendar|v1/people)/")) + len(office.google.parts),
    }
    for name, one in told.items():
        if one.requests != seen[name]:
            print(f"{name} says {one.requests} requests, the provider counted {seen[name]}")
    return {name: replace(one, requests=seen[name]) for name, one in told.items()}


def change(office: Office, share: float) -> dict[str, int]:
    """Let so much of everything change, and return how many items that is at each provider."""
    company, org, dice = office.company, office.org, random.Random(3)
    changed = dict.fromkeys(NAMES, 0)
    for provider in ("microsoft", "google"):
        for rep in office.at(provider):
            shelf = company.desks[rep].mail
            for n in range(max(int(share * len(shelf.items)), 1)):
                if n % 4 == 3:
                    ref = dice.choice(sorted(shelf.items))
                    company.move(rep, ref, dice.choice((Folder.ARCHIVE, Folder.PROJECTS, Folder.TRASH)))
                else:
                    company.write(dice.choice(company.outsiders).address, (rep,))
                changed[provider] += 1
    for name in ("Contact", "Task", "EmailMessage", "Event"):
        living = sorted(org.living(name))
        for record in dice.sample(living, max(int(share * len(living)), 1)):
            org.update(record)
            changed["crm"] += 1
    return changed


def requests(threads: int) -> None:
    """Print what share of a full sync's requests a night with 1 % of change needs."""
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Path(folder))
        office, store = opened(lab, Path(folder), threads), new_store(Path(folder) / "x.db")
        with without_wire(lab):
            full = by_name(office, store)
            by_name(office, store)  # what a walk did not see, because it changed meanwhile
            changed = change(office, 0.01)
            night, quiet = by_name(office, store), by_name(office, store)
            assert stored_story(store, office.company.now) == true_story(office), "the story is not the true one"
        lab.stop()
    for name in NAMES:
        items = full[name].new
        print(
            f"{name}: {items} items, {full[name].requests} requests; {changed[name]} changes, {night[name].requests}"
            f" requests ({night[name].requests / full[name].requests:.1%}); nothing changed, {quiet[name].requests}"
        )


def throttles(threads: int, rate: float) -> None:
    """Print the time of a full sync where so many requests are throttled, against the ideal."""
    with tempfile.TemporaryDirectory() as folder:
        took: dict[bool, float] = {}
        asked = 0.0
        for busy in (False, True):
            lab = Lab(Path(folder))
            lab.start()
            office, store = opened(lab, Path(folder), threads), new_store(Path(folder) / f"{busy}.db")
            office.sleep = time.sleep
            plan = FaultPlan(seed=5, rate=rate, among=(throttled(1), unavailable(1))) if busy else CALM
            lab.faults = plan
            began = time.monotonic()
            states = {one.state for one in a_night(office, store)}
            took[busy] = time.monotonic() - began
            assert states == {"ok"}, states
            assert stored_story(store, office.company.now) == true_story(office), "the story is not the true one"
            asked = sum(float(fault.headers["Retry-After"]) for _, fault in plan.struck)
            lab.stop()
    ideal = took[False] + asked
    print(
        f"without throttles {took[False]:.1f} s, Retry-After {asked:.0f} s, together {ideal:.1f} s;"
        f" with throttles {took[True]:.1f} s: {took[True] / ideal:.2f} of the ideal"
    )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2000)
    parser.add_argument("--throttled-threads", type=int, default=150)
    parser.add_argument("--rate", type=float, default=0.05)
    told = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    requests(told.threads)
    throttles(told.throttled_threads, told.rate)


if __name__ == "__main__":
    main()
