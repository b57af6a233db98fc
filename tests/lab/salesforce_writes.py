"""Writing records in collections (API 46 and later): upsert by an external id, update by id; strict in all of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from tests.lab.salesforce_errors import Refused, RowRefused
from tests.lab.salesforce_org import Org, Record
from tests.lab.salesforce_schema import EXTERNAL_IDS, FIELDS, LENGTHS, PREFIXES, WRITABLE, may
from tests.lab.serving import Request

MOST = 200
INTEGRATION_USER = "005xY0000000001AAA"
_TYPES: dict[str, tuple[type, ...]] = {"boolean": (bool,), "int": (int,), "currency": (int, float)}


def upsert(org: Org, name: str, key: str, request: Request) -> list[dict[str, Any]]:
    """Make or change records of one object by their external id, and return what became of each, in order."""
    if key not in EXTERNAL_IDS or key not in FIELDS[name] or f"{name}.{key}" in org.hidden:
        raise Refused(404, "NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {key}")
    given = _records(org, request, name)
    if any("id" in {field.lower() for field in one} for one in given):
        raise Refused(400, "INVALID_FIELD", "The Id field should not be specified in the sobject data.")
    keys = [one.get(key) for one in given]
    return [
        _result(lambda one=one: _upserted(org, name, key, one, twice=keys.count(one.get(key)) > 1))  # type: ignore[misc]
        for one in given
    ]


def update(org: Org, request: Request) -> list[dict[str, Any]]:
    """Change records by their id, and return what became of each, in order."""
    given = _records(org, request, None)
    return [_result(lambda one=one: _updated(org, one)) for one in given]  # type: ignore[misc]


def locked_of(org: Org, name: str) -> frozenset[str]:
    """Return the fields of an object that the integration user may not write; an empty name is the object itself."""
    there = (one.partition(".") for one in org.locked)
    return frozenset(field for of, _, field in there if of == name)


def _records(org: Org, request: Request, name: str | None) -> list[dict[str, Any]]:
    """Return the records of a request, with their object's name as `type`; Refused for what is not well formed."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE")
    try:
        body = request.json
    except ValueError:
        raise Refused(400, "JSON_PARSER_ERROR", "Unexpected character") from None
    if not isinstance(body, dict) or body.keys() - {"allOrNone", "records"} or body.get("allOrNone") is not False:
        raise Refused(400, "JSON_PARSER_ERROR", "the lab takes allOrNone false and records, nothing else")
    records = body.get("records")
    if not isinstance(records, list) or not 1 <= len(records) <= MOST:
        raise Refused(400, "EXCEEDED_MAX_SIZE_REQUEST", f"record limit of {MOST} exceeded")
    return [_typed(org, one, name) for one in records]


def _typed(org: Org, one: Any, name: str | None) -> dict[str, Any]:
    about = one.pop("attributes", None) if isinstance(one, dict) else None
    if not isinstance(about, dict) or about.keys() != {"type"} or (name and about["type"] != name):
        raise Refused(400, "INVALID_TYPE", "every record needs attributes with its type, and no other")
    found = about["type"]
    if found not in FIELDS or found in org.hidden:
        raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
    for field in one.keys() - {"id"}:
        if field not in FIELDS[found] or f"{found}.{field}" in org.hidden:
            raise Refused(400, "INVALID_FIELD", f"No such column '{field}' on sobject of type {found}")
    return {**one, "type": found}


