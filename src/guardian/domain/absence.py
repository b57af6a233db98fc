"""Automatic replies that no header field marks: told by their subject, and by their words where these may be read.

A machine that answers for somebody says that he is away or that the mail arrived, when he will be back, whom to turn
to meanwhile. It does not call us by name, asks nothing and wants nothing. Both halves must hold.
"""

import re
from collections.abc import Collection, Iterable

from guardian.domain import absence_words as words
from guardian.domain.activity import Participant, Role
from guardian.domain.addresses import is_shared_address

_READERS = (Role.TO, Role.CC, Role.BCC)
ENOUGH = 2  # of: somebody is away, the mail lies unread, until when, whom to ask instead
LONGEST_READ = 600  # characters of the new text; such a reply comes to its point at once

_DAY = (
    r"(?:\d|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
    r"|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo|enero|abril|agosto|dic)"
)
_SPAN = rf"(?:\s(?:until|till|through|from|hasta|desde|del)\b[^:,;?!–-]{{0,16}}?{_DAY}[^:,;?!–-]{{0,16}})?"
_MACHINE = (
    r"(?:automatic(?:ally generated)? (?:reply|response|acknowledg\w+)|automated (?:reply|response)"
    r"|auto[- ]?(?:reply|response|responder)|vacation (?:reply|response|auto[- ]?reply|message|notice)"
    r"|out of (?:the )?office(?: (?:auto[- ]?reply|reply|response|message|notice))?|ooo"
    r"|(?:re(?:spuesta|puesta)|contestaci[oó]n|mensaje) autom[aá]tic[ao](?: de (?:ausencia|vacaciones))?"
    r"|(?:estoy )?(?:fuera|ausente) de (?:la )?oficina|auto[- ]?respuesta|respuesta de (?:ausencia|vacaciones)"
    r"|aviso de (?:ausencia|vacaciones)|mensaje de ausencia"
    r"|resposta autom[aà]tica|fora de l['’]oficina|r[eé]ponse automatique|automatische antwort|abwesenheitsnotiz)"
)
_AWAY = (
    r"(?:away(?: from (?:my|the) (?:desk|office))?|on (?:vacation|holiday|(?:annual |sick |parental )?leave)|vacation"
    r"|(?:estoy )?de (?:vacaciones|baja|viaje|permiso)|vacaciones|ausente|ausencia)"
)
# The colon, or nothing at all behind the words, is what tells a machine from a person writing about an absence; and
# nobody puts words in front of the "Re:" by hand.
_SUBJECT = re.compile(
    rf"^\W{{0,3}}(?:auto: )?{_MACHINE}{_SPAN}\W{{0,3}}(?::|$|(?:re|rv|fwd?|aw|sv)\s?:)"
    rf"|^\W{{0,3}}(?:{_MACHINE}|{_AWAY}){_SPAN}\W{{1,3}}(?:re|rv|fwd?|aw|sv)\s?:"
    rf"|^\W{{0,3}}{_MACHINE}\W{{1,5}}{_MACHINE}\W{{0,3}}$"
    r"|^auto: .{1,60}(?:out of the office|fuera de la oficina)",
    re.I,
)


def says_absent(subject: str) -> bool:
    """Say whether a subject is that of an automatic reply."""
    return bool(_SUBJECT.match(subject[:500].strip()))


def is_absence_note(text: str, *, names: Collection[str] = ()) -> bool:
    """Say whether the new text of a mail is an automatic reply; `names` are the words that its readers go by."""
    said = " ".join(text[:LONGEST_READ].split())
    if words.WRITTEN_BY_MACHINE.search(said) and not words.DENIES_IT.search(said):
        return True
    if words.PERSON.search(said) or _addressed(said, names):
        return False
    away, unread = bool(words.AWAY.search(said)), bool(words.UNREAD.search(said))
    told = away + unread + bool(words.UNTIL.search(said)) + bool(words.INSTEAD.search(said))
    if (away or unread) and told >= ENOUGH:
        return True
    return bool(words.ARRIVED.search(said) and words.WILL_LOOK.search(said))


def reader_names(people: Iterable[Participant]) -> frozenset[str]:
    """Return the words that the readers of a mail go by: of their names, and of addresses that are a person's own."""
    readers = [one for one in people if one.role in _READERS and not is_shared_address(one.identity.value)]
    texts = [text for one in readers for text in (one.name, one.identity.value.partition("@")[0])]
    return frozenset(word for text in texts for word in re.findall(r"[^\W\d_]{3,}", text))


def _addressed(said: str, names: Collection[str]) -> bool:
    """Say whether a text calls its reader by name."""
    spoken = {word.casefold() for word in re.findall(r"\w{3,}", said)}
    return any(name.casefold() in spoken for name in names)
