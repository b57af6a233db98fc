"""The Composite resource (API 38 and later): up to 25 subrequests in one that counts as one; strict in all of it.

developer.salesforce.com/docs/platform/api-rest/guide: resources-composite-composite-post, requests-composite,
resources-composite-subrequest-result. Five of the subrequests may be queries or collections. Each has a status of
its own; with `allOrNone` one that fails takes the others with it. Its answers carry no headers that we read.
"""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.lab.faults import Fault, Moment
from tests.lab.salesforce_errors import Refused
from tests.lab.serving import Answer, Request, json_answer

MOST, MOST_QUERIES = 25, 5
_URL = re.compile(r"^/services/data/v(\d+\.\d)/(sobjects/|query/?\?|queryAll/?\?|composite/sobjects)")
_REFERENCE = re.compile(r"^\w+$", re.ASCII)
_HALTED = (
    "PROCESSING_HALTED",
    "The transaction was rolled back since another operation in the same transaction failed.",
)
_CUT = Fault(moment=Moment.INSTEAD, status=503, body=b'[{"errorCode": "SERVER_UNAVAILABLE", "message": "busy"}]')


def composite(
    request: Request, answer: Callable[[Request], Answer], strike: Callable[[str, str], Fault | None], version: str
) -> Answer:
    """Answer a composite request; `answer` answers a subrequest, `strike` says what goes wrong with it."""
    asked, all_or_none = _subrequests(request, version)
    told = [_told(part, reference, answer, strike) for reference, part in asked]
    if all_or_none and any(one["httpStatusCode"] >= 400 for one in told):
        told = [one if one["httpStatusCode"] >= 400 else _halted(one["referenceId"]) for one in told]
    return json_answer({"compositeResponse": told})


def _subrequests(request: Request, version: str) -> tuple[list[tuple[str, Request]], bool]:
    try:
        body = request.json
    except ValueError:
        raise Refused(400, "JSON_PARSER_ERROR", "Unexpected character") from None
    if not isinstance(body, dict) or body.keys() - {"allOrNone", "collateSubrequests", "compositeRequest"}:
        raise Refused(400, "JSON_PARSER_ERROR", "Unrecognized field")
    parts = body.get("compositeRequest")
    if not isinstance(parts, list) or not 1 <= len(parts) <= MOST:
        raise Refused(400, "INVALID_INPUT", f"between 1 and {MOST} subrequests")
    asked = [_subrequest(request, one, version) for one in parts]
    if len({reference for reference, _ in asked}) < len(asked):
        raise Refused(400, "INVALID_INPUT", "Duplicate ReferenceId provided")
    if sum("/sobjects/" not in part.path or "/composite/" in part.path for _, part in asked) > MOST_QUERIES:
        raise Refused(400, "INVALID_INPUT", f"no more than {MOST_QUERIES} queries or collections")
    return asked, body.get("allOrNone", False) is True


def _subrequest(request: Request, one: Any, version: str) -> tuple[str, Request]:
    if not isinstance(one, dict) or one.keys() - {"method", "url", "referenceId", "body", "httpHeaders"}:
        raise Refused(400, "JSON_PARSER_ERROR", "Unrecognized field")
    if {name.lower() for name in one.get("httpHeaders", {})} & {"accept", "authorization", "content-type"}:
        raise Refused(400, "INVALID_INPUT", "Accept, Authorization and Content-Type come from the top-level request")
    url, found = str(one.get("url")), _URL.match(str(one.get("url")))
    if not found or float(found.group(1)) > float(version) or "@{" in url:
        raise Refused(400, "INVALID_INPUT", f"the lab takes no subrequest {url[:80]}")
    if not _REFERENCE.match(str(one.get("referenceId", ""))) or one.get("method") != "GET":
        raise Refused(400, "INVALID_INPUT", "the lab takes a referenceId of letters and digits, and GET only")
    parts = urlsplit(url)
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    asked = Request(
        method="GET", host=request.host, path=parts.path, query=query, headers=request.headers, body=b"",
        fault=request.fault,
    )  # fmt: skip
    return one["referenceId"], asked


def _told(
    part: Request, reference: str, answer: Callable[[Request], Answer], strike: Callable[[str, str], Fault | None]
) -> dict[str, Any]:
    fault = strike(part.method, part.path)
    if fault and fault.moment in (Moment.BEFORE, Moment.AFTER):
        fault = _CUT  # a part of an answer cannot be cut off: something behind the answering server was
    if fault and fault.moment is Moment.INSTEAD:
        return _result(reference, Answer(status=fault.status, body=fault.body))
    if fault:
        part = Request(**{name: getattr(part, name) for name in Request.__slots__} | {"fault": fault})
    return _result(reference, answer(part))


def _result(reference: str, answer: Answer) -> dict[str, Any]:
    body = json.loads(answer.body) if answer.body else None
    return {"body": body, "httpHeaders": {}, "httpStatusCode": answer.status, "referenceId": reference}


def _halted(reference: str) -> dict[str, Any]:
    code, text = _HALTED
    return _result(reference, json_answer([{"errorCode": code, "message": text}], 400))
