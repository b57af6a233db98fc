"""Letting one person log in with the browser: the code comes back on loopback (RFC 8252), with PKCE (RFC 7636)."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import requests

from connectors.google.mail_feed import METADATA
from connectors.google.settings import GoogleSettings
from guardian.connector_kit.redirect import loopback_redirect
from guardian.domain.addresses import normalise_address
from guardian.domain.errors import TryLater, UserError

AUTHORIZE = "https://accounts.google.com/o/oauth2/v2/auth"
TOKENS = "https://oauth2.googleapis.com/token"
PATIENCE_S = 600.0


def log_in(
    settings: GoogleSettings,
    scopes: Sequence[str],
    *,
    folder: Path,
    tell: Callable[[str], None],
    patience_s: float = PATIENCE_S,
) -> str:
    """Return the refresh token of whoever logs in; UserError when nobody does, or the login is refused."""
    from authlib.common.errors import AuthlibBaseError
    from authlib.integrations.requests_client import OAuth2Session

    with loopback_redirect() as redirect:
        session = OAuth2Session(
            settings.client_id,
            settings.client_secret.get_secret_value(),
            scope=" ".join(scopes),
            redirect_uri=redirect.address,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 - the name of a method
        )
        session.trust_env = False
        session.verify = str(folder / settings.ca_bundle) if settings.ca_bundle else True
        verifier = _verifier()
        url, _ = session.create_authorization_url(
            settings.auth_url or AUTHORIZE,
            state=redirect.state,
            code_verifier=verifier,
            access_type="offline",
            prompt="consent",
            login_hint=settings.mailboxes[0],
        )
        tell(url)
        code = redirect.wait(patience_s)
        try:
            token = session.fetch_token(settings.token_url or TOKENS, code=code, code_verifier=verifier, timeout=30)
        except AuthlibBaseError as refused:
            raise UserError(
                f"Google refuses the login ({refused.error}); check client_id and client_secret."
            ) from refused
        except requests.RequestException as broken:
            raise TryLater(f"The connection to Google broke ({type(broken).__name__}).") from broken
    if not token.get("refresh_token"):
        raise UserError(
            "Google gave no lasting login; remove Guardian at myaccount.google.com/connections, try again."
        )
    if settings.mail:
        _check_who(session, settings)
    return str(token["refresh_token"])


def _check_who(session: Any, settings: GoogleSettings) -> None:
    """UserError when the browser was logged in as somebody else: his mail would be told as the mailbox's."""
    root = (settings.api_url or f"https://{METADATA.host}").rstrip("/")
    try:
        answer = session.get(f"{root}/gmail/v1/users/me/profile", params={"fields": "emailAddress"}, timeout=30)
    except requests.RequestException as broken:
        raise TryLater(f"The connection to Google broke ({type(broken).__name__}).") from broken
    if answer.status_code != 200:
        return  # `guardian connectors check` says what is missing
    who, mailbox = normalise_address(str(answer.json().get("emailAddress", ""))), settings.mailboxes[0]
    if who and who != mailbox:
        raise UserError(
            f"The browser is logged in as {who}, not as {mailbox}; choose the right account there, or set mailboxes."
        )


def _verifier() -> str:
    from authlib.common.security import generate_token

    return str(generate_token(64))
