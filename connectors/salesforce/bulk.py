"""Queries over the Bulk API 2.0: a job that Salesforce works on, its results as CSV by locator.

Results stay for seven days, so a round that was interrupted goes on with the job that it had.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.salesforce.api import Api, Broken, NotThere, Refused
from connectors.salesforce.row import Row
from guardian.connector_kit.http import AnswerTooLong, Reply
from guardian.domain.errors import CursorExpired, TryLater

MOST_ROWS = 50_000  # of one page of results
MOST_LONG_ROWS = 2_000  # of one with the words of mails and tasks, up to 128 KiB a row
LONGEST_CELL = 4_194_304  # characters

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 20.0  # seconds between two looks at a job
PATIENCE = 240.0  # seconds; a job that takes longer is looked at again by the next run
RETURN_AFTER = 300.0


class JobLost(Exception):
    """Salesforce no longer has the job, or gave it up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page of a job's rows and the locator of the next, None behind the last; `most` rows were asked for."""

    rows: tuple[Row, ...]
    next_locator: str | None
    most: int


def create(api: Api, soql: str) -> str:
    """Return the id of a new job over living and deleted, present and archived rows; JobLost when it is refused."""
    body = {"operation": "queryAll", "query": soql, "contentType": "CSV", "columnDelimiter": "COMMA"}
    try:
        return str(api.send("POST", f"{api.root}/jobs/query", body=body).json()["id"])
    except (NotThere, Refused) as refused:
        raise JobLost(str(refused)) from refused


def wait_for(api: Api, job_id: str, sleep: Callable[[float], None]) -> int:
    """Return how many rows a job found once it is complete.

    JobLost when it failed or is gone; TryLater when Salesforce still works on it after four minutes.
    """
    waited, step = 0.0, _FIRST_WAIT
    while True:
        told = _look(api, job_id)
        if told["state"] == "JobComplete":
            return int(told.get("numberRecordsProcessed", 0))
        if told["state"] in ("Failed", "Aborted"):
            raise JobLost(str(told.get("errorMessage", told["state"]))[:300])
        if waited >= PATIENCE:
            raise TryLater("Salesforce is still preparing the rows; the next run fetches them.",
                           after_seconds=RETURN_AFTER)  # fmt: skip
        sleep(step)
        waited, step = waited + step, min(step * 1.6, _LONGEST_WAIT)


def results(api: Api, job_id: str, locator: str, most: int) -> Results:
    """Return a page of a job's rows, the first for an empty locator; JobLost when they are gone.

    It has `most` rows, or half as many as often as that would be too long an answer: a locator says where a page
    begins, and nothing of how long it is.
    """
    while True:
        try:
            return _page(api, job_id, locator, most)
        except AnswerTooLong:
            if most == 1:
                raise
            most //= 2


def _page(api: Api, job_id: str, locator: str, most: int) -> Results:
    params = {"maxRecords": str(most)} | ({"locator": locator} if locator else {})
    path = f"{api.root}/jobs/query/{job_id}/results"
    try:
        page: Results = api.whole(lambda: _read(api.send("GET", path, params=params, accept="text/csv"), most))
    except (NotThere, Refused, CursorExpired) as gone:
        raise JobLost(str(gone)) from gone
    return page


def _look(api: Api, job_id: str) -> dict[str, Any]:
    try:
        told = api.get_json(f"{api.root}/jobs/query/{job_id}")
    except (NotThere, CursorExpired) as gone:
        raise JobLost(str(gone)) from gone
    return dict(told)


def _read(reply: Reply, most: int) -> Results:
    """Return the rows of a CSV answer; Broken when they are fewer than its header announces or a row is cut."""
    csv.field_size_limit(LONGEST_CELL)
    lines = csv.reader(io.StringIO(reply.body.decode("utf-8"), newline=""), strict=True)
    try:
        header = next(lines, [])
        rows = [_row(header, line) for line in lines if line]
    except (csv.Error, UnicodeDecodeError) as cut:
        raise Broken("A page of Bulk results arrived cut short.") from cut
    announced = reply.headers.get("sforce-numberofrecords", "")
    if announced.isdigit() and len(rows) != int(announced):
        raise Broken(f"A page of Bulk results announced {announced} rows and had {len(rows)}.")
    locator = reply.headers.get("sforce-locator", "null")
    return Results(rows=tuple(rows), next_locator=None if locator in ("", "null") else locator, most=most)


def _row(header: list[str], line: list[str]) -> Row:
    if len(line) != len(header):
        raise Broken("A row of Bulk results arrived cut short.")
    return Row(dict(zip(header, line, strict=True)))
