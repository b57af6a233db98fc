"""Logging in by a provider: only whom it soundly vouches for, of our own domains, and known here."""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, NoReturn
from urllib.parse import parse_qs, urlsplit

import pytest

from guardian.console.pages.single_sign_on import RETURN
from guardian.console.provider import GOOGLE, Provider, Unproved, proved_address
from guardian.domain.errors import TryLater, UserError
from guardian.ports.accounts import Role
from guardian.ports.holds import HoldState
from tests.console.memory_people import person
from tests.console.office_room import REVIEWER, SENDER, OfficeRoom, Tab, served_office
from tests.console.test_mail_link import URL
from tests.guard.fakes import NOW
from tests.lab.loopback import only_loopback
from tests.lab.oidc import CLIENT, SECRET, LoginProvider, Person, new_key
from tests.lab.serving import Lab, running_lab

SESSION = "__Host-guardian-session"
OWN = ("acme.example",)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with only_loopback(), running_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def there(lab: Lab) -> LoginProvider:
    lab._apps.clear()
    eva = Person(sub="17", claims={"email": REVIEWER, "email_verified": True})
    return LoginProvider(lab=lab, return_to=URL + RETURN, at_the_keyboard=eva, now=NOW.timestamp)


@pytest.fixture
def room(there: LoginProvider) -> Iterator[OfficeRoom]:
    with served_office(provider=ours(there)) as served:
        yield served


def ours(there: LoginProvider, **changes: Any) -> Provider:
    provider = Provider(
        discovery_url=there.discovery_url,
        client_id=CLIENT,
        client_secret=SECRET,
        return_to=there.return_to,
        own_domains=OWN,
        name="Acme",
        trusted=str(there.lab.ca_bundle),
    )
    return replace(provider, **changes)


def go(tab: Tab, there: LoginProvider, place: str = "/holds") -> str:
    """Follow the link to the provider, say yes, and return the path that the browser comes back to."""
    answer = tab.get(f"/login/provider?next={place}")
    assert answer.status_code == 303
    return there.visit(answer.headers["location"]).removeprefix(URL)


def test_whoever_the_provider_vouches_for_is_in_where_he_wanted(room: OfficeRoom, there: LoginProvider) -> None:
    tab, place = room.tab(), f"/holds/{room.hold.id}"
    assert "Entrar con Acme" in tab.get(f"/login?next={place}").text
    answer = tab.get(go(tab, there, place))
    assert (answer.status_code, answer.headers["location"]) == (303, place)
    assert set(tab.cookies) == {SESSION}
    assert tab.get(place).status_code == 200
    assert room.trail()[-1] == ("viewed", REVIEWER, "console oidc")
    assert room.accounts.people[REVIEWER].subject == f"{there.issuer} 17"


def test_a_mistyped_discovery_url_is_a_matter_for_an_administrator() -> None:
    class Mistyped:
        label = "Acme"

        def depart(self) -> NoReturn:
            raise UserError("console.oidc.discovery_url leads to no login provider.")

    with served_office(provider=Mistyped()) as room:
        answer = room.tab().get("/login/provider")
    assert answer.status_code == 503
    assert "de administración arregle algo" in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


def test_what_the_browser_keeps_while_away_is_for_no_script(room: OfficeRoom, there: LoginProvider) -> None:
    answer = room.tab().get("/login/provider")
    (kept,) = [one for one in answer.cookies if one.startswith("__Host-guardian-away")]
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=900"} <= {one.strip() for one in kept.split(";")}
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    packed = kept.partition("=")[2].partition(";")[0]
    told = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    assert told["verifier"] not in answer.headers["location"]
    assert SECRET not in answer.headers["location"]


def test_an_answer_works_once(room: OfficeRoom, there: LoginProvider) -> None:
    tab = room.tab()
    back = go(tab, there)
    kept = dict(tab.cookies)
    assert tab.get(back).status_code == 303
    again = Tab(room.browser, kept)
    assert again.get(back).status_code == 403
    assert SESSION not in again.cookies


def test_an_answer_is_for_the_browser_that_was_sent_away(room: OfficeRoom, there: LoginProvider) -> None:
    victim, attacker = room.tab(), room.tab()
    back = go(attacker, there)
    assert victim.get(back).status_code == 403, "never away"
    go(victim, there)
    assert victim.get(back).status_code == 403, "another state"
    mine = go(victim, there)
    assert victim.get(re.sub(r"state=[^&]+", "state=" + "x" * 43, mine)).status_code == 403, "the state alone"
    state = parse_qs(urlsplit(back).query)["state"][0]
    for query in ("", "?code=x", f"?state={state}", f"?state={state}&code={'x' * 5000}", f"?state={state}x&code=y"):
        assert attacker.get(RETURN + query).status_code == 403
    assert room.sessions.kept == {}


