"""Settings from the environment: which value of guardian.toml a variable such as GUARDIAN_GUARD__MODE stands for."""

from collections.abc import Collection, Mapping
from typing import Any

from guardian.domain.errors import UserError

PREFIX = "GUARDIAN_"
_NOT_SETTINGS = {"GUARDIAN_CONFIG", "GUARDIAN_TEST_PG_URL"}
_NAMED = ("connectors", "reps")  # whose sections are called as the administrator likes, also 0
LISTS = {
    "own_domains",
    "domains",
    "addresses",
    "senders",
    "reviewers",
    "lists",
    "proxies",
    "managers",
    "workdays",
    "days_off",
}


def overlay(values: dict[str, Any], environment: Mapping[str, str], known: Collection[str]) -> None:
    """Put GUARDIAN_A__B=x over values["a"]["b"]; UserError for a variable that names no value.

    Names are found whatever their capitals, a list's entries by number: GUARDIAN_GUARD__POLICIES__0__MODE. A list of
    plain values may also be given whole, separated by commas. Variables that begin with none of the `known` names
    are somebody else's.
    """
    for steps, name in sorted((_steps(name), name) for name in environment if name.startswith(PREFIX)):
        if name not in _NOT_SETTINGS and str(steps[0][1]).lower() in known:
            _put(values, name, [text for _, text in steps], environment[name])


def _steps(name: str) -> list[tuple[int, str]]:
    """Return the steps of a variable's name in an order in which 10 comes after 9."""
    return [(int(step) if _is_number(step) else -1, step) for step in name.removeprefix(PREFIX).split("__")]


def _is_number(step: str) -> bool:
    return step.isascii() and step.isdigit() and len(step) < 6


def _put(values: dict[str, Any], name: str, steps: list[str], text: str) -> None:
    place: Any = values
    for at, step in enumerate(steps[:-1]):
        listed = _is_number(steps[at + 1]) and not (at == 0 and step.lower() in _NAMED)
        place = _enter(place, step, [] if listed else {}, name)
    whole = steps[-1].lower() in LISTS
    _set(place, steps[-1], [part.strip() for part in text.split(",") if part.strip()] if whole else text, name)


def _enter(place: Any, step: str, new: Any, name: str) -> Any:
    """Return what lies at a step, made where nothing does."""
    if isinstance(place, dict):
        return place.setdefault(_key(place, step), new)
    number = _number(place, step, name)
    if number == len(place):
        place.append(new)
    return place[number]


def _set(place: Any, step: str, value: Any, name: str) -> None:
    if isinstance(place, dict):
        place[_key(place, step)] = value
    else:
        number = _number(place, step, name)
        place[number : number + 1] = [value]


def _key(section: dict[str, Any], step: str) -> str:
    """Return the name that a section has for a step already; a new one in small letters."""
    if step in section:
        return step
    return next((key for key in section if key.lower() == step.lower()), step.lower())


def _number(place: Any, step: str, name: str) -> int:
    """Return which entry of a list a step is, the one after the last included."""
    if not isinstance(place, list):
        raise UserError(f"The environment variable {name} leads nowhere: nothing lies below a single value.")
    if not _is_number(step) or int(step) > len(place):
        raise UserError(
            f"The environment variable {name} leads nowhere: the list has {len(place)} entries, counted from 0, and"
            f" {step} is none of them nor the next."
        )
    return int(step)
