"""A login provider that speaks OpenID Connect as Entra ID and Google do, and lies in every way a test asks for.

Its signatures are made by hand, so that what checks them is another program's idea of them.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.lab.serving import Answer, Lab, Request, json_answer

PLACE = "/oidc/tenant"
CLIENT, SECRET = "console-1", "s3cret/with +signs"
Claims = dict[str, Any]


def new_key() -> rsa.RSAPrivateKey:
    """Return a key to sign with."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


@dataclass(slots=True)
class Person:
    """Who is logged in at the provider; `claims` are what it says of him beside his name there."""

    sub: str
    claims: Claims


@dataclass(slots=True)
class LoginProvider:
    """One organisation; whoever is `at_the_keyboard` says yes at once. `spoil` changes what a token says."""

    lab: Lab
    return_to: str
    at_the_keyboard: Person
    issuer: str = ""
    algorithm: str = "RS256"
    signs_with: rsa.RSAPrivateKey = field(default_factory=new_key)
    shows: rsa.RSAPrivateKey | None = None  # as its public key; None: the one it signs with
    spoil: Callable[[Claims], Claims] = lambda claims: claims
    describe: Callable[[Claims], Claims] = lambda told: told
    refuses: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    now: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self.issuer = self.issuer or self.lab.url + PLACE
        self.lab.mount(PLACE, self.answer)

    @property
    def discovery_url(self) -> str:
        """Where it describes itself."""
        return f"{self.lab.url}{PLACE}/.well-known/openid-configuration"

    def visit(self, url: str) -> str:
        """Return where somebody is sent who follows a link to the provider and says yes."""
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.lab.url}{PLACE}/authorize"
        answer = self._authorize(dict(parse_qsl(parts.query)))
        assert answer.status == 302, answer.body
        return answer.headers["Location"]

    def answer(self, request: Request) -> Answer:
        """Answer for one of the provider's places."""
        place = request.path.removeprefix(PLACE)
        if place == "/.well-known/openid-configuration":
            return json_answer(self.describe(self._description()))
        if place == "/keys":
            return json_answer({"keys": [_exotic(), _public(self.shows or self.signs_with)]})
        if place == "/authorize":
            return self._authorize(dict(request.query))
        if place == "/token" and request.method == "POST":
            return self._token(request)
        return json_answer({"error": "not_found"}, 404)

    def _description(self) -> Claims:
        here = self.lab.url + PLACE
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _authorize(self, told: dict[str, str]) -> Answer:
        sound = (
            told.get("client_id") == CLIENT
            and told.get("redirect_uri") == self.return_to
            and told.get("response_type") == "code"
            and "openid" in told.get("scope", "").split()
            and told.get("code_challenge_method") == "S256"
            and len(told.get("code_challenge", "")) == 43
            and len(told.get("state", "")) >= 20
            and len(told.get("nonce", "")) >= 20
        )
        if not sound:
            return json_answer({"error": "invalid_request"}, 400)
        if self.refuses:
            return self._redirect(error=self.refuses, state=told["state"])
        code = f"code-{len(self.codes)}-{hashlib.sha256(told['nonce'].encode()).hexdigest()[:20]}"
        self.codes[code] = told
        return self._redirect(code=code, state=told["state"])

    def _redirect(self, **query: str) -> Answer:
        return Answer(status=302, headers={"Location": f"{self.return_to}?{urlencode(query)}"})

    def _token(self, request: Request) -> Answer:
        form = request.form
        given = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {given}":
            return json_answer({"error": "invalid_client"}, 401)
        told = self.codes.pop(form.get("code", ""), None)
        challenge = _text(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            told is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != self.return_to
            or challenge != told["code_challenge"]
        ):
            return json_answer({"error": "invalid_grant", "error_description": "expired or used"}, 400)
        tokens = {"access_token": "at", "token_type": "Bearer", "expires_in": 300}
        return json_answer(tokens | {"id_token": self._identity(told["nonce"])})

    def _identity(self, nonce: str) -> str:
        now = int(self.now())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.at_the_keyboard.sub,
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            **self.at_the_keyboard.claims,
        }
        return self.signed({"alg": self.algorithm, "kid": "k1", "typ": "JWT"}, self.spoil(claims))

    def signed(self, header: Claims, claims: Claims) -> str:
        """Return a token in compact form (RFC 7515 3.1)."""
        said = f"{_text(json.dumps(header).encode())}.{_text(json.dumps(claims).encode())}"
        return f"{said}.{_text(self._signature(said.encode()))}"

    def _signature(self, said: bytes) -> bytes:
        if self.algorithm == "none":
            return b""
        if self.algorithm == "HS256":  # with what everybody can read: the public key
            public = json.dumps(_public(self.signs_with)).encode()
            return hmac.new(public, said, hashlib.sha256).digest()
        return self.signs_with.sign(said, padding.PKCS1v15(), hashes.SHA256())


def _public(key: rsa.RSAPrivateKey) -> Claims:
    numbers = key.public_key().public_numbers()
    modulus = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
    return {"kty": "RSA", "use": "sig", "kid": "k1", "n": _text(modulus), "e": "AQAB", "x5c": ["…"], "issuer": "…"}


def _exotic() -> Claims:
    """Return a key of a kind that nobody here knows."""
    return {"kty": "AKP", "kid": "later", "alg": "ML-DSA-44", "pub": "x"}


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
