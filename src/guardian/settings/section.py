"""What every section of guardian.toml has in common."""

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict

from guardian.domain.addresses import is_local_domain, normalise_domain, read_domain


class Section(BaseModel):
    """A section: fixed once read, and without settings that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"{value!r} is no IANA time zone, such as Europe/Madrid")
    return value


def domains(written: tuple[str, ...]) -> tuple[str, ...]:
    """Return domains as Guardian compares them; ValueError names the first that is none."""
    return tuple(map(_domain, written))


def _domain(text: str) -> str:
    domain = normalise_domain(text)
    if is_local_domain(domain):  # cron writes as root@localhost
        return domain
    domain = read_domain(text) or ""
    if not domain:
        shown = text if text.strip() else repr(text)
        raise ValueError(f"{shown} is no domain; write only what stands behind the @, as acme.example")
    return domain


ZoneName = Annotated[str, AfterValidator(_known_zone)]
Domains = Annotated[tuple[str, ...], AfterValidator(domains)]
