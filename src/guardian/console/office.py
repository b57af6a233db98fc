"""Everything behind the log-in: what its pages need, and the pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from guardian.console.bench import Bench
from guardian.console.pages import decision, history, hold, holds, login, people, single_sign_on, statistics
from guardian.console.porch import Porch
from guardian.console.provider import Provider
from guardian.guard.tally import Expected
from guardian.ports.accounts import Accounts
from guardian.ports.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What the pages work with; `expected` counts what thresholds would hold, `after` runs after a decision."""

    porch: Porch
    bench: Bench
    accounts: Accounts
    clock: Clock
    provider: Provider | None
    expected: Callable[[int], Sequence[Expected]]
    after: Callable[[], object]


def pages(office: Office) -> list[APIRouter]:
    """Return the routes of every page."""
    porch, bench, provider = office.porch, office.bench, office.provider
    found = [
        login.router(porch, provider.label if provider else None),
        holds.router(porch, bench),
        hold.router(porch, bench),
        decision.router(porch, bench, office.after),
        history.router(porch, bench),
        statistics.router(porch, office.expected),
        people.router(porch, office.accounts),
    ]
    return found if provider is None else [*found, single_sign_on.router(porch, provider, office.clock)]
