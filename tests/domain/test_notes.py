"""What reps say holds until somebody says otherwise, the client speaks, or its time is over."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from guardian.domain.notes import Note, NoteKind, by_client, owner_of, put_aside, with_owners
from guardian.domain.people import Client

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def note(kind: NoteKind, at: float = 0, **other: Any) -> Note:
    facts: dict[str, Any] = {"client_id": 1, "rep": "ana@acme.example", "kind": kind, "at": day(at), "since": day(at)}
    days = {"digest": date(2026, 11, 2), "day": day(at).date()}
    return Note(**(facts | days | other))


def snooze(at: float = 0, days: float = 7) -> Note:
    return note(NoteKind.SNOOZE, at, until=day(at + days))


def kind_of(*notes: Note, now: float, heard: float | None = None) -> NoteKind | None:
    found = put_aside(notes, now=day(now), last_inbound=None if heard is None else day(heard))
    return found.kind if found else None


def test_a_snooze_lasts_until_its_end() -> None:
    assert kind_of(snooze(), now=6.99) is NoteKind.SNOOZE
    assert kind_of(snooze(), now=7) is None


@pytest.mark.parametrize(("heard", "aside"), [(-1, True), (0, True), (0.001, False), (3, False)])
def test_a_word_of_the_client_after_it_ends_a_snooze(heard: float, aside: bool) -> None:
    assert (kind_of(snooze(), now=5, heard=heard) is not None) is aside


def test_the_last_snooze_counts() -> None:
    assert kind_of(snooze(0, 30), snooze(1, 2), now=10) is None
    assert kind_of(snooze(0, 2), snooze(1, 30), now=10) is NoteKind.SNOOZE


def test_who_is_no_client_stays_none_whatever_it_writes() -> None:
    assert kind_of(note(NoteKind.NOT_CLIENT), now=900, heard=800) is NoteKind.NOT_CLIENT


@pytest.mark.parametrize("kind", [one for one in NoteKind if one not in (NoteKind.NOT_CLIENT, NoteKind.SNOOZE)])
def test_speaking_of_it_as_a_client_takes_that_back(kind: NoteKind) -> None:
    assert kind_of(note(NoteKind.NOT_CLIENT), note(kind, 1), now=2) is None
    assert kind_of(note(kind), note(NoteKind.NOT_CLIENT, 1), now=2) is NoteKind.NOT_CLIENT
    assert kind_of(snooze(), note(kind, 1), now=2) is NoteKind.SNOOZE


def test_no_client_and_snoozed_is_what_was_said_last() -> None:
    assert kind_of(snooze(), note(NoteKind.NOT_CLIENT, 1), now=2) is NoteKind.NOT_CLIENT
    assert kind_of(note(NoteKind.NOT_CLIENT), snooze(1), now=2) is NoteKind.SNOOZE
    assert kind_of(note(NoteKind.NOT_CLIENT), snooze(1), now=20) is None
    assert kind_of(now=2) is None


def said(owner: str | None, at: float = 0, instead_of: str | None = "ana@acme.example") -> Note:
    return note(NoteKind.WRONG_OWNER, at, owner=owner, instead_of=instead_of)


def test_the_word_of_a_rep_holds_until_the_records_name_somebody_else() -> None:
    ana, eva = (Client(id=1, name="C", owner=f"{name}@acme.example") for name in ("ana", "eva"))
    assert owner_of(ana, [said("ben@acme.example")]) == "ben@acme.example"
    assert owner_of(ana, [said(None)]) is None
    assert owner_of(eva, [said("ben@acme.example")]) == "eva@acme.example"
    assert owner_of(ana, [said("ben@acme.example"), said("leo@acme.example", 1)]) == "leo@acme.example"
    assert owner_of(ana, [note(NoteKind.CALLED)]) == "ana@acme.example"


def test_a_client_without_an_owner_gets_one() -> None:
    nobodys = Client(id=1, name="C")
    assert owner_of(nobodys, [said("ben@acme.example", instead_of=None)]) == "ben@acme.example"


def test_only_the_clients_spoken_of_change_hands() -> None:
    clients = [Client(id=one, name="C", owner="ana@acme.example") for one in (1, 2)]
    notes = by_client([said("ben@acme.example")])
    assert [one.owner for one in with_owners(clients, notes)] == ["ben@acme.example", "ana@acme.example"]


def test_notes_of_a_client_come_in_the_order_in_which_they_were_said() -> None:
    told = [note(NoteKind.FINE, 2), note(NoteKind.DONE, 1), note(NoteKind.FINE, 0, client_id=2)]
    assert {client: [one.at for one in notes] for client, notes in by_client(told).items()} == {
        1: [day(1), day(2)],
        2: [day(0)],
    }
