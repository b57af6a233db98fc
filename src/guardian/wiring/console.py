"""The console of one tenant, ready to be served."""

from typing import TYPE_CHECKING

import structlog

from guardian.domain.errors import TryLater, UserError
from guardian.wiring.digests import Digests
from guardian.wiring.gatehouse import Gatehouse
from guardian.wiring.tenant import Tenant

if TYPE_CHECKING:
    from fastapi import FastAPI


def console_app(tenant: Tenant) -> "FastAPI":
    """Return the application; UserError while the tenant has no key or does not say where the console is."""
    from guardian.console.app import create_app
    from guardian.console.desk import Desk

    gatehouse = Gatehouse(tenant)
    if gatehouse.links is None:
        raise UserError("Set guard.link_key and guard.console_url first: without them no notice holds a link.")
    desk = Desk(
        holds=tenant.holds, links=gatehouse.links, clock=tenant.clock, reviewers=tenant.settings.guard.reviewers
    )
    return create_app(
        desk,
        language_of=gatehouse.language_of,
        after=lambda: _carry_out(gatehouse),
        clients=Digests(tenant).client_desk(),
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

    uvicorn.run(console_app(tenant), host=host, port=port, access_log=False, server_header=False, log_level="warning")
