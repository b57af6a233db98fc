"""Judging what a mail says about a client."""

from typing import Protocol

from guardian.domain.mail import Audience, Mail
from guardian.domain.verdict import Opinion


class Judge(Protocol):
    """Knows a hostile mail when it sees one."""

    def judge(self, mail: Mail, audience: Audience) -> Opinion:
        """Return what the mail's own words say about the clients among its readers; never raises on any mail."""
        ...
