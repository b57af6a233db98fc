"""The archive as a connector: a folder of exports, each file or mail folder in it a feed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from connectors.archive.calendars import CalendarReader, horizon
from connectors.archive.cards import read_cards
from connectors.archive.guide import STEPS
from connectors.archive.mail import MailReader
from connectors.archive.mail_folder import FolderFeed
from connectors.archive.mbox import MboxFeed
from connectors.archive.recognise import FileKind
from connectors.archive.settings import ArchiveSettings
from connectors.archive.survey import Source, is_gone, summary, survey
from connectors.archive.tables import TableReader
from connectors.archive.unknown_files import UnknownFiles
from connectors.archive.whole_file import FileFeed
from connectors.archive.zones import configured_zone
from guardian.domain.errors import UserError
from guardian.ports.connector import Connector, Feed, Scope, Spent, Surroundings

READING = "2"  # counts on when cards and rows tell more than they did, so that all are read anew
_FILES = "files"  # the feed of the unreadable
_NOUNS = {
    FileKind.MBOX: ("mbox file", "mbox files"),
    FileKind.MAIL: ("mail folder", "mail folders"),
    FileKind.CALENDAR: ("calendar", "calendars"),
    FileKind.CARDS: ("file of address cards", "files of address cards"),
    FileKind.TABLE: ("CSV export", "CSV exports"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """One folder (or file) of exports."""

    settings: ArchiveSettings
    surroundings: Surroundings

    @property
    def root(self) -> Path:
        """Where the exports are; UserError when there is nothing."""
        path = self.surroundings.folder / Path(self.settings.path).expanduser()
        if not path.exists():
            raise UserError(f"Put the exports into {path}, or set path to the folder or file that holds them.")
        return path

    def check(self) -> str:
        """Say what lies in the archive."""
        configured_zone(self.settings.time_zone)
        found = survey(self.root)
        kinds = ", ".join(f"{count} {_NOUNS[kind][count > 1]}" for kind, count in summary(found)) or "nothing yet"
        if found.unknown:
            return f"Reads from {self.settings.path}: {kinds}; cannot read {len(found.unknown)} of the files."
        return f"Reads from {self.settings.path}: {kinds}."

    def parts(self) -> Iterator[str]:
        """Yield one part: a disk gives no more to several readers."""
        yield _FILES

    def feeds(self, part: str | None = None) -> Iterator[Feed]:
        """Yield a feed for every export, and one that names the files which are none."""
        found = survey(self.root)
        for source in found.sources:
            yield self._feed(source)
        yield UnknownFiles(scope=Scope(name=_FILES, mailbox=_FILES), files=found.unknown)

    def gone(self, known: Sequence[Scope]) -> Sequence[Scope]:
        """Return which of these exports were removed from the folder."""
        found = survey(self.root)
        return [scope for scope in known if is_gone(scope.name.removeprefix("./"), found)]

    def spent(self) -> Spent:
        """Return that a disk is asked for nothing."""
        return Spent()

    def _feed(self, source: Source) -> Feed:
        kind, table = source.recognised.kind, source.recognised.table
        mailbox = (table.mailbox if table else None) or source.name
        scope = Scope(name=f"./{source.name}" if source.name == _FILES else source.name, mailbox=mailbox)
        if kind is FileKind.MBOX:
            return MboxFeed(path=source.path, scope=scope, reader=self._mail_reader)
        if kind is FileKind.MAIL:
            return FolderFeed(scope=scope, entries=source.entries, reader=self._mail_reader)
        if kind is FileKind.CARDS:
            return FileFeed(path=source.path, scope=scope, read=read_cards, variant=READING)
        if table:
            reader = TableReader(
                table=table,
                org_id=self.settings.org_id,
                privacy=self.surroundings.privacy,
                day_first=self.settings.day_first,
                zone=configured_zone(self.settings.time_zone),
            )
            variant = f"{self._shape} {table.mailbox or ''} {READING}".strip()
            return FileFeed(path=source.path, scope=scope, read=reader, variant=variant)
        variant = f"{horizon(self._now)} {self._shape}".strip()
        return FileFeed(path=source.path, scope=scope, read=self._calendar_reader, variant=variant)

    @property
    def _shape(self) -> str:
        """What beside a file decides how its rows and meetings are read: one that was read otherwise is read anew."""
        chosen = self.settings
        return f"{self.surroundings.privacy} {chosen.time_zone} {chosen.day_first} {chosen.org_id}"

    @property
    def _mail_reader(self) -> MailReader:
        return MailReader(privacy=self.surroundings.privacy)

    @property
    def _calendar_reader(self) -> CalendarReader:
        return CalendarReader(
            own_domains=self.surroundings.own_domains,
            privacy=self.surroundings.privacy,
            floating=configured_zone(self.settings.time_zone),
            now=self._now,
        )

    @property
    def _now(self) -> datetime | None:
        now = self.surroundings.extra.get("now")
        return now if isinstance(now, datetime) and now.tzinfo else None


class ArchiveKind:
    """The entry point of the archive."""

    kind: ClassVar[str] = "archive"
    title: ClassVar[str] = "Export files (mbox, Maildir, .eml, .ics, .vcf, CSV)"
    settings: ClassVar[type[Any]] = ArchiveSettings

    def open(self, settings: ArchiveSettings, surroundings: Surroundings) -> Connector:
        """Return the archive; nothing is read yet."""
        return Archive(settings=settings, surroundings=surroundings)

    def steps(self, language: str) -> tuple[str, ...]:
        """Return where to put the files."""
        return STEPS[language]
