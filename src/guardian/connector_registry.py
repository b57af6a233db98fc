"""Finding connectors by entry point, and opening the ones that an administrator configured."""

import os
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, cast, get_args

from pydantic import SecretStr, ValidationError

from guardian.domain.errors import UserError
from guardian.ports.connector import Connector, ConnectorKind, Surroundings

GROUP = "guardian.connectors"
Stored = Callable[[str], str]
PRIVACY = ("metadata", "subject", "full")
PRIVACY_HELP = (
    "how much of mails, meetings and CRM activities is read and kept. `metadata`: who, when and how; no complaints"
    " are heard, no subjects and no last words are shown. `subject`: the subjects, too; complaints are heard in them,"
    " and digests quote them. `full`: the words, too; complaints are heard in what was written, and digests quote the"
    " last words; at Outlook and Google this takes wider permissions"
)
_UNREAD = {
    "metadata": "; complaints and last words are not read",
    "subject": "; complaints are read in subjects only, and last words are not read",
}
REFERENCES = ("env:", "file:", "stored:")


def kinds() -> tuple[str, ...]:
    """Return the names of the connectors that are installed, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def kind_of(name: str) -> ConnectorKind:
    """Return one installed connector; UserError names those there are, or the extra that is missing."""
    for point in entry_points(group=GROUP, name=name):
        try:
            return cast(ConnectorKind, point.load())
        except ImportError as missing:
            raise UserError(
                f"The connector {name} needs {missing.name}; install it with `pip install client-guardian[{name}]`."
            ) from missing
    raise UserError(f"There is no connector called {name}; installed are: {', '.join(kinds()) or 'none'}.")


def privacy_of(name: str, values: Mapping[str, Any]) -> str:
    """Return how much a connection may tell: metadata (the default), subject or full."""
    level = values.get("privacy", PRIVACY[0])
    if level not in PRIVACY:
        raise UserError(f"[connectors.{name}] privacy is {level}; it can be {', '.join(PRIVACY)}.")
    return str(level)


def privacy_told(level: str) -> str:
    """Return a privacy level, and what it leaves unread."""
    return f"privacy: {level}{_UNREAD.get(level, '')}"


def open_connector(name: str, values: dict[str, Any], surroundings: Surroundings, stored: Stored) -> Connector:
    """Return the connector of one `[connectors.NAME]` section, its settings checked and its secrets read.

    `stored` returns the secret that `stored:NAME` stands for.
    """
    wanted = dict(values)
    wanted.pop("privacy", None)
    kind_name = wanted.pop("kind", None)
    if not isinstance(kind_name, str):
        raise UserError(f'[connectors.{name}] needs a line such as kind = "archive".')
    kind = kind_of(kind_name)
    try:
        settings = kind.settings(**revealed(name, kind, wanted, surroundings.folder, stored))
    except ValidationError as wrong:
        raise UserError(first_fault(name, wrong)) from wrong
    return kind.open(settings, surroundings)


def revealed(
    name: str, kind: ConnectorKind, values: Mapping[str, Any], folder: Path, stored: Stored
) -> dict[str, Any]:
    """Return a connection's settings with its secrets read; UserError for a secret that stands there itself."""
    for key in sorted(_secret_settings(kind) & values.keys()):
        value, kept = values[key], f"{name}-{key}"
        if isinstance(value, str) and value and not value.startswith(REFERENCES):
            raise UserError(
                f"[connectors.{name}] {key}: a secret never stands here itself; type `guardian secrets set {kept}`"
                f" and write stored:{kept}, or give it as env:NAME or file:PATH."
            )
    return {key: reveal(value, folder, stored) for key, value in values.items()}


def _secret_settings(kind: ConnectorKind) -> frozenset[str]:
    fields = kind.settings.model_fields
    return frozenset(
        key for key, field in fields.items() if SecretStr in (field.annotation, *get_args(field.annotation))
    )


def first_fault(name: str, wrong: ValidationError) -> str:
    """Return one sentence about the first setting of a connection that cannot stand as it is."""
    first = wrong.errors()[0]
    where = ".".join(str(step) for step in first["loc"])
    return f"[connectors.{name}] {where + ': ' if where else ''}{first['msg'].removeprefix('Value error, ')}."


def reveal(value: Any, folder: Path, stored: Stored | None = None) -> Any:
    """Return what `env:NAME`, `file:PATH` and, where there is a store, `stored:NAME` stand for; else the value."""
    if not isinstance(value, str):
        return value
    if stored and value.startswith("stored:"):
        return stored(value.removeprefix("stored:"))
    if value.startswith("env:"):
        name = value.removeprefix("env:")
        if name not in os.environ:
            raise UserError(f"The environment variable {name}, named in guardian.toml, is not set.")
        return os.environ[name]
    if value.startswith("file:"):
        path = folder / value.removeprefix("file:")
        try:
            return path.read_text(encoding="utf-8").strip()
        except OSError as wrong:
            raise UserError(f"The secret file {path} cannot be read: {wrong.strerror}.") from wrong
        except UnicodeDecodeError:
            raise UserError(f"The secret file {path} is not text in UTF-8; write it anew.") from None
    return value
