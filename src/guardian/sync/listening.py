"""Which mails are listened to: a client's own words, once, as far as privacy lets them be read."""

import re
from dataclasses import dataclass

from guardian.domain.activity import Activity, Direction, Kind, Role, Signal
from guardian.domain.addresses import is_robot_address
from guardian.domain.complaint import MOST_HEARD, InboundWords
from guardian.domain.hearings import Hearing
from guardian.domain.placing import place
from guardian.ports.listener import Listener
from guardian.sync.rules import Rules

# What a person may write; anything else in a mail's signals says that a machine or a mailing wrote it.
_PERSONAL = frozenset({Signal.REPLY, Signal.LEFT, Signal.TAKES_OVER})
_REPLY_SUBJECT = re.compile(r"\s*+(?:re|rv|fwd?|enc|aw|wg|sv|r)\s*+(?:\[\d++\]\s*+)?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """Listens to the mails that come in; `language` is the tenant's own."""

    listener: Listener
    rules: Rules
    language: str = ""

    def listen(self, one: Activity) -> Hearing | None:
        """Return what a mail says, and how much of it could be read; None for mail that is not listened to.

        `one` is as privacy leaves it.
        """
        words = self._words(one)
        if words is None:
            return None
        whole = one.words is not None and len(one.words) < MOST_HEARD
        letters = len(words.subject) + len(words.text)
        return Hearing(heard=self.listener.heard(words), letters=letters, whole=whole)

    def _words(self, one: Activity) -> InboundWords | None:
        if one.kind is not Kind.EMAIL or one.signals - _PERSONAL:
            return None
        sender = next((p.identity.value for p in one.participants if p.role is Role.FROM), "")
        if not sender or is_robot_address(sender) or place(one, self.rules.is_own).direction is not Direction.IN:
            return None
        subject = "" if _answers(one) else one.subject or ""
        text = one.snippet if one.words is None else one.words  # empty: all of the mail is a quote
        words = InboundWords(subject=subject, text=text or "", language=self.language)
        return words if words.anything else None


def _answers(one: Activity) -> bool:
    """Say whether a mail answers or forwards another: its subject was written for that one, and says nothing new."""
    return Signal.REPLY in one.signals or bool(one.thread_refs) or bool(_REPLY_SUBJECT.match(one.subject or ""))
