"""What a client says in a mail, and whether he complains."""

from dataclasses import dataclass
from enum import StrEnum

REMARK, SERIOUS, GRAVE = 1, 2, 3  # severities of a complaint; 0 is none
MOST_HEARD = 4_000  # characters of the new text of one mail that are listened to


class InboundKind(StrEnum):
    """What a client's mail is for; a mail that does several things is what weighs most with us, in this order."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    ORDER = "order"
    APOLOGY = "apology"  # the client says sorry, or takes something back
    THANKS = "thanks"
    SMALLTALK = "smalltalk"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundWords:
    """The client's own words in one mail, as far as privacy lets them be read.

    `subject` is empty where it may not be read, and so is `text`: what was newly written for this mail, without
    quotes and signature, often only its beginning. `language` is the one that client and we use (`es` or `en`), a
    hint for where the words do not tell; empty where nobody knows.
    """

    subject: str = ""
    text: str = ""
    language: str = ""

    @property
    def anything(self) -> bool:
        """Whether there is a word to judge."""
        return bool(self.subject.strip() or self.text.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the words of one mail say.

    `severity` is 0 for anything but a complaint; of a complaint, 1 is a remark in passing, 2 something that must be
    put right, 3 a threat to leave, to claim or to tell the world, or a grave harm done. `score` (0 to 1) is how sure
    the listener is of `kind`. `spans` are the exact words it rests on, in order of the mail. `settled` says that the
    client tells that his problem is solved, or thanks for the solution. `degraded`: only a list of words was at hand.
    """

    kind: InboundKind
    severity: int = 0
    spans: tuple[str, ...] = ()
    score: float = 0.0
    settled: bool = False
    degraded: bool = False

    def __post_init__(self) -> None:
        """Refuse a severity that the kind cannot have; ValueError."""
        grave = self.kind is InboundKind.COMPLAINT
        if not (REMARK if grave else 0) <= self.severity <= (GRAVE if grave else 0):
            raise ValueError(f"a mail of kind {self.kind} has no severity {self.severity}")


NOTHING_HEARD = Heard(kind=InboundKind.OTHER)