def test_a_code_stolen_on_the_way_is_worthless_without_the_verifier(room: OfficeRoom, there: LoginProvider) -> None:
    victim, attacker = room.tab(), room.tab()
    code = parse_qs(urlsplit(go(victim, there)).query)["code"][0]
    state = parse_qs(urlsplit(go(attacker, there)).query)["state"][0]
    assert attacker.get(f"{RETURN}?code={code}&state={state}").status_code == 403
    assert room.sessions.kept == {}


def test_whoever_says_no_is_told_so(room: OfficeRoom, there: LoginProvider) -> None:
    there.refuses = "access_denied"
    tab = room.tab()
    answer = tab.get(go(tab, there))
    assert (answer.status_code, "No se ha podido comprobar" in answer.text) == (403, True)
    assert "__Host-guardian-away" not in tab.cookies


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("nonce", "of another time"),
        ("nonce", None),
        ("aud", "another-program"),
        ("aud", ["another-program"]),
        ("aud", [CLIENT, "another-program"]),
        ("azp", "another-program"),
        ("iss", "https://evil.example/"),
        ("iss", None),
        ("sub", None),
        ("exp", int(NOW.timestamp()) - 61),
        ("exp", None),
        ("exp", "soon"),
        ("iat", int(NOW.timestamp()) + 3600),
        ("nbf", int(NOW.timestamp()) + 3600),
        ("at_hash", "bm90IHRoaXMgb25l"),
        ("email", "jefa@evil.example"),
        ("email", "jefa@acme.example.evil.example"),
        ("email", "jefa@acme.example, x@evil.example"),
        ("email", [REVIEWER]),
        ("email", None),
        ("email_verified", False),
        ("email_verified", "true"),
        ("email_verified", None),
    ],
)
def test_an_identity_that_is_not_sound_lets_nobody_in(
    room: OfficeRoom, there: LoginProvider, claim: str, value: Any
) -> None:
    def spoil(claims: dict[str, Any]) -> dict[str, Any]:
        claims = {name: told for name, told in claims.items() if name != claim}
        return claims if value is None else claims | {claim: value}

    there.spoil = spoil
    tab = room.tab()
    assert tab.get(go(tab, there)).status_code == 403
    assert SESSION not in tab.cookies
    assert room.sessions.kept == {}
    assert room.accounts.people[REVIEWER].subject is None


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS1"])
def test_a_signature_of_a_kind_that_proves_nothing_lets_nobody_in(
    room: OfficeRoom, there: LoginProvider, algorithm: str
) -> None:
    there.algorithm = algorithm
    tab = room.tab()
    assert tab.get(go(tab, there)).status_code == 403
    assert room.sessions.kept == {}


def test_a_signature_of_somebody_else_lets_nobody_in(room: OfficeRoom, there: LoginProvider) -> None:
    there.shows = new_key()
    tab = room.tab()
    assert tab.get(go(tab, there)).status_code == 403
    there.shows = None
    assert tab.get(go(tab, there)).status_code == 303, "and once its keys are changed everything works"


def test_who_has_no_account_or_a_closed_one_is_not_let_in(room: OfficeRoom, there: LoginProvider) -> None:
    there.at_the_keyboard = Person(sub="18", claims={"email": "nueva@acme.example", "email_verified": True})
    tab = room.tab()
    answer = tab.get(go(tab, there))
    assert (answer.status_code, "aquí no tienes cuenta" in answer.text) == (403, True)
    room.accounts.add(replace(person("nueva@acme.example", Role.REVIEWER, password=None), disabled=True))
    assert tab.get(go(tab, there)).status_code == 403
    assert room.accounts.people["nueva@acme.example"].subject is None
    room.accounts.change(replace(room.accounts.people["nueva@acme.example"], disabled=False))
    assert tab.get(go(tab, there)).status_code == 303


def test_an_address_that_passed_to_somebody_else_does_not_pass_his_account_on(
    room: OfficeRoom, there: LoginProvider
) -> None:
    tab = room.tab()
    assert tab.get(go(tab, there)).status_code == 303
    there.at_the_keyboard = Person(sub="99", claims=there.at_the_keyboard.claims)
    heir = room.tab()
    assert heir.get(go(heir, there)).status_code == 403


def test_whoever_got_another_address_is_still_himself(room: OfficeRoom, there: LoginProvider) -> None:
    tab = room.tab()
    tab.get(go(tab, there))
    there.at_the_keyboard = Person(sub="17", claims={"email": "jefa.nueva@acme.example", "email_verified": True})
    later = room.tab()
    assert later.get(go(later, there)).status_code == 303
    assert REVIEWER in later.get("/holds").text


