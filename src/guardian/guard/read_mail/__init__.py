"""Reading a mail: from any bytes to passages that say whose words they are, bounded, without ever raising."""

from guardian.guard.read_mail.reader import read_mail

__all__ = ["read_mail"]
