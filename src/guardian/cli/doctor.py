"""guardian doctor."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from guardian.domain.errors import TryLater, UserError

if TYPE_CHECKING:
    from guardian.wiring.tenant import Tenant

STALE_AFTER = timedelta(hours=48)  # two missed nights


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at, and what to do when it is not well."""

    name: str
    ok: bool
    text: str


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="doctor", epilog="Example: guardian doctor --json")(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a check on stdout.")] = False,
    postfix: Annotated[
        Path | None,
        typer.Option(help="Folder of a Postfix to check, or a file with the output of `postconf -n; postconf -M`."),
    ] = None,
) -> None:
    """Check this installation: settings, database, connections, judge; say how to mend what is wrong."""
    from guardian.cli.output import say_json
    from guardian.cli.tenant import open_tenant

    wrong, tenant = False, open_tenant()
    checks = examine(tenant) if postfix is None else chain(examine(tenant), examine_postfix(tenant, postfix))
    for check in checks:
        wrong = wrong or not check.ok
        if as_json:
            say_json({"check": check.name, "ok": check.ok, "text": check.text})
        else:
            typer.echo(f"{'ok  ' if check.ok else 'MEND'}  {check.name}: {check.text}")
    if wrong:
        raise typer.Exit(1)


def examine(tenant: "Tenant") -> Iterator[Check]:
    """Yield every check, the basic ones first."""
    from guardian.wiring.syncing import check

    yield connectors_are_ours()
    own = tenant.settings.own_domains
    yield Check(
        name="own domains",
        ok=bool(own),
        text=", ".join(own) or "write your own mail domains into own_domains; they tell you from your clients",
    )
    database = _try("database", lambda: _database(tenant))
    yield database
    yield _try("judge", _judge)
    for name in tenant.settings.connectors:
        yield _try(f"connection {name}", partial(check, tenant, name))
    if database.ok:
        if tenant.database.is_sqlite:
            yield _try("database file", lambda: _database_file(tenant))
            yield _try("database content", lambda: _database_content(tenant))
        yield _try("what is stored", lambda: _stored(tenant))
        yield _try("mail", lambda: _mail(tenant))
        yield _try("guard", lambda: _guard(tenant))
        yield from _each("console", lambda: _console(tenant))
        yield _try("trails of held mail", lambda: _trails(tenant))
        yield _try("held mail", lambda: _held_mail(tenant))
        yield _try("nightly jobs", lambda: _nightly(tenant))
        yield from _each("sync", lambda: _freshness(tenant))


def examine_postfix(tenant: "Tenant", place: Path) -> Iterator[Check]:
    """Yield a check for every setting of a Postfix that matters to the guard."""
    from guardian.guard.postfix_words import finding_sentence
    from guardian.wiring.postfix import examine_postfix_at

    for one in examine_postfix_at(place, tenant.settings):
        text = finding_sentence(one, tenant.settings.language)
        yield Check(name=f"postfix {one.name}", ok=one.fault is None, text=text)


def _stored(tenant: "Tenant") -> str:
    from guardian.wiring.syncing import other_own_domains

    if stale := other_own_domains(tenant):
        raise UserError(stale)
    return "told by the present own_domains"


def _mail(tenant: "Tenant") -> str:
    from guardian.wiring.digests import Digests

    return Digests(tenant).way_of_mail()


def _guard(tenant: "Tenant") -> str:
    from guardian.wiring.gatehouse import Gatehouse
    from guardian.wiring.people import People

    gatehouse, settings = Gatehouse(tenant), tenant.settings.guard
    if gatehouse.is_off():
        raise UserError("It is switched off and everything passes; remove guardian.off, or set guard.enabled = true.")
    holds = "enforce" in (settings.mode, *(one.mode for one in settings.policies))
    shut_out = sorted(People(tenant).shut_out() & {*settings.reviewers})
    if holds and not {*settings.reviewers} - {*shut_out}:
        whose = f", or make reviewers of {', '.join(shut_out)}" if shut_out else ""
        raise UserError(f"Nobody is told of held mail but its sender; name who decides in guard.reviewers{whose}.")
    if gatehouse.stamps is None:
        raise UserError("Its notices are neither signed nor hold links; set guard.link_key.")
    untold = f" (untold, as their accounts are closed or no reviewers': {', '.join(shut_out)})" if shut_out else ""
    return f"{settings.mode}; reviewers: {len(settings.reviewers)}{untold}"


def _console(tenant: "Tenant") -> Iterator[Check]:
    """Yield whether people reach the console without anybody listening, and whether a reviewer can log in."""
    from guardian.wiring.people import People

    if not tenant.settings.guard.console_url:
        yield Check(name="console", ok=True, text="none: guard.console_url is empty; people decide by command")
        return
    people = People(tenant)
    yield _try("console", lambda: _console_address(tenant))
    yield _try("console log-in", people.who_gets_in)
    if tenant.settings.console.oidc.discovery_url:
        yield _try("console provider", people.ask_provider)


