"""One person lets Guardian in with the browser, and only that person's mailbox is read."""

import threading
from collections.abc import Callable

import pytest
import requests

from connectors.google import connector
from connectors.google.user_login import log_in
from guardian.domain.errors import UserError
from guardian.ports.connector import Surroundings
from tests.lab.google_world import World


def browser(world: World, seen: list[str]) -> Callable[[str], None]:
    """Return a browser that opens what it is told and follows where it is sent."""

    def opened(url: str) -> None:
        seen.append(url)

        def follow() -> None:
            answer = requests.get(url, verify=str(world.lab.ca_bundle), allow_redirects=False, timeout=10)
            requests.get(answer.headers["Location"].replace("state=", "state=not"), timeout=10)  # somebody guesses
            requests.get(answer.headers["Location"], timeout=10)

        threading.Thread(target=follow, daemon=True).start()

    return opened


def values(world: World) -> dict[str, object]:
    return {
        "client_id": "client",
        "client_secret": "secret",
        "mailboxes": [world.ana],
        "auth_url": f"{world.lab.url}/o/oauth2/v2/auth",
        "token_url": f"{world.lab.url}/token",
        "api_url": world.lab.url,
        "ca_bundle": str(world.lab.ca_bundle),
    }


def surroundings(world: World) -> Surroundings:
    return Surroundings(own_domains=frozenset({"acme.example"}), folder=world.folder)


def test_a_person_logs_in_with_the_browser_and_is_read_from_then_on(world: World) -> None:
    world.google.login.consent.person = world.ana
    seen: list[str] = []
    proof = connector.log_in(values(world), surroundings(world), browser(world, seen))
    assert "gmail.metadata" in seen[0]
    assert "gmail.readonly" not in seen[0]
    connected = world.connector(**{**values(world), **proof, "service_account": None})
    assert connected.check().startswith("Reads mail, contacts, calendar of ana@acme.example")


def test_a_person_who_declines_is_told_to_start_again(world: World) -> None:
    with pytest.raises(UserError, match="declined"):
        connector.log_in(values(world), surroundings(world), browser(world, []))


def test_a_wrong_client_secret_is_said_to_be_wrong(world: World) -> None:
    world.google.login.consent.person = world.ana
    with pytest.raises(UserError, match="check client_id and client_secret"):
        connector.log_in({**values(world), "client_secret": "no"}, surroundings(world), browser(world, []))


def test_nobody_coming_back_ends_the_wait(world: World) -> None:
    settings = connector.settings.model_validate({**values(world), "refresh_token": "not yet"})
    with pytest.raises(UserError, match="Nobody logged in in time"):
        log_in(settings, ["scope"], folder=world.folder, tell=lambda url: None, patience_s=0.2)


def test_whoever_logs_in_as_somebody_else_than_the_mailbox_is_told_so_and_not_read(world: World) -> None:
    other = world.company.reps[1].address
    world.google.login.consent.person = other
    with pytest.raises(UserError, match=rf"logged in as {other}, not as ana@acme\.example"):
        connector.log_in(values(world), surroundings(world), browser(world, []))


def test_a_login_for_the_calendar_alone_asks_nothing_of_gmail(world: World) -> None:
    world.google.login.consent.person = world.ana
    alone = {**values(world), "mail": False}
    assert connector.log_in(alone, surroundings(world), browser(world, []))["refresh_token"]
    assert not world.lab.asked("profile")
