"""Everything an administrator can set: guardian.toml, overridden by the environment (GUARDIAN_GUARD__MODE=observe).

Each field carries its help text; docs/configuration.md and the file that `guardian init` writes are made from it.
"""

import os
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator

from guardian.domain.addresses import normalise_address
from guardian.domain.errors import UserError
from guardian.settings.ageing import AgeingSettings, ComplaintSettings
from guardian.settings.environment import overlay
from guardian.settings.file import read_bytes
from guardian.settings.login import ConsoleSettings
from guardian.settings.mail import MailSettings
from guardian.settings.nightly import WorkerSettings
from guardian.settings.section import Domains, Section, ZoneName, domains

FILE_NAME = "guardian.toml"
OFF_FILE = "guardian.off"  # beside guardian.toml: the guard lets everything pass as long as it lies there
KEY_FILE = "guardian.key"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class PolicySettings(Section):
    """Another policy for some senders; of several that fit, the first counts."""

    senders: tuple[str, ...] = Field((), description="addresses of senders, sub-addresses (name+tag@) included")
    domains: Domains = Field((), description="domains of senders, sub-domains included")
    mode: Literal["enforce", "observe"] | None = Field(None, description="as guard.mode; empty: the same")
    threshold: float | None = Field(None, ge=0, le=1, description="as guard.threshold; empty: the same")

    @field_validator("senders")
    @classmethod
    def _senders(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_address(one) for one in value)


class OwnModelSettings(Section):
    """A language model that you run yourself, asked where the judge is in doubt; it sees no names and no numbers."""

    url: str = Field("", description="an OpenAI-compatible endpoint, up to /v1; empty: nobody is asked")
    model: str = Field("", description="the model's name at that endpoint")
    key: str = Field("", description="its key, if it wants one: env:NAME or file:PATH")
    deadline_seconds: float = Field(2.0, gt=0, le=30, description="later its answer does not count")
    band: float = Field(0.2, ge=0, le=1, description="it is asked where the score is this near to the threshold")


class GuardSettings(Section):
    """What the guard does with a hostile mail to a client."""

    enabled: bool = Field(
        True, description="false lets everything pass, loudly; so does, at once, a file guardian.off beside this one"
    )
    mode: Literal["enforce", "observe"] = Field("enforce", description="enforce holds mail; observe only records")
    reinject: str = Field(
        "smtp://127.0.0.1:10026",
        description="where released mail goes: the mail server's filter-free port, or folder:PATH",
    )
    notices_from: str = Field("", description="sender address of notices to people whose mail was held")
    hold_hours: int = Field(48, ge=1, le=720, description="hours without a decision before a mail goes back")
    threshold: float | None = Field(
        None, ge=0, le=1, description="score from which mail is held; empty: the judge's own, per language"
    )
    reviewers: tuple[str, ...] = Field((), description="who is told of held mail and decides about it, by address")
    remind_hours: int = Field(24, ge=0, description="hours before the end at which reviewers are reminded; 0: never")
    console_url: str = Field("", description="where people reach the console, for links in notices; empty: no links")
    link_key: str = Field("", description="key that signs links and notices: file:PATH or env:NAME")
    policies: tuple[PolicySettings, ...] = Field((), description="other policies for some senders, in order")
    own_model: OwnModelSettings = Field(OwnModelSettings(), description="a language model of your own")

    @field_validator("reviewers")
    @classmethod
    def _reviewers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_address(one) for one in value)

    @field_validator("console_url")
    @classmethod
    def _console_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("write it as https://host or http://host:port")
        return value.rstrip("/")

    @field_validator("link_key")
    @classmethod
    def _link_key(cls, value: str) -> str:
        if value and not value.startswith(("env:", "file:")):
            raise ValueError("a secret never stands here itself; write file:PATH or env:NAME")
        return value


class GatewaySettings(Section):
    """The milter that the mail server asks about every outgoing mail."""

    socket: str = Field("unix:milter.sock", description="where it listens: unix:PATH or inet:PORT@HOST")
    socket_mode: str = Field("0660", pattern="^0?[0-7]{3}$", description="access rights of a unix socket, octal")
    socket_group: str = Field("", description="group of a unix socket, so that the mail server may connect")
    processes: int = Field(2, ge=1, le=64, description="processes that answer mail, one a processor core")
    metrics: str = Field("", description="HOST:PORT of /health and /metrics on loopback; empty: none")
    directory_file: str = Field("clients.directory", description="file with the snapshot of clients' addresses")
    refresh_seconds: int = Field(60, ge=5, description="how often the snapshot is made anew from the timeline")
    stale_minutes: int = Field(
        60, ge=1, description="age of the snapshot from which every unknown outside domain counts as a client"
    )
    lists: tuple[str, ...] = Field((), description="files with own lists and aliases (Postfix's virtual or aliases)")
    largest_mail_mb: int = Field(64, ge=1, le=1024, description="largest mail to a client that is read, in MiB")
    answer_seconds: float = Field(20, gt=0, le=600, description="time for one decision; later the answer is 451")
    stamp_minutes: int = Field(
        0,
        ge=0,
        le=1440,
        description="time for which a mail that passed is let through once more without being judged again when it "
        "comes back through a hosted mail service; 0: no stamp, no byte changes",
    )
    stop_seconds: float = Field(20, ge=0, le=600, description="time for conversations under way when it stops")
    postfix_config: str = Field(
        "", description="folder of Postfix's main.cf for the drain, which root alone may write; empty: Postfix's own"
    )


class ExclusionSettings(Section):
    """What never enters the timeline."""

    internal: bool = Field(True, description="leave out mail among our own people only")
    domains: Domains = Field((), description="outside domains whose mail is left out, sub-domains included")
    addresses: tuple[str, ...] = Field((), description="addresses whose mail is left out (private ones, say)")

    @field_validator("addresses")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_address(one) for one in value)


