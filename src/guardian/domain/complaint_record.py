"""What is known of a client's complaints: mails that say so, what was spoken since, what ours decided."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from guardian.domain.cases import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardMail:
    """A stored mail of a client that says that something is wrong (`severity` 1 to 3), or that it is `settled`.

    `words` are the exact words it rests on, as far as they may be kept. `case` is set where it is a case of a CRM.
    `by` is who wrote it (empty where nobody can tell), `thread` the conversation it belongs to, where that is known.
    """

    interaction_id: int
    at: datetime
    severity: int = 0
    settled: bool = False
    score: float = 0.0
    words: tuple[str, ...] = ()
    degraded: bool = False
    case: Case | None = None
    by: frozenset[str] = frozenset()
    thread: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """One of ours who spoke, by address, and by name where it is known."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One human word between us and a client: whether he spoke, and who of ours did; in a meeting both do.

    `to` is whom a mail was sent to, named as in `HeardMail.by`; None for a call, a meeting, or where nobody can tell.
    """

    at: datetime
    interaction_id: int = 0
    client: bool = False
    ours: tuple[Speaker, ...] = ()
    to: frozenset[str] | None = None
    thread: int | None = None

    def answers(self, mail: HeardMail) -> bool:
        """Say whether what ours said here reaches whoever wrote a mail: to him, in his thread, or not in writing."""
        if self.to is None or not mail.by or self.to & mail.by:
            return True
        return self.thread is not None and self.thread == mail.thread


class Ruling(StrEnum):
    """What somebody of ours says of a complaint."""

    SOLVED = "solved"
    DISMISSED = "dismissed"  # it never was one


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A ruling on the complaint that a mail is part of, or (`interaction_id` None) on whatever is open then.

    Whoever rules had heard what was said before `heard_until` (None: everything), and speaks of nothing later.
    """

    ruling: Ruling
    at: datetime
    by: str
    why: str = ""
    interaction_id: int | None = None
    heard_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintRecord:
    """All that is known of one client's complaints at some moment; nothing in it is younger."""

    heard: tuple[HeardMail, ...] = ()
    decisions: tuple[Decision, ...] = ()
    words: tuple[Word, ...] = ()
