"""From the bytes of a mail to what happened: headers always, words only as far as privacy allows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.archive import mail_text
from guardian.connector_kit.address_lists import read_addresses
from guardian.connector_kit.headers import (
    Fields,
    every,
    first,
    parameter,
    read_date,
    read_text,
    received_date,
    split_mail,
)
from guardian.connector_kit.new_words import new_words
from guardian.connector_kit.paging import KEPT_RAW, dead_letter
from guardian.connector_kit.senders import read_senders
from guardian.domain.absence import reader_names
from guardian.domain.activity import Activity, Kind, Participant, Role, Signal
from guardian.domain.automatic import calendar_signals, mail_signals, with_invitation
from guardian.domain.contact_news import with_contact_news
from guardian.domain.identity import clean_message_id, fingerprint, mail_key, message_ids
from guardian.domain.people import Identity, IdentityKind
from guardian.ports.connector import DeadLetter

MOST_REFERENCES = 50
_STATUS = ("message/delivery-status", "message/global-delivery-status")
_SUBJECT = re.compile(rb"^(?:Subject|Thread-Topic|Comments|Keywords)[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*", re.I | re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReader:
    """Reads mails under one privacy level: `metadata`, `subject` or `full`."""

    privacy: str

    @property
    def shape(self) -> str:
        """What beside the mails decides what is told of them: a cursor of another shape leads nowhere."""
        return self.privacy

    def read(self, raw: bytes, *, item_id: str, fallback: datetime | None) -> Activity | DeadLetter:
        """Return the mail as an activity, or a dead letter when it names nobody or no time can be told.

        `fallback` is when the mail was there at the latest, for mails that carry no date.
        """
        fields, body_at = split_mail(raw)
        people = _people(fields)
        if not people:
            return self.dead(raw, item_id=item_id, why="It names neither a sender nor a recipient.")
        occurred_at = read_date(first(fields, "date")) or received_date(fields) or fallback
        if occurred_at is None:
            return self.dead(raw, item_id=item_id, why="It tells no date.")
        subject = read_text(first(fields, "subject"))
        text = self._text(fields, raw, body_at)
        snippet = mail_text.snippet(text) or None
        one = Activity(
            item_id=item_id,
            kind=Kind.EMAIL,
            key=_key(fields, raw[body_at : body_at + mail_text.LONGEST_BODY], people, occurred_at, subject),
            occurred_at=occurred_at,
            participants=people,
            signals=_signals(fields, raw, body_at, people, (subject, snippet or "")),
            subject=None if self.privacy == "metadata" else subject,
            snippet=snippet,
            words=new_words(text),
            thread_refs=_references(fields),
            thread_hint=first(fields, "x-gm-thrid")[:100] or None,
        )
        return self._with_news(one, fields, raw[body_at : body_at + mail_text.LONGEST_BODY])

    def _with_news(self, one: Activity, fields: Fields, body: bytes) -> Activity:
        """Return the mail with what it tells about people; of a bounce, all of its report is read."""
        if Signal.BOUNCE not in one.signals:
            return with_contact_news(one, fields, text=one.snippet or "")
        status = next((part.text for part in mail_text.leaves(fields, body) if part.kind in _STATUS), "")
        text = mail_text.first_text(fields, body) if self.privacy == "full" else ""
        return with_contact_news(one, fields, status=status, text=text)

    def dead(self, raw: bytes, *, item_id: str, why: str) -> DeadLetter:
        """Return a dead letter that keeps of the mail only what privacy allows: its header, its subject."""
        if self.privacy == "full":
            return dead_letter(item_id, why, raw)
        fields, body_at = split_mail(raw)
        header = raw[: min(body_at, KEPT_RAW)] if fields else b""
        return dead_letter(item_id, why, header if self.privacy == "subject" else _SUBJECT.sub(b"", header))

    def _text(self, fields: Fields, raw: bytes, body_at: int) -> str:
        """Return the text of the mail; nothing where privacy forbids to read it."""
        if self.privacy != "full":
            return ""
        body = raw[body_at : body_at + mail_text.LONGEST_BODY]
        return mail_text.first_text(fields, body).replace("\n>From ", "\nFrom ")


def _people(fields: Fields) -> tuple[Participant, ...]:
    found = list(_seats(Role.FROM, read_senders(fields)[:1]))
    for role in (Role.TO, Role.CC, Role.BCC):
        found.extend(_seats(role, read_addresses(every(fields, role.value))))
    return tuple(found)


def _seats(role: Role, people: Iterable[tuple[str, str]]) -> Iterator[Participant]:
    for name, address in people:
        yield Participant(role=role, identity=Identity(kind=IdentityKind.EMAIL, value=address), name=name)


def _key(fields: Fields, body: bytes, people: tuple[Participant, ...], sent_at: datetime, subject: str) -> str:
    message_id = clean_message_id(first(fields, "message-id")[:2_000])
    if message_id:
        return mail_key(message_id, "")
    print_ = fingerprint(
        sender=_sender(people),
        recipients={one.identity.value for one in people if one.role in (Role.TO, Role.CC)},
        sent_at=sent_at,
        subject=subject,
        body=mail_text.first_text(fields, body)[:4_000],
    )
    return mail_key(None, print_)


def _sender(people: tuple[Participant, ...]) -> str:
    return next((one.identity.value for one in people if one.role is Role.FROM), "")


def _signals(
    fields: Fields, raw: bytes, body_at: int, people: tuple[Participant, ...], words: tuple[str, str]
) -> frozenset[Signal]:
    subject, text = words
    signals = mail_signals(fields, sender=_sender(people), subject=subject, text=text, names=reader_names(people))
    content_type = first(fields, "content-type").lower()
    if not content_type.startswith("text/calendar") and b"/calendar" not in raw[:100_000].lower():
        return signals
    for part in mail_text.leaves(fields, raw[body_at : body_at + mail_text.LONGEST_BODY]):
        if part.kind == "text/calendar":
            method = parameter(first(part.fields, "content-type"), "method")
            return with_invitation(signals, calendar_signals(part.text, method=method))
    return signals


def _references(fields: Fields) -> tuple[str, ...]:
    ids = dict.fromkeys(message_ids(" ".join(every(fields, "references"))))
    ids.update(dict.fromkeys(message_ids(" ".join(every(fields, "in-reply-to")))))
    known = tuple(ids)
    return known if len(known) <= MOST_REFERENCES else known[:1] + known[1 - MOST_REFERENCES :]
