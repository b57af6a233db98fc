"""Every client behaves as its story promises, whatever day the sample is written for."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from itertools import pairwise

import pytest

from guardian.domain.activity import Signal
from guardian.domain.identity import clean_message_id
from guardian.domain.standing import State
from guardian.sample_company.appointments import all_calls, all_meetings
from guardian.sample_company.clients import CLIENTS, EXPECTED_STATES, Story
from guardian.sample_company.company import imagine_year
from guardian.sample_company.facts import ClientFacts, Contacts, SampleCompany, client_facts
from guardian.sample_company.letters import Letter
from guardian.sample_company.workdays import is_weekday

# Every weekday, the turn of a year, a leap day, and the days around clock changes.
DAYS = [date(2026, 11, 20) + timedelta(days=n) for n in range(7)]
DAYS += [date(2027, 1, 2), date(2028, 2, 29), date(2026, 3, 30), date(2026, 10, 26)]
Told = tuple[date, dict[str, ClientFacts], list[Letter]]


@pytest.fixture(scope="module", params=DAYS, ids=str)
def told(request: pytest.FixtureRequest) -> Told:
    today: date = request.param
    year = imagine_year(today, seed=7)
    letters = [*year.mails, *year.crm_only]
    contacts = Contacts(letters=letters, calls=year.calls, meetings=year.meetings)
    facts = {one.name: client_facts(one, EXPECTED_STATES[one.story], contacts, today) for one in CLIENTS}
    return today, facts, letters


def touch_days(letters: list[Letter], name: str) -> list[date]:
    return sorted({letter.sent_at.date() for letter in letters if letter.client == name and not letter.signals})


def gaps(days: list[date]) -> list[int]:
    return [(later - earlier).days for earlier, later in pairwise(days)]


def test_the_client_about_to_be_lost_had_a_steady_rhythm_until_six_weeks_ago(told: Told) -> None:
    _, facts, letters = told
    assert set(gaps(touch_days(letters, "Hotel Miramar"))) <= {10, 11, 12}
    assert facts["Hotel Miramar"].silent_days in (40, 41, 42, 43)


def test_the_second_client_about_to_be_lost_wrote_weekly_until_a_month_ago(told: Told) -> None:
    _, facts, letters = told
    assert set(gaps(touch_days(letters, "Brightside Eye Care"))) <= {6, 7, 8}
    assert facts["Brightside Eye Care"].silent_days in range(29, 35)


def test_the_school_buys_once_a_year_and_was_last_heard_of_five_months_ago(told: Told) -> None:
    _, facts, letters = told
    yearly = gaps(touch_days(letters, "Colegio San Telmo"))
    assert len(yearly) == 3
    assert all(358 <= gap <= 372 for gap in yearly)
    assert 145 <= (facts["Colegio San Telmo"].silent_days or 0) <= 155


def test_the_last_words_of_the_chatty_client_have_waited_four_business_days(told: Told) -> None:
    today, facts, letters = told
    last = max((one for one in letters if one.client == "Restaurante Casa Fermín"), key=lambda one: one.sent_at)
    assert not last.sender.is_own
    waited = [last.sent_at.date() + timedelta(days=n) for n in range(1, (today - last.sent_at.date()).days + 1)]
    assert sum(map(is_weekday, waited)) == (4 if is_weekday(today) else 3)
    assert max(gaps(touch_days(letters, last.client or ""))) <= 4
    assert facts["Restaurante Casa Fermín"].last_inbound == last.sent_at.astimezone(UTC)


def test_who_looks_alive_sent_only_machine_mail_for_a_hundred_days(told: Told) -> None:
    today, facts, letters = told
    name = "Óptica Visión Clara"
    recent = [one for one in letters if one.client == name and (today - one.sent_at.date()).days <= 100]
    assert len(recent) >= 8
    assert all(one.signals & {Signal.BULK, Signal.AUTO_REPLY} for one in recent)
    assert {Signal.BULK, Signal.AUTO_REPLY} <= set().union(*(one.signals for one in recent))
    assert (facts[name].silent_days or 0) > 100


def test_the_lost_client_has_been_silent_for_more_than_a_year(told: Told) -> None:
    _, facts, _ = told
    assert (facts["Construcciones Larrea"].silent_days or 0) > 365
    assert facts["Construcciones Larrea"].touches > 20


def test_new_clients_have_one_day_of_contact(told: Told) -> None:
    _, facts, _ = told
    for one in facts.values():
        if one.story is Story.NEW:
            assert 1 <= one.touches <= 2
            assert one.touch_days == 1


def test_the_unreachable_client_has_neither_address_nor_contact(told: Told) -> None:
    _, facts, letters = told
    assert facts["Millstone Brewery"].contacts == ()
    assert facts["Millstone Brewery"].touches == 0
    assert not any(one.client == "Millstone Brewery" for one in letters)


def test_a_declined_meeting_is_all_there_was_lately_with_the_ironmonger(told: Told) -> None:
    today, facts, letters = told
    since = today - timedelta(days=70)
    name = "Ferretería El Yunque"
    recent = [one for one in letters if one.client == name and one.sent_at.date() > since]
    assert [one.signals for one in recent] == [frozenset({Signal.INVITE}), frozenset({Signal.DECLINE})]
    assert [meeting.outsiders_coming for meeting in all_meetings(today, 7) if meeting.client == name] == [0]
    assert (facts[name].silent_days or 0) > 70


def test_most_clients_are_healthy_and_were_answered_last(told: Told) -> None:
    _, facts, letters = told
    healthy = [one for one in facts.values() if one.story is Story.HEALTHY]
    assert len(healthy) > len(facts) / 2
    for client in healthy:
        spoken = [one for one in letters if one.client == client.name and not one.signals]
        assert max(spoken, key=lambda one: one.sent_at).sender.is_own
        assert (client.silent_days or 99) <= 6
        assert client.touch_days > 20
        assert client.states == (State.HEALTHY,)


def test_nothing_happens_on_the_day_itself_or_later(told: Told) -> None:
    today, facts, letters = told
    midnight = datetime.combine(today, datetime.min.time(), UTC)
    assert all(one.sent_at < midnight for one in letters)
    assert all(call.at < midnight for call in all_calls(today, 7))
    assert all(one.last_touch is None or one.last_touch < midnight for one in facts.values())


def test_the_touches_of_quiet_stories_can_be_recounted_from_the_files(
    sample: SampleCompany, mails: Mapping[str, list[EmailMessage]]
) -> None:
    """Without calls and meetings a client's touches are the distinct mails that no machine wrote."""
    distinct = {clean_message_id(str(mail["Message-ID"])): mail for box in mails.values() for mail in box}
    human = [(_domains(mail), _moment(mail)) for mail in distinct.values() if not _is_of_a_machine(mail)]
    for client in sample.clients:
        if client.story is Story.HEALTHY or not client.domain:
            continue
        moments = [moment for domains, moment in human if client.domain in domains]
        assert len(moments) == client.touches, client.name
        assert max(moments) == client.last_touch


def _domains(mail: EmailMessage) -> set[str]:
    everybody = [str(mail[name]) for name in ("From", "To", "Cc") if mail[name]]
    return {address.partition("@")[2] for _, address in getaddresses(everybody)}


def _moment(mail: EmailMessage) -> datetime:
    return parsedate_to_datetime(str(mail["Date"])).astimezone(UTC)


def _is_of_a_machine(mail: EmailMessage) -> bool:
    kinds = {part.get_content_type() for part in mail.walk()}
    return bool(mail["List-Id"] or mail["Auto-Submitted"] or kinds & {"multipart/report", "text/calendar"})
