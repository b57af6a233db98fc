"""Google's page where a person lets an app in (RFC 6749 4.1), for an app on the desktop: loopback and PKCE."""

import base64
import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tests.lab.serving import Answer, Request, json_answer

_WANTED = {"response_type": "code", "client_id": "client", "code_challenge_method": "S256", "access_type": "offline"}


@dataclass(slots=True)
class Consent:
    """Who says yes, and the codes given out: code -> (challenge, redirect, scopes)."""

    person: str = ""  # nobody: it is declined
    codes: dict[str, tuple[str, str, frozenset[str]]] = field(default_factory=dict)

    def __call__(self, request: Request) -> Answer:
        """Send the browser back to where it came from."""
        asked = dict(request.query)
        redirect = asked.get("redirect_uri", "")
        wanted = {
            "response_type": "code",
            "client_id": "client",
            "code_challenge_method": "S256",
            "access_type": "offline",
        }
        if urlsplit(redirect).hostname != "127.0.0.1" or any(
            asked.get(key) != value for key, value in wanted.items()
        ):
            return json_answer({"error": "invalid_request"}, 400)
        if not self.person:
            return _back(redirect, error="access_denied", state=asked["state"])
        code = f"4/{len(self.codes)}"
        self.codes[code] = (asked["code_challenge"], redirect, frozenset(asked["scope"].split()))
        return _back(redirect, code=code, state=asked["state"])

    def redeem(self, form: dict[str, str]) -> frozenset[str] | None:
        """Return the scopes of a code, once, to whoever knows the verifier of its challenge."""
        challenge, redirect, scopes = self.codes.pop(form.get("code", ""), ("", "", frozenset()))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        fits = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge
        return scopes if fits and form.get("redirect_uri") == redirect else None


def _back(redirect: str, **said: str) -> Answer:
    return Answer(status=302, headers={"Location": f"{redirect}?{urlencode(said)}"})
