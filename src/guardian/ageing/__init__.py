"""How overdue the next touch is for each client, with reasons in numbers.

The names below are loaded when first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guardian.ageing.assessment import assess
    from guardian.ageing.policy import AgeingPolicy
    from guardian.ageing.ranking import urgency
    from guardian.ageing.silence import silence_probability
    from guardian.ageing.wording import sentence, state_name

__all__ = ["AgeingPolicy", "assess", "sentence", "silence_probability", "state_name", "urgency"]

_HOMES = {
    "AgeingPolicy": "policy",
    "assess": "assessment",
    "sentence": "wording",
    "silence_probability": "silence",
    "state_name": "wording",
    "urgency": "ranking",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
