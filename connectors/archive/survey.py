"""Walking the folder of exports: which feeds there are in it, and which files nobody can read."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from connectors.archive.mail_folder import Entry, mail_file_entry, maildir_entries
from connectors.archive.recognise import FileKind, Recognised, recognise
from connectors.archive.unmeant import is_unmeant_folder

DEEPEST = 40  # folders within folders
_DROPPINGS = frozenset(
    {"thumbs.db", "desktop.ini", "__macosx"}
)  # operating systems leave these, hidden in their own eyes


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One future feed: a file, or a folder with its mails in `entries`; `name` is its path below the archive."""

    name: str
    path: Path
    recognised: Recognised
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A file that no feed reads, and why; `closed` when not even a look into it was possible."""

    name: str
    path: Path
    why: str
    size: int
    closed: bool = False

    def hides(self, name: str) -> bool:
        """Say whether a source that was here before may still be here, behind what cannot be read."""
        folder = self.name.rpartition("/")[0] or "."
        return self.name in (".", name) or name.startswith(f"{self.name}/") or (self.closed and folder == name)


@dataclass(slots=True)
class Survey:
    """Everything in the archive."""

    sources: list[Source] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)


def survey(root: Path) -> Survey:
    """Return what is in a folder (or what one file is), in a lasting order."""
    found = Survey()
    if root.is_file():
        _take_files([root], root.parent, found)
    else:
        _take_folder(root, root, found, 0)
    return found


def _take_folder(folder: Path, root: Path, found: Survey, depth: int) -> None:
    files, folders = _listed(folder, root, found)
    if _is_maildir(folder):
        entries = tuple(maildir_entries(folder))
        found.sources.append(_folder_source(folder, root, entries))
        files, folders = [], [one for one in folders if one.name not in ("cur", "new", "tmp")]
    else:
        folders = [one for one in folders if not one.name.startswith(".") or _is_maildir(one)]
    _take_files(files, root, found)
    for inner in folders:
        if depth >= DEEPEST:
            found.unknown.append(Unknown(name=_name(inner, root), path=inner, why="It lies too deep.", size=0))
        elif not (_is_maildir(inner) and is_unmeant_folder(inner.name)):
            _take_folder(inner, root, found, depth + 1)


def _listed(folder: Path, root: Path, found: Survey) -> tuple[list[Path], list[Path]]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        why = f"The folder cannot be read: {error.strerror}."
        found.unknown.append(Unknown(name=_name(folder, root), path=folder, why=why, size=0))
        return [], []
    files = [folder / one.name for one in entries if one.is_file()]
    folders = [folder / one.name for one in entries if one.is_dir(follow_symlinks=False)]
    return files, folders


def _take_files(files: list[Path], root: Path, found: Survey) -> None:
    """Sort files into feeds of their own, and single mails into one feed for their folder."""
    mails: list[Entry] = []
    for path in filter(lambda path: not _hidden(path), files):
        name = _name(path, root)
        try:
            what = recognise(path)
            if what.kind is FileKind.MAIL:
                mails.append(mail_file_entry(path))
            elif what.kind is FileKind.UNKNOWN:
                found.unknown.append(Unknown(name=name, path=path, why=what.why, size=path.stat().st_size))
            elif what.kind is not FileKind.EMPTY:
                found.sources.append(Source(name=name, path=path, recognised=what))
        except OSError as error:
            why = f"It cannot be read: {error.strerror}."
            found.unknown.append(Unknown(name=name, path=path, why=why, size=0, closed=True))
    if mails:
        found.sources.append(_folder_source(files[0].parent, root, tuple(mails)))


def _folder_source(folder: Path, root: Path, entries: tuple[Entry, ...]) -> Source:
    return Source(name=_name(folder, root), path=folder, recognised=Recognised(kind=FileKind.MAIL), entries=entries)


def _is_maildir(folder: Path) -> bool:
    return (folder / "cur").is_dir() and ((folder / "new").is_dir() or (folder / "tmp").is_dir())


def _hidden(path: Path) -> bool:
    """Say whether nobody means this file: hidden, or the index that Thunderbird and Apple keep beside a mailbox."""
    name = path.name.lower()
    if name.startswith(".") or name in _DROPPINGS:
        return True
    if name.endswith(".msf"):
        return path.with_suffix("").exists()
    return name == "table_of_contents" and (path.parent / "mbox").exists()


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix().encode("utf-8", "backslashreplace").decode("utf-8")


def is_gone(name: str, found: Survey) -> bool:
    """Say whether a source of this name, which was here before, is here no more."""
    there = any(source.name == name for source in found.sources)
    return not there and not any(one.hides(name) for one in found.unknown)


def summary(found: Survey) -> Iterator[tuple[FileKind, int]]:
    """Yield how many feeds there are of each kind."""
    for kind in FileKind:
        count = sum(source.recognised.kind is kind for source in found.sources)
        if count:
            yield kind, count
