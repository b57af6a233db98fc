"""How what reps say moves the threshold: whoever was right about false alarms gets fewer of them, within rails.

Only P(alive) at risk moves. The ceilings stay where they are, so that no word hides a client for good.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from guardian.domain.notes import CONTACTS, Note, NoteKind

WINDOW = timedelta(days=180)  # older words no longer count
FEWEST_WORDS = 5  # of a rep, below which his threshold stays where it is
USUAL_SHARE, USUAL_WORDS = 0.25, 8  # the share of "all is well" expected of anybody, and how many words that weighs
SLOPE = 0.8  # of the threshold, for the whole way from no such word to nothing else
LOWEST, HIGHEST = 0.8, 1.1  # what a rep's words may make of the threshold
TWICE_FINE = 0.7  # what they make of it for a client with whom all was said to be well at least twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Leniency:
    """What the threshold is multiplied by, for the clients of each rep and for single clients."""

    reps: Mapping[str, float]
    clients: Mapping[int, float]

    def of(self, client_id: int, owner: str | None) -> float:
        """Return the factor for one client; below 1 it takes more to be at risk."""
        return self.reps.get((owner or "").lower(), 1.0) * self.clients.get(client_id, 1.0)


def leniency(notes: Iterable[Note], *, as_of: datetime) -> Leniency:
    """Return what the words of the last 180 days make of the threshold."""
    late = [note for note in notes if as_of - WINDOW < note.at <= as_of]
    fine = Counter(note.rep for note in late if note.kind is NoteKind.FINE)
    acted = Counter(note.rep for note in late if note.kind in CONTACTS)
    per_client = Counter(note.client_id for note in late if note.kind is NoteKind.FINE)
    return Leniency(
        reps={
            rep: _factor(fine[rep], fine[rep] + acted[rep])
            for rep in fine.keys() | acted.keys()
            if fine[rep] + acted[rep] >= FEWEST_WORDS
        },
        clients={client_id: TWICE_FINE for client_id, times in per_client.items() if times >= 2},
    )


def _factor(fine: int, words: int) -> float:
    share = (fine + USUAL_SHARE * USUAL_WORDS) / (words + USUAL_WORDS)
    return min(max(1 + SLOPE * (USUAL_SHARE - share), LOWEST), HIGHEST)
