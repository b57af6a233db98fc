"""Logging in to Salesforce: OAuth 2.0 JWT bearer (RFC 7523) or client credentials (RFC 6749 4.4)."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from connectors.salesforce.settings import SalesforceSettings
from guardian.connector_kit.http import Http, Reply, host_of
from guardian.domain.errors import GuardianError, TryLater, UserError
from guardian.domain.identity import long_crm_id

GRANT_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIFETIME = timedelta(minutes=3)  # Salesforce takes an assertion for at most that long
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_IDENTITY = re.compile(r"/id/(00D\w{12,15})/(005\w{12,15})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What a login gave: the token, where the data is, and whose organisation it is (18 characters)."""

    token: str
    instance_url: str
    org_id: str


class Login:
    """Logs in when first needed and again when the token was refused; `now` dates the assertion."""

    def __init__(
        self, settings: SalesforceSettings, open_http: Callable[[], Http], now: Callable[[], datetime]
    ) -> None:
        self._settings, self._open_http, self._now = settings, open_http, now
        self._granted: Granted | None = None

    @property
    def granted(self) -> Granted:
        """The present login; UserError says what an admin must mend when there can be none."""
        if self._granted is None:
            self._granted = self._ask()
        return self._granted

    def headers(self, *, fresh: bool) -> Mapping[str, str]:
        """Return the header that proves who asks, after a new login when `fresh`."""
        if fresh:
            self._granted = None
        return {"Authorization": f"Bearer {self.granted.token}"}

    def _ask(self) -> Granted:
        url = f"{self._settings.login_url}/services/oauth2/token"
        body = urlencode(self._form()).encode()
        reply = self._open_http().send("POST", url, headers=_FORM, body=body, repeatable=True)
        return _read(reply, self._settings.instance_url)

    def _form(self) -> dict[str, str]:
        one = self._settings
        if one.flow == "client_credentials":
            secret = one.client_secret.get_secret_value()
            return {"grant_type": "client_credentials", "client_id": one.client_id, "client_secret": secret}
        return {"grant_type": GRANT_JWT, "assertion": assertion(one, self._now())}


def assertion(settings: SalesforceSettings, now: datetime) -> str:
    """Return the signed JWT (RS256) that says who we are; UserError when the key is none."""
    claims = {
        "iss": settings.client_id,
        "sub": settings.username,
        "aud": settings.audience or settings.login_url,
        "exp": int((now + _LIFETIME).timestamp()),
    }
    signed = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
    signature = _key(settings).sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_base64(signature)}"


def login_refusal(reply: Reply) -> GuardianError | None:
    """Return what a refused login asks an admin to do, one sentence for every reason Salesforce gives."""
    try:
        told = json.loads(reply.body)
    except ValueError:
        return None
    if not isinstance(told, dict) or "error" not in told:
        return None
    error, text = str(told["error"]), str(told.get("error_description", ""))
    if error in ("server_error", "temporarily_unavailable") or "login rate exceeded" in text:
        return TryLater("Salesforce cannot log anybody in at the moment.")
    for mark, sentence in _REASONS:
        if mark in f"{error} {text}":
            return UserError(sentence)
    return UserError(f"Salesforce refuses the login ({error[:60]}); check the connected app and its user.")


_REASONS = (
    ("user hasn't approved", "Approve the connected app for the integration user: set it to admin approved users are "
     "pre-authorized, and give it one of the user's profiles or permission sets."),
    ("audience", "Set audience to https://login.salesforce.com (or https://test.salesforce.com for a sandbox)."),
    ("invalid_client_id", "Salesforce does not know client_id; copy the consumer key of the connected app."),
    ("no client credentials user", "Name a run-as user in the connected app's client credentials flow."),
    ("request not supported on this domain", "Set login_url to your My Domain; this login works only there."),
    ("invalid_client", "Salesforce refuses client_id or client_secret; copy both from the connected app again."),
    ("invalid assertion", "Upload the certificate that belongs to private_key to the connected app."),
    ("inactive", "Activate the integration user in Salesforce, or name another one."),
    ("invalid_grant", "Salesforce refuses the login of the integration user; check username, and that the user is "
     "active and allowed to use the connected app."),
)  # fmt: skip


def _read(reply: Reply, instance_url: str) -> Granted:
    told: Any = reply.json()
    found = _IDENTITY.search(str(told.get("id", ""))) if isinstance(told, dict) else None
    if not found or not told.get("access_token"):
        raise UserError(f"{host_of(reply.url)} is no Salesforce login; check login_url.")
    return Granted(
        token=str(told["access_token"]),
        instance_url=(instance_url or str(told.get("instance_url", ""))).rstrip("/"),
        org_id=long_crm_id(found.group(1)),
    )


def _key(settings: SalesforceSettings) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(settings.private_key.get_secret_value().encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise UserError("private_key is no private key in PEM form without password.") from wrong
    if not isinstance(key, rsa.RSAPrivateKey):
        raise UserError("private_key must be an RSA key; Salesforce takes no other.")
    return key


def _part(value: Mapping[str, object]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
