"""Calendar files (iCalendar): every meeting of every series as what happened, or will."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from pathlib import Path

from connectors.archive.cells import Unreadable
from connectors.archive.content_lines import components, read_line, unfold
from connectors.archive.decoding import read_all
from connectors.archive.events import Event, When, nobody_came, people_of, read_event
from connectors.archive.mail_text import SNIPPET
from connectors.archive.series import occurrences, original
from connectors.archive.tally import short_digest
from connectors.archive.whole_file import Item
from connectors.archive.zones import Zones, named_zone
from guardian.connector_kit.encoded_words import printable
from guardian.connector_kit.paging import dead_letter
from guardian.domain.activity import Activity, Kind, Participant, Signal
from guardian.domain.addresses import domain_of, is_within
from guardian.domain.identity import meeting_key
from guardian.domain.moments import utc
from guardian.ports.connector import DeadLetter

_KINDS = frozenset({"VEVENT", "VTIMEZONE"})
_WORDS = ("SUMMARY", "DESCRIPTION", "COMMENT", "LOCATION", "X-ALT-DESC", "CATEGORIES")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarReader:
    """Reads calendar files under the tenant's settings; `now` bounds series without end."""

    own_domains: frozenset[str]
    privacy: str
    floating: tzinfo
    now: datetime | None = None

    def __call__(self, path: Path) -> Iterator[Item]:
        """Yield every meeting as an activity, and every event that cannot be understood as a dead letter."""
        items = list(self._items(read_all(path)))
        size = path.stat().st_size
        for n, item in enumerate(items, 1):
            yield item, size * n // len(items)

    def _items(self, text: str) -> Iterator[Activity | DeadLetter]:
        events: dict[tuple[str, datetime | None], tuple[Event, Zones]] = {}
        dead: dict[str, DeadLetter] = {}
        for lines in _calendars(unfold(text)):
            for event, zones in self._events(lines, dead):
                key = (event.uid, event.instead_of.moment if event.instead_of else None)
                if key not in events or events[key][0].sequence <= event.sequence:
                    events[key] = (event, zones)
        by_series = sorted(events.values(), key=lambda found: (found[0].uid, found[0].instead_of is not None))
        for _, group in groupby(by_series, key=lambda found: found[0].uid):
            yield from self._series(list(group), dead)
        yield from dead.values()

    def _events(self, lines: list[str], dead: dict[str, DeadLetter]) -> Iterator[tuple[Event, Zones]]:
        found = list(components(lines, _KINDS))
        zones = Zones((one for one in found if one.kind == "VTIMEZONE"), self._floating(lines))
        method = _property(lines, "METHOD").upper()
        for component in found:
            if component.kind == "VEVENT":
                try:
                    yield read_event(component, zones, method=method), zones
                except Unreadable as error:
                    self._bury(component.text("UID"), component.raw, str(error), dead)

    def _series(self, group: list[tuple[Event, Zones]], dead: dict[str, DeadLetter]) -> Iterator[Activity]:
        (first, zones), *_ = group
        master = first if first.instead_of is None else None
        replaced = {original(event, master).moment: event for event, _ in group if event.instead_of}
        if master and not master.recurs:
            yield self._activity(master, master.start, None)
        elif master:
            try:
                for when in occurrences(master, zones, now=self.now):
                    if when.moment not in replaced:
                        yield self._activity(master, when, when)
            except Unreadable as error:
                self._bury(master.uid, master.component.raw, str(error), dead)
        for event, _ in group:
            if event.instead_of:
                yield self._activity(event, event.start, original(event, master))

    def _activity(self, event: Event, start: When, of_series: When | None) -> Activity:
        people = people_of(event.component)
        original_start = of_series.moment if of_series else None
        key = meeting_key(event.uid, original_start)
        return Activity(
            item_id=f"{event.uid}/{key.rpartition('/')[2]}",
            kind=Kind.MEETING,
            key=key,
            occurred_at=utc(start.moment),
            participants=people,
            signals=self._signals(event, people),
            subject=self._subject(event),
            snippet=self._snippet(event),
            duration_s=int(event.length.total_seconds()),
            revision=_revision(*event.sequence),
        )

    def _signals(self, event: Event, people: tuple[Participant, ...]) -> frozenset[Signal]:
        if event.called_off:
            return frozenset({Signal.CANCELLED, Signal.CALLED_OFF})
        if event.cancelled:
            return frozenset({Signal.CANCELLED})
        own = {one.identity.value for one in people if is_within(domain_of(one.identity.value), self.own_domains)}
        return frozenset({Signal.NOT_HELD}) if nobody_came(people, own) else frozenset()

    def _subject(self, event: Event) -> str | None:
        private = event.component.text("CLASS").upper() in ("PRIVATE", "CONFIDENTIAL")
        return None if private or self.privacy == "metadata" else printable(event.component.text("SUMMARY"))[:1000]

    def _snippet(self, event: Event) -> str | None:
        private = event.component.text("CLASS").upper() in ("PRIVATE", "CONFIDENTIAL")
        if private or self.privacy != "full":
            return None
        return printable(event.component.text("DESCRIPTION")[:5_000])[:SNIPPET] or None

    def _floating(self, lines: list[str]) -> tzinfo:
        named = _property(lines, "X-WR-TIMEZONE")
        return (named_zone(named) if named else None) or self.floating

    def _bury(self, uid: str, raw: list[str], why: str, dead: dict[str, DeadLetter]) -> None:
        """Keep a bad event, of its words only what privacy allows; the same one twice is one."""
        kept = raw if self.privacy == "full" else [line for line in raw if not line.upper().startswith(_WORDS)]
        content = "\n".join(kept).encode("utf-8", "replace")
        item_id = f"{uid[:200] or 'event'}/{short_digest(''.join(raw).encode('utf-8', 'replace'))}"
        dead[item_id] = dead_letter(item_id, why, content)


def horizon(now: datetime | None) -> str:
    """Return what of `now` decides how far series reach: its month, so that a file is read anew once a month."""
    return now.astimezone(UTC).strftime("%Y-%m") if now else ""


def _calendars(lines: Iterable[str]) -> Iterator[list[str]]:
    """Cut a file into its calendars, each with a METHOD and time zones of its own."""
    held: list[str] = []
    for line in lines:
        if line.strip().upper() == "BEGIN:VCALENDAR" and held:
            yield held
            held = []
        held.append(line)
    yield held


def _revision(number: int, stamp: str) -> str:
    """Return the number of a version and when it was made, written as other calendars write them."""
    when = re.sub(r"^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)", r"\1-\2-\3T\4:\5:\6", stamp)
    return f"{number:06d} {when}".strip()


def _property(lines: list[str], name: str) -> str:
    for text in lines:
        if text[: len(name)].upper() == name and (line := read_line(text)) and line.name == name:
            return line.text
        if text.upper().startswith("BEGIN:VEVENT"):
            return ""
    return ""
