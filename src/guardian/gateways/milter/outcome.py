"""What a decision about a mail can be, and what the mail server is told then."""

from dataclasses import dataclass
from enum import StrEnum

from guardian.gateways.milter import codec


class Outcome(StrEnum):
    """What became of one mail at the gate."""

    GATED = "gated"  # no client reads it: accepted before its body moved
    PASSED = "passed"
    WOULD_HOLD = "would_hold"  # passed, because the guard only observes
    HELD = "held"
    LATER = "later"  # could not be decided now: the sender's server offers it again
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An outcome, and what it changes in the header of a mail that passes.

    `stale` fields called `name` are taken off, then one with `value` is put on top where there is a value.
    """

    outcome: Outcome
    name: str = ""
    value: str = ""
    stale: int = 0


_SAID = {
    Outcome.GATED: codec.ACCEPT,
    Outcome.PASSED: codec.ACCEPT,
    Outcome.WOULD_HOLD: codec.ACCEPT,
    Outcome.HELD: codec.DISCARD,
    Outcome.LATER: codec.reply_code("451 4.7.1 Guardian cannot check this mail now, try again later"),
    Outcome.TOO_LARGE: codec.reply_code("552 5.3.4 This mail is larger than Guardian can check"),
}


def said(outcome: Outcome) -> bytes:
    """Return the answer on the wire; DISCARD tells the server that somebody else keeps the mail now."""
    return _SAID[outcome]