def _console_address(tenant: "Tenant") -> str:
    from guardian.console.porch import Site

    url = tenant.settings.guard.console_url
    if not Site(url=url).is_private:
        raise UserError(
            f"{url} shows passwords and mail to everybody on the way;"
            " put a server that speaks TLS in front and write https:// into guard.console_url."
        )
    return url


def connectors_are_ours() -> Check:
    """Say whether `import connectors` finds Guardian's package: the public index knows another of that name."""
    try:
        found = importlib.import_module("connectors")
    except ImportError:
        return Check(name="connectors package", ok=False, text="it is missing; install client-guardian anew")
    where = str(Path(found.__file__ or "nowhere").parent)
    if getattr(found, "OWNER", None) != "client-guardian":
        text = f"another package called connectors is in the way ({where}); uninstall it"
        return Check(name="connectors package", ok=False, text=text)
    return Check(name="connectors package", ok=True, text=where)


def _try(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name=name, ok=True, text=look())
    except Exception as wrong:  # noqa: BLE001 - whatever one check meets, the others are made
        return _failed(name, wrong)


def _each(name: str, look: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """Yield the checks of a kind, and what keeps any of them from being made as one of that name."""
    try:
        yield from look()
    except Exception as wrong:  # noqa: BLE001 - as above
        yield _failed(name, wrong)


def _failed(name: str, wrong: Exception) -> Check:
    if isinstance(wrong, UserError | TryLater):
        return Check(name=name, ok=False, text=str(wrong))
    said = " ".join(str(wrong).split())[:300]
    return Check(name=name, ok=False, text=f"it could not be looked at ({type(wrong).__name__}: {said}); report this")


def _database(tenant: "Tenant") -> str:
    tenant.check_room()
    return f"{tenant.database.engine.dialect.name}; clients: {len(tenant.timelines.clients())}"


def _database_file(tenant: "Tenant") -> str:
    from guardian.wiring.layout import open_to_others

    wide = open_to_others(tenant)
    if not wide:
        return "no other account of this machine reads it"
    named = " ".join(quote(str(one)) for one in wide)
    raise UserError(f"Every account of this machine may read it, held mail included; type: chmod 600 {named}")


def _database_content(tenant: "Tenant") -> str:
    from guardian.wiring.layout import find_damage

    damage = find_damage(tenant)
    if damage is None:
        return "not looked through: that takes long; type `PRAGMA quick_check` in sqlite3 when little is going on"
    if damage:
        raise UserError(f"It is damaged ({damage}); put a backup of it back with `guardian db restore FILE`.")
    return "whole"


def _nightly(tenant: "Tenant") -> str:
    from guardian.wiring.nightly import Nightly

    return Nightly(tenant).queue_state()


def _trails(tenant: "Tenant") -> str:
    broken = tenant.holds.broken_trails()
    if not broken:
        return "every step fits the one before"
    first = broken[0]
    raise UserError(
        f"The trail of {first.hold_id} is not as it was written from step {first.step} on;"
        f" somebody changed the database by hand (trails concerned: {len(broken)}): compare it with a backup."
    )


def _held_mail(tenant: "Tenant") -> str:
    from guardian.guard.setbacks import setbacks
    from guardian.ports.holds import RESTORED

    failed = setbacks(tenant.holds, now=tenant.clock.now())
    if not failed:
        return "everybody was told of what waits, and what was decided is on its way"
    first = failed[0]
    failure = f"At {first.hold_id} failed: {first.what} ({first.why})"
    if first.what == RESTORED:
        failure = f"What became of {first.hold_id} since the backup that was put back is not known"
    raise UserError(
        f"{failure}; look with `guardian holds show {first.hold_id}`"
        f" and decide (mails concerned: {len({one.hold_id for one in failed})})."
    )


def _judge() -> str:
    from guardian.wiring.judging import missing_judge_parts

    missing = missing_judge_parts()
    if missing:
        raise UserError(f"It works without {', '.join(missing)} and misses more; install the package anew.")
    return "complete"


def _freshness(tenant: "Tenant") -> Iterator[Check]:
    for one in tenant.connections():
        last = one["last_success_at"]
        fresh = last is not None and tenant.clock.now() - last < STALE_AFTER
        none_yet = "no whole sync yet" if one["state"] else "never synced; run `guardian sync`"
        text = f"last whole sync {last:%Y-%m-%d %H:%M} UTC" if last else none_yet
        if one["state"] not in ("ok", None) and one["last_error"]:
            text += f"; {one['state']}: {one['last_error']}"
        yield Check(name=f"sync {one['name']}", ok=fresh, text=text)
