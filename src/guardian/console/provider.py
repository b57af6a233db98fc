"""A login provider: people are sent there and come back with a code, for which it tells who they are.

OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636), state and nonce. What it says is read anew each
time, its keys too: people log in a few times a day, and keys change without notice.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from guardian.domain.addresses import domain_of, is_within, normalise_address
from guardian.domain.errors import TryLater, UserError

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

ALGORITHMS = ("RS256", "PS256", "ES256")  # never `none`, never one whose key is our own secret
GOOGLE = "https://accounts.google.com"
_SCOPE = "openid email profile"
_ADDRESSES = ("email", "preferred_username", "upn")  # claims; Entra ID's upn comes where an administrator adds it
_SECONDS = 10
_LEEWAY = 60  # seconds that its clock may be off


class Unproved(Exception):
    """What came back proves nothing; the text is for the log and holds nothing about anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """What a browser keeps while its owner is away at the provider, to prove that it is he who comes back."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """Who came back: an address of ours, and the provider's own name for him, which never changes.

    `also` is every other address that it tells of him. Nothing proves those, so they count against him alone.
    """

    address: str
    subject: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One organisation at a login provider."""

    discovery_url: str
    client_id: str
    client_secret: str = field(repr=False)
    return_to: str
    own_domains: tuple[str, ...]
    address_claim: str = "email"
    name: str = ""
    trusted: str | None = None  # a file of certificates instead of the system's

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name or str(urlsplit(self.discovery_url).hostname)

    def depart(self) -> tuple[Departure, str]:
        """Return what to keep, and where to send somebody; TryLater when the provider does not answer."""
        told = self.described()
        departure = Departure(
            state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(48)
        )
        with self._session(told) as session:
            url, _ = session.create_authorization_url(
                told["authorization_endpoint"],
                state=departure.state,
                nonce=departure.nonce,
                code_verifier=departure.verifier,
                prompt="select_account",
            )
        return departure, str(url)

    def proof(self, departure: Departure, code: str, *, now: datetime) -> Proved:
        """Return who came back with a code; Unproved when that cannot be told, TryLater when there is no answer."""
        told = self.described()
        tokens = self._tokens(told, departure, code)
        claims = self._claims(told, tokens, departure, now)
        address = proved_address(claims, issuer=told["issuer"], claim=self.address_claim, own=self.own_domains)
        also = tuple(one for one in told_addresses(claims) if one != address)
        return Proved(address=address, subject=f"{told['issuer']} {claims['sub']}", also=also)

    def described(self) -> Mapping[str, Any]:
        """Return what the provider says of itself; UserError when that is none of one organisation's."""
        told = self._get(self.discovery_url)
        issuer, places = told.get("issuer"), ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if not isinstance(issuer, str) or "{" in issuer:
            raise UserError("console.oidc.discovery_url is of no one organisation; put its tenant id into it.")
        if not all(str(told.get(one, "")).startswith("https://") for one in places):
            raise UserError(
                "console.oidc.discovery_url leads to no login provider; copy it from the provider's pages."
            )
        return told

    def _tokens(self, told: Mapping[str, Any], departure: Departure, code: str) -> Mapping[str, Any]:
        from authlib.integrations.base_client import OAuthError
        from requests import RequestException

        try:
            with self._session(told) as session:
                found = session.fetch_token(
                    told["token_endpoint"],
                    code=code,
                    code_verifier=departure.verifier,
                    timeout=_SECONDS,
                    verify=self.trusted or True,  # on the session, the environment would override it
                )
        except OAuthError as refused:
            raise Unproved(f"the provider takes no code: {refused.error}") from refused
        except (RequestException, ValueError) as gone:
            raise TryLater("The login provider does not answer.") from gone
        if not isinstance(found.get("id_token"), str):
            raise Unproved("the provider sent no identity")
        return dict(found)

    def _claims(
        self, told: Mapping[str, Any], tokens: Mapping[str, Any], departure: Departure, now: datetime
    ) -> Mapping[str, Any]:
        """Return what the signed identity says, everything about it checked (OpenID Connect Core 3.1.3.7)."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            keys = KeySet.import_key_set({"keys": self._keys(told)})
            signed = jwt.decode(tokens["id_token"], keys, algorithms=list(ALGORITHMS))
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                {
                    "iss": {"essential": True, "value": told["issuer"]},
                    "aud": {"essential": True, "value": self.client_id},
                },
                {
                    "nonce": departure.nonce,
                    "client_id": self.client_id,
                    "access_token": tokens.get("access_token"),
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=_LEEWAY)
        except (JoseError, ValueError, KeyError, TypeError) as wrong:
            raise Unproved(f"the identity is not sound: {type(wrong).__name__}") from wrong
        return dict(claims)

    def _keys(self, told: Mapping[str, Any]) -> list[Any]:
        """Return the provider's public keys of the kinds that our algorithms need."""
        return [one for one in self._get(told["jwks_uri"])["keys"] if one["kty"] in ("RSA", "EC")]

    def _session(self, told: Mapping[str, Any]) -> "OAuth2Session":
        from authlib.integrations.requests_client import OAuth2Session

        known = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return OAuth2Session(
            client_id=self.client_id,
            client_secret=self.client_secret,
            token_endpoint_auth_method="client_secret_basic"
            if "client_secret_basic" in known
            else "client_secret_post",
            scope=_SCOPE,
            redirect_uri=self.return_to,
            code_challenge_method="S256",
        )

    def _get(self, url: str) -> Mapping[str, Any]:
        import requests

        try:
            answer = requests.get(url, timeout=_SECONDS, verify=self.trusted or True, allow_redirects=False)
            answer.raise_for_status()
            told = answer.json()
        except (requests.RequestException, ValueError) as gone:
            raise TryLater("The login provider does not answer.") from gone
        if answer.status_code != requests.codes.ok or not isinstance(told, dict):
            raise TryLater("The login provider does not answer.")
        return told


def told_addresses(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every address that a provider tells of somebody, proved or not."""
    told = [claims.get(one) for one in _ADDRESSES]
    found = [normalise_address(one) for one in told if isinstance(one, str)]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def proved_address(claims: Mapping[str, Any], *, issuer: str, claim: str, own: tuple[str, ...]) -> str:
    """Return the address of ours that a provider vouches for; Unproved when it vouches for none.

    An `email` that is not marked as verified may be anything that somebody typed. At Google the address alone does
    not tell whether the account is the organisation's: `hd` does.
    """
    told = claims.get(claim)
    address = normalise_address(told) if isinstance(told, str) else None
    if address is None:
        raise Unproved(f"there is no address in {claim}")
    if claim == "email" and claims.get("email_verified") is not True:
        raise Unproved("the address is not verified")
    if not is_within(domain_of(address), own):
        raise Unproved("the address is none of own_domains")
    if issuer == GOOGLE and not is_within(str(claims.get("hd", "")).lower(), own):
        raise Unproved("the account is none of the organisation")
    return address
