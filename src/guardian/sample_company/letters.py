"""A mail of the sample before it becomes bytes."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from guardian.domain.activity import Signal
from guardian.sample_company.people import Manner, Person, rep_of


class Dress(StrEnum):
    """How the text of a mail is encoded."""

    UTF8_QP = "utf-8, quoted-printable"
    UTF8_BASE64 = "utf-8, base64"
    UTF8_PLAIN = "utf-8, 8bit"
    LATIN1_QP = "iso-8859-1, quoted-printable"
    LATIN1_PLAIN = "iso-8859-1, 8bit"
    WITH_HTML = "text and HTML"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A further MIME part, as raw text: delivery report, calendar object, returned headers."""

    content_type: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail: `text` is what its writer wrote, `trail` the quoted history below, ready to print.

    `message_id` has no brackets; `answers` lists the Message-IDs before it in the thread, oldest first. `signals`
    says what kind of machine mail it is (empty for people). `client` is the name of the client it is about.
    """

    message_id: str
    sent_at: datetime
    sender: Person
    to: tuple[Person, ...]
    subject: str
    text: str
    cc: tuple[Person, ...] = ()
    trail: str = ""
    answers: tuple[str, ...] = ()
    dress: Dress = Dress.UTF8_QP
    headers: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    container: str = "multipart/mixed"
    signals: frozenset[Signal] = frozenset()
    client: str | None = None

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody named in From, To and Cc."""
        return (self.sender, *self.to, *self.cc)

    @property
    def holders(self) -> tuple[str, ...]:
        """Keys of the reps in whose mailbox it lies, the first of them its writer or first addressee."""
        reps = (rep_of(person.address) for person in self.people)
        return tuple(dict.fromkeys(rep.key for rep in reps if rep))


def ascii_words(text: str) -> str:
    """Return the words of a text without accents and punctuation, for names of files and hosts."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^A-Za-z0-9]+", " ", plain).split())


def new_message_id(writer: Person, seed: str) -> str:
    """Return a Message-ID in the fashion of the writer's mail program, the same for the same seed."""
    digest = hashlib.sha256(f"{writer.address}/{seed}".encode()).hexdigest()
    if writer.manner is Manner.OUTLOOK:
        host = f"DB{int(digest[:2], 16) % 9}PR0{int(digest[2:4], 16) % 9}MB{int(digest[4:8], 16) % 9000 + 1000}"
        return f"{host}{digest[8:34].upper()}@{host}.eurprd03.prod.outlook.com"
    if writer.manner is Manner.APPLE:
        parts = (digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32])
        return f"{'-'.join(parts).upper()}@{writer.address.partition('@')[2]}"
    return f"CA{digest[:12]}+{digest[12:24]}={digest[24:40]}@mail.gmail.com"
