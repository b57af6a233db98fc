"""Calendars as Graph answers for them: a view by delta, without any OData option, and series by their instances."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.lab.company import Desk
from tests.lab.company_facts import Meeting
from tests.lab.graph_delta import Collection, Link
from tests.lab.graph_errors import Refused
from tests.lab.graph_items import event_id, event_rows, occurrence_rows, whole_rows
from tests.lab.graph_schema import checked_row, checked_select
from tests.lab.serving import Request

if TYPE_CHECKING:
    from tests.lab.graph import Graph


def calendar_view(graph: "Graph", request: Request, roles: frozenset[str], mailbox: str) -> Any:
    """Answer a delta query over a calendar view."""
    asked = {name for name, _ in request.query if name.startswith("$")}
    if asked - {"$skiptoken", "$deltatoken"}:
        raise Refused(400, "ErrorInvalidUrlQuery", f"{asked} is not supported with change tracking over events.")
    token = request.param("$skiptoken") or request.param("$deltatoken")
    said = dict(Link.read(token, graph.generation).query) if token else dict(request.query)
    if "startDateTime" not in said or "endDateTime" not in said:
        raise Refused(400, "ErrorInvalidParameter", "This request requires a time window.")
    window = (_moment(said["startDateTime"]), _moment(said["endDateTime"]))
    if (window[1] - window[0]).days > 1825:
        raise Refused(400, "ErrorInvalidParameter", "The window is longer than 1825 days.")

    def rows(ref: str, meeting: Meeting) -> list[dict[str, Any]]:
        return event_rows(ref, meeting, window)

    def belongs(meeting: Meeting) -> bool:
        return any(window[0] <= start < window[1] for _, start in meeting.held)

    shelf = graph.company.desks[mailbox].calendar
    return graph.delta(
        request, "event", Collection(shelf=shelf, belongs=belongs, rows=rows, id_of=event_id), query=said
    )


def one_event(graph: "Graph", request: Request, roles: frozenset[str], mailbox: str, wanted: str) -> Any:
    """Answer for one event, master or occurrence."""
    select = checked_select("event", request.param("$select"))
    for ref, meeting in graph.company.desks[mailbox].calendar.items.items():
        for row in whole_rows(ref, meeting):
            if row["id"] == wanted:
                return checked_row("event", row, select)
    raise Refused(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def instances(graph: "Graph", request: Request, roles: frozenset[str], mailbox: str, wanted: str) -> Any:
    """Answer for the occurrences of a series in a window."""
    select = checked_select("event", request.param("$select"))
    ref, meeting = _meeting(graph.company.desks[mailbox], wanted)
    said = dict(request.query)
    window = (_moment(said["startDateTime"]), _moment(said["endDateTime"]))
    rows = [checked_row("event", row, select) for row in occurrence_rows(ref, meeting, window)]
    skip, size = int(said.get("$skip", 0)), int(said.get("$top", 10))
    page: dict[str, Any] = {"value": rows[skip : skip + size]}
    if skip + size < len(rows):
        query = "&".join(f"{name}={value}" for name, value in {**said, "$skip": str(skip + size)}.items())
        page["@odata.nextLink"] = f"{graph.url}{request.path}?{query.replace('+', '%2B')}"
    return page


def _meeting(desk: Desk, wanted: str) -> tuple[str, Meeting]:
    for ref, meeting in desk.calendar.items.items():
        if event_id(ref) == wanted:
            return ref, meeting
    raise Refused(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
