"""One conversation with a mail server: what it said so far, and what to answer; no I/O.

Every command but DATA and end-of-message goes without an answer (SMFIP_NR_*): a gated mail costs one round trip.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from guardian.domain.mail import Envelope
from guardian.gateways.milter import codec, events
from guardian.gateways.milter.esmtp import mail_parameters, rcpt_parameters
from guardian.gateways.milter.events import Event
from guardian.gateways.milter.outcome import Decision
from guardian.gateways.milter.paths import address_in, spelled_in

MOST_RECIPIENTS = 10_000  # Postfix stops at 1,000 a mail; a peer that goes on is not a mail server
LARGEST_MAIL = 64 * 1024 * 1024  # bytes

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
_HEADER_ACTIONS = codec.ADD_HEADERS | codec.CHANGE_HEADERS
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
    """A whole mail that waits for a decision: envelope, bytes as the server has them, and its queue id.

    `truncated` says that the mail was larger than we keep, and that `raw` is not all of it.
    """

    envelope: Envelope
    raw: bytes
    queue_id: str
    truncated: bool = False


class _Recipient(NamedTuple):
    """One recipient: where the mail really goes, normalised; the path as given; the ESMTP parameters."""

    address: str
    path: bytes
    args: tuple[bytes, ...]


class Session:
    """Follows one conversation; `needs_reading` answers from the envelope alone whether a mail must be read.

    `changes_headers` asks the server for the right to change header fields.
    """

    def __init__(
        self,
        needs_reading: Callable[[Envelope], bool],
        *,
        largest_mail: int = LARGEST_MAIL,
        changes_headers: bool = False,
    ) -> None:
        self._needs_reading = needs_reading
        self._largest = largest_mail
        self._wanted = codec.QUARANTINE | (_HEADER_ACTIONS if changes_headers else 0)
        self._steps = 0
        self._actions = 0
        self._over = False
        self._start_mail()

    @property
    def over(self) -> bool:
        """True when the server said goodbye."""
        return self._over

    def _start_mail(self) -> None:
        self._mail = events.MailFrom(path=b"<>", args=())
        self._recipients: list[_Recipient] = []
        self._resolved = b""
        self._queue_id = ""
        self._truncated = False
        self._raw = bytearray()
        self._in_headers = True

    def take(self, event: Event) -> Iterator[bytes | Offer]:
        """Yield what to answer; an `Offer` stands for the answer that its decision will give."""
        match event:
            case events.Negotiate():
                yield self._agree(event)
            case events.Macros():
                self._learn(event)
            case events.Data():
                yield codec.CONTINUE if self._may_concern_a_client() else codec.ACCEPT
            case events.EndOfMessage():
                self._append(event.rest)
                yield self._offer()
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

    def _may_concern_a_client(self) -> bool:
        """Say whether the mail must be read; `sendmail -t` has Postfix tell the recipients only after DATA."""
        return not self._recipients or self._needs_reading(self.envelope())

    def _agree(self, offer: events.Negotiate) -> bytes:
        self._steps = offer.steps & _WANTED_STEPS
        self._actions = offer.actions & self._wanted
        return codec.agree(min(offer.version, 6), self._actions, self._steps)

    def changes(self, decision: Decision) -> bytes:
        """Return what has to be said before the answer, so that the header becomes what was decided."""
        if self._actions & _HEADER_ACTIONS != _HEADER_ACTIONS:
            return b""
        off = (codec.take_header_off(decision.name, place) for place in range(decision.stale, 0, -1))
        blank = " " if self._steps & codec.LEADING_SPACE else ""
        on = codec.put_header_on_top(decision.name, blank + decision.value) if decision.value else b""
        return b"".join(off) + on

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
                path = self._resolved if b"@" in self._resolved else event.path
                self._recipients.append(_Recipient(address_in(path), event.path, event.args))
                self._resolved = b""
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
        if self._truncated or len(self._raw) + len(piece) > self._largest:
            self._truncated = True
            self._raw.clear()
        else:
            self._raw += piece

    def _learn(self, told: events.Macros) -> None:
        for name, value in told.values:
            if name == b"i":
                self._queue_id = value.decode("ascii", "replace")
            elif name == b"{rcpt_addr}" and told.command == b"R":
                # Where the server will really deliver: quoting, routes and percent signs are resolved, case is lost.
                self._resolved = value

    def _offer(self) -> Offer:
        self._end_headers()
        return Offer(
            envelope=self.envelope(), raw=bytes(self._raw), queue_id=self._queue_id, truncated=self._truncated
        )

    def envelope(self) -> Envelope:
        """Return the envelope so far."""
        sender = address_in(self._mail.path)
        given = [(sender, self._mail.path), *((one.address, one.path) for one in self._recipients)]
        return Envelope(
            sender=sender,
            recipients=tuple(one.address for one in self._recipients),
            mail_args=mail_parameters(self._mail.args),
            rcpt_args=tuple(rcpt_parameters(one.args, one.address) for one in self._recipients),
            spellings=tuple(
                (address, spelled) for address, path in given if (spelled := spelled_in(path, address)) != address
            ),
        )
