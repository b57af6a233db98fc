"""The same mails by dlt (https://dlthub.com) and by our whole pipeline into PostgreSQL, in turn.

    python -m venv /tmp/dlt && /tmp/dlt/bin/pip install "dlt[postgres]"
    python benchmarks/dlt_merge.py --postgres URL --dlt /tmp/dlt/bin/python [--mails 10000] [--rounds 3]

dlt merges by primary key: `flat` one table, a row a mail; `nested` with a table of the participants below it, as it
makes of lists; `same rows` every row of every table that our pipeline filled, ready made (interactions, copies,
participants, identities, conversations, clients, people), a resource a table. Ours is the whole pipeline: rules,
keys, threads, people, clients, and the cursor. Prints seconds of processor time, the program's and the server's
(which must be on this machine) together; dlt's from its `run`, within a running process.
"""

import argparse
import json
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import text

from benchmarks.processor_time import Stopwatch, postmaster_of, server_seconds
from benchmarks.sync import Source, empty, mails, pull, quiet, stored
from guardian.domain.activity import Activity

PROGRAM = """
import json, sys, time
import dlt
told = [json.loads(line) for line in open(sys.argv[1])]

def resource(table):
    @dlt.resource(name=table["name"], primary_key=table["key"], write_disposition="merge")
    def rows():
        for start in range(0, len(table["rows"]), 500):
            yield table["rows"][start:start + 500]
    return rows

@dlt.source(name="rival")
def everything():
    return [resource(table) for table in told]

to = dlt.destinations.postgres(sys.argv[2])
pipe = dlt.pipeline(pipeline_name=sys.argv[3], pipelines_dir=sys.argv[4], destination=to, dataset_name="rival")
for _ in range(2):
    print("begin", flush=True); sys.stdin.readline()
    began = time.process_time()
    pipe.run(everything())
    print("took", time.process_time() - began, flush=True); sys.stdin.readline()
"""

Seconds = tuple[float, float]  # of a fresh load, and of the same rows again


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


def table_of(name: str, key: Sequence[str], rows: Sequence[dict[str, object]]) -> dict[str, object]:
    """Return a table as the rival is told it."""
    return {"name": name, "key": list(key), "rows": rows}


def final_tables(server: str, items: list[Activity]) -> list[dict[str, Any]]:
    """Return every table that our pipeline fills with these mails."""
    with empty(server) as database:
        pull(database, Source(items))
        return [
            table_of(
                table.name,
                [column.name for column in table.primary_key],
                [dict(zip(table.columns.keys(), map(as_json, row), strict=True)) for row in rows],
            )
            for table, rows in stored(database)
            if len(rows) > 1  # what the run keeps of itself is no row of a mail
        ]


def as_json(value: Any) -> Any:
    """Return a value of ours as JSON can tell it."""
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime) else value


def rival(python: str, server: str, tables: list[dict[str, Any]]) -> Seconds:
    """Return the seconds that dlt takes for a fresh load and for the same rows again."""
    with tempfile.TemporaryDirectory() as folder, empty(server) as database:
        rows = Path(folder) / "tables.jsonl"
        rows.write_text("".join(json.dumps(one) + "\n" for one in tables))
        given = database.engine.url  # dlt wants a host and a password even where a socket needs neither
        whole = given.set(drivername="postgresql", host=given.host or "socket", password=given.password or "none")
        url = whole.render_as_string(hide_password=False)
        quietly = {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}
        command = [python, "-c", PROGRAM, str(rows), url, database.engine.url.database or "", folder]
        took = watched(command, quietly, folder, postmaster_of(database))
        with database.reading() as connection:
            for one in tables:
                count = connection.scalar(text(f'SELECT count(*) FROM rival."{one["name"]}"'))
                assert count == len(one["rows"]), one["name"]
    return took


def watched(command: list[str], environment: dict[str, str], folder: str, postmaster: int) -> Seconds:
    """Return the seconds of the program's two runs, with the server's in each."""
    took, theirs = list[float](), 0.0
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as running,
    ):
        assert running.stdin
        assert running.stdout
        for line in running.stdout:
            if line.startswith("took"):
                took.append(float(line.split()[1]) + server_seconds(postmaster) - theirs)
            elif line.startswith("begin"):
                theirs = server_seconds(postmaster)
            else:
                continue
            running.stdin.write("\n")
            running.stdin.flush()
        errors.seek(0)
        assert running.wait() == 0, errors.read()[-1500:]
    first, again = took
    return first, again


def ours(server: str, items: list[Activity]) -> Seconds:
    """Return the seconds that our pipeline takes, and takes again."""
    with empty(server) as database:
        took = []
        for _ in range(2):
            watch = Stopwatch(postmaster_of(database))
            pull(database, Source(items))
            took.append(sum(watch.seconds()))
    first, again = took
    return first, again


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgres", required=True, help="a server where databases may be made")
    parser.add_argument("--dlt", required=True, help="the Python that has dlt")
    told = parser.parse_args()
    quiet()
    items = mails(told.mails)
    rivals = {
        "flat": [table_of("interaction", ["item_id"], list(map(told_flat, items)))],
        "nested": [table_of("interaction", ["item_id"], list(map(told_nested, items)))],
        "same rows": final_tables(told.postgres, items),
    }
    times: dict[str, list[Seconds]] = {name: [] for name in ("ours", *rivals)}
    for _ in range(told.rounds):
        times["ours"].append(ours(told.postgres, items))
        for name, tables in rivals.items():
            times[name].append(rival(told.dlt, told.postgres, tables))
    for place, what in enumerate(("fresh", "unchanged again")):
        seconds = {name: median(one[place] for one in each) for name, each in times.items()}
        mine = seconds.pop("ours")
        against = ", ".join(f"dlt {name} {one:.2f} s ({one / mine:.1f} times ours)" for name, one in seconds.items())
        print(f"{what}: ours {mine:.2f} s, {against}")


if __name__ == "__main__":
    main()
