"""The settings of ageing: its safety nets, and complaints."""

from pydantic import Field

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
