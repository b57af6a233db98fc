"""Google's token endpoint: service accounts with domain-wide delegation (RFC 7523), and refresh tokens."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_pem_x509_certificate

from tests.lab.certificates import AppKey
from tests.lab.google_consent import Consent
from tests.lab.serving import Answer, Request, json_answer

GOOGLE = "https://oauth2.googleapis.com/token"  # google-auth names it as audience whatever it asks
_ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What an access token allows."""

    mailbox: str
    scopes: frozenset[str]
    until: datetime


@dataclass(slots=True)
class Login:
    """One service account, the scopes that the Admin console authorises for it, and the tokens given out."""

    url: str
    key: AppKey
    users: frozenset[str]
    authorised: frozenset[str]
    client_email: str = "guardian@project.iam.gserviceaccount.com"
    refresh_tokens: dict[str, str] = field(default_factory=dict)  # to mailbox
    grants: dict[str, Grant] = field(default_factory=dict)
    consent: Consent = field(default_factory=Consent)
    revoked: bool = False
    lasting: timedelta = timedelta(hours=1)

    def key_file(self) -> str:
        """Return the JSON that the Cloud console lets an admin download."""
        return json.dumps(
            {
                "type": "service_account",
                "client_email": self.client_email,
                "client_id": "1",
                "private_key_id": "k1",
                "private_key": self.key.private_key,
                "token_uri": self.url,
            }
        )

    def answer(self, request: Request) -> Answer:
        """Answer a POST to the token endpoint."""
        form = request.form
        if self.revoked:
            return _refuse("invalid_grant", "Token has been expired or revoked.")
        if form.get("grant_type") == "refresh_token":
            return self._refreshed(form)
        if form.get("grant_type") == "authorization_code":
            return self._let_in(form)
        if form.get("grant_type") != _ASSERTION:
            return _refuse("unsupported_grant_type", "Invalid grant_type")
        try:
            claims = self._verified(form.get("assertion", ""))
        except (ValueError, KeyError, InvalidSignature):
            return _refuse("invalid_grant", "Invalid JWT Signature.")
        return self._delegated(claims)

    def grant(self, request: Request) -> Grant | None:
        """Return what the request's bearer token allows, or None."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        grant = self.grants.get(token) if scheme == "Bearer" else None
        return grant if grant and grant.until > datetime.now(UTC) else None

    def expire_all(self) -> None:
        """Let every token run out."""
        self.grants.clear()

    def _verified(self, assertion: str) -> dict[str, Any]:
        head, body, signature = assertion.split(".")
        public = load_pem_x509_certificate(self.key.certificate.encode()).public_key()
        assert isinstance(public, rsa.RSAPublicKey)
        public.verify(_decode(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
        if json.loads(_decode(head))["alg"] != "RS256":
            raise ValueError("not RS256")
        claims: dict[str, Any] = json.loads(_decode(body))
        return claims

    def _delegated(self, claims: dict[str, Any]) -> Answer:
        now = datetime.now(UTC).timestamp()
        if claims.get("iss") != self.client_email or claims.get("aud") not in (self.url, GOOGLE):
            return _refuse("invalid_grant", "Invalid issuer or audience.")
        if not (claims["iat"] - 60 <= now < claims["exp"] <= claims["iat"] + 3600):
            return _refuse("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes)")
        scopes = frozenset(claims.get("scope", "").split())
        if not scopes or not scopes <= self.authorised:
            return _refuse("unauthorized_client", "Client is unauthorized to retrieve access tokens.", 401)
        if claims.get("sub") not in self.users:
            return _refuse("invalid_grant", "Invalid email or User ID")
        return self._given(claims["sub"], scopes)

    def _let_in(self, form: dict[str, str]) -> Answer:
        if form.get("client_id") != "client" or form.get("client_secret") != "secret":
            return _refuse("invalid_client", "The OAuth client was not found.", 401)
        scopes = self.consent.redeem(form)
        if scopes is None:
            return _refuse("invalid_grant", "Malformed auth code.")
        token = f"1//{len(self.refresh_tokens)}"
        self.refresh_tokens[token] = self.consent.person
        said = json.loads(self._given(self.consent.person, scopes).body)
        return json_answer(said | {"refresh_token": token, "scope": " ".join(sorted(scopes))})

    def _refreshed(self, form: dict[str, str]) -> Answer:
        if form.get("client_id") != "client" or form.get("client_secret") != "secret":
            return _refuse("invalid_client", "The OAuth client was not found.", 401)
        mailbox = self.refresh_tokens.get(form.get("refresh_token", ""))
        if mailbox is None:
            return _refuse("invalid_grant", "Token has been expired or revoked.")
        return self._given(mailbox, self.authorised)

    def _given(self, mailbox: str, scopes: frozenset[str]) -> Answer:
        token = f"ya29.{len(self.grants)}-{datetime.now(UTC).timestamp()}"
        self.grants[token] = Grant(mailbox=mailbox, scopes=scopes, until=datetime.now(UTC) + self.lasting)
        seconds = int(self.lasting.total_seconds())
        return json_answer({"access_token": token, "expires_in": seconds, "token_type": "Bearer"})


def _refuse(error: str, description: str, status: int = 400) -> Answer:
    return json_answer({"error": error, "error_description": description}, status)


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
