"""Rows that are missing, too many or out of date after a few nights at Salesforce: ours, and Singer's tap-salesforce.

    python -m venv /tmp/tap && /tmp/tap/bin/pip install tap-salesforce
    python benchmarks/salesforce_rivals.py --tap /tmp/tap/bin/python [--nights 4] [--seed 1]

Both read the same organisation (tests/lab), each night after records were changed, deleted, deleted for good, merged,
restored, and committed late, below what was read already. The tap keeps its state from night to night, as its makers
say; its rows go into a table by Id, and rows that say IsDeleted are taken out, as a target that soft-deletes does.
"""

import argparse
import json
import logging
import random
import subprocess
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select

from guardian.storage import Database, tables
from tests.lab.certificates import make_app_key
from tests.lab.company import seeded
from tests.lab.nights import a_night, new_store
from tests.lab.office import Office, open_office
from tests.lab.salesforce_login import CLIENT_ID, SECRET
from tests.lab.serving import running_lab

OBJECTS = ("Account", "Contact", "Lead", "Task", "Event", "EmailMessage")
Copies = dict[str, dict[str, str]]  # by object and id: when it was changed last

TAP = """
import json, sys
from tap_salesforce import do_discover, do_sync, build_state
from tap_salesforce.salesforce import Salesforce
import contextlib, io, os

told = json.load(open(sys.argv[1]))
plain, described = Salesforce._make_request, Salesforce.describe

def to_the_lab(self, method, url, headers=None, body=None, stream=False, params=None):
    url = url.replace("https://login.salesforce.com", told["url"])
    if isinstance(body, dict) and body.get("grant_type") == "refresh_token":
        body = {**body, "grant_type": "client_credentials"}
    return plain(self, method, url, headers=headers, body=body, stream=stream, params=params)

Salesforce._make_request = to_the_lab
Salesforce.describe = lambda self, name=None: (
    described(self, name) if name else {"sobjects": [{"name": one} for one in told["objects"]]}
)
one = Salesforce(
    refresh_token="x",
    sf_client_id=told["client_id"],
    sf_client_secret=told["client_secret"],
    quota_percent_total=100,
    quota_percent_per_run=100,
    is_sandbox=False,
    select_fields_by_default=True,
    default_start_date="2000-01-01T00:00:00Z",
    api_type="REST",
    lookback_window=told["lookback"],
)
one.login()
said = io.StringIO()
with contextlib.redirect_stdout(said):
    do_discover(one)
catalog = json.loads(said.getvalue())
for stream in catalog["streams"]:
    for entry in stream["metadata"]:
        if not entry["breadcrumb"]:
            entry["metadata"]["selected"] = True
            entry["metadata"]["replication-key"] = "SystemModstamp"
            entry["metadata"]["replication-method"] = "INCREMENTAL"
do_sync(one, catalog, build_state(told["state"], catalog))
sys.stdout.flush()
os._exit(0)
"""


@dataclass
class Tap:
    """The tap with its state, what it told so far, and how many seconds it reads back."""

    python: str
    lookback: int | None
    copies: Copies = field(default_factory=lambda: {one: {} for one in OBJECTS})
    state: dict[str, Any] = field(default_factory=dict)


