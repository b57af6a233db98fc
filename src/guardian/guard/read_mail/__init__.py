"""Reading a mail: from any bytes to passages that say whose words they are, bounded, without ever raising."""

from guardian.guard.read_mail.headers import Header
from guardian.guard.read_mail.mailboxes import mailboxes
from guardian.guard.read_mail.mime_walk import outer_header
from guardian.guard.read_mail.reader import read_mail

__all__ = ["Header", "mailboxes", "outer_header", "read_mail"]
