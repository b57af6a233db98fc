"""What the admin fills in for an archive of export files."""

from pydantic import BaseModel, ConfigDict, Field


class ArchiveSettings(BaseModel):
    """A folder (or one file) of exports; what each file is, the connector sees for itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = Field(
        min_length=1,
        description="Folder or file with the exports (mbox, Maildir, .eml, .ics, .vcf, CSV); relative paths start at "
        "the folder of guardian.toml.",
    )
    org_id: str = Field(
        default="org",
        pattern=r"^[A-Za-z0-9_-]{1,40}$",
        description="Salesforce organisation id (18 characters), needed only when the same Salesforce is also "
        "connected directly, so that its records meet those of the exports.",
    )
    day_first: bool | None = Field(
        default=None,
        description="Whether 03/05/2024 in a CSV export means 3 May (true) or March 5 (false); left out, each column "
        "decides for itself.",
    )
    time_zone: str = Field(
        default="UTC",
        description="Time zone (such as Europe/Madrid) of times in calendars and CSV exports that name none.",
    )
