"""What every section of guardian.toml has in common."""

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict


class Section(BaseModel):
    """A section: fixed once read, and without settings that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"{value!r} is no IANA time zone, such as Europe/Madrid")
    return value


ZoneName = Annotated[str, AfterValidator(_known_zone)]
