"""Several questions in one request, the Composite resource, which counts as one of the day's; pure.

developer.salesforce.com/docs/platform/api-rest/guide: resources-composite-composite-post. Composite *Batch* is
another resource, of which each part counts.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from guardian.connector_kit.http import Reply

MOST = 25  # questions of one request
MOST_QUERIES = 5  # of them


def address_of(path: str, params: Mapping[str, str] | None = None) -> str:
    """Return the address of a question, by which its answer is found again."""
    return f"{path}?{urlencode(params)}" if params else path


def in_groups(addresses: Sequence[str]) -> Iterator[list[str]]:
    """Yield the questions, each once, in groups of as many as one request may hold."""
    group: list[str] = []
    for one in dict.fromkeys(addresses):
        queries = sum(map(_is_query, group))
        if len(group) == MOST or (_is_query(one) and queries == MOST_QUERIES):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def request_of(group: Sequence[str]) -> dict[str, Any]:
    """Return the body that asks all of a group; one that fails leaves the others alone."""
    parts = [{"method": "GET", "url": one, "referenceId": f"part{n}"} for n, one in enumerate(group)]
    return {"allOrNone": False, "compositeRequest": parts}


def replies_of(answer: Any, group: Sequence[str]) -> dict[str, Reply]:
    """Return the answer to each question, by its address; what the answer leaves out is not there."""
    found = answer.get("compositeResponse") if isinstance(answer, dict) else None
    told = {one.get("referenceId"): one for one in found or () if isinstance(one, dict)}
    return {address: _reply(address, told[f"part{n}"]) for n, address in enumerate(group) if f"part{n}" in told}


def _is_query(address: str) -> bool:
    return "/queryAll?" in address


def _reply(address: str, told: Mapping[str, Any]) -> Reply:
    body = json.dumps(told.get("body"), ensure_ascii=False).encode()
    return Reply(url=address, status=int(told.get("httpStatusCode", 0)), headers={}, body=body)
