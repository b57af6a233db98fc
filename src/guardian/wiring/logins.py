"""People who log in for a connection, and what is kept of it: sealed, under the connection's name."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from guardian.domain.errors import UserError

if TYPE_CHECKING:
    from guardian.ports.connector import PersonalKind
    from guardian.wiring.tenant import Tenant


def log_in(tenant: "Tenant", name: str, values: Mapping[str, Any], tell: Callable[[str], None]) -> dict[str, str]:
    """Let one person log in with a connection's settings; return which setting stands for which stored secret."""
    from pydantic import ValidationError

    from guardian import connector_registry

    kind = connector_registry.kind_of(str(values.get("kind", "")))
    if not hasattr(kind, "log_in"):
        raise UserError(f"Nobody logs in to {kind.title}: give it the settings that `guardian connectors add` names.")
    known = {
        key: value
        for key, value in values.items()
        if key not in ("kind", "privacy") and not str(value).startswith(f"stored:{name}/")
    }
    revealed = connector_registry.revealed(name, kind, known, tenant.settings.folder, tenant.secrets.get)
    try:
        proofs = cast("PersonalKind", kind).log_in(revealed, tenant.surroundings(name, values), tell)
    except ValidationError as wrong:
        raise UserError(connector_registry.first_fault(name, wrong)) from wrong
    for setting, proof in proofs.items():
        tenant.secrets.put(place_of(name, setting), proof)
    return {setting: place_of(name, setting) for setting in proofs}


def place_of(name: str, setting: str) -> str:
    """Return under which name a connection's secret is kept."""
    return f"{name}/{setting}"
