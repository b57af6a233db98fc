"""One conversation with a mail server: what it said so far, and what to answer; no I/O.

Every command but DATA and end-of-message goes without an answer (SMFIP_NR_*): a gated mail costs one round trip.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from guardian.domain.addresses import normalise_address
from guardian.domain.mail import Envelope
from guardian.gateways.milter import codec, events
from guardian.gateways.milter.events import Event

MOST_RECIPIENTS = 10_000  # Postfix stops at 1,000 a mail; a peer that goes on is not a mail server
LARGEST_MAIL = 512 * 1024 * 1024

_WANTED_STEPS = (
    codec.NO_UNKNOWN
    | codec.SKIP
    | codec.NO_REPLY_HEADER
    | codec.NO_REPLY_CONNECT
    | codec.NO_REPLY_HELO
    | codec.NO_REPLY_MAIL
    | codec.NO_REPLY_RCPT
    | codec.NO_REPLY_EOH
    | codec.NO_REPLY_BODY
    | codec.NO_REPLY_UNKNOWN
    | codec.LEADING_SPACE
)
# Which agreed step spares the server an answer to which event.
_SILENT: tuple[tuple[type[object], int], ...] = (
    (events.Connect, codec.NO_REPLY_CONNECT),
    (events.Helo, codec.NO_REPLY_HELO),
    (events.MailFrom, codec.NO_REPLY_MAIL),
    (events.RcptTo, codec.NO_REPLY_RCPT),
    (events.Header, codec.NO_REPLY_HEADER),
    (events.EndOfHeaders, codec.NO_REPLY_EOH),
    (events.Body, codec.NO_REPLY_BODY),
    (events.Unknown, codec.NO_REPLY_UNKNOWN),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A whole mail that waits for a decision: envelope, bytes as the server has them, and its queue id."""

    envelope: Envelope
    raw: bytes
    queue_id: str


class Session:
    """Follows one conversation; `needs_reading` answers from the envelope alone whether a mail must be read."""

    def __init__(self, needs_reading: Callable[[Envelope], bool]) -> None:
        self._needs_reading = needs_reading
        self._steps = 0
        self._over = False
        self._start_mail()

    @property
    def over(self) -> bool:
        """True when the server said goodbye."""
        return self._over

    def _start_mail(self) -> None:
        self._mail = events.MailFrom(path=b"<>", args=())
        self._recipients: list[events.RcptTo] = []
        self._queue_id = ""
        self._raw = bytearray()
        self._in_headers = True

    def take(self, event: Event) -> Iterator[bytes | Offer]:
        """Yield what to answer; an `Offer` stands for the answer that its decision will give."""
        match event:
            case events.Negotiate():
                yield self._agree(event)
            case events.Macros():
                self._queue_id = dict(event.values).get(b"i", self._queue_id.encode()).decode("ascii", "replace")
            case events.Data():
                yield codec.CONTINUE if self._needs_reading(self.envelope()) else codec.ACCEPT
            case events.EndOfMessage():
                self._append(event.rest)
                yield Offer(envelope=self.envelope(), raw=self._bytes(), queue_id=self._queue_id)
                self._start_mail()
            case events.Abort():
                self._start_mail()
            case events.Quit():
                self._start_mail()
                self._over = not event.reuse
            case _:
                self._note(event)
                if not any(isinstance(event, kind) and self._steps & step for kind, step in _SILENT):
                    yield codec.CONTINUE

    def _agree(self, offer: events.Negotiate) -> bytes:
        self._steps = offer.steps & _WANTED_STEPS
        return codec.agree(min(offer.version, 6), offer.actions & codec.QUARANTINE, self._steps)

    def _note(self, event: Event) -> None:
        match event:
            case events.MailFrom():
                # Sendmail starts a second mail without ABORT.
                queue_id = self._queue_id
                self._start_mail()
                self._mail, self._queue_id = event, queue_id
            case events.RcptTo():
                if len(self._recipients) >= MOST_RECIPIENTS:
                    raise codec.ProtocolError("too many recipients")
                self._recipients.append(event)
            case events.Header():
                # The server hands folded lines over with bare LF, and keeps the blank after the colon only if agreed.
                blank = b"" if self._steps & codec.LEADING_SPACE else b" "
                value = event.value.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                self._append(event.name + b":" + blank + value + b"\r\n")
            case events.EndOfHeaders():
                self._end_headers()
            case events.Body():
                self._end_headers()
                self._append(event.chunk)
            case _:
                pass

    def _end_headers(self) -> None:
        if self._in_headers:
            self._in_headers = False
            self._raw += b"\r\n"

    def _append(self, piece: bytes) -> None:
        if len(self._raw) + len(piece) > LARGEST_MAIL:
            raise codec.ProtocolError("a mail beyond any limit")
        self._raw += piece

    def _bytes(self) -> bytes:
        self._end_headers()
        return bytes(self._raw)

    def envelope(self) -> Envelope:
        """Return the envelope so far."""
        return Envelope(
            sender=_address(self._mail.path),
            recipients=tuple(_address(one.path) for one in self._recipients),
            mail_args=tuple(arg.decode("utf-8", "surrogateescape") for arg in self._mail.args),
            rcpt_args=tuple(
                tuple(arg.decode("utf-8", "surrogateescape") for arg in one.args) for one in self._recipients
            ),
        )


def _address(path: bytes) -> str:
    text = path.decode("utf-8", "surrogateescape").strip().removeprefix("<").removesuffix(">")
    return normalise_address(text) or text
