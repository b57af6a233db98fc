"""Who speaks for a client no longer, and who does now: told by notes of absence and by people who say so.

Only the words tell, so at the privacy levels that forbid reading them only bounces remain (`domain.bounces`).
"""

import re
from collections.abc import Collection
from dataclasses import replace

from guardian.domain.absence import LONGEST_READ
from guardian.domain.activity import Activity, Kind, Participant, Role, Signal
from guardian.domain.addresses import normalise_address
from guardian.domain.people import Identity, IdentityKind


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


# A machine that answers for somebody says so of him, or of his address.
_GONE = _any(
    r"\bya no (?:trabaj|form[ao]\b|pertenec|labor)|\bdej[oó] de (?:labor|trabaj|prestar)",
    r"\b(?:ha|he) (?:dejado|abandonado) (?:la empresa|la compa[nñ][ií]a|su puesto|de trabajar)",
    r"\b(?:dejo|dej[eé]) (?:la empresa|la compa[nñ][ií]a)\b|\b(?:me|se) (?:he|ha) jubilado\b|\bpor jubilaci[oó]n\b",
    r"\b(?:cuenta|direcci[oó]n|buz[oó]n)\b[^.?!]{0,40}\b(?:ya no|ha dejado de|dejar[aá] de)",
    r"\bno longer (?:with|at|works?|working|employed|part of)\b|\b(?:has|have|i've) (?:now )?(?:left|retired)\b",
    r"\bmoved on from\b|\b(?:mailbox|inbox|address|account)\b[^.?!]{0,30}\b(?:no longer|has changed|is closed)",
)
# A person says so of himself.
_LEAVING = _any(
    r"\bdej(?:o|ar[eé]) (?:la empresa|la compa[nñ][ií]a|mi puesto)\b|\bme jubilo\b",
    r"\bmi [uú]ltimo d[ií]a (?:en|aqu[ií]|de trabajo)\b|\bis my last day (?:at|with|here)\b",
    r"\bmy last day (?:at|with|here) [^.?!]{0,30}\b(?:is|was|will be)\b",
    r"\bi(?:'m| am) retiring (?:in|at|on|from|next|after|this)\b",
    r"\bi(?:'m| am|'ll be| will be) leaving (?:the (?:company|firm|business)|my (?:job|post|role)|us\b)",
    r"\bi (?:have|'ve) (?:left the (?:company|firm)|retired)\b",
)
_TAKING_OVER = _any(
    r"\bme presento[:,.]|\bsoy (?:el|la|tu|su|vuestr[oa]) nuev[oa]\b|\bsustituyo a\b|\bhe sustituido a\b",
    r"\b(?:desde|a partir de|ahora) ?(?:hoy|ahora|el \w+)?\b[^.?!]{0,40}\b(?:llevo|me encargo) yo\b",
    r"\basumo (?:el puesto|el cargo|sus funciones|la cartera)\b|\bpaso a (?:ser|llevar)\b",
    r"\bi(?:'m| am|'ll be| will be| have|'ve) (?:now )?(?:taking|taken) over\b(?! the world)|\btaking over from\b",
    r"\bi(?:'m| am) (?:your|the) new (?:\w+ ){0,2}(?:contact|buyer|manager|director|head|officer|lead|owner|rep)",
    r"\byour new (?:point of )?contact\b|\bi(?:'m| am) replacing (?:him|her|mr|ms)\b|\bmy predecessor\b",
    r"\basked me to (?:take over|look after you)\b",
)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:]{1,253}[^\s<>()\[\]\"',;:.]")


def with_handover(one: Activity, text: str) -> Activity:
    """Return a mail with what its new text says about who speaks for its house: LEFT, TAKES_OVER, or as it was.

    A mail that somebody has left names his successor, where it names an address, as one it is about.
    """
    said = " ".join(text[:LONGEST_READ].split())
    if not said or one.kind is not Kind.EMAIL:
        return one
    signals = _signals(said, one.signals)
    if not signals:
        return one
    sender = next((p.identity.value for p in one.participants if p.role is Role.FROM), "")
    successor = _successor(said, sender) if Signal.LEFT in signals else ()
    return replace(one, signals=one.signals | signals, participants=(*one.participants, *successor))


def _signals(said: str, known: Collection[Signal]) -> frozenset[Signal]:
    if Signal.AUTO_REPLY in known:
        return frozenset({Signal.LEFT}) if _GONE.search(said) else frozenset()
    if set(known) - {Signal.REPLY}:
        return frozenset()
    if _TAKING_OVER.search(said):
        return frozenset({Signal.TAKES_OVER})
    return frozenset({Signal.LEFT}) if _LEAVING.search(said) else frozenset()


def _successor(said: str, sender: str) -> tuple[Participant, ...]:
    """Return the first address that is not the writer's own."""
    found = (one for match in _ADDRESS.findall(said) if (one := normalise_address(match)) and one != sender)
    return tuple(
        Participant(role=Role.ABOUT, identity=Identity(kind=IdentityKind.EMAIL, value=one))
        for one in list(dict.fromkeys(found))[:1]
    )
