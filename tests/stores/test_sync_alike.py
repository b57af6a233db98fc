"""SQLite and PostgreSQL end up holding what the plain store of the sync tests holds."""

from guardian.storage import Database
from guardian.sync import Rules
from tests.sync.conftest import sync_into
from tests.sync.dump import dump
from tests.sync.supplier import OWN, ListFeed
from tests.sync.test_order_of_everything import CRM, MAILS, straight


def test_a_company_that_arrives_backwards_and_page_by_page_is_the_same_on_both(database: Database) -> None:
    feeds = {**MAILS, **CRM}
    for name in reversed(feeds):
        sync_into(database, ListFeed(name, feeds[name][::-1], page_size=2), rules=Rules(own_domains=OWN))
    assert dump(database) == straight("mails", "crm")
    for name, records in feeds.items():
        again = sync_into(database, ListFeed(name, list(records)), rules=Rules(own_domains=OWN), full=True)
        assert (again.new, again.changed, again.gone) == (0, 0, 0)
    assert dump(database) == straight("mails", "crm")