def _result(do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return do() | {"success": True, "errors": []}
    except RowRefused as wrong:
        error = {"statusCode": wrong.code, "message": wrong.text, "fields": list(wrong.fields)}
        return {"success": False, "errors": [error]}


def _upserted(org: Org, name: str, key: str, one: dict[str, Any], *, twice: bool) -> dict[str, Any]:
    fields = {field: value for field, value in one.items() if field != "type"}
    if not fields.get(key):
        raise RowRefused("MISSING_ARGUMENT", f"{key} not specified", key)
    if twice:
        raise RowRefused("DUPLICATE_VALUE", f"Duplicate external id specified: {fields[key]}", key)
    same = [row for row in org.living(name).values() if str(row[key]).lower() == str(fields[key]).lower()]
    if len(same) > 1:
        raise RowRefused("DUPLICATE_EXTERNAL_ID", f"{key}: more than one record found for external id", key)
    if same:
        changes = {field: value for field, value in fields.items() if field != key}
        _change(org, name, same[0]["Id"], changes)
        return {"id": same[0]["Id"], "created": False}
    return {"id": _make(org, name, fields), "created": True}


def _updated(org: Org, one: dict[str, Any]) -> dict[str, Any]:
    record_id, name = one.get("id"), one["type"]
    if record_id not in org.living(name):
        raise RowRefused("ENTITY_IS_DELETED", "entity is deleted")
    _change(org, name, record_id, {field: value for field, value in one.items() if field not in ("id", "type")})
    return {"id": record_id}


def _make(org: Org, name: str, fields: Record) -> str:
    _check(org, name, fields, "create")
    if name == "Task":
        return _make_task(org, fields)
    return org.create(name, **_read(name, fields))


def _make_task(org: Org, fields: Record) -> str:
    status = fields.get("Status", "Not Started")
    closed = any(one["ApiName"] == status and one["IsClosed"] for one in org.records["TaskStatus"].values())
    who, what = fields.get("WhoId"), fields.get("WhatId")
    account = what if what in org.records["Account"] else org.records["Contact"].get(who or "", {}).get("AccountId")
    given = {"OwnerId": INTEGRATION_USER} | _read("Task", fields)
    done = {"IsClosed": closed, "CompletedDateTime": org.now if closed else None, "AccountId": account}
    task = org.create("Task", **(given | done))
    for related in (who, what):
        if related:
            org.create("TaskRelation", TaskId=task, RelationId=related, IsWhat=related == what)
    return task


def _change(org: Org, name: str, record_id: str, fields: Record) -> None:
    _check(org, name, fields, "update")
    org.update(record_id, **_read(name, fields))


def _check(org: Org, name: str, fields: Record, do: str) -> None:
    locked = locked_of(org, name)
    if name not in WRITABLE or "" in locked:
        raise RowRefused("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
    closed = [field for field in fields if not may(name, field, do, locked)]
    if closed:
        text = f"Unable to create/update fields: {', '.join(closed)}. Please check the security settings"
        raise RowRefused("INVALID_FIELD_FOR_INSERT_UPDATE", text, *closed)
    for field, value in fields.items():
        _check_value(org, name, field, value)
    _check_relations(org, name, fields)
    wrong = org.rule(name, fields)
    if wrong:
        raise RowRefused("FIELD_CUSTOM_VALIDATION_EXCEPTION", wrong)


def _check_value(org: Org, name: str, field: str, value: Any) -> None:
    kind = FIELDS[name][field]
    if value is None:
        return
    if not isinstance(value, _TYPES.get(kind, (str,))) or (kind == "int" and isinstance(value, bool)):
        raise Refused(400, "JSON_PARSER_ERROR", f"Cannot deserialize {field} from {value!r}")
    if isinstance(value, str) and len(value) > LENGTHS.get(field, 255) and kind != "textarea":
        raise RowRefused("STRING_TOO_LONG", f"{field}: data value too large: {value[:30]}", field)
    if kind == "reference" and not _is_there(org, value):
        raise RowRefused("INVALID_CROSS_REFERENCE_KEY", f"{field}: id value of incorrect type: {value}", field)
    try:
        if kind == "date":
            date.fromisoformat(value)
        elif kind == "datetime" and datetime.fromisoformat(value).tzinfo is None:
            raise ValueError(value)
    except ValueError:
        raise Refused(400, "JSON_PARSER_ERROR", f"Cannot deserialize instance of {kind} from {value}") from None


def _is_there(org: Org, record_id: str) -> bool:
    return record_id == INTEGRATION_USER or any(record_id in org.living(name) for name in PREFIXES)


def _check_relations(org: Org, name: str, fields: Record) -> None:
    if name != "Task":
        return
    who, what, owner = fields.get("WhoId"), fields.get("WhatId"), fields.get("OwnerId")
    if who and not who.startswith(("003", "00Q")):
        raise RowRefused("FIELD_INTEGRITY_EXCEPTION", "Name ID: id value of incorrect type", "WhoId")
    if what and (who or "").startswith("00Q"):
        raise RowRefused("FIELD_INTEGRITY_EXCEPTION", "You can't relate a lead to another object", "WhatId")
    if owner and owner != INTEGRATION_USER and not org.record(owner).get("IsActive"):
        raise RowRefused("INACTIVE_OWNER_OR_USER", "operation performed with inactive user", "OwnerId")


def _read(name: str, fields: Record) -> Record:
    """Return the values as records hold them."""
    kinds = FIELDS[name]
    return {
        field: datetime.fromisoformat(value).astimezone(UTC) if value and kinds[field] == "datetime" else value
        for field, value in fields.items()
    }
