"""How long one rep's digest takes once what all share is collected: gathered, composed, worded, built as a mail.

    python -m benchmarks.digest [CLIENTS] [INTERACTIONS EACH]

Stores are in memory; the time is that of the processor.
"""

import sys
from dataclasses import replace
from datetime import timedelta
from statistics import median
from time import process_time

from guardian.ageing import sentence
from guardian.digest.gather import survey
from guardian.digest.run import _make
from guardian.domain.activity import Direction
from guardian.domain.standing import State
from tests.digest.company import MARTA, NOW, OFFICE, Company, ago
from tests.digest.test_render import LINKS

STATES = (State.AT_RISK, State.DORMANT, State.LOST, State.HEALTHY, State.COOLING, State.NEW, State.ANGRY)
REPEATS = 50


def company(clients: int, each: int) -> Company:
    """Return a rep's book of clients in all states, with mails both ways."""
    made = Company(win_back=3)
    for number in range(clients):
        state = STATES[number % len(STATES)]
        one = made.client(f"Client {number}", state, value=float(number * 37 % 1_000))
        for back in range(each):
            direction = Direction.OUT if back % 2 else Direction.IN
            made.happened(one, ago(20 + number % 50 + 7 * back), direction, snippet="Os mando el pedido de siempre.")
        made.assess(one, state, silent_days=20 + number % 50)
    return made


def main(clients: int = 60, each: int = 40) -> None:
    """Print the size of the mail and the processor time that one digest takes."""
    sources = company(clients, each).sources()
    began = process_time()
    tenant = survey([MARTA], sources, now=NOW)
    shared = process_time() - began
    office = replace(OFFICE, wording=sentence, links=LINKS)
    took, size = [], 0
    for _ in range(REPEATS):
        began = process_time()
        made = _make(MARTA, tenant, office)
        took.append(process_time() - began)
        size = len(made[1].html.encode()) if made else 0
    print(f"{clients} clients, {each} interactions each; shared by all reps {timedelta(seconds=shared)}")
    middle, most = 1_000 * median(took), 1_000 * max(took)
    print(f"one digest: median {middle:.1f} ms, most {most:.1f} ms, page {size / 1_024:.1f} KiB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
