"""What many copies of one mail say together."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from guardian.domain.activity import Activity, Kind, Participant, Role
from guardian.domain.facts import read_activity, write_activity
from guardian.domain.merging import merge_copies
from guardian.domain.people import Identity, IdentityKind
from guardian.storage import weighed_copies
from guardian.storage.identities import OwnTest
from guardian.storage.weighed_copies import Copy, weigh

EVERYBODY = 200


def facts(snippet: str | None) -> str:
    people = [(Role.TO, "todos@acme.example"), (Role.FROM, "ana@cliente.example")]
    return write_activity(
        Activity(
            item_id="",
            kind=Kind.EMAIL,
            key="mid:1@x",
            occurred_at=datetime(2026, 11, 20, tzinfo=UTC),
            participants=tuple(
                Participant(role=role, identity=Identity(kind=IdentityKind.EMAIL, value=one)) for role, one in people
            ),
            snippet=snippet,
            revision="",
        )
    )


def test_a_mail_to_everybody_is_read_once_and_says_what_all_its_copies_say(monkeypatch: pytest.MonkeyPatch) -> None:
    read, weighed = [], []

    def reading(item_id: str, told: str) -> Activity:
        read.append(item_id)
        return read_activity(item_id, told)

    def merging(copies: Sequence[Activity]) -> Activity:
        weighed.append(len(copies))
        return merge_copies(copies)

    monkeypatch.setattr(weighed_copies, "read_activity", reading)
    monkeypatch.setattr(weighed_copies, "merge_copies", merging)
    told = [facts("Hola" if number else None) for number in range(EVERYBODY)]
    alike: dict[str, Copy] = {}
    copies = [Copy(number, number, f"i{number}", one) for number, one in enumerate(told)]
    for copy in copies:
        copy.like = alike.setdefault(copy.facts, copy)
    (wanted,) = weigh("mid:1@x", copies, OwnTest(frozenset({"acme.example"})))
    all_of_them = merge_copies([read_activity(copy.item_id, copy.facts) for copy in copies])
    assert (wanted.merged, wanted.copies) == (all_of_them, copies)
    assert len(read) == 2
    assert weighed == [3]
