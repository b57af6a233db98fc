"""What an administrator sets about logging in to the console (`guardian.settings` holds it as `console`)."""

from ipaddress import ip_network
from pathlib import Path

from pydantic import Field, field_validator, model_validator

from guardian.settings.section import Section


class OidcSettings(Section):
    """A login provider that speaks OpenID Connect: Entra ID, Google, Keycloak and others."""

    discovery_url: str = Field(
        "", description="its …/.well-known/openid-configuration of one organisation; empty: passwords only"
    )
    client_id: str = Field("", description="the name under which the console is registered there")
    client_secret: str = Field("", description="its secret: env:NAME or file:PATH")
    address_claim: str = Field(
        "email",
        pattern="^[a-z_]{1,40}$",
        description="what of the provider's answer is the address; email counts only where it is marked as verified,"
        " any other (Entra ID: preferred_username) as it is",
    )
    name: str = Field("", description="what people call it, for the button; empty: its host")
    ca_bundle: Path | None = Field(None, description="certificates to trust instead of the system's")

    @field_validator("discovery_url")
    @classmethod
    def _https(cls, value: str) -> str:
        if value and not value.startswith("https://"):
            raise ValueError("write it as https://…/.well-known/openid-configuration")
        return value

    @field_validator("client_secret")
    @classmethod
    def _secret(cls, value: str) -> str:
        if value and not value.startswith(("env:", "file:")):
            raise ValueError("a secret never stands here itself; write file:PATH or env:NAME")
        return value

    @model_validator(mode="after")
    def _whole(self) -> "OidcSettings":
        told = [bool(one) for one in (self.discovery_url, self.client_id, self.client_secret)]
        if any(told) and not all(told):
            raise ValueError("discovery_url, client_id and client_secret belong together")
        return self


class ConsoleSettings(Section):
    """Logging in to the console; where it is reached says guard.console_url."""

    idle_minutes: int = Field(30, ge=1, le=1440, description="minutes without a request that end a session")
    session_hours: int = Field(10, ge=1, le=168, description="hours after which everybody logs in anew")
    proxies: tuple[str, ...] = Field(
        ("127.0.0.1", "::1"),
        description="addresses or networks of the servers in front whose X-Forwarded-For tells where somebody is, as"
        " the console sees them",
    )
    oidc: OidcSettings = Field(OidcSettings(), description="logging in by a provider")

    @field_validator("proxies")
    @classmethod
    def _proxies(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(_network, value))


def _network(text: str) -> str:
    """Return an address or a network as it is compared; ValueError for anything else, and for all there are."""
    try:
        network = ip_network(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is no address or network; write it as 172.17.0.1 or 172.17.0.0/16") from None
    if not network.prefixlen:
        raise ValueError(f"{text!r} is everybody; name the proxy alone, or anybody says where he is")
    return str(network if "/" in text else network.network_address)
