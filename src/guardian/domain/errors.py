"""Errors say who has to act; whatever is not one of these is a bug of ours."""


class GuardianError(Exception):
    """Root of the errors that Guardian raises on purpose."""


class UserError(GuardianError):
    """The user must mend something; the text is one sentence that says what (exit code 2, no traceback)."""


class NoMailbox(UserError):
    """A provider lists somebody who has no mailbox; nothing is amiss unless one was read before."""


class OutOfRoom(UserError):
    """The disk below the database is full; what was stored before stands."""


class TryLater(GuardianError):
    """Nothing is wrong that time will not mend: retry, answer SMTP 451 or HTTP 503."""

    def __init__(self, text: str, *, after_seconds: float | None = None) -> None:
        super().__init__(text)
        self.after_seconds = after_seconds


class CursorExpired(GuardianError):
    """The provider no longer knows our cursor: the feed must be walked anew from the beginning."""
