"""The labelled mails as the judge sees mail: passages, recipients, and what is known about them."""

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from guardian.domain.addresses import domain_of
from guardian.domain.errors import UserError
from guardian.domain.mail import Audience, ClientRecipient, Mail, Passage, Place, Voice
from guardian.nlp.messages import messages_of
from guardian.nlp.names import ClientNames, client_names
from guardian.nlp.normal import fold
from guardian.nlp.reading import judged_text
from guardian.nlp.threads import split_thread

OWN = "acme.example"
_HARMLESS = "internal_chat"  # what a harmless message is that one of a hostile mail quotes
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One labelled mail: what it is, who wrote it (the file, or who wrote several), and what the judge will be shown.

    `audience_kind` is colleague, client or mixed, `target` whom anger is about; both empty where nobody said. `of` is
    the id of the mail that carries it, where this is one of several messages.
    """

    id: str
    author: str
    language: str
    region: str
    kind: str
    hold: bool
    spans: tuple[str, ...]
    mail: Mail
    audience: Audience
    audience_kind: str = ""
    target: str = ""
    of: str = ""

    @property
    def whole(self) -> str:
        """The id of the mail that carries this message."""
        return self.of or self.id


def read_items(place: Path) -> Iterator[tuple[str, Item]]:
    """Yield (author, item) of a .jsonl file, or of every one in a folder; UserError where a line is no JSON."""
    files = sorted(place.glob("*.jsonl")) if place.is_dir() else [place]
    if not files or not files[0].exists():
        raise UserError(f"There are no labelled mails (*.jsonl) in {place.name}; give a corpus file or folder.")
    for file in files:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            try:
                if line.strip():
                    yield file.stem, json.loads(line)
            except json.JSONDecodeError as error:
                raise UserError(f"Line {number} of {file.name} is no JSON; mend or remove it.") from error


def read_samples(place: Path) -> list[Sample]:
    """Return the labelled mails of a file or folder, whichever of the two layouts each line has."""
    return [sample_of(author, item) for author, item in read_items(place)]


def sample_of(author: str, item: Item) -> Sample:
    """Return one labelled mail; UserError where the line lacks a field."""
    try:
        mail, audience = read_item(item)
        hold = item["label"] == "hold" if "label" in item else bool(item["hostile"])
        return Sample(
            id=item["id"],
            author=item.get("hand", author),
            language=item["lang"],
            region=item["region"],
            kind=item["kind"],
            hold=hold,
            spans=tuple(item.get("hostile", ())),
            mail=mail,
            audience=audience,
            audience_kind=item.get("audience", ""),
            target=item.get("target", ""),
        )
    except KeyError as error:
        raise UserError(f"A labelled mail in {author} lacks the field {error.args[0]}.") from error


def by_message(sample: Sample) -> list[Sample]:
    """Return the messages of a labelled mail, each with its own label: the marked words say which are hostile."""
    messages = messages_of(sample.mail)
    if len(messages) == 1:
        return [sample]
    texts = [judged_text(message) for message in messages]
    given = [tuple(span for span in sample.spans if span in text) for text in texts]
    if sample.hold and not any(given):
        given[0] = sample.spans
    return [
        _message(sample, number, message, spans)
        for number, (message, spans) in enumerate(zip(messages, given, strict=True))
    ]


def _message(sample: Sample, number: int, message: Mail, spans: tuple[str, ...]) -> Sample:
    one = replace(sample, id=f"{sample.id}#{number}", of=sample.id, mail=message, spans=spans)
    if spans or not sample.hold:
        return one
    return replace(one, hold=False, kind=_HARMLESS, target="none", audience_kind="")


def read_item(item: Item) -> tuple[Mail, Audience]:
    """Return the mail and the readers of a labelled item."""
    return _whole_mail(item) if "body" in item else _training_mail(item)


def has_client(audience: Audience) -> bool:
    """Say whether a client is among the readers: without one nothing is judged."""
    return bool(audience.clients)


def _training_mail(item: Item) -> tuple[Mail, Audience]:
    company, person = item["client"]["company"], item["client"]["person"]
    name, address = _invented_address(item["id"], company, person)
    audience = Audience(
        internal=(f"team@{OWN}",), clients=(ClientRecipient(address=address, client=company),), others=()
    )
    header = _mail(item["subject"], to=((name, address),), passages=())
    body: tuple[Passage, ...] = (Passage(text=item["text"], voice=Voice.NEW),)
    if item.get("quoted"):
        known = client_names(_mail("", to=((person, address),), passages=()), audience)
        body = split_thread(item["text"], _ClientTest(known, frozenset({domain_of(address)})))
    return _with_subject(header, body), audience


def _invented_address(key: str, company: str, person: str) -> tuple[str, str]:
    """Return a shown name and an address as such a client might have: often the address alone, as in real mail."""
    words = [re.sub(r"[^a-z]", "", fold(word)) for word in person.split()]
    parts = [word for word in words if len(word) > 2] or ["info"]
    slug = re.sub(r"[^a-z0-9]", "", fold(company).replace("ñ", "n")) or "client"
    style = zlib.crc32(key.encode()) % 6
    local = [".".join(parts), parts[0], parts[0][0] + parts[-1], parts[-1], "info", ".".join(parts)][style]
    return (person if style in (0, 3, 5) else ""), f"{local}@{slug[:40]}.example"


def _whole_mail(item: Item) -> tuple[Mail, Audience]:
    clients = tuple(
        ClientRecipient(address=address, client=item["client_name"])
        for address in (*item["to"], *item["cc"])
        if _is_clients(item, address)
    )
    others = [a for a in (*item["to"], *item["cc"]) if not _is_clients(item, a)]
    own = domain_of(item["sender"])
    audience = Audience(
        internal=tuple(a for a in others if domain_of(a) == own),
        clients=clients,
        others=tuple(a for a in others if domain_of(a) != own),
    )
    header = _mail(item["subject"], to=tuple(("", a) for a in item["to"]), passages=(), sender=item["sender"])
    known = ClientRecipient(address=f"x@{item['client_domain'] or OWN}", client=item["client_name"])
    names = client_names(header, Audience(internal=(), clients=(known, *clients), others=()))
    domains = frozenset({item["client_domain"]} if item["client_domain"] else item["client_addresses"])
    return _with_subject(header, split_thread(item["body"], _ClientTest(names, domains))), audience


def _is_clients(item: Item, address: str) -> bool:
    if item["client_domain"]:
        return domain_of(address) == str(item["client_domain"])
    return address in (item.get("client_addresses") or ())


@dataclass(frozen=True, slots=True)
class _ClientTest:
    """Tells from a line that names an author whether he is the client; an address decides, else the name."""

    names: ClientNames
    domains: frozenset[str]

    def __call__(self, text: str) -> bool:
        if "@" in text:
            return any(domain in text for domain in self.domains)
        return bool(self.names.mentions(text))


def _mail(
    subject: str, *, to: tuple[tuple[str, str], ...], passages: tuple[Passage, ...], sender: str = f"me@{OWN}"
) -> Mail:
    return Mail(
        message_id=None, subject=subject, sender=sender, sender_name="", to=to, cc=(), date=None, passages=passages
    )


def _with_subject(header: Mail, body: tuple[Passage, ...]) -> Mail:
    subject = Passage(text=header.subject, voice=Voice.NEW, place=Place.SUBJECT)
    return _mail(header.subject, to=header.to, passages=(subject, *body), sender=header.sender or "")
