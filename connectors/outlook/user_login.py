"""Letting one person log in to Entra ID: with a code typed on any device (RFC 8628), then silently ever after."""

from collections.abc import Callable
from typing import Any

from connectors.outlook.login import Wire, authority_of, token_of
from connectors.outlook.settings import OutlookSettings
from guardian.connector_kit.oauth import Token, login_error
from guardian.domain.errors import UserError

_LOGIN = "login"  # the setting that holds what msal remembers


def scopes_of(settings: OutlookSettings, privacy: str) -> list[str]:
    """Return what the person is asked to allow: no more than is read."""
    mail = "Mail.Read" if privacy == "full" else "Mail.ReadBasic"
    wanted = ((settings.mail, mail), (settings.calendar, "Calendars.Read"), (settings.contacts, "Contacts.Read"))
    return [f"{settings.graph}/{scope}" for wants, scope in wanted if wants]


def log_in(settings: OutlookSettings, scopes: list[str], wire: Wire, tell: Callable[[str], None]) -> str:
    """Return what proves the login from now on; UserError when nobody logs in, or somebody else does."""
    import msal

    cache = msal.SerializableTokenCache()
    client = _client(settings, wire, cache)
    flow = client.initiate_device_flow(scopes)
    if "user_code" not in flow:
        raise login_error(str(flow.get("error", "unknown")), wire.host)
    tell(str(flow["message"]))
    said = client.acquire_token_by_device_flow(flow)
    if said.get("error") in ("authorization_pending", "expired_token", "authorization_declined", "access_denied"):
        raise UserError("Nobody logged in in time, or the login was declined; start again.")
    token_of(said, wire.host)
    person = str(client.get_accounts()[0].get("username", ""))
    if settings.mailboxes and person.casefold() not in {one.casefold() for one in settings.mailboxes}:
        raise UserError(f"{person} logged in, but mailboxes names {settings.mailboxes[0]}; log in as that person.")
    return str(cache.serialize())


class UserLogin:
    """Fetches the tokens of a person who logged in before; keeps what the login service renews."""

    def __init__(self, settings: OutlookSettings, scopes: list[str], wire: Wire, keep: Callable[[str, str], None]):
        self._settings, self._scopes, self._wire, self._keep = settings, scopes, wire, keep
        self._cache: Any = None

    def __call__(self, fresh: bool) -> Token:
        """Return a token; UserError when the person has to log in again."""
        client = _client(self._settings, self._wire, self._remembered())
        accounts = client.get_accounts()
        said = (
            client.acquire_token_silent_with_error(self._scopes, accounts[0], force_refresh=fresh)
            if accounts
            else None
        )
        if said is None or said.get("error") in ("invalid_grant", "interaction_required"):
            raise UserError("The person's login has ended; run `guardian connectors login` for this connection.")
        token = token_of(said, self._wire.host)
        if self._cache.has_state_changed:
            self._keep(_LOGIN, self._cache.serialize())
            self._cache.has_state_changed = False
        return token

    def _remembered(self) -> Any:
        import msal

        if self._cache is None:
            self._cache = msal.SerializableTokenCache()
            assert self._settings.login is not None
            try:
                self._cache.deserialize(self._settings.login.get_secret_value())
            except ValueError as broken:
                raise UserError(
                    "What login refers to is no login; run `guardian connectors login` again."
                ) from broken
            self._cache.has_state_changed = False
        return self._cache


def _client(settings: OutlookSettings, wire: Wire, cache: Any) -> Any:
    import msal  # slow to import, and only a connection needs it

    try:
        return msal.PublicClientApplication(
            settings.client_id,
            authority=authority_of(settings),
            instance_discovery=False,
            http_client=wire,
            token_cache=cache,
        )
    except ValueError as wrong:  # msal's word for a tenant that cannot be discovered
        raise UserError(f"{wire.host} does not know the tenant {settings.tenant_id}.") from wrong
