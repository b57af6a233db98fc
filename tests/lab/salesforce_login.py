"""Salesforce's token endpoint: JWT bearer with a checked signature, client credentials with a checked secret."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import load_pem_x509_certificate

from tests.lab.certificates import AppKey, make_app_key
from tests.lab.serving import Answer, Request, json_answer

CLIENT_ID = "3MVG9.lab.consumer.key"
SECRET = "consumer-secret-of-the-lab"
USERNAME = "integration@acme.example"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@cache
def app_key() -> AppKey:
    """Return the connected app's key, made once a process because that takes long."""
    return make_app_key()


@dataclass(slots=True)
class Tokens:
    """The connected app as the organisation knows it, and the sessions that it gave out."""

    org_id: str
    url: str
    audience: str
    app: AppKey = field(default_factory=app_key)
    approved: bool = True
    valid: set[str] = field(default_factory=set)
    given: int = 0

    def answer(self, request: Request) -> Answer:
        """Answer a request for a token."""
        form = request.form
        if request.method != "POST":
            return _refused("invalid_request", "must use HTTP POST")
        if form.get("client_id", CLIENT_ID) != CLIENT_ID:
            return _refused("invalid_client_id", "client identifier invalid")
        if form.get("grant_type") == JWT_BEARER:
            wrong = self._wrong_assertion(form.get("assertion", ""))
        elif form.get("grant_type") == "client_credentials":
            wrong = None if form.get("client_secret") == SECRET else ("invalid_client", "invalid client credentials")
        else:
            wrong = ("unsupported_grant_type", "grant type not supported")
        return _refused(*wrong) if wrong else self._give()

    def revoke(self) -> None:
        """Make every session invalid."""
        self.valid.clear()

    @property
    def _public_key(self) -> rsa.RSAPublicKey:
        key = load_pem_x509_certificate(self.app.certificate.encode()).public_key()
        assert isinstance(key, rsa.RSAPublicKey)
        return key

    def _wrong_assertion(self, assertion: str) -> tuple[str, str] | None:
        try:
            claims = jwt.decode(assertion, self._public_key, algorithms=["RS256"], audience=self.audience)
        except jwt.InvalidAudienceError:
            return "invalid_grant", "audience is invalid"
        except jwt.ExpiredSignatureError:
            return "invalid_grant", "expired authorization code"
        except jwt.InvalidTokenError:
            return "invalid_grant", "invalid assertion"
        if datetime.fromtimestamp(claims["exp"], UTC) > datetime.now(UTC) + timedelta(minutes=5):
            return "invalid_grant", "invalid assertion"
        if claims["iss"] != CLIENT_ID:
            return "invalid_client_id", "client identifier invalid"
        if claims["sub"] != USERNAME:
            return "invalid_grant", "user is inactive or does not exist"
        return None if self.approved else ("invalid_grant", "user hasn't approved this consumer")

    def _give(self) -> Answer:
        token = f"{self.org_id[:15]}!{secrets.token_urlsafe(16)}"
        self.valid.add(token)
        self.given += 1
        return json_answer(
            {
                "access_token": token,
                "instance_url": self.url,
                "id": f"https://login.salesforce.com/id/{self.org_id}/005xY0000000001AAA",
                "token_type": "Bearer",
                "scope": "api",
            }
        )


def _refused(error: str, text: str) -> Answer:
    return json_answer({"error": error, "error_description": text}, 400)
