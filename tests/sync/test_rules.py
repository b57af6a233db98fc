"""What never enters the timeline."""

from datetime import UTC, datetime

import pytest

from guardian.domain.activity import Activity, Kind, Participant, Role
from guardian.domain.people import Identity, IdentityKind
from guardian.sync.rules import BLOCKED_DOMAIN, INTERNAL, Rules

RULES = Rules(own_domains=frozenset({"acme.example"}), domains=frozenset({"private.example"}))
REP, BOSS, LUIS = "rep@acme.example", "boss@acme.example", "luis@norte.example"
USER, ACCOUNT = "005000000000001AAA", "001000000000001AAA"
CASE = "sf:00D000000000001AAA/500000000000001AAA"
AMONG_US = ((Role.FROM, REP), (Role.TO, BOSS))
FILED = (Role.ABOUT, ACCOUNT)


def left_out(*seats: tuple[Role, str], kind: Kind = Kind.EMAIL, key: str = "mid:1@acme.example") -> str | None:
    people = tuple(
        Participant(
            role=role, identity=Identity(kind=IdentityKind.EMAIL if "@" in who else IdentityKind.CRM, value=who)
        )
        for role, who in seats
    )
    at = datetime(2024, 5, 3, tzinfo=UTC)
    return RULES.exclusion(Activity(item_id="1", kind=kind, key=key, occurred_at=at, participants=people))


def test_mail_among_ourselves_is_left_out_whatever_record_it_is_filed_under() -> None:
    assert left_out(*AMONG_US) == left_out(*AMONG_US, FILED) == INTERNAL
    assert left_out(AMONG_US[0], FILED) == INTERNAL


def test_mail_with_somebody_outside_is_kept() -> None:
    assert left_out(*AMONG_US, (Role.CC, LUIS), FILED) is None


def test_where_nobody_has_an_address_records_say_whom_it_is_with() -> None:
    assert left_out((Role.OWNER, USER), FILED) is None


@pytest.mark.parametrize("kind", [Kind.MEETING, Kind.CALL])
def test_a_meeting_or_call_of_ours_about_the_client_is_kept(kind: Kind) -> None:
    assert left_out(*AMONG_US, FILED, kind=kind) is None


def test_a_case_that_one_of_ours_entered_is_the_clients() -> None:
    assert left_out((Role.FROM, ACCOUNT), (Role.ABOUT, REP), (Role.TO, USER), key=CASE) is None
    assert left_out((Role.FROM, REP), FILED, (Role.TO, USER), key=CASE) is None


def test_mail_with_a_blocked_domain_only_is_left_out_though_a_record_names_it_again() -> None:
    assert left_out((Role.FROM, "x@private.example"), (Role.TO, REP), FILED) == BLOCKED_DOMAIN
