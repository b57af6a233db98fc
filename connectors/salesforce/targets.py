"""Where entries and marks can be written in this organisation, from what describe says of its objects; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guardian.domain.errors import UserError

Describe = Mapping[str, Any]

LONGEST_KEY = 255  # characters; Salesforce's external ids have no more
_MAIL_NEEDS = ("MessageIdentifier", "MessageDate", "FromAddress", "ToAddress", "Status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An object that can be written: the lengths of the fields that may be given (0: no limit known)."""

    name: str
    lengths: Mapping[str, int]
    kinds: Mapping[str, str]

    def takes(self, field: str) -> bool:
        """Say whether a field may be given."""
        return field in self.lengths

    def cut(self, field: str, text: str) -> str:
        """Return a text as long as its field takes."""
        length = self.lengths.get(field, 0)
        return text if not length or len(text) <= length else text[: length - 1] + "…"


def task_target(describe: Describe | None, key_field: str) -> Target:
    """Return how tasks are written; UserError when the user may not, or there is no external id to find them by."""
    if describe is None or not describe.get("createable"):
        raise UserError("Let the integration user create and edit tasks in Salesforce, or set write_back to off.")
    if not _identifies(describe, key_field):
        raise UserError(
            f"Make a text field {key_field} of Activity in Salesforce, an external id of 255 characters that the "
            "integration user may edit; connectors/salesforce/README.md says how."
        )
    return _target(describe, "createable")


def mail_target(describe: Describe | None, key_field: str) -> Target | None:
    """Return how mails are written as such, or None where the organisation takes them only as tasks."""
    if describe is None or not describe.get("createable") or not _identifies(describe, key_field):
        return None
    target = _target(describe, "createable")
    return target if all(map(target.takes, _MAIL_NEEDS)) else None


def account_target(describe: Describe | None, *fields: str) -> tuple[Target, tuple[str, ...]]:
    """Return how accounts are marked with those of the fields that can be, and a sentence for each that cannot."""
    target = _target(describe or {"name": "Account", "fields": ()}, "updateable")
    marked = {field: length for field, length in target.lengths.items() if field in fields}
    lacking = tuple(_LACKING.format(field=field) for field in fields if field not in marked)
    return Target(name="Account", lengths=marked, kinds=target.kinds), lacking


_LACKING = (
    "Account has no field {field} that the integration user may edit, so it is left out: make it in Salesforce, or "
    "take it out of the settings."
)


def _identifies(describe: Describe, key_field: str) -> bool:
    found = next((field for field in describe["fields"] if field["name"] == key_field), None)
    if found is None or found["type"] != "string" or int(found.get("length") or 0) < LONGEST_KEY:
        return False
    return bool(found.get("externalId") and found.get("createable"))


def _target(describe: Describe, may: str) -> Target:
    allowed = [field for field in describe["fields"] if field.get(may)]
    return Target(
        name=describe["name"],
        lengths={field["name"]: int(field.get("length") or 0) for field in allowed},
        kinds={field["name"]: field["type"] for field in allowed},
    )