def read(tap: Tap, office: Office) -> None:
    """Let the tap read what is new since its state into its copies."""
    copies = tap.copies
    told = {
        "lookback": tap.lookback,
        "url": office.lab.url,
        "objects": OBJECTS,
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "state": tap.state,
    }
    asked = office.folder / "tap.json"
    asked.write_text(json.dumps(told))
    done = subprocess.run(
        [tap.python, "-c", TAP, str(asked)],
        env={"REQUESTS_CA_BUNDLE": str(office.lab.ca_bundle)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for message in map(json.loads, done.stdout.splitlines()):
        if message["type"] == "STATE":
            tap.state = message["value"]
        elif message["type"] == "RECORD":
            row = message["record"]
            if row.get("IsDeleted"):
                copies[message["stream"]].pop(row["Id"], None)
            else:
                copies[message["stream"]][row["Id"]] = row["SystemModstamp"][:19]


def ours(office: Office, store: Database) -> dict[str, set[str]]:
    """Return the ids of every record that is stored, or that a rule leaves out, by object."""
    found = defaultdict(set)
    with store.reading() as connection:
        for table in (tables.occurrence, tables.record_copy, tables.excluded):
            query = select(tables.mailbox.c.label, table.c.item_id).join_from(table, tables.mailbox)
            for label, item_id in connection.execute(query):
                found[label].add(item_id)
    return found


def a_day(office: Office, dice: random.Random) -> None:
    """Let people work in the CRM."""
    org = office.org
    for name in OBJECTS:
        words = "Name" if name in ("Account", "Contact", "Lead") else "Subject"
        for _ in range(4):
            living = sorted(org.living(name))
            if len(living) < 6:
                break
            org.update(dice.choice(living), **{words: f"N{org.made}-{dice.randrange(10**6)}"})
            org.delete(dice.choice(living))
            bin_of = [one for one in sorted(org.records[name]) if one not in org.living(name)]
            unmerged = [one for one in bin_of if not org.record(one).get("MasterRecordId")]
            if unmerged and dice.random() < 0.5:
                org.restore(dice.choice(unmerged))
            elif unmerged and name in ("Task", "Event", "Lead"):
                org.purge(dice.choice(unmerged))
        if name in ("Contact", "Account") and len(org.living(name)) > 6:
            org.merge(*dice.sample(sorted(org.living(name)), 2))


def truth(office: Office) -> dict[str, dict[str, str]]:
    """Return what is there, and when it was changed last."""
    return {
        name: {key: f"{one['SystemModstamp']:%Y-%m-%dT%H:%M:%S}" for key, one in office.org.living(name).items()}
        for name in OBJECTS
    }


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tap", required=True, help="the Python that has tap-salesforce")
    parser.add_argument("--nights", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as name, running_lab(Path(name)) as lab:
        folder, dice = Path(name), random.Random(told.seed)
        office = open_office(lab, folder, make_app_key(), seeded(told.seed, reps=2, accounts=12, threads=60))
        store, taps = new_store(folder / "x.db"), [Tap(told.tap, None), Tap(told.tap, 600)]
        for night in range(told.nights):
            if night:
                office.pass_time(timedelta(hours=8))
                a_day(office, dice)
            office.pass_time(timedelta(seconds=20))
            for one in taps:
                read(one, office)
            a_night(office, store)
            _late(office, night)
        office.pass_time(timedelta(minutes=15))
        for one in taps:
            read(one, office)
        a_night(office, store)
        _print(office, store, taps)


def _late(office: Office, night: int) -> None:
    """Commit something whose transaction began before this night's sync, and so is stamped before what it read."""
    office.pass_time(timedelta(seconds=40))
    stamped = office.org.now - timedelta(seconds=70)
    office.org.create("Lead", stamped=stamped, Name=f"Late {night}", Email=f"late{night}@prospect.example")
    office.org.create("Contact", stamped=stamped, Name=f"Late {night}", Email=f"late{night}@client0.example")


def _print(office: Office, store: Database, taps: list[Tap]) -> None:
    there, mine = truth(office), ours(office, store)
    left_out = {key for key, one in office.org.records["EmailMessage"].items() if one.get("Status") == "5"}
    left_out |= {key for key, one in office.org.records["Event"].items() if one.get("IsChild")}
    merged = {key for those in office.org.records.values() for key, one in those.items() if one.get("MasterRecordId")}
    total = sum(map(len, there.values()))
    missing = sum(len(there[name].keys() - left_out - mine[name]) for name in OBJECTS)
    extra = sum(len(mine[name] - there[name].keys() - merged) for name in OBJECTS)
    print(f"{total} living records; ours: {missing} missing, {extra} too many")
    for tap in taps:
        copies = tap.copies
        missing = sum(len(there[name].keys() - copies[name].keys()) for name in OBJECTS)
        extra = sum(len(copies[name].keys() - there[name].keys()) for name in OBJECTS)
        stale = sum(1 for name in OBJECTS for key, at in copies[name].items() if there[name].get(key, at) != at)
        how = f"reading back {tap.lookback} s" if tap.lookback else "as it is delivered"
        print(f"tap-salesforce {how}: {missing} missing, {extra} too many, {stale} out of date")


if __name__ == "__main__":
    main()
