"""One mail has many copies, and what it is does not depend on which of them came first."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.domain.activity import Activity, Kind, Participant, Role, Signal
from guardian.domain.complaint import NOTHING_HEARD, Heard, InboundKind
from guardian.domain.facts import read_activity, write_activity
from guardian.domain.merging import SAME_MAIL, group_copies, merge_copies
from guardian.domain.people import Identity, IdentityKind
from tests.sync.supplier import NOON, a_mail, person

HOURS = st.integers(0, 96).map(lambda hours: NOON + timedelta(hours=hours))
PEOPLE = st.lists(
    st.builds(
        Participant,
        role=st.sampled_from([Role.FROM, Role.TO, Role.CC, Role.BCC]),
        identity=st.sampled_from(["a@x.example", "b@x.example", "ana@acme.example"]).map(
            lambda value: Identity(kind=IdentityKind.EMAIL, value=value)
        ),
        name=st.sampled_from(["", "Ana", "Ana María", "Eva"]),
        declined=st.booleans(),
    ),
    max_size=4,
).map(tuple)
COMPLAINT = Heard(kind=InboundKind.COMPLAINT, severity=2, spans=("Bomba",), score=1.0)
COPIES = st.builds(
    Activity,
    item_id=st.sampled_from(["1", "2", "3"]),
    kind=st.just(Kind.EMAIL),
    key=st.just("mid:m@x.example"),
    occurred_at=HOURS,
    participants=PEOPLE,
    signals=st.frozensets(st.sampled_from(list(Signal)), max_size=2),
    subject=st.sampled_from([None, "", "Oferta"]),
    snippet=st.sampled_from([None, "Hola"]),
    thread_refs=st.lists(st.sampled_from(["r1", "r2", "r3"]), max_size=3, unique=True).map(tuple),
    thread_hint=st.sampled_from([None, "t1", "t2"]),
    duration_s=st.sampled_from([None, 60, 90]),
    told=st.sampled_from([None, NOTHING_HEARD, COMPLAINT]),
    revision=st.sampled_from(["", "1", "2", "W/abcdefghijklmnopqrstuvwxyz-1", "W/abcdefghijklmnopqrstuvwxyz-2"]),
)


@settings(max_examples=100, deadline=None)
@given(copies=st.lists(COPIES, min_size=2, max_size=4))
def test_the_merged_interaction_is_the_same_in_any_order(copies: list[Activity]) -> None:
    merged = {merge_copies(order) for order in permutations(copies)}
    assert len(merged) == 1


TWINS = st.builds(
    Activity,
    item_id=st.just("1"),
    kind=st.just(Kind.EMAIL),
    key=st.just("mid:m@x.example"),
    occurred_at=st.just(NOON),
    participants=PEOPLE,
    thread_hint=st.sampled_from([None, "t1", "t2"]),
    duration_s=st.sampled_from([None, 60, 90]),
    revision=st.sampled_from(["", "W/abcdefghijklmnopqrstuvwxyz-1", "W/abcdefghijklmnopqrstuvwxyz-2"]),
)


@settings(max_examples=60, deadline=None)
@given(copies=st.lists(TWINS, min_size=2, max_size=3))
def test_copies_that_differ_in_little_merge_the_same_in_any_order(copies: list[Activity]) -> None:
    assert len({merge_copies(order) for order in permutations(copies)}) == 1


@settings(max_examples=100, deadline=None)
@given(copies=st.lists(COPIES, min_size=1, max_size=5), data=st.data())
def test_copies_fall_into_the_same_groups_in_any_order(copies: list[Activity], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(copies))))

    def groups(places: list[int]) -> set[tuple[str, frozenset[int]]]:
        given_copies = [copies[i] for i in places]
        return {(one.key, frozenset(places[i] for i in one.members)) for one in group_copies(given_copies)}

    straight = groups(list(range(len(copies))))
    assert groups(order) == straight
    assert sorted(i for _, members in straight for i in members) == list(range(len(copies)))
    assert len({key for key, _ in straight}) == len(straight)


def test_the_bcc_that_only_the_sender_sees_and_the_subject_that_only_one_copy_has_are_kept() -> None:
    sent = a_mail("s", mid="m", sender="ana@acme.example", to=["luis@bermeo.example"])
    bcc = person(Role.BCC, "rosa@norte.example")
    from_outbox = Activity(
        item_id="s",
        kind=sent.kind,
        key=sent.key,
        occurred_at=sent.occurred_at + timedelta(minutes=3),
        participants=(*sent.participants, bcc),
    )
    received = a_mail(
        "r", mid="m", sender="ana@acme.example", to=["luis@bermeo.example"], subject="Oferta", refs=["0"]
    )
    merged = merge_copies([from_outbox, received])
    assert bcc in merged.participants
    assert (merged.subject, merged.occurred_at) == ("Oferta", sent.occurred_at)
    assert merged.thread_refs == ("0@x.example",)
    assert [p.role for p in merged.participants] == [Role.FROM, Role.TO, Role.BCC]


def test_the_longest_name_beside_an_address_is_the_one_that_is_shown() -> None:
    short, long = (
        Activity(
            item_id=name,
            kind=Kind.EMAIL,
            key="mid:m@x.example",
            occurred_at=NOON,
            participants=(person(Role.FROM, "luis@bermeo.example", name),),
        )
        for name in ("Luis", "Luis Bermeo")
    )
    assert [p.name for p in merge_copies([short, long]).participants] == ["Luis Bermeo"]


def test_a_decline_that_one_copy_knows_of_counts() -> None:
    open_seat = person(Role.ATTENDEE, "luis@bermeo.example")
    declined = Participant(role=open_seat.role, identity=open_seat.identity, declined=True)
    meetings = [
        Activity(item_id=str(n), kind=Kind.MEETING, key="ical:u/single", occurred_at=NOON, participants=(seat,))
        for n, seat in enumerate([open_seat, declined])
    ]
    assert [p.declined for p in merge_copies(meetings).participants] == [True]


CANCELLED = frozenset({Signal.CANCELLED})
CALLED_OFF = CANCELLED | {Signal.CALLED_OFF}
MEETINGS = st.builds(
    Activity,
    item_id=st.sampled_from(["1", "2"]),
    kind=st.just(Kind.MEETING),
    key=st.sampled_from(["ical:u/single", "ical:u/single", "sf:o/1"]),
    occurred_at=HOURS,
    participants=PEOPLE,
    signals=st.sampled_from([*map(frozenset, ((), {Signal.NOT_HELD}, {Signal.WRITTEN_BACK}, CANCELLED, CALLED_OFF))]),
    duration_s=st.sampled_from([None, 60, 90]),
    revision=st.sampled_from(["", "9", "2024-03-05", "2024-03-07", "9 2024-03-08", "10 2024-03-06", "W/1"]),
)


@settings(max_examples=100, deadline=None)
@given(copies=st.lists(MEETINGS, min_size=2, max_size=3))
def test_a_merged_meeting_is_the_same_in_any_order(copies: list[Activity]) -> None:
    assert len({merge_copies(order) for order in permutations(copies)}) == 1


def _meeting(revision: str, *, hour: int, key: str = "ical:u/single", held: bool = True) -> Activity:
    return Activity(
        item_id=f"{hour}",
        kind=Kind.MEETING,
        key=key,
        occurred_at=NOON + timedelta(hours=hour),
        participants=(),
        signals=frozenset() if held else frozenset({Signal.NOT_HELD}),
        duration_s=3600 * (hour + 1),
        revision=revision,
    )


@pytest.mark.parametrize(
    ("stale", "newest"),
    [
        ("000009 2024-03-12T08:00:00.000Z", "000010 2024-03-10T08:00:00.000Z"),  # the old one was answered later
        ("9 2024-03-01T08:00:00.000Z", "10 2024-03-10T08:00:00.000Z"),
        ("000000 2024-03-01T08:00:00.000Z", "000000 2024-03-10T08:00:00.000Z"),
        ("000003 2024-03-01T08:00:00.000Z", "2024-03-10T08:00:00.000+00:00"),  # Outlook tells the time only
        ("2024-03-01T08:00:00.000+00:00", "000003 2024-03-10T08:00:00.000Z"),
        ("", "000000"),
    ],
)
def test_a_rescheduled_meeting_is_when_its_newest_revision_says(stale: str, newest: str) -> None:
    for at, before in ((1, 2), (2, 1)):
        merged = merge_copies([_meeting(stale, hour=before), _meeting(newest, hour=at)])
        assert (merged.occurred_at, merged.duration_s) == (NOON + timedelta(hours=at), 3600 * (at + 1))


def test_an_event_that_a_crm_keeps_beside_a_meeting_moves_it_not_however_new() -> None:
    calendar, event = _meeting("000001 2024-03-01", hour=2), _meeting("2024-03-10", hour=1, key="sf:o/1")
    assert merge_copies([event, calendar]).occurred_at == calendar.occurred_at


def test_a_meeting_was_held_where_one_calendar_does_not_say_otherwise() -> None:
    declined, held = _meeting("1", hour=1, held=False), _meeting("0", hour=1)
    assert Signal.NOT_HELD not in merge_copies([declined, held]).signals
    assert Signal.NOT_HELD in merge_copies([declined, replace(declined, item_id="2")]).signals
    event = _meeting("2024-03-10", hour=1, key="sf:o/1")
    assert Signal.NOT_HELD in merge_copies([declined, event]).signals
    ours = replace(held, signals=frozenset({Signal.WRITTEN_BACK}))
    assert Signal.NOT_HELD in merge_copies([declined, ours]).signals


def test_a_meeting_is_cancelled_where_every_calendar_says_so() -> None:
    theirs = replace(_meeting("1", hour=1), signals=CANCELLED)
    event = _meeting("2024-03-10", hour=1, key="sf:o/1")
    assert merge_copies([theirs, replace(theirs, item_id="2"), event]).signals == CANCELLED


@pytest.mark.parametrize(
    "revision", ["000000 2024-03-01", "000001 2024-03-02", "000002 2024-03-03", "2024-03-03", ""]
)
def test_who_is_taken_off_an_invitation_does_not_cancel_the_meeting_for_the_others(revision: str) -> None:
    stands = replace(_meeting("000001 2024-03-02", hour=2), subject="Oferta")
    taken_off = replace(_meeting(revision, hour=1), subject="Cancelado: Oferta", signals=CANCELLED)
    assert merge_copies([taken_off, stands]) == stands
    assert merge_copies([stands, taken_off]) == stands


def test_who_was_taken_off_a_meeting_that_was_not_held_does_not_hold_it() -> None:
    declined, taken_off = _meeting("1", hour=1, held=False), replace(_meeting("2", hour=1), signals=CANCELLED)
    assert merge_copies([declined, taken_off]).signals == {Signal.NOT_HELD}


@pytest.mark.parametrize("stale", ["000000 2024-03-05", "000001 2024-03-02", "000001 2024-03-01", "2024-03-01", ""])
def test_a_meeting_that_its_organiser_called_off_is_cancelled_whatever_older_copies_say(stale: str) -> None:
    called_off = replace(_meeting("000001 2024-03-02", hour=1), signals=CALLED_OFF)
    for copies in permutations([_meeting(stale, hour=1), called_off]):
        assert Signal.CANCELLED in merge_copies(copies).signals


@pytest.mark.parametrize("newer", ["000002 2024-03-01", "000001 2024-03-03", "2024-03-03"])
def test_a_meeting_that_was_called_off_and_planned_again_stands(newer: str) -> None:
    called_off = replace(_meeting("000001 2024-03-02", hour=1), signals=CALLED_OFF)
    for copies in permutations([_meeting(newer, hour=1), called_off]):
        assert merge_copies(copies).signals == frozenset()


def test_a_mail_that_cancels_a_meeting_says_so_where_only_one_copy_of_it_shows_the_calendar_in_it() -> None:
    mail = a_mail("1", mid="m")
    assert merge_copies([replace(mail, item_id="2", signals=CANCELLED), mail]).signals == CANCELLED


def test_clocks_that_differ_by_a_day_still_show_the_same_mail() -> None:
    one, other = a_mail("1", mid="m"), a_mail("2", mid="m", sender="lista@otra.example", day=1)
    assert [g.members for g in group_copies([one, other])] == [(0, 1)]
    assert timedelta(days=1) == SAME_MAIL


def test_a_message_id_used_again_by_somebody_else_days_later_is_another_mail() -> None:
    one, other = a_mail("1", mid="m"), a_mail("2", mid="m", sender="rosa@norte.example", day=2)
    keys = {g.members: g.key for g in group_copies([other, one])}
    assert keys[1,] == "mid:m@x.example"
    assert keys[0,].startswith("mid:m@x.example#")


def test_the_same_sender_resending_much_later_is_still_the_same_mail() -> None:
    one, other = a_mail("1", mid="m"), a_mail("2", mid="m", day=30)
    assert [g.members for g in group_copies([one, other])] == [(0, 1)]


def _written_back(copy: Activity) -> Activity:
    """The copy as a CRM tells it that Guardian wrote it into: the day only, and nobody by address."""
    midnight = copy.occurred_at.replace(hour=0)
    about = Participant(role=Role.ABOUT, identity=Identity(kind=IdentityKind.CRM, value="003"))
    return replace(
        copy,
        item_id="00T",
        occurred_at=midnight,
        participants=(about,),
        signals=frozenset({Signal.WRITTEN_BACK}),
        subject="Correo al cliente",
    )


@settings(max_examples=100, deadline=None)
@given(copies=st.lists(COPIES.map(lambda one: replace(one, signals=frozenset())), min_size=1, max_size=4))
def test_a_copy_that_guardian_wrote_itself_changes_nothing(copies: list[Activity]) -> None:
    alone, ours = group_copies(copies), _written_back(copies[0])
    with_ours = group_copies([*copies, ours])
    assert [one.key for one in with_ours] == [one.key for one in alone]
    assert [set(one.members) - {len(copies)} for one in with_ours] == [set(one.members) for one in alone]
    assert len(copies) in with_ours[0].members
    assert merge_copies([*copies, ours]) == merge_copies(copies)


def test_where_no_other_copy_is_left_it_stands_for_the_mail() -> None:
    ours = _written_back(a_mail("m1"))
    assert merge_copies([ours]) == ours
    assert len(group_copies([ours, ours])) == 1


@given(one=COPIES)
def test_what_a_provider_told_is_read_as_it_was_written(one: Activity) -> None:
    assert read_activity(one.item_id, write_activity(one)) == one


def test_the_newest_copy_of_a_case_says_whether_it_is_closed_and_complains() -> None:
    stale = replace(a_mail("1"), duration_s=60, told=COMPLAINT, revision="2024-05-03")
    opened_again = replace(a_mail("2"), told=NOTHING_HEARD, revision="2024-05-04")
    merged = merge_copies([stale, opened_again])
    assert (merged.duration_s, merged.told) == (None, NOTHING_HEARD)
