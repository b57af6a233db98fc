"""Entra ID: discovery and the token endpoint, for applications with a secret or a certificate."""

import base64
import hashlib
import json
from dataclasses import dataclass, field

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.lab.entra_person import People
from tests.lab.serving import Answer, Request, json_answer

TENANT = "0aa11111-1111-4111-8111-111111111111"
CLIENT = "0bb22222-2222-4222-8222-222222222222"
SECRET = "a secret of the lab"
_PERSONAL = ("urn:ietf:params:oauth:grant-type:device_code", "device_code", "refresh_token")


@dataclass(slots=True)
class Entra:
    """One tenant with one application; `roles` are what its administrator consented to."""

    url: str
    graph_url: str
    roles: set[str]
    certificate: str = ""
    secret: str = SECRET
    issued: dict[str, frozenset[str]] = field(default_factory=dict)
    lasts_s: int = 3600

    people: People = field(init=False)
    persons: dict[str, str] = field(default_factory=dict)  # access token -> whose it is, where it is a person's

    def __post_init__(self) -> None:
        """Let people log in too."""
        self.people = People(issuer=f"{self.url}/{TENANT}/v2.0")

    def __call__(self, request: Request) -> Answer:
        """Answer for the tenant's discovery document and its endpoints."""
        if request.path.endswith("/oauth2/v2.0/devicecode") and request.method == "POST":
            return json_answer(self.people.device_code(request.form))
        if request.path.endswith("/.well-known/openid-configuration"):
            return self._discovery()
        if request.path.endswith("/oauth2/v2.0/token") and request.method == "POST":
            return self._token(request.form)
        return _refused("invalid_request", "AADSTS90002: no such tenant.", 400)

    def roles_of(self, request: Request) -> frozenset[str] | None:
        """Return what the bearer of a request may do, or None when the token is not good."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return self.issued.get(token) if scheme == "Bearer" else None

    def person_of(self, request: Request) -> str:
        """Return whose token a request bears, or nothing where it is the application's."""
        return self.persons.get(request.headers.get("authorization", "").partition(" ")[2], "")

    def revoke(self) -> None:
        """Make every token that was issued worthless."""
        self.issued.clear()

    def _discovery(self) -> Answer:
        place = f"{self.url}/{TENANT}"
        document = {
            "issuer": f"{place}/v2.0",
            "token_endpoint": f"{place}/oauth2/v2.0/token",
            "authorization_endpoint": f"{place}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{place}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{place}/discovery/v2.0/keys",
        }
        return json_answer(document)

    def _token(self, form: dict[str, str]) -> Answer:
        if form.get("grant_type") in _PERSONAL and form.get("client_id") == CLIENT:
            return self._of_person(form)
        if form.get("grant_type") != "client_credentials":
            return _refused("unsupported_grant_type", "AADSTS70003", 400)
        if form.get("client_id") != CLIENT:
            return _refused("unauthorized_client", "AADSTS700016: the application was not found.", 400)
        if not self._proven(form):
            return _refused("invalid_client", "AADSTS7000215: invalid client secret provided.", 401)
        if f"{self.graph_url}/.default" not in form.get("scope", "").split():
            return _refused("invalid_scope", "AADSTS70011: the scope is not valid.", 400)
        return json_answer(self._issued(frozenset(self.roles)))

    def _issued(self, roles: frozenset[str], person: str = "") -> dict[str, object]:
        token = f"lab-token-{len(self.issued)}-{hashlib.sha256(str(roles).encode()).hexdigest()[:8]}"
        self.issued[token] = roles
        if person:
            self.persons[token] = person
        return {"token_type": "Bearer", "expires_in": self.lasts_s, "access_token": token}

    def _of_person(self, form: dict[str, str]) -> Answer:
        by_code = form["grant_type"] != "refresh_token"
        said = self.people.typed(form["device_code"]) if by_code else self.people.refreshed(form["refresh_token"])
        if isinstance(said, str):
            return _refused(said, f"AADSTS70000: {said}.", 400)
        person, roles = said
        return json_answer(self._issued(roles, person) | self.people.answer(person, roles, CLIENT))

    def _proven(self, form: dict[str, str]) -> bool:
        assertion = form.get("client_assertion")
        if assertion is None:
            return form.get("client_secret") == self.secret
        if not self.certificate:
            return False
        certificate = x509.load_pem_x509_certificate(self.certificate.encode())
        key = certificate.public_key()
        assert isinstance(key, RSAPublicKey)
        header = jwt.get_unverified_header(assertion)
        der = certificate.public_bytes(serialization.Encoding.DER)
        prints = {_print(hashlib.sha256(der).digest()), _print(hashlib.sha1(der).digest())}
        if not {str(header.get(name)).rstrip("=") for name in ("x5t#S256", "x5t")} & prints:
            return False
        endpoint = f"{self.url}/{TENANT}/oauth2/v2.0/token"
        try:
            claims = jwt.decode(assertion, key, algorithms=["RS256", "PS256"], audience=endpoint)
        except jwt.InvalidTokenError:
            return False
        return bool(claims["iss"] == claims["sub"] == CLIENT)


def _print(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _refused(code: str, text: str, status: int) -> Answer:
    return Answer(status=status, body=json.dumps({"error": code, "error_description": text}).encode())
