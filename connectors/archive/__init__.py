"""Plain export files as a connector: a folder dropped in is recognised by itself."""

from connectors.archive.connector import ArchiveKind

connector = ArchiveKind()
