"""What Google's APIs accept and answer, as the discovery documents in google-api-python-client say it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from googleapiclient.discovery_cache import get_static_doc

Json = Mapping[str, Any]
_PATTERNS = {
    "uint64": r"\d{1,20}",
    "int64": r"-?\d{1,19}",
    "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "date": r"\d{4}-\d\d-\d\d",
    "byte": r"[A-Za-z0-9_-]*=*",
}


class Wrong(Exception):
    """A request or an answer that the discovery document does not allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method of an API, and the parameters that its path gave."""

    api: "Discovery"
    spec: Json
    path_parameters: Mapping[str, str]

    @property
    def name(self) -> str:
        """Its id, such as gmail.users.messages.get."""
        return str(self.spec["id"])

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes, each of which lets it be called."""
        return frozenset(self.spec["scopes"])

    def read_query(self, query: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """Return the parameters in their types; Wrong when one is unknown, malformed, repeated or missing."""
        allowed = {**self.api.document["parameters"], **self.spec.get("parameters", {})}
        found: dict[str, Any] = dict(self.path_parameters)
        for name, text in query:
            if name not in allowed:
                raise Wrong(f"{self.name} knows no parameter {name}")
            value = _parameter(name, text, allowed[name])
            if allowed[name].get("repeated"):
                found.setdefault(name, []).append(value)
            elif name in found:
                raise Wrong(f"{name} is given twice")
            else:
                found[name] = value
        missing = [name for name, spec in allowed.items() if spec.get("required") and name not in found]
        if missing:
            raise Wrong(f"{self.name} needs {', '.join(missing)}")
        return found

    def check_answer(self, answer: Json) -> None:
        """Raise Wrong when the answer is not of the schema."""
        self.api.check(answer, self.spec["response"]["$ref"], "answer")


@dataclass(frozen=True, slots=True)
class Discovery:
    """One discovery document."""

    document: Json

    def method(self, verb: str, path: str) -> Method | None:
        """Return the method that a path stands for, or None."""
        base = "/" + self.document["servicePath"]
        for spec in _methods(self.document):
            pattern = base + spec.get("flatPath", spec["path"])
            found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern), path)
            if found and spec["httpMethod"] == verb:
                return Method(api=self, spec=spec, path_parameters=_named(spec, found.groupdict()))
        return None

    def check(self, value: Any, ref: str, where: str) -> None:
        """Raise Wrong when a value is not of a schema."""
        schema = self.document["schemas"][ref]
        if not isinstance(value, dict):
            raise Wrong(f"{where} is no {ref}")
        for name, inner in value.items():
            if name not in schema["properties"]:
                raise Wrong(f"{where}.{name} is unknown to {ref}")
            self._check(inner, schema["properties"][name], f"{where}.{name}")

    def _check(self, value: Any, spec: Json, where: str) -> None:
        if "$ref" in spec:
            return self.check(value, spec["$ref"], where)
        kind = spec.get("type")
        right = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "number": float}
        if kind in right and not isinstance(value, right[kind]):
            raise Wrong(f"{where} is no {kind}: {value!r}")
        pattern = _PATTERNS.get(spec.get("format", ""))
        if kind == "string" and pattern and not re.fullmatch(pattern, value):
            raise Wrong(f"{where} is no {spec['format']}: {value!r}")
        for n, inner in enumerate(value if kind == "array" else ()):
            self._check(inner, spec["items"], f"{where}[{n}]")
        for name, inner in value.items() if kind == "object" and "properties" in spec else ():
            if name not in spec["properties"]:
                raise Wrong(f"{where}.{name} is unknown")
            self._check(inner, spec["properties"][name], f"{where}.{name}")
        return None


@lru_cache(maxsize=8)
def discovery(name: str, version: str) -> Discovery:
    """Return the document of an API that the client carries."""
    return Discovery(json.loads(get_static_doc(name, version)))


def masked(value: Any, mask: str | None) -> Any:
    """Return what a `fields` mask leaves of an answer: a,b(c,d),e/f."""
    return _keep(value, _mask(mask)) if mask else value


def _keep(value: Any, mask: Mapping[str, Any]) -> Any:
    if not mask:
        return value
    if isinstance(value, list):
        return [_keep(one, mask) for one in value]
    return {name: _keep(value[name], inner) for name, inner in mask.items() if name in value}


def _mask(text: str) -> dict[str, Any]:
    tokens = re.findall(r"[^,()/]+|[,()/]", text)
    if "".join(tokens) != text:
        raise Wrong(f"not a field mask: {text}")
    return _mask_level(iter(tokens))


def _mask_level(tokens: Iterator[str]) -> dict[str, Any]:
    level: dict[str, Any] = {}
    at = level
    name = ""
    for token in tokens:
        if token == "(":
            at[name] = _mask_level(tokens)
        elif token == ")":
            return level
        elif token == ",":
            at = level
        elif token == "/":
            at = at[name]
        else:
            name = token
            at[name] = {}
    return level


def _parameter(name: str, text: str, spec: Json) -> Any:
    kind = spec["type"]
    if spec.get("enum") and text not in spec["enum"]:
        raise Wrong(f"{name} cannot be {text}")
    if kind == "boolean":
        if text not in ("true", "false"):
            raise Wrong(f"{name} is true or false, not {text}")
        return text == "true"
    if kind == "integer":
        if not re.fullmatch(r"\d{1,9}", text) or int(text) < int(spec.get("minimum", 0)):
            raise Wrong(f"{name} is no number: {text}")
        return int(text)
    pattern = _PATTERNS.get(spec.get("format", ""))
    if pattern and not re.fullmatch(pattern, text):
        raise Wrong(f"{name} is no {spec['format']}: {text}")
    return text


def _named(spec: Json, groups: Mapping[str, str]) -> dict[str, str]:
    """Return path parameters by their names in `path`; `flatPath` has others (people/{peopleId}: resourceName)."""
    inside = re.findall(r"\{\+?(\w+)\}", spec["path"])
    if set(inside) == set(groups):
        return dict(groups)
    return {inside[0]: f"people/{next(iter(groups.values()))}"}


def _methods(resource: Json) -> Iterator[Json]:
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from _methods(inner)
