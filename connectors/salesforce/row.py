"""One row as Salesforce tells it, in JSON (REST) or in CSV (Bulk), read alike."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from guardian.connector_kit.encoded_words import without_surrogates
from guardian.domain.addresses import normalise_address
from guardian.domain.identity import long_crm_id, normalise_phone
from guardian.domain.moments import utc


class Unreadable(Exception):
    """A row that cannot be understood; the text is one sentence on why."""


class Row:
    """The fields of a row by API name; what is absent or null is an empty string."""

    __slots__ = ("_cells",)

    def __init__(self, cells: Mapping[str, Any]) -> None:
        self._cells = cells

    def __getitem__(self, name: str) -> str:
        """Return a field as text: check boxes are `true` and `false` whichever API told them."""
        value = self._cells.get(name)
        if isinstance(value, bool):
            return "true" if value else "false"
        return "" if value is None else without_surrogates(str(value))

    @property
    def id(self) -> str:
        """The record's own id, 18 characters; Unreadable when the row has none."""
        found = long_crm_id(self["Id"])
        if not found:
            raise Unreadable("The record id is missing.")
        return found

    @property
    def revision(self) -> str:
        """When the row last changed, written alike whichever API told it; empty where it is not told."""
        text = self["SystemModstamp"]
        try:
            return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="milliseconds") if text else ""
        except (ValueError, OverflowError) as wrong:
            raise Unreadable(f"SystemModstamp is {text[:40]!r}, which is no time.") from wrong

    @property
    def raw(self) -> bytes:
        """The row as JSON, for a dead letter."""
        cells = {name: value for name, value in self._cells.items() if name != "attributes"}
        return json.dumps(cells, ensure_ascii=False, default=str).encode("utf-8", "replace")

    def is_true(self, name: str) -> bool:
        """Say whether a check box is ticked."""
        return self[name].lower() == "true"

    def ref(self, name: str) -> str | None:
        """Return the id of another record, 18 characters, or None."""
        return long_crm_id(self[name]) or None

    def refs(self, *names: str) -> tuple[str, ...]:
        """Return the ids in these fields, each once."""
        return tuple(dict.fromkeys(found for name in names if (found := self.ref(name))))

    def moment(self, name: str) -> datetime | None:
        """Return a date (midnight UTC) or a date and time as aware UTC; Unreadable when it is neither."""
        text = self[name]
        if not text:
            return None
        try:
            told = datetime.fromisoformat(text)
            return utc(told if told.tzinfo else told.replace(tzinfo=UTC))
        except (ValueError, OverflowError) as wrong:
            raise Unreadable(f"{name} is {text[:40]!r}, which is no date.") from wrong

    def first_moment(self, *names: str) -> datetime:
        """Return the first of these dates that is told; Unreadable when none is."""
        for name in names:
            found = self.moment(name)
            if found:
                return found
        raise Unreadable("The date is missing.")

    def whole(self, name: str) -> int | None:
        """Return a number as a whole one, or None."""
        amount = self.amount(name)
        return None if amount is None else int(amount)

    def amount(self, name: str) -> float | None:
        """Return a number, or None where there is none."""
        try:
            return float(self[name]) if self[name] else None
        except ValueError:
            return None

    def addresses(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the mail addresses in these fields, normalised, each once."""
        return tuple(dict.fromkeys(one for name in names if (one := normalise_address(self[name]))))

    def phones(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the phone numbers in these fields, normalised, each once."""
        return tuple(dict.fromkeys(one for name in names if (one := normalise_phone(self[name]))))
