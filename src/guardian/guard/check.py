"""The guard: one mail in, one verdict out."""

from dataclasses import dataclass

from guardian.domain.mail import Audience, Envelope, Mail
from guardian.domain.verdict import Verdict
from guardian.guard.audience import audience_of
from guardian.guard.decide import NOBODY_TO_PROTECT, Policy, decide
from guardian.guard.read_mail import read_mail
from guardian.guard.stamps import Stamps
from guardian.ports.directory import Directory
from guardian.ports.judge import Judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """A verdict with what led to it; `mail` is None where nobody outside had to be protected, so nothing was read."""

    verdict: Verdict
    audience: Audience
    mail: Mail | None


class Guard:
    """Decides what may reach a client; without state, so any number of them may work side by side."""

    def __init__(self, judge: Judge, directory: Directory, policy: Policy, *, stamps: Stamps | None = None) -> None:
        self._judge = judge
        self._directory = directory
        self._policy = policy
        self._stamps = stamps

    def audience(self, envelope: Envelope) -> Audience:
        """Return who will read a mail; where it has no clients, its body need not even be fetched."""
        return audience_of(envelope, self._directory)

    def check(self, envelope: Envelope, raw: bytes) -> Verdict:
        """Return the verdict on one mail; never raises because of what the mail holds."""
        return self.examine(envelope, raw).verdict

    def examine(self, envelope: Envelope, raw: bytes) -> Examination:
        """Return the verdict with the audience and the mail as read, for whoever has to hold it."""
        audience = self.audience(envelope)
        if not audience.clients or (self._stamps is not None and self._stamps.is_ours(envelope, raw)):
            return Examination(verdict=NOBODY_TO_PROTECT, audience=audience, mail=None)
        mail = read_mail(raw, is_own=self._directory.is_own)
        opinion = self._judge.judge(mail, audience)
        verdict = decide(audience, opinion, mail, self._policy)
        return Examination(verdict=verdict, audience=audience, mail=mail)