class RepSettings(Section):
    """One of our people who gets a digest."""

    name: str = Field("", description="how the digest greets the rep; empty: the part before the @")
    language: Literal["es", "en"] | None = Field(None, description="es or en; empty: the tenant's language")
    timezone: ZoneName | None = Field(None, description="IANA time zone of the rep's day; empty: the tenant's")
    workdays: tuple[Weekday, ...] = Field(
        ("mon", "tue", "wed", "thu", "fri"),
        min_length=1,
        description="days of the week on which a digest may come, as mon",
    )
    days_off: tuple[date, ...] = Field((), description="days on which none comes (holidays), as 2026-12-25")


class DigestSettings(Section):
    """The mails about clients, beside the digest of each rep."""

    managers: tuple[str, ...] = Field(
        (), description="who gets the weekly roll-up, by address; language and time zone as under [reps]"
    )

    stop_to: str = Field(
        "", description="address of a person whom mail programs may ask to stop somebody's digests; empty: nobody"
    )

    @field_validator("managers")
    @classmethod
    def _managers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_address(one) for one in value)

    @field_validator("stop_to")
    @classmethod
    def _stop_to(cls, value: str) -> str:
        return _address(value) if value else ""


class Settings(Section):
    """One tenant of Guardian."""

    own_domains: Domains = Field((), description="the company's own mail domains, sub-domains included")
    language: Literal["es", "en"] = Field("es", description="language for people without their own")
    timezone: ZoneName = Field("Europe/Madrid", description="time zone of people without their own, an IANA name")
    database_url: str = Field(
        "sqlite:///guardian.db", description="sqlite:///FILE, or postgresql+psycopg://USER@HOST/NAME"
    )
    guard: GuardSettings = Field(GuardSettings(), description="the guard in front of outgoing mail")
    gateway: GatewaySettings = Field(GatewaySettings(), description="the milter in the mail server")
    console: ConsoleSettings = Field(ConsoleSettings(), description="logging in to the console")
    mail: MailSettings = Field(MailSettings(), description="sending digests and notices")
    workers: WorkerSettings = Field(WorkerSettings(), description="the nightly run")
    exclude: ExclusionSettings = Field(ExclusionSettings(), description="what never enters the timeline")
    ageing: AgeingSettings = Field(AgeingSettings(), description="ceilings of the ageing states")
    complaints: ComplaintSettings = Field(ComplaintSettings(), description="complaints of clients")
    digest: DigestSettings = Field(DigestSettings(), description="the mails about clients")
    reps: dict[str, RepSettings] = Field({}, description="people who get digests, by address")
    connectors: dict[str, dict[str, Any]] = Field({}, description="connections by name; `kind` says which")
    keys: str = Field("file:secrets.keys", description="key ring of `stored:` secrets: file:PATH or env:NAME")
    folder: Path = Field(Path(), exclude=True, description="folder that relative paths start from")

    @property
    def database_address(self) -> str:
        """The database URL; an SQLite file does not depend on the working directory."""
        prefix = "sqlite:///"
        if not self.database_url.startswith(prefix) or self.database_url.removeprefix(prefix) in ("", ":memory:"):
            return self.database_url
        return prefix + str(self.folder / self.database_url.removeprefix(prefix))

    @property
    def digest_sender(self) -> str:
        """Who digests come from, perhaps with a name; UserError when that is not set and no own domain is known."""
        if not self.mail.sender and not self.own_domains:
            raise UserError("Set mail.sender to the address that digests come from.")
        return self.mail.sender or f"guardian@{self.own_domains[0]}"

    @field_validator("reps")
    @classmethod
    def _reps(cls, value: dict[str, RepSettings]) -> dict[str, RepSettings]:
        return {_address(address): rep for address, rep in value.items()}


def given_domains(given: Iterable[str]) -> tuple[str, ...]:
    """Return the domains that a command was given as Guardian compares them; UserError names what is none."""
    try:
        return domains(tuple(given))
    except ValueError as wrong:
        raise UserError(f"{wrong}.") from wrong


def _address(text: str) -> str:
    normal = normalise_address(text)
    if normal is None:
        raise ValueError(f"{text!r} is not a mail address")
    return normal


def find_file(given: Path | None = None) -> Path:
    """Return the settings file: the given one, GUARDIAN_CONFIG or ./guardian.toml; UserError when none is there."""
    path = given or Path(os.environ.get("GUARDIAN_CONFIG") or FILE_NAME)
    if path.is_dir():
        path = path / FILE_NAME
    if not path.is_file():
        raise UserError(f"There is no {path}; run `guardian init` to make one, or name yours with --config.")
    return path


def load(path: Path) -> Settings:
    """Return the settings of a file with the environment on top; UserError says which line or value is wrong."""
    try:
        values = tomllib.loads(read_bytes(path).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise UserError(f"{path} is not valid TOML: {wrong}.") from wrong
    overlay(values, os.environ, Settings.model_fields.keys() - {"folder"})
    if "folder" in values:  # a field, but not one to be set
        raise UserError(f"{path}: there is no setting called folder.")
    try:
        return Settings(**values, folder=path.resolve().parent)
    except ValidationError as wrong:
        raise UserError(f"{path}: {_first_complaint(wrong)}.") from wrong


def _first_complaint(wrong: ValidationError) -> str:
    first = wrong.errors()[0]
    where = ".".join(str(step) for step in first["loc"]) or "the file"
    if first["type"] == "extra_forbidden":
        return f"there is no setting called {where}"
    return f"{where}: {first['msg'].removeprefix('Value error, ')}"
