"""Logging in to Entra ID as an application, with a secret or a certificate, through msal."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from connectors.outlook.settings import OutlookSettings
from guardian.connector_kit.http import Http, Pace, Reply, host_of
from guardian.connector_kit.oauth import Token, login_error
from guardian.domain.errors import GuardianError, UserError

_BY_NUMBER = {
    "AADSTS700016": "unauthorized_client",
    "AADSTS7000215": "invalid_client",
    "AADSTS7000222": "invalid_client",
    "AADSTS700027": "invalid_client",
}


class Login:
    """Fetches application tokens."""

    def __init__(self, settings: OutlookSettings, wire: "Wire") -> None:
        self._settings, self._wire = settings, wire

    def __call__(self, fresh: bool) -> Token:
        """Return a new token; a new client each time, because msal's cache would repeat one that was refused."""
        try:
            said = self._client().acquire_token_for_client([f"{self._settings.graph}/.default"])
        except ValueError as wrong:  # msal's word for a tenant that cannot be discovered
            raise UserError(
                f"{self._wire.host} does not know the tenant {self._settings.tenant_id}, or the certificate is none."
            ) from wrong
        return token_of(said, self._wire.host)

    def _client(self) -> Any:
        import msal  # slow to import, and only a connection needs it

        settings = self._settings
        return msal.ConfidentialClientApplication(
            settings.client_id,
            client_credential=_credential(settings),
            authority=authority_of(settings),
            instance_discovery=False,
            http_client=self._wire,
        )


def authority_of(settings: OutlookSettings) -> str:
    """Return where the tenant's people and applications log in."""
    return f"{settings.authority}/{settings.tenant_id}"


def token_of(said: dict[str, Any], host: str) -> Token:
    """Return the token in what msal says; UserError says why there is none."""
    if "access_token" in said:
        return Token(value=said["access_token"], lasts_s=float(said.get("expires_in") or 3600))
    number = str(said.get("error_description", "")).partition(":")[0]
    raise login_error(_BY_NUMBER.get(number, str(said.get("error", "unknown"))), host)


def _credential(settings: OutlookSettings) -> Any:
    if settings.client_secret is not None:
        return settings.client_secret.get_secret_value()
    assert settings.certificate is not None
    pem = settings.certificate.get_secret_value()
    begins = pem.find("-----BEGIN CERTIFICATE-----")
    if begins < 0 or "PRIVATE KEY-----" not in pem:
        raise UserError("The file that certificate names must hold the private key and the certificate, as PEM.")
    return {"private_key": pem, "public_certificate": pem[begins:]}  # msal takes the SHA-256 print of it


class _Answered(GuardianError):
    """An answer that msal itself makes sense of."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"HTTP {reply.status}")
        self.reply = reply


def _answered(reply: Reply) -> GuardianError | None:
    return _Answered(reply) if reply.status in (400, 401, 403, 404) else None


class _Said:
    """A reply as msal wants it."""

    def __init__(self, reply: Reply) -> None:
        self.status_code, self.headers = reply.status, reply.headers
        self.text = reply.body.decode("utf-8", "replace")

    def raise_for_status(self) -> None:
        """Raise nothing: what is not an answer was raised before."""


class Wire:
    """The way that msal takes to the login service: ours, with its patience."""

    def __init__(self, settings: OutlookSettings, ca_bundle: Path | None, pace: Pace | None) -> None:
        self._http = Http(settings.authority, refusal=_answered, ca_bundle=ca_bundle, pace=pace)
        self.host = host_of(settings.authority)

    def get(self, url: str, *, headers: dict[str, str] | None = None, **_: Any) -> _Said:
        """Return the answer to a GET."""
        return self._send("GET", url, headers, None)

    def post(
        self, url: str, *, data: dict[str, str] | None = None, headers: dict[str, str] | None = None, **_: Any
    ) -> _Said:
        """Return the answer to a form; asking for a token twice is harmless."""
        form = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._send("POST", url, form, urlencode(data or {}).encode())

    def close(self) -> None:
        """Close nothing: the session is the connection's."""

    def _send(self, method: str, url: str, headers: dict[str, str] | None, body: bytes | None) -> _Said:
        try:
            return _Said(self._http.send(method, url, headers=headers, body=body, repeatable=True))
        except _Answered as answer:
            return _Said(answer.reply)
