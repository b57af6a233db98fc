"""Nothing is too old to be read, and a reset brings back everything."""

from datetime import UTC, datetime, timedelta

from guardian.storage import Database
from tests.connectors.together.test_one_meeting import ANA, BRUNO, LUIS, ids, told
from tests.lab.nights import a_night
from tests.lab.office import Office
from tests.sync.dump import dump

LONG_AGO = datetime(2011, 3, 1, 9, tzinfo=UTC)


def a_very_old_office(office: Office) -> None:
    """A mail in Outlook, a mail in Gmail and an event in Salesforce, all of 2011."""
    present = office.company.now
    office.company.now = LONG_AGO
    office.company.write(LUIS, (ANA,))
    office.company.write(LUIS, (BRUNO,))
    office.company.now = present
    rep, guest = ids(office)[ANA], ids(office)[LUIS]
    event = office.org.create(
        "Event", stamped=LONG_AGO, StartDateTime=LONG_AGO, DurationInMinutes=60, OwnerId=rep, WhoId=guest
    )
    office.org.records["Event"][event]["CreatedDate"] = LONG_AGO


def test_what_is_fifteen_years_old_is_read_from_every_provider(office: Office, store: Database) -> None:
    a_very_old_office(office)
    found = told(office, store)
    assert [one.occurred_at.year for one in found] == [2011] * 3
    assert {copy.connector for one in found for copy in one.copies} == {"crm", "google", "microsoft"}


def test_after_a_reset_everything_is_there_as_before(office: Office, store: Database) -> None:
    a_very_old_office(office)
    accounts = {"Norte S.L.", "Sur S.L."}
    for n in range(40):
        name = f"Account {n}"
        office.org.create("Account", stamped=LONG_AGO, Name=name, OwnerId=ids(office)[ANA])
        accounts.add(name)
    told(office, store)
    before = dump(store)
    office.pass_time(timedelta(days=1))
    summaries = a_night(office, store, full=True)
    assert [(one.new, one.changed, one.gone, one.problems) for one in summaries] == [(0, 0, 0, ())] * 3
    after = dump(store)
    assert after == before
    assert accounts <= {one[1] for one in after["clients"]}
