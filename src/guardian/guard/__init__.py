"""Deciding, before it is sent, whether a mail may reach the client."""

from guardian.guard.audience import audience_of
from guardian.guard.check import Examination, Guard
from guardian.guard.decide import Policy, decide
from guardian.guard.directory import SnapshotDirectory, directory_from_csv
from guardian.guard.fresh_directory import FreshDirectory, write_directory
from guardian.guard.fresh_lists import FreshLists
from guardian.guard.holds import (
    AlreadyDecided,
    discard,
    expire,
    hold_mail,
    is_writer,
    release,
    release_internal,
    return_to_sender,
)
from guardian.guard.letters import Letters
from guardian.guard.links import Choice, Links
from guardian.guard.mail_files import messages
from guardian.guard.notices import Kind, Notice, reason_sentence, return_notice, waiting_notice
from guardian.guard.notifier import Notifier
from guardian.guard.outbox import Outbox
from guardian.guard.passes import STAMP_FIELD, Passes
from guardian.guard.policies import SenderPolicy
from guardian.guard.read_mail import read_mail
from guardian.guard.rounds import Round, make_round
from guardian.guard.scan import scan_message
from guardian.guard.stamps import Stamps
from guardian.guard.tally import Tally, expected_holds
from guardian.guard.whose_words import read_for

__all__ = [
    "STAMP_FIELD",
    "AlreadyDecided",
    "Choice",
    "Examination",
    "FreshDirectory",
    "FreshLists",
    "Guard",
    "Kind",
    "Letters",
    "Links",
    "Notice",
    "Notifier",
    "Outbox",
    "Passes",
    "Policy",
    "Round",
    "SenderPolicy",
    "SnapshotDirectory",
    "Stamps",
    "Tally",
    "audience_of",
    "decide",
    "directory_from_csv",
    "discard",
    "expected_holds",
    "expire",
    "hold_mail",
    "is_writer",
    "make_round",
    "messages",
    "read_for",
    "read_mail",
    "reason_sentence",
    "release",
    "release_internal",
    "return_notice",
    "return_to_sender",
    "scan_message",
    "waiting_notice",
    "write_directory",
]
