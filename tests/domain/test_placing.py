"""Which way an interaction went, and who of those outside took part in it."""

from datetime import UTC, datetime

import pytest

from guardian.domain.activity import Activity, Direction, Kind, Participant, Role, Signal
from guardian.domain.people import Identity, IdentityKind
from guardian.domain.placing import place

REP, LUIS, ROSA = "rep@acme.example", "luis@norte.example", "rosa@sur.example"
USER, CONTACT, ACCOUNT = "005000000000001AAA", "003000000000001AAA", "001000000000001AAA"
FILED = ((Role.OWNER, USER), (Role.ABOUT, CONTACT), (Role.ABOUT, ACCOUNT))
Seat = tuple[Role, str] | tuple[Role, str, bool]


def happened(*seats: Seat, kind: Kind = Kind.EMAIL, signals: frozenset[Signal] = frozenset()) -> Activity:
    return Activity(
        item_id="1",
        kind=kind,
        key="mid:1@norte.example",
        occurred_at=datetime(2024, 5, 3, tzinfo=UTC),
        participants=tuple(
            Participant(role=role, identity=_identity(who), declined=bool(more)) for role, who, *more in seats
        ),
        signals=signals,
    )


def _identity(who: str) -> Identity:
    return Identity(kind=IdentityKind.EMAIL if "@" in who else IdentityKind.CRM, value=who)


def is_own(p: Participant) -> bool:
    return p.identity.value.endswith("@acme.example") or p.role is Role.OWNER


def test_a_mail_of_the_client_is_his_though_one_of_ours_owns_the_task_that_logs_it() -> None:
    mail = happened((Role.FROM, LUIS), (Role.TO, REP), *FILED)
    assert place(mail, is_own).direction is Direction.IN


def test_a_mail_of_ours_is_ours_whoever_owns_the_task_that_logs_it() -> None:
    mail = happened((Role.FROM, REP), (Role.TO, LUIS), *FILED)
    assert place(mail, is_own).direction is Direction.OUT


@pytest.mark.parametrize(
    ("organizer", "guest", "way"), [(LUIS, REP, Direction.IN), (REP, LUIS, Direction.OUT)], ids=["his", "ours"]
)
def test_a_meeting_is_of_who_calls_it_whoever_owns_the_event_that_logs_it(
    organizer: str, guest: str, way: Direction
) -> None:
    seats = (Role.ORGANIZER, organizer), (Role.ATTENDEE, guest)
    assert place(happened(*seats, kind=Kind.MEETING), is_own).direction is way
    assert place(happened(*seats, *FILED, kind=Kind.MEETING), is_own).direction is way


@pytest.mark.parametrize("kind", [Kind.EMAIL, Kind.CALL])
def test_where_nobody_is_said_to_write_its_owner_speaks(kind: Kind) -> None:
    assert place(happened(*FILED, kind=kind), is_own).direction is Direction.OUT


@pytest.mark.parametrize("kind", [Kind.MEETING, Kind.CALL])
def test_who_declined_takes_no_part_though_it_is_filed_under_his_account(kind: Kind) -> None:
    assert place(happened((Role.ATTENDEE, CONTACT, True), FILED[0], FILED[2], kind=kind), is_own).outsiders == 0


def test_a_meeting_that_is_only_filed_under_the_client_was_with_him() -> None:
    assert place(happened(*FILED, kind=Kind.MEETING), is_own).outsiders == 2
    with_colleague = happened((Role.ATTENDEE, REP), *FILED, kind=Kind.MEETING)
    assert place(with_colleague, is_own).outsiders == 2


def test_who_came_is_counted_without_the_record_that_it_is_filed_under() -> None:
    met = happened((Role.ATTENDEE, LUIS, True), (Role.ATTENDEE, ROSA), *FILED, kind=Kind.MEETING)
    assert place(met, is_own).outsiders == 1


def test_a_mail_that_a_task_alone_tells_of_is_addressed_to_whom_it_is_filed_under() -> None:
    assert place(happened(*FILED), is_own).addressed
    assert not place(happened(FILED[0]), is_own).addressed


@pytest.mark.parametrize("ours", [(Role.FROM, REP), (Role.TO, REP)])
def test_where_a_mail_says_who_wrote_or_to_whom_its_record_is_not_addressed(ours: tuple[Role, str]) -> None:
    assert not place(happened(ours, (Role.CC, LUIS), *FILED), is_own).addressed


def test_what_guardian_logged_of_a_mail_of_the_client_stays_his() -> None:
    ours = frozenset({Signal.WRITTEN_BACK})
    for was in (Direction.IN, Direction.OUT):
        assert place(happened(*FILED, signals=ours), is_own, was=was).direction is was
    assert place(happened(*FILED, signals=ours), is_own).direction is Direction.OUT
    assert place(happened(*FILED), is_own, was=Direction.IN).direction is Direction.OUT
    named = happened((Role.FROM, REP), (Role.TO, LUIS), signals=ours)
    assert place(named, is_own, was=Direction.IN).direction is Direction.OUT
