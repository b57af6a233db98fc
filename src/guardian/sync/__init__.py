"""Bringing pages into the store: plan (pure), write (one transaction a page), sweep, settle, reconcile."""

from guardian.sync.rules import Rules
from guardian.sync.run import Connection, sync_connector
from guardian.sync.summary import Progress, RunState, SyncSummary

__all__ = ["Connection", "Progress", "Rules", "RunState", "SyncSummary", "sync_connector"]
