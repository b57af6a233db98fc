import json
from urllib.parse import urlsplit

import pytest
from googleapiclient.discovery_cache import get_static_doc

from connectors.google.account import Account, Api
from connectors.google.calendar_feed import CALENDAR
from connectors.google.mail_feed import FULL, METADATA
from tests.lab.google_world import World


@pytest.mark.parametrize("api", [METADATA, FULL, CALENDAR])
def test_batches_go_to_the_host_where_the_discovery_document_says_that_the_api_is(world: World, api: Api) -> None:
    account = Account(settings=world.settings(api_url=None))
    document = json.loads(get_static_doc(api.name, api.version))
    assert urlsplit(account.batch_url(api)).netloc == urlsplit(document["rootUrl"]).netloc


def test_batches_go_where_the_settings_point(world: World) -> None:
    account = Account(settings=world.settings(api_url="https://proxy.example/"))
    assert account.batch_url(CALENDAR) == "https://proxy.example/batch/calendar/v3"
