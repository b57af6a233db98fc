"""What a reader's heads say of a mail, and what is made of it: kind, severity, exact words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from guardian.domain.complaint import GRAVE, REMARK, SERIOUS, Heard, InboundKind
from guardian.nlp.heads import Floats, sigmoid
from guardian.nlp.inbox.listed import NOTHING_LISTED, Listed
from guardian.nlp.inbox.said import Said

KINDS = tuple(InboundKind)
_CALM = tuple(i for i, kind in enumerate(KINDS) if kind is not InboundKind.COMPLAINT)
_MOST_SPANS = 3
_COUNTED = 0.5  # how much counted words weigh beside the network: they know set phrases, it knows the rest
_ONLY_REMARKS = np.array([1.0, 0.0, 0.0], dtype=np.float32)  # whose severity counted words cannot tell
_MARGIN = 0.3  # how much it weighs for a serious complaint that the mail is no question, order or apology
_NEVER_SERIOUS = tuple(KINDS.index(kind) for kind in (InboundKind.QUESTION, InboundKind.ORDER, InboundKind.APOLOGY))
_LISTED_SURE = 0.75  # how sure set phrases of a serious complaint make at least
_NEXT_SPAN = 1.5  # logits below the hottest sentence where another one is still worth quoting


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Logits of one mail: at least remark, serious, grave; each of `KINDS`; settled; and each phrase complains.

    `listed` is what a list of words hears: its set phrases ("we shall sue") make a complaint graver by one step, and
    where it hears that the client still waits, nothing is settled.
    """

    severity: Floats
    kinds: Floats
    settled: float
    heat: Floats
    listed: Listed = NOTHING_LISTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The logits from which a mail is a complaint, by language, a serious and a grave one, and from which settled."""

    complaint: Mapping[str, float]
    serious: float
    grave: float
    settled: float


def blended(network: Scores, counted: Scores) -> Scores:
    """Return what network and counted words, which know what is listed, say together of a mail."""
    margin = network.kinds[KINDS.index(InboundKind.COMPLAINT)] - network.kinds[list(_NEVER_SERIOUS)].max()
    severity = network.severity + _COUNTED * counted.severity * _ONLY_REMARKS
    severity[SERIOUS - 1] += _MARGIN * margin
    return Scores(
        severity=severity,
        kinds=network.kinds + _COUNTED * counted.kinds,
        settled=network.settled + _COUNTED * counted.settled,
        heat=network.heat + _COUNTED * counted.heat,
        listed=counted.listed,
    )


def alone(counted: Scores) -> Scores:
    """Return what counted words say by themselves: they take too much for a complaint to let set phrases raise it."""
    return counted if counted.listed.brief else replace(counted, listed=replace(counted.listed, severity=0))


def heard_from(scores: Scores, mail: Said, language: str, bounds: Bounds, *, degraded: bool) -> Heard:
    """Return what is heard in a mail of which the heads say this."""
    severity = severity_of(scores, language, bounds)
    kind = InboundKind.COMPLAINT if severity else calm_kind(scores)
    return Heard(
        kind=kind,
        severity=severity,
        spans=spans_of(scores, mail) if severity else (),
        score=_certainty(scores, kind),
        settled=is_settled(scores, kind, bounds),
        degraded=degraded,
    )


def severity_of(scores: Scores, language: str, bounds: Bounds) -> int:
    """Return the severity; set phrases add one step to a complaint, and are believed outright in a brief mail."""
    by_heads, listed = _severity_by_heads(scores, language, bounds), scores.listed.severity
    if scores.listed.brief and listed >= SERIOUS:
        return max(by_heads, listed)
    return min(max(by_heads, listed), by_heads + 1) if by_heads else 0


def _severity_by_heads(scores: Scores, language: str, bounds: Bounds) -> int:
    """Return the severity; each step needs the one before it."""
    remark, serious, grave = scores.severity.tolist()
    if remark < bounds.complaint[language]:
        return 0
    return REMARK if serious < bounds.serious else GRAVE if grave >= bounds.grave else SERIOUS


def is_settled(scores: Scores, kind: InboundKind, bounds: Bounds) -> bool:
    """Say whether a mail of this kind settles a trouble: thanks for an answer are none while he waits."""
    return kind is InboundKind.THANKS and scores.settled >= bounds.settled and not scores.listed.waits


def calm_kind(scores: Scores) -> InboundKind:
    """Return the likeliest kind of a mail that is no complaint."""
    return KINDS[max(_CALM, key=lambda i: float(scores.kinds[i]))]


def _certainty(scores: Scores, kind: InboundKind) -> float:
    complains = sigmoid(float(scores.severity[0]))
    if kind is InboundKind.COMPLAINT:
        return max(complains, _LISTED_SURE) if scores.listed.severity >= SERIOUS else complains
    odds = np.exp(scores.kinds[list(_CALM)] - scores.kinds[KINDS.index(kind)])
    return float((1.0 - complains) / odds.sum())


def spans_of(scores: Scores, mail: Said) -> tuple[str, ...]:
    """Return the hottest phrases, in order of the mail."""
    hottest = [int(i) for i in np.argsort(-scores.heat, kind="stable")[:_MOST_SPANS]]
    chosen = [
        i for i in hottest if scores.heat[i] >= max(scores.heat[hottest[0]] - _NEXT_SPAN, -1.0) or i == hottest[0]
    ]
    return tuple(dict.fromkeys(mail.phrases[i].written for i in sorted(chosen)))
