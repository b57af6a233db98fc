"""The console of one tenant, ready to be served."""

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from guardian.domain.errors import TryLater, UserError
from guardian.wiring.digests import Digests
from guardian.wiring.gatehouse import Gatehouse
from guardian.wiring.people import People
from guardian.wiring.tenant import Tenant

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

    from guardian.console.entrance import Entrance


def console_app(tenant: Tenant) -> "FastAPI":
    """Return the application; UserError while the tenant has no key or does not say where the console is."""
    from guardian.console.app import create_app
    from guardian.console.desk import Desk

    gatehouse = Gatehouse(tenant)
    if gatehouse.links is None:
        raise UserError("Set guard.link_key and guard.console_url first: without them no notice holds a link.")
    desk = Desk(
        holds=tenant.holds,
        links=gatehouse.links,
        clock=tenant.clock,
        is_ours=gatehouse.is_ours,
        reviewers=tenant.settings.guard.reviewers,
        shut_out=People(tenant).shut_out,
    )
    return create_app(
        desk,
        language_of=gatehouse.language_of,
        after=lambda: _carry_out(gatehouse),
        more=[*_pages(tenant, gatehouse), *_client_pages(tenant)],
    )


def _client_pages(tenant: Tenant) -> "list[APIRouter]":
    """Return the pages behind the links of digests."""
    from guardian.console.pages import client_link, stop_link

    digests = Digests(tenant)
    desk, stops = digests.client_desk(), digests.stop_desk()
    if desk is None or stops is None:
        return []
    language = tenant.settings.language
    return [client_link.router(desk, lambda: language), stop_link.router(stops, lambda: language)]


def _pages(tenant: Tenant, gatehouse: Gatehouse) -> "list[APIRouter]":
    """Return the pages behind the log-in."""
    from guardian.console.bench import Bench
    from guardian.console.office import Office, pages
    from guardian.console.porch import Porch, Site

    people, settings = People(tenant), tenant.settings
    return pages(
        Office(
            porch=Porch(
                entrance=_entrance(tenant, people),
                site=Site(url=settings.guard.console_url),
                language_of=gatehouse.language_of,
                zone_of=gatehouse.zone_of,
            ),
            bench=Bench(
                holds=tenant.holds,
                clock=tenant.clock,
                is_ours=gatehouse.is_ours,
                read_mail=gatehouse.read,
                hours=settings.guard.hold_hours,
            ),
            accounts=people.accounts,
            clock=tenant.clock,
            provider=people.provider,
            expected=gatehouse.expected_holds,
            after=lambda: _carry_out(gatehouse),
        )
    )


def _entrance(tenant: Tenant, people: People) -> "Entrance":
    from guardian.console.entrance import Entrance
    from guardian.console.passwords import Passwords

    passwords = Passwords()
    passwords.warm()
    return Entrance(
        accounts=people.accounts,
        sessions=people.sessions,
        clock=tenant.clock,
        passwords=passwords,
        idle=timedelta(minutes=tenant.settings.console.idle_minutes),
        longest=timedelta(hours=tenant.settings.console.session_hours),
    )


def _carry_out(gatehouse: Gatehouse) -> None:
    """Do what was decided at once; what cannot be done now the next round does."""
    try:
        gatehouse.carry_out()
    except (TryLater, UserError) as problem:
        structlog.get_logger().warning("console.round_postponed", why=str(problem))


def serve(tenant: Tenant, *, host: str, port: int) -> None:
    """Serve the console until it is told to stop; links are secrets, so no request is written to any log."""
    import uvicorn

    uvicorn.run(
        console_app(tenant),
        host=host,
        port=port,
        forwarded_allow_ips=list(tenant.settings.console.proxies),
        access_log=False,
        server_header=False,
        log_level="warning",
    )
