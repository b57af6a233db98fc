"""Which tenant a command works for: finds guardian.toml, sets up logging, opens the wiring."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from guardian.domain.errors import UserError

if TYPE_CHECKING:
    from guardian.wiring.gatehouse import Gatehouse, Scanner
    from guardian.wiring.gateway import Gateway
    from guardian.wiring.nightly import Nightly
    from guardian.wiring.tenant import Tenant

EARLIEST = date(1970, 1, 1)  # days are counted from it, and mail of before is misdated

_chosen: dict[str, Path | None] = {"config": None}


def _version(wanted: bool) -> None:
    if wanted:
        from guardian import __version__

        typer.echo(f"guardian {__version__}")
        raise typer.Exit


def remember_config(
    config: Annotated[
        Path | None, typer.Option("--config", help="The settings file, or the folder it lies in.", show_default=False)
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", callback=_version)] = False,
) -> None:
    """Keep clients from being forgotten, and from being insulted by accident."""
    _chosen["config"] = config


def open_tenant() -> "Tenant":
    """Return the tenant of the settings file that --config, GUARDIAN_CONFIG or the working directory names."""
    from guardian import settings
    from guardian.wiring.journal import set_up_logging
    from guardian.wiring.tenant import Tenant

    set_up_logging()
    return Tenant(settings.load(settings.find_file(_chosen["config"])))


def as_of_moment(text: str | None, now: datetime) -> datetime:
    """Return the last second of an ISO date, `now` for today or None; UserError for anything else.

    Nothing is known of what is still to come, and what was kept as of then would hide what holds now.
    """
    chosen = as_of_day(text)
    if chosen is None:
        return now
    if chosen > (today := now.astimezone(UTC).date()):
        raise UserError(f"{text} is still to come: today is {today} (UTC).")
    return min(datetime.combine(chosen, time(23, 59, 59), UTC), now)


def as_of_day(text: str | None) -> date | None:
    """Return an ISO date from 1970 on, None for None; UserError for anything else."""
    if text is None:
        return None
    try:
        chosen = date.fromisoformat(text)
    except ValueError as wrong:
        raise UserError(f"{text} is not a date; write it as 2026-11-25.") from wrong
    if chosen < EARLIEST:
        raise UserError(f"Nothing is known of {text}; name a day from {EARLIEST} on.")
    return chosen


def open_gatehouse() -> "Gatehouse":
    """Return the guard of the tenant: its judge, who is a client, and the mail it holds."""
    from guardian.wiring.gatehouse import Gatehouse

    return Gatehouse(open_tenant())


def open_gateway() -> "Gateway":
    """Return the milter gateway; it reads the settings file again whenever it is told to."""
    from guardian import settings
    from guardian.wiring.gateway import Gateway
    from guardian.wiring.journal import set_up_logging

    set_up_logging(service=True)
    path = settings.find_file(_chosen["config"]).resolve()
    return Gateway(lambda: settings.load(path))


def open_nightly() -> "Nightly":
    """Return the nights of the tenant, as a service."""
    from guardian import settings
    from guardian.wiring.journal import set_up_logging
    from guardian.wiring.nightly import Nightly
    from guardian.wiring.tenant import Tenant

    set_up_logging(service=True)
    return Nightly(Tenant(settings.load(settings.find_file(_chosen["config"]))))


def open_scanner(clients: Path | None, own_domains: list[str]) -> "Scanner":
    """Return a scanner; without --clients and --own-domain it knows what guardian.toml and the timelines say."""
    from guardian.wiring.gatehouse import scanner_for
    from guardian.wiring.journal import set_up_logging

    if clients is None and not own_domains:
        return open_gatehouse().scanner()
    set_up_logging()
    return scanner_for(clients, own_domains)


def edit_connection(name: str, values: Mapping[str, str] | None, *, kind: str | None = None) -> None:
    """Write a connection's settings into guardian.toml, keeping the rest of the file as it is; None removes it.

    Settings that the connector refuses (UserError) leave the file as it was.
    """
    from guardian import settings
    from guardian.settings.file import read_bytes
    from guardian.wiring.whole_files import write_whole

    path = settings.find_file(_chosen["config"])
    before = read_bytes(path)
    write_whole(path, _edited(path, before, name, values, kind=kind))
    if values is not None:
        try:
            open_tenant().open_connector(name)
        except BaseException:  # also of a person who tires of waiting
            write_whole(path, before)
            raise


def _edited(path: Path, before: bytes, name: str, values: Mapping[str, str] | None, *, kind: str | None) -> bytes:
    """Return a settings file with one connection added, changed or (no values) removed."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(before.decode("utf-8-sig"))
    except (TOMLKitError, UnicodeDecodeError) as wrong:
        raise UserError(f"{path} is not valid TOML: {wrong}.") from wrong
    connections = document.setdefault("connectors", tomlkit.table(is_super_table=True))
    if not isinstance(connections, dict):
        raise UserError(f"{path}: connectors is no section; write each connection as [connectors.NAME].")
    if (name in connections) == (kind is not None):
        raise UserError(f"There is {'already a' if kind else 'no'} connection called {name} in {path}.")
    if values is None:
        del connections[name]
    else:
        _fill(connections.setdefault(name, tomlkit.table()), name, values, kind=kind)
    try:
        return tomlkit.dumps(document).encode()
    except UnicodeEncodeError as wrong:
        raise UserError(f"A setting of {name} has characters that are no text.") from wrong


def _fill(section: Any, name: str, values: Mapping[str, str], *, kind: str | None) -> None:
    if not isinstance(section, dict):
        raise UserError(f"connectors.{name} is no section; write it as [connectors.{name}].")
    if kind is not None:
        section["kind"] = kind
    for key, value in values.items():
        if value:
            section[key] = value
        else:
            section.pop(key, None)


def steps_of(kind: str) -> tuple[str, ...]:
    """Return what an admin does at a provider, in the tenant's language."""
    from guardian.connector_registry import kind_of

    return kind_of(kind).steps(open_tenant().settings.language)


def log_in(name: str, kind: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Let one person log in for a connection; return the settings that refer to what was kept of it."""
    from guardian.cli.output import say
    from guardian.wiring import logins

    proofs = logins.log_in(open_tenant(), name, {**values, "kind": kind}, say)
    return {setting: f"stored:{place}" for setting, place in proofs.items()}
