"""Deciding, before it is sent, whether a mail may reach the client."""

from guardian.guard.audience import audience_of
from guardian.guard.check import Examination, Guard
from guardian.guard.decide import Policy, decide
from guardian.guard.directory import SnapshotDirectory, directory_from_csv
from guardian.guard.fresh_directory import FreshDirectory, write_directory
from guardian.guard.holds import discard, expire, hold_mail, release, release_internal, return_to_sender
from guardian.guard.mail_files import messages
from guardian.guard.notices import Notice, reason_sentence, return_notice, sender_notice
from guardian.guard.outbox import Outbox
from guardian.guard.read_mail import read_mail
from guardian.guard.scan import scan_message

__all__ = [
    "Examination",
    "FreshDirectory",
    "Guard",
    "Notice",
    "Outbox",
    "Policy",
    "SnapshotDirectory",
    "audience_of",
    "decide",
    "directory_from_csv",
    "discard",
    "expire",
    "hold_mail",
    "messages",
    "read_mail",
    "reason_sentence",
    "release",
    "release_internal",
    "return_notice",
    "return_to_sender",
    "scan_message",
    "sender_notice",
    "write_directory",
]
