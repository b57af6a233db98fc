"""Signatures and disclaimers: what stands under every mail and was not written for this one.

When in doubt a line is text: a signature that is judged costs little, an insult taken for a signature costs a client.
"""

import re
from collections.abc import Iterator

from guardian.guard.read_mail.disclaimers import disclaimers
from guardian.guard.read_mail.naming import words_of
from guardian.guard.read_mail.recipients import NO_ONE, Recipients
from guardian.guard.read_mail.rude_words import rude_words
from guardian.guard.read_mail.signature_lines import (
    DEVICE_LETTERS,
    GOODBYE_LETTERS,
    is_goodbye,
    is_only_a_name,
    looks_signed,
    looks_written,
    name_behind_goodbye,
    tells_a_contact,
    tells_the_device,
)
from guardian.guard.read_mail.signer import NOBODY, Signer

_SIGNATURE_LETTERS = "-_—"
_SIGNATURE_MARK = re.compile(r"^--\s?$|^_{5,}$|^—$")
_POSTSCRIPT = re.compile(
    r"^\s*(?:p\.?\s?[sd]\.?|post\s?data|posdata|post\s?scriptum|n\.?\s?b\.?|nota|note|ojo)"
    r"(?:\s*+[:.,\-–—)]|\s++)\s*+\S",
    re.IGNORECASE,
)
_MOST_SIGNATURE_LINES = 12


def is_boilerplate(
    lines: list[str], signer: Signer = NOBODY, recipients: Recipients = NO_ONE, *, opens: bool = False
) -> list[bool]:
    """Say of each line of a newly written text whether it belongs to a signature or disclaimer.

    A line that is just the name of the `signer` begins a signature, wherever text stands before it; one that is just
    a name, and not his, belongs to none: it may be what somebody is called. Nor does one that holds an insult,
    wherever it stands; what follows it may. One that says something of the `recipients` ends a signature.
    """
    if not any(map(str.strip, lines)):
        return [False] * len(lines)
    found = [line[:1] in DEVICE_LETTERS and tells_the_device(line) for line in lines]
    for places in disclaimers(lines, recipients, opens=opens):
        found[places.start : places.stop] = [True] * len(places)
    behind = 0
    for place, strict in _closings(lines, signer.name.casefold()):
        if place >= behind:
            behind = _mark_block(lines, found, place, signer if strict else None, recipients)
    own = {*words_of(signer.name)}  # Ana Morón signs with her name
    return [mark and rude_words(line) <= own for mark, line in zip(found, lines, strict=True)]


def _closings(lines: list[str], signer: str) -> Iterator[tuple[int, bool]]:
    """Yield where a signature may begin, and whether that has to be proved by the lines below."""
    for place, line in enumerate(lines):
        if not line:
            continue
        if line[0] in _SIGNATURE_LETTERS and _SIGNATURE_MARK.match(line):
            yield place, line[0] != "-"  # people draw the other lines by hand, too
        elif (line[0] in GOODBYE_LETTERS and is_goodbye(line)) or (
            place and signer and line.strip().casefold() == signer
        ):
            yield place, True


def _mark_block(
    lines: list[str], found: list[bool], start: int, signer: Signer | None, recipients: Recipients
) -> int:
    """Mark a signature from its first line on; return the place of the first line after it.

    Where there is a `signer`, its lines have to prove themselves.
    """
    name = name_behind_goodbye(lines[start]) if signer and "," in lines[start] else ""
    found[start] = not (name and signer) or signer.may_be(name)
    count = 0
    for at in range(start + 1, len(lines)):
        line = lines[at].strip()
        if found[at] or not line:
            continue
        count += 1
        shaped = looks_signed(line) if signer else not looks_written(line)
        bare = is_only_a_name(line)
        names_them = shaped and not tells_a_contact(line) and recipients.named_in(line)
        if _POSTSCRIPT.match(line) or count > _MOST_SIGNATURE_LINES or not shaped or (names_them and not bare):
            return at
        found[at] = not names_them and (signer is None or signer.may_be(line) or not bare)
    return len(lines)
