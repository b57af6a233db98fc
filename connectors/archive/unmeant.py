"""What lies in mailboxes and was no mail between people: drafts, spam, trash, chats, which Gmail keeps apart too."""

import re

from guardian.connector_kit.headers import every, read_text, split_mail

_NAMES = frozenset(
    name.strip()
    for name in """
    draft, drafts, borrador, borradores,
    trash, deleted items, deleted messages, papelera, elementos eliminados, mensajes eliminados,
    spam, junk, junk e-mail, junk email, junk mail, correo no deseado, correo basura, no deseado
    """.split(",")
)
_CHATS = frozenset({"chat", "chats"})
_FLAGS = re.compile(r"[:;!]2,[A-Za-z]*[DT]")  # draft, trashed
_LABELS = re.compile(rb"^X-Gmail-Labels[ \t]*:", re.I | re.M)
_HEAD = 262_144  # bytes in which the labels must begin


def is_unmeant(raw: bytes) -> bool:
    """Say whether Gmail labelled a mail, in English or Spanish, as a draft, spam, trash or a chat."""
    if not _LABELS.search(raw, 0, _HEAD):
        return False
    labels = ",".join(map(read_text, every(split_mail(raw)[0], "x-gmail-labels"))).casefold().split(",")
    return not (_NAMES | _CHATS).isdisjoint(label.strip(' "') for label in labels)


def is_unmeant_file(name: str) -> bool:
    """Say whether the flags of a file in a Maildir call it a draft or trashed."""
    return bool(_FLAGS.search(name))


def is_unmeant_folder(name: str) -> bool:
    """Say whether a Maildir is, or lies in, a folder of drafts, spam or trash (`.INBOX.Trash`)."""
    return not _NAMES.isdisjoint(name.casefold().split("."))
