"""What a walk through a mail passes along: parts, what their headers say of them, and what was found."""

from dataclasses import dataclass, field
from enum import StrEnum

from guardian.domain.mail import Unscannable
from guardian.guard.read_mail.headers import Header


class Data(StrEnum):
    """What a long file may be: records, of which a sentence counts once, or a text, of which it counts every time."""

    RECORDS = "records"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Text:
    """One text part, its transfer encoding undone: bytes, label, and where in the mail it stands.

    `message` is the number of the message it belongs to (0 the mail itself), `alternative` that of the
    multipart/alternative around it (None outside of one). `holds` says of an attached file that it may be no prose.
    """

    data: bytes
    charset: str
    html: bool
    flowed: bool
    delsp: bool
    calendar: bool
    attached: bool
    message: int
    alternative: int | None
    holds: Data | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """What the header of a part says about its body."""

    type: str
    params: dict[str, str]
    name: str
    disposition: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of bytes that is a part of a mail, and where in the mail it stands.

    It begins with its header, unless its `kind` is told by something else.
    """

    data: bytes
    start: int
    end: int
    depth: int = 0
    messages: int = 0  # how many messages it is inside of, the mail itself not counted
    message: int | None = None  # number of the message around it; None when it begins one
    alternative: int | None = None
    digest: bool = False
    kind: Kind | None = None


@dataclass(slots=True)
class Walk:
    """What a walk found: the headers of the mail and of the messages in it, its texts, and what stays unread.

    `inside` are parts that lay in signed files and are still to be walked through.
    """

    headers: list[Header] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    file_names: dict[str, None] = field(default_factory=dict)
    inside: list[Part] = field(default_factory=list)
    unscannable: dict[Unscannable, None] = field(default_factory=dict)

    def unread(self, why: Unscannable) -> None:
        """Note that something could not be read."""
        self.unscannable[why] = None
