"""How digests and notices leave."""

from pydantic import Field, field_validator

from guardian.domain.sending import read_sender, read_server
from guardian.settings.section import Section

FOLDER_URL = "folder:"  # in place of a mail server: the folder that mail is written into


class MailSettings(Section):
    """How digests and notices leave."""

    smtp: str = Field("smtp://127.0.0.1:25", description="mail server for digests and notices, or folder:PATH")
    sender: str = Field(
        "",
        description="sender of digests: an address, or a name and it in angle brackets; empty: guardian@ the first "
        "own domain",
    )

    @field_validator("smtp")
    @classmethod
    def _smtp(cls, value: str) -> str:
        if not value.startswith(FOLDER_URL):
            read_server(value)
        return value

    @field_validator("sender")
    @classmethod
    def _sender(cls, value: str) -> str:
        if value:
            read_sender(value)
        return value
