"""Writing back: which connections, with what marks, by hand and at night."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from guardian.domain.errors import TryLater, UserError
from guardian.domain.standing import State
from guardian.ports.write_back import Mark, Outcome, Writer, WritingConnector
from guardian.wiring.standings import Standing
from guardian.wiring.syncing import rules_of
from guardian.wiring.tenant import Tenant

if TYPE_CHECKING:
    from guardian.sync import WriteBack, WriteBackSummary

log = structlog.get_logger(__name__)

Tell = Callable[[Outcome], None]

AT_RISK = frozenset({State.AT_RISK, State.DORMANT, State.LOST, State.ANGRY, State.INDIFFERENT, State.UNREACHABLE})
"""The states in which a client is about to be lost, or is lost already."""

OFF = '{name} writes nothing back: set write_back = "on" for it first, or look with --dry-run what it would write.'


def write_back(tenant: Tenant, name: str, *, dry: bool, tell: Tell) -> "WriteBackSummary":
    """Write to one connection what it lacks, and return how it went; a `dry` one only tells.

    UserError where the connection cannot be written to, or its admin does not want it; one that is set to dry-run
    stays dry.
    """
    writer, now = _writer(tenant, name), tenant.clock.now()
    if writer.policy.mode == "off" and not dry:
        raise UserError(OFF.format(name=name))
    standings = tenant.standings(now) if writer.policy.marks else []
    return _run(_job(tenant, name, writer, now=now, dry=dry), tenant, standings, tell)


def write_back_tonight(tenant: Tenant, standings: Sequence[Standing], now: datetime) -> None:
    """Write to every connection whose admin wants it; what goes wrong with one is logged and keeps no other back."""
    for name, values in tenant.settings.connectors.items():
        if values.get("write_back", "off") == "off":
            continue
        try:
            job = _job(tenant, name, _writer(tenant, name), now=now, dry=False)
            summary = _run(job, tenant, standings, lambda outcome: None)
        except (UserError, TryLater) as wrong:
            log.error("night.not_written_back", connector=name, why=str(wrong))
            continue
        except Exception:  # a bug of ours: the digests go out all the same
            log.exception("night.bug_writing_back", connector=name)
            continue
        if summary.problems or summary.refused:
            log.warning("night.partly_written_back", connector=name, refused=summary.refused, why=summary.problems)


def _writer(tenant: Tenant, name: str) -> Writer:
    connector = tenant.open_connector(name)
    if not isinstance(connector, WritingConnector):
        raise UserError(f"{name} cannot be written to; connections to Salesforce can.")
    return connector.writer()


def _job(tenant: Tenant, name: str, writer: Writer, *, now: datetime, dry: bool) -> "WriteBack":
    from guardian import connector_registry
    from guardian.storage import StoredWriteBacks
    from guardian.sync import Manner, WriteBack
    from guardian.sync.rules import scrubber

    privacy = connector_registry.privacy_of(name, tenant.settings.connectors[name])
    return WriteBack(
        connector=name,
        store=StoredWriteBacks(tenant.database),
        writer=writer,
        manner=Manner(
            rules=rules_of(tenant.settings),
            scrub=scrubber(privacy),
            language=tenant.settings.language,
            zone=ZoneInfo(tenant.settings.timezone),
        ),
        now=now,
        dry=dry or writer.policy.mode != "on",
    )


def _run(job: "WriteBack", tenant: Tenant, standings: Sequence[Standing], tell: Tell) -> "WriteBackSummary":
    from guardian.sync import write_back

    return write_back(job, _marks(job, tenant, standings), tell)


def _marks(job: "WriteBack", tenant: Tenant, standings: Sequence[Standing]) -> Iterator[Mark]:
    """Yield how each client stands that is an account there; the next step of those about to be lost."""
    accounts = job.store.accounts(job.connector) if standings else {}
    here = [one for one in standings if one.client.id in accounts]
    steps = _steps(tenant, [one for one in here if one.assessment.state in AT_RISK], job.now)
    for one in here:
        yield Mark(
            account=accounts[one.client.id],
            at_risk=one.assessment.state in AT_RISK,
            state=one.state_name,
            next_step=steps.get(one.client.id, ""),
        )


def _steps(tenant: Tenant, standings: Sequence[Standing], now: datetime) -> Mapping[int, str]:
    from guardian.digest import next_steps
    from guardian.wiring.digests import Digests

    if not standings:
        return {}
    digests = Digests(tenant)
    return next_steps([one.assessment for one in standings], digests.reps(None, at=now), digests.sources, now=now)
