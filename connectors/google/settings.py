"""What the admin fills in for a Google Workspace domain, or for one Google account."""

import json
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator, model_validator

from guardian.connector_kit.listing import listed
from guardian.domain.addresses import normalise_address


class GoogleSettings(BaseModel):
    """A service account with domain-wide delegation and its mailboxes, or the login of a single user."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service_account: SecretStr | None = Field(
        default=None,
        description="Key of the service account as JSON, best given as file:google-key.json. In the Admin console, "
        "authorise its client id for the scopes that `guardian connectors check` names.",
    )
    mailboxes: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field(
        default=(), description="Addresses of the people whose mail, calendar and contacts are read."
    )
    client_id: str = Field(default="", description="Instead of a service account: OAuth client id of a desktop app.")
    client_secret: SecretStr = Field(default=SecretStr(""), description="Secret of that OAuth client.")
    refresh_token: SecretStr = Field(
        default=SecretStr(""),
        description="Refresh token of the one user who logged in with it, as `guardian connectors login` keeps it.",
    )
    mail: bool = Field(default=True, description="Whether Gmail is read.")
    calendar: bool = Field(default=True, description="Whether the main calendar is read.")
    contacts: bool = Field(default=True, description="Whether the address book is read.")
    api_url: str | None = Field(
        default=None, pattern=r"^https://", description="Other address of the Google APIs, for tests and proxies."
    )
    auth_url: str | None = Field(
        default=None, pattern=r"^https://", description="Other address where a single person logs in."
    )
    token_url: str | None = Field(
        default=None,
        pattern=r"^https://",
        description="Other address of the token endpoint; default: as the key says.",
    )
    ca_bundle: str | None = Field(
        default=None, description="File of the certificate authorities to trust instead of the usual ones."
    )
    batch_size: int = Field(
        default=50, ge=1, le=100, description="Messages asked for at once; Google advises 50 at most."
    )
    longest_wait_s: float = Field(
        default=20.0,
        ge=0,
        le=600,
        description="Seconds that a request may wait for a busy API; when more is asked for, the mailbox is put off.",
    )

    @field_validator("mailboxes")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [one for one in value if normalise_address(one) is None]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no mail address")
        return tuple(dict.fromkeys(address for one in value if (address := normalise_address(one))))

    @field_validator("service_account")
    @classmethod
    def _key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            key = json.loads(value.get_secret_value())
        except ValueError as error:
            raise ValueError(
                "the service account key is not JSON; download it again from the Cloud console"
            ) from error
        if not isinstance(key, dict) or key.get("type") != "service_account" or not key.get("private_key"):
            raise ValueError("this JSON is not the key of a service account")
        return value

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        single = bool(self.client_id and self.refresh_token.get_secret_value())
        if (self.service_account is None) != single:
            raise ValueError("give either service_account, or client_id, client_secret and refresh_token")
        if len(self.mailboxes) < 1 or (single and len(self.mailboxes) > 1):
            raise ValueError("name the mailboxes to read (exactly one when a single user logs in)")
        return self
