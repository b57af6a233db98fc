"""Who listens, and whose working days complaints are counted in."""

from datetime import UTC, date, datetime

import pytest

from guardian.domain.complaint import InboundKind, InboundWords
from guardian.settings import Settings
from guardian.wiring.listening import calendars, complaint_policy, listener_for

NOW = datetime(2026, 11, 25, tzinfo=UTC)
MONDAY, FRIDAY = datetime(2026, 12, 7, 9, tzinfo=UTC), datetime(2026, 12, 11, 9, tzinfo=UTC)


def told(**sections: object) -> Settings:
    return Settings(**sections)  # type: ignore[arg-type]  # sections are read as from the file


@pytest.mark.parametrize(("privacy", "listens"), [("metadata", False), ("subject", True), ("full", True)])
def test_nobody_listens_where_nothing_may_be_read_or_nobody_shall(privacy: str, listens: bool) -> None:
    assert (listener_for(told(), privacy=privacy) is not None) is listens
    assert listener_for(told(complaints={"listen": False}), privacy=privacy) is None


def test_who_listens_hears_a_complaint() -> None:
    listener = listener_for(told(), privacy="full")
    assert listener
    words = InboundWords(text="Es la tercera vez que el pedido llega roto. Exijo una solución hoy.", language="es")
    assert listener.heard(words).kind is InboundKind.COMPLAINT


def test_the_owners_days_off_and_the_regions_holidays_are_no_working_days() -> None:
    reps = {"eva@acme.example": {"days_off": [date(2026, 12, 10)], "timezone": "America/Mexico_City"}}
    calendar_of = calendars(told(reps=reps, ageing={"holidays": "ES"}), NOW)
    assert calendar_of(None).workdays_between(MONDAY, FRIDAY) == 3  # without the eighth
    assert calendar_of("Eva@acme.example").workdays_between(MONDAY, FRIDAY) == 2
    assert str(calendar_of("eva@acme.example").zone) == "America/Mexico_City"
    assert calendars(told(), NOW)(None).workdays_between(MONDAY, FRIDAY) == 4


def test_the_rules_are_those_of_the_settings() -> None:
    policy = complaint_policy(told(complaints={"min_severity": 1, "silent_workdays": 10, "reopens_days": 7}))
    assert (policy.min_severity, policy.silent_workdays, policy.reopens_days, policy.fades_days) == (1, 10, 7, 90)
