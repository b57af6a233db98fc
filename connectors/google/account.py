"""What all sessions of one connection share: the key, read once, and the client of each API, built once.

Reading a key takes 100 ms and building a client 30; a domain of ten thousand mailboxes has thirty thousand feeds.
"""

import json
import logging
import threading
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from connectors.google.settings import GoogleSettings
from guardian.domain.errors import UserError

GOOGLE_TOKENS = "https://oauth2.googleapis.com/token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """An API as the client's bundled discovery document describes it, and the scope that reading it needs."""

    name: str
    version: str
    title: str
    scope: str
    host: str
    path: str = ""
    batch: str = "batch"


class _NoLine:
    """Stands for a transport where requests are only made, not sent: each session sends by its own."""

    request = None  # where the client looks for credentials


@dataclass(kw_only=True)
class Account:
    """One service account, or the login of one user; may be shared by threads."""

    settings: GoogleSettings
    _resources: dict[tuple[Api, tuple[str, ...]], Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def token_url(self) -> str:
        """Where tokens come from."""
        named = self._key.get("token_uri") if self.settings.service_account else None
        return str(self.settings.token_url or named or GOOGLE_TOKENS)

    def credentials(self, api: Api, mailbox: str) -> Any:
        """Return credentials for one mailbox and API, not asked for yet; UserError for a damaged key."""
        with self._lock:
            own = self._own
        return own.with_scopes([api.scope]).with_subject(mailbox) if self.settings.service_account else own

    def batch_url(self, api: Api) -> str:
        """Return where batches of requests to an API go."""
        root = self.settings.api_url.rstrip("/") if self.settings.api_url else f"https://{api.host}"
        return f"{root}/{api.batch}"

    def resource(self, api: Api, *path: str) -> Any:
        """Return a resource of an API's client, such as users, messages.

        Requests made from it must be executed with an `http` of the caller's own.
        """
        with self._lock:
            return self._resource(api, path)

    def _resource(self, api: Api, path: tuple[str, ...]) -> Any:
        # Each level is built from its document anew when asked for, which takes 10 ms.
        if (api, path) not in self._resources:
            made = getattr(self._resource(api, path[:-1]), path[-1])() if path else self._client(api)
            self._resources[api, path] = made
        return self._resources[api, path]

    def _client(self, api: Api) -> Any:
        from googleapiclient.discovery import build

        # The client warns of every throttle, with the answer's words; what is told of those is in each page's cost.
        logging.getLogger("googleapiclient").setLevel(logging.CRITICAL)
        base = self.settings.api_url and f"{self.settings.api_url.rstrip('/')}/"
        options = {"api_endpoint": f"{base}{api.path}"} if base else {}
        return build(api.name, api.version, http=_NoLine(), static_discovery=True, client_options=options)

    @cached_property
    def _key(self) -> dict[str, Any]:
        key = self.settings.service_account
        return dict(json.loads(key.get_secret_value())) if key else {}

    @property
    def _own(self) -> Any:
        return self._key_of_service if self.settings.service_account else self._of_user()

    @cached_property
    def _key_of_service(self) -> Any:
        from google.oauth2.service_account import Credentials

        try:
            return Credentials.from_service_account_info(self._key | {"token_uri": self.token_url})  # type: ignore[no-untyped-call]  # google-auth is typed in part only
        except ValueError as wrong:
            raise UserError("The key of the service account is damaged; download it again.") from wrong

    def _of_user(self) -> Any:
        from google.oauth2.credentials import Credentials

        return Credentials(  # type: ignore[no-untyped-call]  # google-auth is typed in part only
            None,
            refresh_token=self.settings.refresh_token.get_secret_value(),
            client_id=self.settings.client_id,
            client_secret=self.settings.client_secret.get_secret_value(),
            token_uri=self.token_url,
        )


@lru_cache(maxsize=16)
def account_of(settings: GoogleSettings) -> Account:
    """Return the account of a connection, the same for the same settings: workers open a connection for every job."""
    return Account(settings=settings)
