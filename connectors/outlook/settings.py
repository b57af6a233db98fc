"""What the admin fills in for Microsoft 365."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from guardian.connector_kit.listing import listed

CLOUDS = {
    "global": ("https://login.microsoftonline.com", "https://graph.microsoft.com"),
    "us_gov": ("https://login.microsoftonline.us", "https://graph.microsoft.us"),
    "us_gov_dod": ("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
}


def _named(value: Any) -> Any:
    found = listed(value)
    return () if found == ["all"] else found


class OutlookSettings(BaseModel):
    """One tenant of Microsoft 365, read by an application that its administrator consented to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenant_id: str = Field(min_length=1, description="Directory (tenant) id, or a domain of the tenant.")
    client_id: str = Field(min_length=1, description="Application (client) id of the app registration.")
    client_secret: SecretStr | None = Field(
        default=None, description="Client secret of the application; a certificate is safer. Use env: or file:."
    )
    certificate: SecretStr | None = Field(
        default=None,
        description="PEM text with the private key and the certificate uploaded to the application; use file:.",
    )
    login: SecretStr | None = Field(
        default=None,
        description="Instead of a secret or certificate: a person's login, as `guardian connectors login` keeps it.",
    )
    mailboxes: Annotated[tuple[str, ...], BeforeValidator(_named)] = Field(
        default=(),
        description='Addresses of the mailboxes to read; "all", or left out: those of all enabled members of the '
        "tenant.",
    )
    mail: bool = Field(default=True, description="Whether to read mail.")
    calendar: bool = Field(default=True, description="Whether to read calendars.")
    contacts: bool = Field(default=True, description="Whether to read address books.")
    history_years: int = Field(
        default=3, ge=1, le=3, description="How many whole years before this one calendars are read back."
    )
    page_size: int = Field(default=200, ge=1, le=400, description="Items asked for in one request.")
    cloud: Literal["global", "us_gov", "us_gov_dod"] = Field(
        default="global", description="Which Microsoft cloud the tenant lives in."
    )
    authority_url: str | None = Field(
        default=None, description="Address of the login service, instead of the cloud's."
    )
    graph_url: str | None = Field(default=None, description="Address of Microsoft Graph, instead of the cloud's.")
    ca_bundle: str | None = Field(
        default=None, description="File of certificates to trust instead of the usual ones (PEM)."
    )

    @model_validator(mode="after")
    def _one_proof(self) -> Self:
        if [self.client_secret, self.certificate, self.login].count(None) != 2:
            raise ValueError("set either client_secret or certificate, or let a person log in")
        if self.login is not None and len(self.mailboxes) != 1:
            raise ValueError("name the one mailbox of the person who logs in")
        return self

    @property
    def authority(self) -> str:
        """Where tokens come from, without the tenant."""
        return (self.authority_url or CLOUDS[self.cloud][0]).rstrip("/")

    @property
    def graph(self) -> str:
        """Where Graph is, without the version; also the audience of its tokens."""
        return (self.graph_url or CLOUDS[self.cloud][1]).rstrip("/")
