"""What a walk through a mail passes along: parts, what their headers say of them, and what was found."""

from dataclasses import dataclass, field

from guardian.domain.mail import Unscannable
from guardian.guard.read_mail.headers import Header


@dataclass(frozen=True, slots=True)
class Text:
    """One text part, its transfer encoding undone: bytes, label, and where in the mail it stands.

    `message` is the number of the message it belongs to (0 the mail itself), `alternative` that of the
    multipart/alternative around it (None outside of one).
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


@dataclass(slots=True)
class Walk:
    """What a walk found: the headers of the mail and of the messages in it, its texts, and what stays unread."""

    headers: list[Header] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    file_names: dict[str, None] = field(default_factory=dict)
    unscannable: dict[Unscannable, None] = field(default_factory=dict)

    def unread(self, why: Unscannable) -> None:
        """Note that something could not be read."""
        self.unscannable[why] = None


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of bytes that is a part of a mail, and where in the mail it stands."""

    data: bytes
    start: int
    end: int
    depth: int = 0
    messages: int = 0  # how many messages it is inside of, the mail itself not counted
    message: int | None = None  # number of the message around it; None when it begins one
    alternative: int | None = None
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """What the header of a part says about its body."""

    type: str
    params: dict[str, str]
    name: str
    disposition: str
    encoding: str
