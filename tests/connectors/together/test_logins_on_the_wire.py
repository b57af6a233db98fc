"""What a login sends to the vendors' own addresses and what it makes of their answers, request by request."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
import responses
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from connectors.outlook import login as outlook
from connectors.outlook.settings import OutlookSettings
from connectors.salesforce import login as salesforce
from connectors.salesforce.settings import SalesforceSettings
from guardian.connector_kit.http import Http, Pace
from guardian.connector_kit.oauth import Token
from guardian.domain.errors import TryLater, UserError

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TENANT = "https://login.microsoftonline.com/tenant-1"
ENTRA = f"{TENANT}/oauth2/v2.0/token"
SALESFORCE = "https://acme.my.salesforce.com/services/oauth2/token"
NO_WAITING = Pace(sleep=lambda _: None)


@pytest.fixture
def vendor() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as vendor:
        yield vendor


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem_of(key: rsa.RSAPrivateKey) -> str:
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode()


def certificate_of(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "guardian")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=90))
    return made.sign(key, hashes.SHA256())


def entra_is_there(vendor: responses.RequestsMock) -> None:
    """Answer msal's question where the tenant's endpoints are."""
    vendor.get(
        f"{TENANT}/v2.0/.well-known/openid-configuration",
        json={"authorization_endpoint": f"{TENANT}/authorize", "token_endpoint": ENTRA, "issuer": TENANT},
    )


def log_in_to_entra(**proof: SecretStr) -> Token:
    settings = OutlookSettings(tenant_id="tenant-1", client_id="app-1", **proof)
    return outlook.Login(settings, outlook.Wire(settings, None, NO_WAITING))(False)


def sent(vendor: responses.RequestsMock) -> dict[str, str]:
    """Return the form of the last request."""
    return {name: values[0] for name, values in parse_qs(str(vendor.calls[-1].request.body or b"", "ascii")).items()}


def part(token: str, number: int) -> Any:
    """Return a part of a signed token."""
    return json.loads(base64.urlsafe_b64decode(token.split(".")[number] + "=="))


def test_a_secret_asks_entra_for_graph_s_default_scope(vendor: responses.RequestsMock) -> None:
    entra_is_there(vendor)
    vendor.post(ENTRA, json={"token_type": "Bearer", "access_token": "granted", "expires_in": 3599})
    token = log_in_to_entra(client_secret=SecretStr("s3cret"))
    form = sent(vendor)
    assert (token.value, token.lasts_s) == ("granted", 3599.0)
    assert (form["grant_type"], form["scope"]) == ("client_credentials", "https://graph.microsoft.com/.default")
    assert (form["client_id"], form["client_secret"]) == ("app-1", "s3cret")


def test_a_certificate_signs_and_its_key_stays_here(vendor: responses.RequestsMock, key: rsa.RSAPrivateKey) -> None:
    entra_is_there(vendor)
    vendor.post(ENTRA, json={"token_type": "Bearer", "access_token": "granted", "expires_in": 3599})
    certificate = certificate_of(key)
    public = certificate.public_bytes(serialization.Encoding.PEM).decode()
    log_in_to_entra(certificate=SecretStr(pem_of(key) + public))
    form = sent(vendor)
    head, claims = part(form["client_assertion"], 0), part(form["client_assertion"], 1)
    print_of = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).decode()
    assert head["x5t#S256"].rstrip("=") == print_of.rstrip("=")
    assert (claims["iss"], claims["sub"], claims["aud"]) == ("app-1", "app-1", ENTRA)
    assert "client_secret" not in form
    assert "PRIVATE" not in str(form)


@pytest.mark.parametrize(
    ("error", "number", "says"),
    [
        ("invalid_client", "AADSTS7000215", "wrong or has run out; set a new one"),
        ("invalid_client", "AADSTS7000222", "wrong or has run out; set a new one"),
        ("unauthorized_client", "AADSTS700016", "does not know this application"),
        ("invalid_scope", "AADSTS70011", "give the application the permissions"),
    ],
)
def test_what_entra_refuses_with_is_one_sentence(
    vendor: responses.RequestsMock, error: str, number: str, says: str
) -> None:
    entra_is_there(vendor)
    vendor.post(ENTRA, status=401, json={"error": error, "error_description": f"{number}: A long text. Trace ID: 1"})
    with pytest.raises(UserError, match=says) as told:
        log_in_to_entra(client_secret=SecretStr("s3cret"))
    assert "Trace" not in str(told.value)
    assert "s3cret" not in str(told.value)


def test_entra_s_hiccup_is_sat_out_and_its_throttling_believed(vendor: responses.RequestsMock) -> None:
    entra_is_there(vendor)
    vendor.post(ENTRA, status=503)
    vendor.post(ENTRA, status=429, headers={"Retry-After": "2"})
    vendor.post(ENTRA, json={"token_type": "Bearer", "access_token": "granted", "expires_in": 3599})
    slept: list[float] = []
    settings = OutlookSettings(tenant_id="tenant-1", client_id="app-1", client_secret=SecretStr("s3cret"))
    wire = outlook.Wire(settings, None, Pace(sleep=slept.append))
    assert outlook.Login(settings, wire)(False).value == "granted"
    assert slept[-1] == 2.0


def log_in_to_salesforce(**given: Any) -> salesforce.Granted:
    settings = SalesforceSettings(client_id="3MVG", login_url="https://acme.my.salesforce.com", **given)
    http = Http(settings.login_url, refusal=salesforce.login_refusal, pace=NO_WAITING)
    return salesforce.Login(settings, lambda: http, lambda: NOW).granted


GRANTED = {
    "access_token": "granted",
    "instance_url": "https://acme.my.salesforce.com",
    "id": "https://login.salesforce.com/id/00D5g000004abcd/0055g00000Fabcd",
}


def test_salesforce_gets_an_assertion_of_three_minutes(
    vendor: responses.RequestsMock, key: rsa.RSAPrivateKey
) -> None:
    vendor.post(SALESFORCE, json=GRANTED)
    granted = log_in_to_salesforce(private_key=SecretStr(pem_of(key)), username="sync@acme.example")
    form = sent(vendor)
    claims = part(form["assertion"], 1)
    signed, _, signature = form["assertion"].rpartition(".")
    mark = base64.urlsafe_b64decode(signature + "==")
    key.public_key().verify(mark, signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert (claims["iss"], claims["sub"]) == ("3MVG", "sync@acme.example")
    assert 0 < claims["exp"] - NOW.timestamp() <= 180
    assert len(granted.org_id) == 18


def test_salesforce_s_client_credentials_are_a_form(vendor: responses.RequestsMock) -> None:
    vendor.post(SALESFORCE, json=GRANTED)
    log_in_to_salesforce(client_secret=SecretStr("s3cret"))
    assert sent(vendor) == {"grant_type": "client_credentials", "client_id": "3MVG", "client_secret": "s3cret"}


@pytest.mark.parametrize(
    ("error", "description", "says"),
    [
        ("invalid_grant", "user hasn't approved this consumer", "Approve the connected app"),
        ("invalid_grant", "audience is invalid", "Set audience to"),
        ("invalid_client_id", "client identifier invalid", "does not know client_id"),
        ("invalid_client", "invalid client credentials", "copy both from the connected app"),
    ],
)
def test_what_salesforce_refuses_with_is_one_sentence(
    vendor: responses.RequestsMock, error: str, description: str, says: str
) -> None:
    vendor.post(SALESFORCE, status=400, json={"error": error, "error_description": description})
    with pytest.raises(UserError, match=says) as told:
        log_in_to_salesforce(client_secret=SecretStr("s3cret"))
    assert "s3cret" not in str(told.value)


def test_a_busy_salesforce_is_a_matter_of_time(vendor: responses.RequestsMock) -> None:
    vendor.post(SALESFORCE, status=400, json={"error": "invalid_grant", "error_description": "login rate exceeded"})
    with pytest.raises(TryLater, match="cannot log anybody in"):
        log_in_to_salesforce(client_secret=SecretStr("s3cret"))


def test_a_page_that_is_no_login_is_told_apart(vendor: responses.RequestsMock) -> None:
    vendor.post(SALESFORCE, json={"access_token": "granted", "id": "https://elsewhere.example/me"})
    with pytest.raises(UserError, match="is no Salesforce login"):
        log_in_to_salesforce(client_secret=SecretStr("s3cret"))


def test_the_token_goes_to_graph_and_is_renewed_once_when_refused(vendor: responses.RequestsMock) -> None:
    graph = "https://graph.microsoft.com/v1.0/users"
    vendor.get(graph, status=401)
    vendor.get(graph, json={"value": []})
    asked: list[bool] = []

    class Proof:
        def headers(self, *, fresh: bool) -> dict[str, str]:
            asked.append(fresh)
            return {"Authorization": f"Bearer token-{len(asked)}"}

    assert Http("https://graph.microsoft.com", authority=Proof()).get(graph).json() == {"value": []}
    assert asked == [False, True]
    assert [call.request.headers["Authorization"] for call in vendor.calls] == ["Bearer token-1", "Bearer token-2"]
