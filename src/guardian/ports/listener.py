"""Hearing a complaint in what a client writes.

*Inbound words*: what a person at a client wrote to us in one mail, stripped of quotes and signature. *Heard*: what
these words are for (complaint, thanks, question, order, ...), and for a complaint how grave. *Severity*: 1 a remark,
2 something that must be put right, 3 a threat or a grave harm. *Settled*: the client says that it is solved.
*Degraded*: judged by a list of words only. Mail of machines, newsletters and our own mail never get to a listener.
"""

from typing import Protocol

from guardian.domain.complaint import Heard, InboundWords


class Listener(Protocol):
    """Knows a complaint when it reads one."""

    def heard(self, mail: InboundWords) -> Heard:
        """Return what one mail says; never raises on any words, and the same words always give the same answer.

        An apology, an order or a question is no complaint of severity 2 or more. Called from several threads.
        """
        ...
