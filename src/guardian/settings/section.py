"""What every section of guardian.toml has in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section: fixed once read, and without settings that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")