@pytest.mark.parametrize(
    "claims",
    [
        {"email": SENDER},
        {"email": "ANA+x@Acme.example"},
        {"email": "jefa.nueva@acme.example", "preferred_username": SENDER},
        {"email": REVIEWER, "upn": SENDER},
    ],
)
def test_nobody_releases_what_he_sent_from_an_address_that_the_provider_has_told_of_him(
    room: OfficeRoom, there: LoginProvider, claims: dict[str, str]
) -> None:
    there.at_the_keyboard = Person(sub="17", claims={"email": REVIEWER, "email_verified": True})
    first = room.tab()
    first.get(go(first, there))
    path = f"/holds/{room.hold.id}/release"
    assert first.get(path).status_code == 200
    there.at_the_keyboard = Person(sub="17", claims={**claims, "email_verified": True})
    later = room.tab()
    assert later.get(go(later, there)).status_code == 303
    for tab in (first, later, room.tab(REVIEWER)):
        page = tab.get(f"/holds/{room.hold.id}")
        assert "otra persona tiene que liberarlo" in page.text
        csrf = re.search(r'name="csrf" value="([^"]*)"', page.text)
        assert csrf
        assert tab.get(path).status_code == 409
        assert tab.post(path, csrf=csrf[1], why="Hablado con el cliente").status_code == 409
    assert room.state() is HoldState.HELD
    assert room.accounts.people[REVIEWER].address == REVIEWER


def test_another_address_of_his_lets_a_reviewer_release_what_others_sent(
    room: OfficeRoom, there: LoginProvider
) -> None:
    there.at_the_keyboard = Person(
        sub="17", claims={"email": REVIEWER, "email_verified": True, "upn": "j.lopez@acme.example", "x": "y"}
    )
    tab, path = room.tab(), f"/holds/{room.hold.id}/release"
    tab.get(go(tab, there))
    assert room.accounts.people[REVIEWER].known_as == ("j.lopez@acme.example",)
    assert tab.get(path).status_code == 200
    assert tab.send(path, why="Hablado con el cliente").status_code == 200
    assert room.trail()[-1] == ("release", REVIEWER, "console oidc")


def test_entra_names_people_in_another_claim(there: LoginProvider) -> None:
    claims = {"preferred_username": "Jefa@Acme.example", "email": SENDER, "tid": "t"}
    there.at_the_keyboard = Person(sub="a-b", claims=claims)
    with served_office(provider=ours(there, address_claim="preferred_username")) as room:
        tab = room.tab()
        assert tab.get(go(tab, there)).status_code == 303
        assert tab.get(f"/holds/{room.hold.id}/release").status_code == 409, "the mailbox of that name is his"


@pytest.mark.parametrize(
    ("claims", "issuer", "is_ours"),
    [
        ({"hd": "acme.example"}, GOOGLE, True),
        ({"hd": "ACME.example"}, GOOGLE, True),
        ({"hd": "evil.example"}, GOOGLE, False),
        ({}, GOOGLE, False),
        ({}, "https://login.acme.example", True),
    ],
)
def test_at_google_the_account_must_be_the_organisations(claims: dict[str, str], issuer: str, is_ours: bool) -> None:
    told = {"email": REVIEWER, "email_verified": True, **claims}
    if is_ours:
        assert proved_address(told, issuer=issuer, claim="email", own=OWN) == REVIEWER
    else:
        with pytest.raises(Unproved):
            proved_address(told, issuer=issuer, claim="email", own=OWN)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"issuer": "https://login.microsoftonline.com/{tenantid}/v2.0"}, "no one organisation"),
        ({"issuer": None}, "no one organisation"),
        ({"token_endpoint": "http://login.example/token"}, "no login provider"),
        ({"jwks_uri": None}, "no login provider"),
    ],
)
def test_a_provider_of_everybody_or_without_tls_is_none(
    there: LoginProvider, changed: dict[str, Any], complaint: str
) -> None:
    there.describe = lambda told: told | changed
    with pytest.raises(UserError, match=complaint):
        ours(there).depart()


def test_a_provider_that_does_not_answer_is_for_later(room: OfficeRoom, there: LoginProvider) -> None:
    tab = room.tab()
    back = go(tab, there)
    there.lab._apps.clear()
    for path in (back, "/login/provider"):
        answer = tab.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    with pytest.raises(TryLater):
        ours(there, trusted=None).described()  # a certificate that nobody vouches for


def test_a_session_by_provider_ends_like_any_other(room: OfficeRoom, there: LoginProvider) -> None:
    tab = room.tab()
    tab.get(go(tab, there))
    room.clock.time = NOW + timedelta(minutes=30)
    assert tab.get("/holds").status_code == 303


def test_neither_secret_shows_in_a_text_about_the_provider(there: LoginProvider) -> None:
    departure, _ = ours(there).depart()
    assert SECRET not in repr(ours(there))
    assert departure.verifier not in repr(departure)
