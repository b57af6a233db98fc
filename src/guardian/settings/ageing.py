"""The settings of ageing: its safety nets, holidays, and complaints."""

from pydantic import Field, field_validator

from guardian.settings.holidays import is_region
from guardian.settings.section import Section


class AgeingSettings(Section):
    """The safety nets above the model; days without any touch."""

    ceiling_days: int = Field(
        90,
        ge=1,
        description="silence from which every client is at risk at the latest; the book's past may say sooner",
    )
    ceiling_key_days: int = Field(60, ge=1, description="the same for the most valuable tenth of the book")
    dormant_days: int = Field(180, ge=1, description="silence from which a client is dormant")
    lost_days: int = Field(365, ge=1, description="silence from which a client counts as lost")
    holidays: str = Field(
        "",
        description="country or region on whose public holidays no client waits and no digest comes, as ES-CT or "
        "GB-SCT; empty: none",
    )
    win_back: int = Field(3, ge=0, description="dormant or lost clients that each rep is given a week to win back")

    @field_validator("holidays")
    @classmethod
    def _holidays(cls, value: str) -> str:
        if value and not is_region(value):
            raise ValueError(f"no holidays are known of {value!r}; write a country or region as ES or ES-CT")
        return value


class ComplaintSettings(Section):
    """Hearing complaints in what clients write, and how long one is followed."""

    listen: bool = Field(True, description="judge the mails of clients, as far as privacy lets them be read")
    min_severity: int = Field(
        2,
        ge=1,
        le=3,
        description="1: remarks open a complaint too; 2: what must be put right; 3: threats and harm only",
    )
    silent_workdays: int = Field(15, ge=1, description="working days without a word, after which he is indifferent")
    fades_days: int = Field(90, ge=1, description="days of talking of other things after which a complaint is over")
    reopens_days: int = Field(30, ge=0, description="days within which a new complaint opens the solved one again")
    recovered_days: int = Field(90, ge=0, description="days for which a client counts as recovered after a solution")
