"""X-Forwarded-For from a server that `console.proxies` does not name: everybody behind it counts as one place."""

import re
from dataclasses import dataclass

import structlog
from fastapi import Request

_PORT = re.compile(r":[0-9]+$")
_LOG = structlog.get_logger()


@dataclass(slots=True)
class ForwardWatch:
    """Says once where the place that a request tells of itself was not believed, and who sent it."""

    _told: bool = False

    def look(self, request: Request) -> None:
        """Write into the log who sent a header that was not believed, the first time that somebody does."""
        told = request.headers.getlist("x-forwarded-for")
        if self._told or not told or request.client is None or request.client.host in _places(told):
            return
        self._told = True
        _LOG.warning(
            "console.forwarded_ignored",
            peer=request.client.host,
            why="If this is your proxy, name it in console.proxies: all who come by it count as one place.",
        )


def _places(told: list[str]) -> frozenset[str]:
    """Return what headers name: of a server that is believed, the client is one of these."""
    entries = [one.strip() for one in ",".join(told).split(",")]
    return frozenset(entries) | {_PORT.sub("", one).strip("[]") for one in entries}
