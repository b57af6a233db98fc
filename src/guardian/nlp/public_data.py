"""Public texts beside the corpus: real business mail and neutral talk as negatives, abuse for its own head.

Nothing of it is part of Guardian; docs/judge.md names each source and licence. The folder holds one sub-folder a
source with a data.jsonl; sources that are absent are left out.
"""

import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from guardian.domain.addresses import domain_of, normalise_address
from guardian.domain.mail import Audience, ClientRecipient, Mail, Passage, Place, Voice
from guardian.nlp.corpus import Sample
from guardian.nlp.threads import split_thread

Item = dict[str, Any]
_ANGRY_TONE = {"9", "16", "19"}  # sarcasm, anger, scorn in the Enron labels
_CALM = {2, 5, 7, 8}  # anticipation, joy, surprise, trust in XED
PER_SOURCE = {"enron_sentences": 1200, "tydip": 900, "xed": 1000, "goemotions": 700}
ABUSE_SOURCES = ("offendes", "goldstd_tox_es", "surge_toxicity")


def real_mails(data: Path) -> list[Sample]:
    """Return the real business mails, each with one of its recipients taken for a client."""
    return [_enron_sample(item) for item in _items(data, "enron_categories")]


def is_for_training(sample: Sample) -> bool:
    """Say in which half a real mail is: one trains, the other only measures. Angry ones never train."""
    return zlib.crc32(sample.id.encode()) % 2 == 0 and sample.kind != "real_angry"


def neutral_talk(data: Path, fraction: float = 1.0) -> list[Sample]:
    """Return short neutral texts of every source, the same ones each time, as mails to a client."""
    found = []
    for source, most in PER_SOURCE.items():
        texts = sorted(_neutral(data, source), key=lambda pair: zlib.crc32(pair[0].encode()))
        found += [_short_sample(source, text, language) for text, language in texts[: int(most * fraction)]]
    return found


def abuse(data: Path) -> list[tuple[str, bool]]:
    """Return (text, abusive?) for the head that knows open abuse; swearing that offends nobody counts as harmless."""
    found = []
    for source in ABUSE_SOURCES:
        for item in _items(data, source):
            if item.get("label") != "OFG":  # abuse of groups is another matter
                found.append((str(item["text"]), bool(item["hostile"]) and item.get("label") != "NOE"))
    return found


def _neutral(data: Path, source: str) -> Iterator[tuple[str, str]]:
    wanted: dict[str, Callable[[Item], bool]] = {
        "enron_sentences": lambda item: True,
        "tydip": lambda item: float(item["score"]) > -0.5,
        "xed": lambda item: item["lang"] == "es" and set(item["label"]) <= _CALM,
        "goemotions": lambda item: item["label"] == ["neutral"],
    }
    for item in _items(data, source):
        if len(item["text"]) > 20 and wanted[source](item):
            yield str(item["text"]), str(item["lang"])


def _items(data: Path, source: str) -> Iterator[Item]:
    file = data / source / "data.jsonl"
    if file.exists():
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)


def _enron_sample(item: Item) -> Sample:
    to, cc = _addresses(item["to"]), _addresses(item["cc"])
    everybody = list(dict.fromkeys((*to, *cc)))
    outside = [address for address in everybody if domain_of(address) != "enron.com"]
    client = (outside or everybody or ["someone@client.example"])[-1]
    angry = bool(set(str(item["tone"]).strip("[]").replace(" ", "").split(",")) & _ANGRY_TONE)
    sender = normalise_address(item["from"]) or ""
    subject = Passage(text=item["subject"] or "", voice=Voice.NEW, place=Place.SUBJECT)
    body = split_thread(item["text"], lambda line: client in line)
    name = client.partition("@")[0].replace(".", " ")
    mail = _mail(subject.text, sender, ((name, client),), (subject, *body))
    readers = Audience(internal=tuple(to), clients=(ClientRecipient(address=client, client=name),), others=())
    kind = "real_angry" if angry else "real_mail"
    author = f"enron-{zlib.crc32(sender.encode()) % 5}"
    return _sample(f"enron-{item['id']}", author, "en", kind, (mail, readers))


def _short_sample(source: str, text: str, language: str) -> Sample:
    client = ClientRecipient(address="info@client.example", client="Client")
    key = zlib.crc32(text.encode())
    mail = _mail("", "me@acme.example", (("", client.address),), (Passage(text=text, voice=Voice.NEW),))
    readers = Audience(internal=(), clients=(client,), others=())
    return _sample(f"{source}-{key:08x}", f"{source}-{key % 5}", language, f"real_{source}", (mail, readers))


def _sample(key: str, author: str, language: str, kind: str, content: tuple[Mail, Audience]) -> Sample:
    mail, audience = content
    return Sample(
        id=key,
        author=author,
        language=language,
        region="real",
        kind=kind,
        hold=False,
        spans=(),
        mail=mail,
        audience=audience,
    )


def _mail(subject: str, sender: str, to: tuple[tuple[str, str], ...], passages: tuple[Passage, ...]) -> Mail:
    return Mail(
        message_id=None, subject=subject, sender=sender, sender_name="", to=to, cc=(), date=None, passages=passages
    )


def _addresses(field: str | None) -> list[str]:
    parts = (field or "").replace("\n", " ").split(",")
    return [address for part in parts if (address := normalise_address(part.strip()))]
