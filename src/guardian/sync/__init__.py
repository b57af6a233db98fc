"""Bringing pages into the store: plan (pure), write (one transaction a page), sweep, settle, reconcile."""

from guardian.sync.listening import Ear
from guardian.sync.part import Connection, PutBack, Work, sync_part
from guardian.sync.pool import in_threads
from guardian.sync.rule_review import RuleReview, review_rules
from guardian.sync.rules import Rules
from guardian.sync.run import begin, finish, never, one_a_thread, sync_connector, sync_here
from guardian.sync.summary import Progress, RunState, SyncSummary
from guardian.sync.write_back import Manner
from guardian.sync.write_back_run import WriteBack, WriteBackSummary, write_back

__all__ = [
    "Connection",
    "Ear",
    "Manner",
    "Progress",
    "PutBack",
    "RuleReview",
    "Rules",
    "RunState",
    "SyncSummary",
    "Work",
    "WriteBack",
    "WriteBackSummary",
    "begin",
    "finish",
    "in_threads",
    "never",
    "one_a_thread",
    "review_rules",
    "sync_connector",
    "sync_here",
    "sync_part",
    "write_back",
]
