"""Entra ID for people: the device code flow (RFC 8628), refresh tokens, and ID tokens that nobody checks."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

DELEGATED = {
    "Mail.ReadBasic": "Mail.ReadBasic.All",
    "Mail.Read": "Mail.Read",
    "Calendars.Read": "Calendars.Read",
    "Contacts.Read": "Contacts.Read",
}


@dataclass(slots=True)
class People:
    """Who may log in, and with what. `pending` is how often a device asks before the person has typed the code."""

    issuer: str
    person: str = ""  # who will type the code; nobody: it is declined
    pending: int = 1
    interval: int = 0
    codes: dict[str, frozenset[str]] = field(default_factory=dict)
    refresh_tokens: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)

    def device_code(self, form: dict[str, str]) -> dict[str, Any]:
        """Give out a code for what is asked."""
        code = f"device-{len(self.codes)}"
        self.codes[code] = roles_in(form.get("scope", ""))
        return {
            "device_code": code,
            "user_code": "ABC-DEF",
            "verification_uri": "https://login.example/device",
            "expires_in": 900,
            "interval": self.interval,
            "message": "To sign in, open https://login.example/device and enter the code ABC-DEF.",
        }

    def typed(self, code: str) -> tuple[str, frozenset[str]] | str:
        """Return who logged in for what, or an error of RFC 8628 3.5."""
        if code not in self.codes:
            return "expired_token"
        if self.pending:
            self.pending -= 1
            return "authorization_pending"
        return (self.person, self.codes.pop(code)) if self.person else "authorization_declined"

    def refreshed(self, token: str) -> tuple[str, frozenset[str]] | str:
        """Return who a refresh token belongs to; it is renewed at every use, and the old one goes on for a while."""
        return self.refresh_tokens.get(token, "invalid_grant")

    def answer(self, who: str, roles: frozenset[str], client: str) -> dict[str, Any]:
        """Return what goes with an access token for a person."""
        refresh = f"refresh-{len(self.refresh_tokens)}"
        self.refresh_tokens[refresh] = (who, roles)
        claims = {"aud": client, "iss": self.issuer, "sub": who, "oid": who, "preferred_username": who, "exp": 2**33}
        return {
            "refresh_token": refresh,
            "scope": " ".join(sorted(roles)),
            "id_token": ".".join((_encoded({"alg": "none"}), _encoded(claims), "")),
            "client_info": _encoded({"uid": who, "utid": "tenant"}),
        }


def roles_in(scope: str) -> frozenset[str]:
    """Return what the lab's Graph calls the permissions in a list of scopes."""
    names = (one.rpartition("/")[2] for one in scope.split())
    return frozenset(DELEGATED[name] for name in names if name in DELEGATED)


def _encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
