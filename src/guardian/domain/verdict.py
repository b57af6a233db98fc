"""What the judge found in a mail, and what the guard made of it."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What becomes of a mail."""

    PASS = "pass"  # noqa: S105 - an action, not a password
    HOLD = "hold"


class ReasonCode(StrEnum):
    """Why a mail is held; every code is explained in docs/judge.md and in the notices, in both languages."""

    INSULT = "insult"
    CONTEMPT = "contempt"
    SARCASM = "sarcasm"
    VENTING = "venting"
    OBFUSCATED = "obfuscated"
    CONCEALMENT = "concealment"
    COMPETITOR_LEAK = "competitor_leak"
    UNSCANNABLE = "unscannable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One ground for a hold: the code, the exact words, and how sure the judge is (0 to 1)."""

    code: ReasonCode
    span: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the judge thinks of a mail, before any policy: the score (0 to 1), its grounds, strongest first.

    `threshold` is the score from which this judge, for this language, advises a hold. `degraded` names the parts
    that were missing when it judged (empty when whole).
    """

    score: float
    threshold: float
    language: str
    reasons: tuple[Reason, ...] = ()
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The guard's decision on one mail; `would_hold` is the action enforce mode would have taken."""

    action: Action
    would_hold: bool
    reasons: tuple[Reason, ...]
    clients: tuple[str, ...]
    score: float
    language: str
    degraded: tuple[str, ...] = ()
