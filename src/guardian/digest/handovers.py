"""Which clients changed hands of late, by the records and the words of reps together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from guardian.domain.notes import Note, NoteKind, owner_of
from guardian.domain.people import Client
from guardian.ports.handovers import Handover


def changed_hands(
    clients: Iterable[Client],
    notes: Mapping[int, Sequence[Note]],
    handovers: Mapping[int, Sequence[Handover]],
    *,
    since: datetime,
) -> dict[int, datetime]:
    """Return which clients got another owner after a moment, by the records or by the word of a rep, and when.

    `clients` are as the records know them now, `handovers` what changed in them since that moment. Where the records
    only follow what a rep said nothing changes, nor where a client gets its first owner.
    """
    found: dict[int, datetime] = {}
    for client in clients:
        said = [note for note in notes.get(client.id, ()) if note.kind is NoteKind.WRONG_OWNER]
        if at := _last_change(client, said, handovers.get(client.id, ()), since):
            found[client.id] = at
    return found


def _last_change(client: Client, said: Sequence[Note], moves: Sequence[Handover], since: datetime) -> datetime | None:
    recorded = moves[0].was if moves else client.owner
    owner = _owner(client, recorded, said, since) or recorded
    changed = None
    moments = {*(note.at for note in said), *(one.at for one in moves)}
    for at in sorted(one for one in moments if one > since):
        recorded = next((one.owner for one in reversed(moves) if one.at <= at), recorded)
        got = _owner(client, recorded, said, at)
        if got and owner and got.lower() != owner.lower():
            changed = at
        owner = got or owner
    return changed


def _owner(client: Client, recorded: str | None, said: Sequence[Note], at: datetime) -> str | None:
    """Return whose client it was at a moment, by the owner that the records named then and what had been said."""
    return owner_of(replace(client, owner=recorded), [note for note in said if note.at <= at])
