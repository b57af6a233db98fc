"""The settings of the nightly run."""

from pydantic import Field

from guardian.settings.section import Section, ZoneName


class WorkerSettings(Section):
    """The nightly run, by `guardian worker` on one machine or on many."""

    begins: str = Field("03:30", pattern="^([01]\\d|2[0-3]):[0-5]\\d$", description="when the night's sync begins")
    timezone: ZoneName | None = Field(None, description="IANA time zone of that time; empty: the tenant's")
    hours: float = Field(
        4, gt=0, le=20, description="time after which ageing and digests no longer wait for slow mailboxes"
    )
    concurrency: int = Field(
        8, ge=1, le=64, description="mailboxes that a worker or `guardian sync` reads at the same time"
    )
    dead_after_seconds: int = Field(
        60, ge=3, le=3600, description="silence after which a worker is believed dead and its jobs go to others"
    )
