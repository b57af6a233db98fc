"""What the admin fills in for a Salesforce organisation."""

from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from guardian.connector_kit.listing import listed, listed_names
from guardian.domain.cases import COMPLAINT_TYPES

Object = Literal["User", "Account", "Contact", "Lead", "Task", "Event", "EmailMessage"]
_ORIGIN = r"^https://[A-Za-z0-9.-]+(:\d+)?$"


class SalesforceSettings(BaseModel):
    """One organisation, read by one integration user through a connected app."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    auth: Literal["jwt", "client_credentials"] | None = Field(
        default=None,
        description="How to log in: jwt (the app's certificate and a user name) or client_credentials (the app's "
        "consumer secret and its run-as user); left out, private_key or client_secret tells.",
    )
    client_id: str = Field(min_length=1, description="Consumer key of the connected app.")
    username: str = Field(default="", description="User name of the integration user; needed for jwt.")
    private_key: SecretStr = Field(
        default=SecretStr(""),
        description="Private key (PEM) of the certificate in the connected app, as file:… or env:…; needed for jwt.",
    )
    client_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Consumer secret of the connected app, as file:… or env:…; needed for client_credentials.",
    )
    login_url: str = Field(
        default="https://login.salesforce.com",
        pattern=_ORIGIN,
        description="Where to log in: https://login.salesforce.com, https://test.salesforce.com for a sandbox, or "
        "your My Domain, which client_credentials needs.",
    )
    audience: str = Field(
        default="",
        description="Audience of the JWT, where it is not the login_url (with a My Domain: "
        "https://login.salesforce.com).",
    )
    instance_url: str = Field(
        default="", pattern=r"^$|" + _ORIGIN, description="Where the data is, if not where the login says."
    )
    ca_bundle: str = Field(
        default="",
        description="File with the certificates to trust, for a proxy; relative to guardian.toml's folder.",
    )
    api_version: str = Field(default="62.0", pattern=r"^\d{2,3}\.0$", description="Version of the API.")
    objects: Annotated[tuple[Object, ...], BeforeValidator(listed)] = Field(
        default=get_args(Object),
        min_length=1,
        description="Which objects are read; those the user may not see are left out.",
    )
    cases: bool = Field(
        default=False,
        description="Whether cases are read, too: each is a word of the client, and some are complaints "
        "(docs/complaints.md).",
    )
    complaint_case_types: Annotated[tuple[str, ...], BeforeValidator(listed_names)] = Field(
        default=COMPLAINT_TYPES,
        description="Which types or reasons of a case make it a complaint; capitals and accents do not matter.",
    )
    value_from: Literal["won_opportunities", "annual_revenue", "nothing"] = Field(
        default="won_opportunities",
        description="What a client is worth a year: the opportunities won in the last 365 days, the account's "
        "AnnualRevenue, or nothing.",
    )
    overlap_minutes: int = Field(
        default=10, ge=1, le=1440, description="How far each round reads back, for records that were committed late."
    )
    settle_minutes: int = Field(
        default=2, ge=0, le=60, description="How long a change must have stood before it is read."
    )
    bulk_above: int = Field(
        default=2000, ge=1, le=1_000_000, description="Rounds of more rows than this go through the Bulk API."
    )
    quota_share: float = Field(
        default=0.25, gt=0, le=1, description="Share of the organisation's daily requests one run may use."
    )
    quota_ceiling: float = Field(
        default=0.80, gt=0, le=1, description="Stop when all programs together have used this share of them."
    )

    write_back: Literal["off", "dry-run", "on"] = Field(
        default="off",
        description="Whether the night logs in Salesforce what only mailboxes and calendars hold: off, dry-run (said "
        "in the log, not written) or on.",
    )
    external_id_field: str = Field(
        default="Guardian_Key__c",
        pattern=r"^[A-Za-z]\w*__c$",
        description="Text field of Activity, an external id, where Guardian keeps the key of what it logs.",
    )
    flag_field: str = Field(
        default="",
        pattern=r"^$|^[A-Za-z]\w*__c$",
        description="Custom field of Account that says whether the client is about to be lost: a checkbox, or a text "
        "for the state in words; empty: none.",
    )
    next_step_field: str = Field(
        default="",
        pattern=r"^$|^[A-Za-z]\w*__c$",
        description="Custom text field of Account for the next step with the client; empty: none.",
    )
    write_back_days: int = Field(
        default=30, ge=1, le=3650, description="How many days back what happened is logged in Salesforce."
    )
    write_back_after_hours: int = Field(
        default=24,
        ge=0,
        le=720,
        description="How long what happened waits for somebody else to log it in Salesforce first.",
    )

    @property
    def read(self) -> tuple[str, ...]:
        """All objects that are read."""
        return (*self.objects, "Case") if self.cases else self.objects

    @property
    def flow(self) -> Literal["jwt", "client_credentials"]:
        """How to log in, as `auth` says or as what is there to prove it with does."""
        if self.auth is not None:
            return self.auth
        has_secret_only = self.client_secret.get_secret_value() and not self.private_key.get_secret_value()
        return "client_credentials" if has_secret_only else "jwt"

    @model_validator(mode="after")
    def _has_what_its_login_needs(self) -> Self:
        if self.flow == "jwt" and not (self.username and self.private_key.get_secret_value()):
            raise ValueError("set username and private_key (jwt), or client_secret (client credentials)")
        if self.flow == "client_credentials" and not self.client_secret.get_secret_value():
            raise ValueError("auth client_credentials needs client_secret")
        return self
