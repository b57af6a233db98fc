"""Logging in to Entra ID as an application, with a secret or a certificate, through msal."""

from pathlib import Path
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from connectors.outlook.settings import OutlookSettings
from guardian.connector_kit.http import host_of
from guardian.connector_kit.oauth import Token, login_error
from guardian.domain.errors import TryLater, UserError

TIMEOUT_S = 30.0
_BY_NUMBER = {
    "AADSTS700016": "unauthorized_client",
    "AADSTS7000215": "invalid_client",
    "AADSTS7000222": "invalid_client",
    "AADSTS700027": "invalid_client",
}


class Login:
    """Fetches application tokens; msal and its session are made when first needed."""

    def __init__(self, settings: OutlookSettings, ca_bundle: Path | None) -> None:
        self._settings, self._ca_bundle = settings, ca_bundle

    def __call__(self, fresh: bool) -> Token:
        """Return a new token; a new client each time, because msal's cache would repeat one that was refused."""
        host = host_of(self._settings.authority)
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(self._ca_bundle) if self._ca_bundle else True
            try:
                said = self._client(session).acquire_token_for_client([f"{self._settings.graph}/.default"])
            except requests.exceptions.SSLError as wrong:
                raise UserError(
                    f"The certificate of {host} is not trusted; set ca_bundle to the file of its authority."
                ) from wrong
            except requests.exceptions.RequestException as cut:
                raise TryLater(f"The connection to {host} broke ({type(cut).__name__}).") from cut
            except ValueError as wrong:  # msal's word for a tenant that cannot be discovered
                raise UserError(f"{host} does not know the tenant {self._settings.tenant_id}.") from wrong
        return self._token(said, host)

    def _client(self, session: requests.Session) -> Any:
        import msal  # slow to import, and only a connection needs it

        settings = self._settings
        return msal.ConfidentialClientApplication(
            settings.client_id,
            client_credential=_credential(settings),
            authority=f"{settings.authority}/{settings.tenant_id}",
            instance_discovery=False,
            http_client=session,
            timeout=TIMEOUT_S,
        )

    def _token(self, said: dict[str, Any], host: str) -> Token:
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
    try:
        certificate = x509.load_pem_x509_certificate(pem[begins:].encode())
    except ValueError as wrong:
        raise UserError("The certificate in the file that certificate names cannot be read.") from wrong
    return {
        "private_key": pem,
        "thumbprint": certificate.fingerprint(hashes.SHA1()).hex(),  # noqa: S303 - x5t is SHA-1 (RFC 7515 4.1.7)
        "public_certificate": pem[begins:],
    }
