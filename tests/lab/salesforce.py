"""Salesforce for the lab: REST queries, Bulk API 2.0 queries, delete log, describe, limits; strict in all of it."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from tests.lab.faults import Fault, Kind, shaped
from tests.lab.salesforce_composite import composite
from tests.lab.salesforce_errors import Refused
from tests.lab.salesforce_login import Tokens
from tests.lab.salesforce_org import Org
from tests.lab.salesforce_schema import COMPOUND, FIELDS, REPLICATED, describe
from tests.lab.salesforce_soql import Malformed, Query, parse
from tests.lab.salesforce_writes import locked_of, update, upsert
from tests.lab.serving import Answer, Lab, Request, json_answer

LONGEST_URL = 16_384
_DATA = re.compile(r"^/services/data/v(\d+\.\d)(/.*)$")


@dataclass(slots=True)
class BulkJob:
    """A query job: what it found when it was made, and how often it must be looked at until it is done."""

    id: str
    rows: list[dict[str, Any]]
    fields: tuple[str, ...]
    looks: int
    state: str = "UploadComplete"


@dataclass(slots=True)
class Salesforce:
    """The service; `page_rows` and `bulk_rows` are how many rows a page has at most, `limit` the requests a day.

    `bulk_looks` is how often a job is looked at before it is done, `fails` the objects whose jobs fail. `parts` are
    the subrequests of composite requests, which do not count; `strike` says what goes wrong with one.
    """

    org: Org
    tokens: Tokens
    page_rows: int = 2000
    bulk_rows: int = 50_000
    limit: int = 15_000
    used: int = 0
    bulk_looks: int = 0
    most_deleted: int = 600_000
    log_lag: timedelta = timedelta()  # how far the delete log is behind
    fails: set[str] = field(default_factory=set)
    jobs: dict[str, BulkJob] = field(default_factory=dict)
    cursors: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    parts: list[Request] = field(default_factory=list)
    strike: Callable[[str, str], Fault | None] = lambda method, path: None

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if request.path == "/services/oauth2/token":
            return self.tokens.answer(request)
        with self.org.lock:
            answer = self._or_refusal(self._admitted, request)
        told = {
            "Date": format_datetime(self.org.now, usegmt=True),
            "Sforce-Limit-Info": f"api-usage={self.used}/{self.limit}",
        }
        return replace(answer, headers={**answer.headers, **told})

    def _or_refusal(self, answer: Callable[[Request], Answer], request: Request) -> Answer:
        try:
            return answer(request)
        except Refused as refused:
            return json_answer([{"errorCode": refused.code, "message": refused.text}], refused.status)
        except Malformed as wrong:
            return json_answer([{"errorCode": wrong.code, "message": wrong.text}], 400)

    def _admitted(self, request: Request) -> Answer:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens.valid:
            raise Refused(401, "INVALID_SESSION_ID", "Session expired or invalid")
        if self.used >= self.limit:
            raise Refused(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        self.used += 1
        if request.method == "POST" and request.path.endswith("/composite"):
            version = request.path.split("/")[3].removeprefix("v")
            return composite(request, self._part, self.strike, version)
        return self._answered(request)

    def _part(self, request: Request) -> Answer:
        """Answer one of the subrequests of a composite request."""
        self.parts.append(request)
        return self._or_refusal(self._answered, request)

    def _answered(self, request: Request) -> Answer:
        if len(request.path) + len(urlencode(request.query)) > LONGEST_URL:
            raise Refused(414, "URI_TOO_LONG")
        found = _DATA.match(request.path)
        if not found:
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        return self._route(request, f"/services/data/v{found.group(1)}", found.group(2))

    def _route(self, request: Request, root: str, path: str) -> Answer:
        match [request.method, *path.strip("/").split("/")]:
            case ["GET", "limits"]:
                return json_answer({"DailyApiRequests": {"Max": self.limit, "Remaining": self.limit - self.used}})
            case ["GET", ("query" | "queryAll") as how]:
                return self._query(request, root, all_rows=how == "queryAll")
            case ["GET", ("query" | "queryAll"), locator]:
                return self._more(request, root, locator)
            case ["GET", "sobjects", name, "describe"]:
                return json_answer(describe(self._seen(name), self._hidden_of(name), self._locked_of(name)))
            case ["GET", "sobjects", name, "deleted"]:
                return self._deleted(request, self._seen(name))
            case ["PATCH", "composite", "sobjects", name, key]:
                return json_answer(upsert(self.org, self._seen(name), key, request))
            case ["PATCH", "composite", "sobjects"]:
                return json_answer(update(self.org, request))
            case ["POST", "jobs", "query"]:
                return self._new_job(request)
            case ["GET", "jobs", "query", job_id]:
                return self._job(job_id)
            case ["GET", "jobs", "query", job_id, "results"]:
                return self._results(request, job_id)
        raise Refused(404, "NOT_FOUND", "The requested resource does not exist")

    def _query(self, request: Request, root: str, *, all_rows: bool) -> Answer:
        query = self._parsed(request.param("q") or "")
        rows = query.answer(self._records(query, all_rows=all_rows))
        if query.counts:
            return json_answer({"totalSize": len(rows), "done": True, "records": []})
        if query.group and len(rows) > 2000:
            raise Refused(400, "EXCEEDED_QUERY_ROWS", "Aggregate query does not support queryMore().")
        typed = [{"attributes": {"type": query.name}} | _as_json(row) for row in rows]
        if request.fault and request.fault.kind is Kind.EMPTY_LIE:
            typed = []
        cursor = f"01gxY{len(self.cursors):010d}AAA"
        self.cursors[cursor] = typed
        return self._page(request, root, cursor, 0)

    def _more(self, request: Request, root: str, locator: str) -> Answer:
        cursor, _, offset = locator.rpartition("-")
        if cursor not in self.cursors or not offset.isdigit():
            raise Refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(request, root, cursor, int(offset))

    def _page(self, request: Request, root: str, cursor: str, at: int) -> Answer:
        rows = self.cursors[cursor]
        until = min(at + self.page_rows, len(rows))
        page = shaped(request.fault, rows[at:until])
        if request.fault and request.fault.kind is Kind.PARTIAL:
            page = page[: len(page) // 2]  # a page that lacks rows, though it looks whole
        more = {"nextRecordsUrl": f"{root}/query/{cursor}-{until}"} if until < len(rows) else {}
        return json_answer({"totalSize": len(rows), "done": not more, "records": page} | more)

    def _deleted(self, request: Request, name: str) -> Answer:
        start, end = (_asked_time(request.param(key)) for key in ("start", "end"))
        if _minute(end) - _minute(start) <= timedelta(minutes=1):
            raise Refused(400, "INVALID_REPLICATION_DATE", "endDate must be more than a minute after startDate")
        if start < self.org.now - timedelta(days=15) or end > self.org.now:
            raise Refused(400, "INVALID_REPLICATION_DATE", "startDate before org replication enabled date")
        if name not in REPLICATED:
            raise Refused(400, "INVALID_TYPE_FOR_OPERATION", f"{name} is not replicable")
        covered = min(_minute(end), _minute(self.org.now - self.log_lag))
        found = [one for one in self.org.log if one.name == name and start <= one.at < covered]
        if len(found) > self.most_deleted:
            raise Refused(400, "EXCEEDED_ID_LIMIT", "too many ids")
        earliest = self.org.log_begins or self.org.now - timedelta(days=15)
        return json_answer(
            {
                "deletedRecords": [{"id": one.id, "deletedDate": _as_text(one.at)} for one in found],
                "earliestDateAvailable": _as_text(earliest),
                "latestDateCovered": _as_text(covered),
            }
        )

    def _new_job(self, request: Request) -> Answer:
        asked = request.json
        if asked.get("operation") not in ("query", "queryAll") or asked.get("contentType", "CSV") != "CSV":
            raise Refused(400, "INVALIDJOB", "operation must be query or queryAll")
        query = self._parsed(asked["query"])
        kinds = FIELDS[query.name]
        if query.counts or query.group or any(kinds[one] in COMPOUND for one in query.fields):
            raise Refused(400, "FEATURENOTENABLED", "Selecting compound data or aggregates is not supported")
        rows = query.answer(self._records(query, all_rows=asked["operation"] == "queryAll"))
        job = BulkJob(id=f"750xY{len(self.jobs):010d}AAA", rows=rows, fields=query.fields, looks=self.bulk_looks)
        if query.name in self.fails:
            job.state = "Failed"
        self.jobs[job.id] = job
        return json_answer({"id": job.id, "state": "UploadComplete", "object": query.name})

    def _job(self, job_id: str) -> Answer:
        job = self._known(job_id)
        if job.state == "Failed":
            return json_answer({"id": job.id, "state": "Failed", "errorMessage": "Query not supported"})
        job.looks -= 1
        job.state = "JobComplete" if job.looks < 0 else "InProgress"
        done = {"numberRecordsProcessed": len(job.rows)} if job.state == "JobComplete" else {}
        return json_answer({"id": job.id, "state": job.state} | done)

    def _results(self, request: Request, job_id: str) -> Answer:
        job = self._known(job_id)
        if job.state != "JobComplete":
            raise Refused(400, "INVALIDJOBSTATE", "the job is not complete")
        at = int(request.param("locator") or 0)
        until = min(at + min(int(request.param("maxRecords") or self.bulk_rows), self.bulk_rows), len(job.rows))
        text = io.StringIO(newline="")
        lines = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
        lines.writerow(job.fields)
        page = job.rows[at:until]
        if request.fault and request.fault.kind is Kind.PARTIAL:
            page = page[: len(page) // 2]
        lines.writerows([_as_cell(row[name]) for name in job.fields] for row in page)
        headers = {
            "Content-Type": "text/csv",
            "Sforce-Locator": str(until) if until < len(job.rows) else "null",
            "Sforce-NumberOfRecords": str(until - at),
        }
        return Answer(body=text.getvalue().encode(), headers=headers)

    def _known(self, job_id: str) -> BulkJob:
        if job_id not in self.jobs:
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        return self.jobs[job_id]

    def _parsed(self, text: str) -> Query:
        return parse(text, now=self.org.now, visible=self._visible)

    def _records(self, query: Query, *, all_rows: bool) -> list[dict[str, Any]]:
        every = self.org.records[query.name].values()
        if all_rows:
            return list(every)
        return [one for one in every if not one.get("IsDeleted") and not one.get("IsArchived")]

    def _visible(self, name: str, field_name: str) -> bool:
        return name not in self.org.hidden and f"{name}.{field_name}" not in self.org.hidden

    def _hidden_of(self, name: str) -> frozenset[str]:
        return frozenset(one.partition(".")[2] for one in self.org.hidden if one.startswith(f"{name}."))

    def _locked_of(self, name: str) -> frozenset[str]:
        return locked_of(self.org, name)

    def _seen(self, name: str) -> str:
        if name not in FIELDS or name in self.org.hidden:
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        return name


def mount_salesforce(lab: Lab, org: Org) -> Salesforce:
    """Let an organisation answer in a lab."""
    tokens = Tokens(org_id=org.id, url=lab.url, audience=lab.url)
    service = Salesforce(org=org, tokens=tokens, strike=lambda method, path: lab.faults.strike(method, path))
    lab.mount("/services/", service)
    return service


def _as_json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _as_text(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _as_text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000+0000"


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _as_cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:%Y-%m-%dT%H:%M:%S}.000Z" if isinstance(value, datetime) else "" if value is None else str(value)


def _asked_time(text: str | None) -> datetime:
    try:
        return datetime.fromisoformat(text or "")
    except ValueError:
        raise Refused(400, "INVALID_QUERY_FILTER_OPERATOR", f"{text} is no time") from None
