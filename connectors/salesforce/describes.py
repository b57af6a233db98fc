"""What Salesforce says its objects are like, asked for all of them at once."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.salesforce.api import Api, NotThere

Describe = Mapping[str, Any]

KEPT_S = 600.0  # seconds; the objects of one run, read one after the other, need not be described anew each


@dataclass(slots=True)
class Describes:
    """The describes of one organisation; `names` are the objects that will be asked for."""

    api: Api
    names: Sequence[str]
    _told: dict[str, Describe | None] = field(default_factory=dict)
    _at: float = 0.0

    def of(self, name: str) -> Describe | None:
        """Return what an object is like, or None where this user may not query it."""
        if time.monotonic() - self._at > KEPT_S:
            self._told.clear()
        if not self._told:
            self._at = time.monotonic()
            self._ask_all(name)
        elif name not in self._told:
            self._told[name] = self._ask(name)
        return self._told[name]

    def _ask_all(self, name: str) -> None:
        names = [name, *(one for one in self.names if one != name)] if name in self.names else [name]
        self.api.foresee([self._path(one) for one in names])
        for one in names:
            if one == name or self.api.foresees(self._path(one)):
                self._told[one] = self._ask(one)

    def _ask(self, name: str) -> Describe | None:
        try:
            told: Describe = self.api.get_json(self._path(name))
        except NotThere:
            return None
        return told if told.get("queryable") else None

    def _path(self, name: str) -> str:
        return f"{self.api.root}/sobjects/{name}/describe"
