"""The same mails by dlt (https://dlthub.com) and by our whole pipeline into PostgreSQL, in turn.

    python -m venv /tmp/dlt && /tmp/dlt/bin/pip install "dlt[postgres]"
    python benchmarks/dlt_merge.py --postgres URL --dlt /tmp/dlt/bin/python [--mails 20000] [--rounds 3]

dlt merges by primary key: `flat` one table, a row a mail; `nested` with a table of the participants below it, as it
makes of lists. Ours is the whole pipeline: rules, keys, threads, people, clients, a row for every participant, and
the cursor. Both are timed within a running process, dlt from its `run`.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path
from statistics import median

from sqlalchemy import text

from benchmarks.sync import Source, empty, mails, pull, quiet
from guardian.domain.activity import Activity

PROGRAM = """
import json, os, sys, time
import dlt
rows = [json.loads(line) for line in open(sys.argv[1])]

@dlt.resource(name="interaction", primary_key="item_id", write_disposition="merge")
def interactions():
    for start in range(0, len(rows), 500):
        yield rows[start:start + 500]

to = dlt.destinations.postgres(sys.argv[2])
pipe = dlt.pipeline(pipeline_name=sys.argv[3], pipelines_dir=sys.argv[4], destination=to, dataset_name="rival")
for _ in range(2):
    began = time.perf_counter()
    pipe.run(interactions())
    print("took", time.perf_counter() - began)
"""


def told_flat(one: Activity) -> dict[str, object]:
    """Return a mail as one row."""
    return {
        "item_id": one.item_id,
        "key": one.key,
        "kind": str(one.kind),
        "occurred_at": one.occurred_at.isoformat(),
        "sender": one.participants[0].identity.value,
        "recipients": " ".join(p.identity.value for p in one.participants[1:]),
        "subject": one.subject,
        "refs": " ".join(one.thread_refs),
        "revision": one.revision,
    }


def told_nested(one: Activity) -> dict[str, object]:
    """Return a mail as one row with its participants."""
    seats = [{"role": str(p.role), "address": p.identity.value, "name": p.name} for p in one.participants]
    return {name: value for name, value in told_flat(one).items() if name not in ("sender", "recipients")} | {
        "participants": seats
    }


def rival(python: str, server: str, rows_of_all: list[dict[str, object]]) -> tuple[float, float]:
    """Return the seconds that dlt takes for a fresh load and for the same rows again."""
    with tempfile.TemporaryDirectory() as folder, empty(server) as database:
        rows = Path(folder) / "rows.jsonl"
        rows.write_text("".join(json.dumps(one) + "\n" for one in rows_of_all))
        given = database.engine.url  # dlt wants a host and a password even where a socket needs neither
        whole = given.set(drivername="postgresql", host=given.host or "socket", password=given.password or "none")
        url = whole.render_as_string(hide_password=False)
        quietly = {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}
        command = [python, "-c", PROGRAM, str(rows), url, database.engine.url.database or "", folder]
        done = subprocess.run(command, env=quietly, cwd=folder, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-1500:]
        with database.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM rival.interaction")) == len(rows_of_all)
    first, again = (float(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("took"))
    return first, again


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgres", required=True, help="a server where databases may be made")
    parser.add_argument("--dlt", required=True, help="the Python that has dlt")
    told = parser.parse_args()
    quiet()
    items = mails(told.mails)
    rivals = {"flat": list(map(told_flat, items)), "nested": list(map(told_nested, items))}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ("ours", *rivals)}
    for _ in range(told.rounds):
        with empty(told.postgres) as database:
            times["ours"].append((pull(database, Source(items)), pull(database, Source(items))))
        for name, rows in rivals.items():
            times[name].append(rival(told.dlt, told.postgres, rows))
    for place, what in enumerate(("fresh", "unchanged again")):
        ours, flat, nested = (median(one[place] for one in times[name]) for name in times)
        print(
            f"{what}: ours {len(items) / ours:.0f} mails/s, dlt flat {len(items) / flat:.0f}, nested"
            f" {len(items) / nested:.0f}; ours ÷ flat {flat / ours:.1f}, ours ÷ nested {nested / ours:.1f}"
        )


if __name__ == "__main__":
    main()
