"""Bringing pages into the store: plan (pure), write (one transaction a page), sweep, settle, reconcile."""

from guardian.sync.listening import Ear
from guardian.sync.part import Connection, PutBack, Work, sync_part
from guardian.sync.pool import in_threads
from guardian.sync.rules import Rules
from guardian.sync.run import begin, finish, never, one_a_thread, sync_connector, sync_here
from guardian.sync.summary import Progress, RunState, SyncSummary

__all__ = [
    "Connection",
    "Ear",
    "Progress",
    "PutBack",
    "Rules",
    "RunState",
    "SyncSummary",
    "Work",
    "begin",
    "finish",
    "in_threads",
    "never",
    "one_a_thread",
    "sync_connector",
    "sync_here",
    "sync_part",
]
