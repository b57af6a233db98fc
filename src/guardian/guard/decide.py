"""The table that turns what is known about a mail into a verdict; pure."""

from dataclasses import dataclass
from typing import Literal

from guardian.domain.mail import Audience, Mail
from guardian.domain.verdict import Action, Opinion, Reason, ReasonCode, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the tenant wants: only watch or really hold, and a threshold (0 to 1) other than the judge's own."""

    mode: Literal["enforce", "observe"] = "enforce"
    threshold: float | None = None


NOBODY_TO_PROTECT = Verdict(
    action=Action.PASS, would_hold=False, reasons=(), clients=(), score=0.0, language="", degraded=()
)


def decide(audience: Audience, opinion: Opinion, mail: Mail, policy: Policy) -> Verdict:
    """Return the verdict on one mail.

    No client reads it: pass. Something in it could not be read: hold, naming what. The judge's score reaches the
    threshold and there are words to show for it: hold. Anything else: pass. A mail that calls itself automatic, or a
    notice of Guardian's, gets no favour, because anybody can write that header; our own notices go to colleagues only
    and pass for that reason.
    """
    if not audience.clients:
        return NOBODY_TO_PROTECT
    reasons = (*_hostile(opinion, policy), *_unread(mail))
    held = bool(reasons)
    return Verdict(
        action=Action.HOLD if held and policy.mode == "enforce" else Action.PASS,
        would_hold=held,
        reasons=reasons,
        clients=audience.client_names,
        score=opinion.score,
        language=opinion.language,
        degraded=opinion.degraded,
    )


def _hostile(opinion: Opinion, policy: Policy) -> tuple[Reason, ...]:
    threshold = opinion.threshold if policy.threshold is None else policy.threshold
    if opinion.score < threshold:  # a score that is no number is not below anything
        return ()
    return tuple(reason for reason in opinion.reasons if reason.span.strip())


def _unread(mail: Mail) -> tuple[Reason, ...]:
    return tuple(Reason(code=ReasonCode.UNSCANNABLE, span=why.value, score=1.0) for why in mail.unscannable)
