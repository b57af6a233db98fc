"""The guard: one mail in, one verdict out."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from guardian.domain.mail import Audience, Envelope, Mail
from guardian.domain.verdict import Verdict
from guardian.guard.audience import audience_of
from guardian.guard.decide import NOBODY_TO_PROTECT, Policy, decide
from guardian.guard.passes import Passes, stamps_on
from guardian.guard.policies import SenderPolicy, policy_for
from guardian.guard.stamps import Stamps
from guardian.guard.whose_words import read_for
from guardian.ports.directory import Directory
from guardian.ports.judge import Judge

SWITCHED_OFF = "switched off"  # stands among what a verdict had to do without
_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """A verdict with what led to it; `mail` is None where nobody outside had to be protected, so nothing was read.

    `came_back` says that the mail passed before, and was not judged again.
    """

    verdict: Verdict
    audience: Audience
    mail: Mail | None
    came_back: bool = False


class Guard:
    """Decides what may reach a client; without state, so any number of them may work side by side."""

    def __init__(  # noqa: PLR0913 - each is one thing that a tenant may have or not
        self,
        judge: Judge,
        directory: Directory,
        policy: Policy,
        *,
        special: tuple[SenderPolicy, ...] = (),
        stamps: Stamps | None = None,
        passes: Passes | None = None,
        is_off: Callable[[], bool] = lambda: False,
    ) -> None:
        """Take `special` before `policy` for the senders it names; `is_off` is asked for every mail to a client.

        `passes` lets mail through once more that passed and came back; without it such mail is judged again.
        """
        self._judge = judge
        self._directory = directory
        self._policy = policy
        self._special = special
        self._stamps = stamps
        self._passes = passes
        self._is_off = is_off

    def audience(self, envelope: Envelope) -> Audience:
        """Return who will read a mail; where it has no clients, its body need not even be fetched."""
        return audience_of(envelope, self._directory)

    def only_watches(self, envelope: Envelope) -> bool:
        """Say whether this sender's mail passes whatever is found in it: observed only, or the guard is off."""
        policy = policy_for(envelope.sender, self._policy, self._special, self._directory)
        return policy.mode == "observe" or self._is_off()

    def check(self, envelope: Envelope, raw: bytes) -> Verdict:
        """Return the verdict on one mail; never raises because of what the mail holds."""
        return self.examine(envelope, raw).verdict

    def examine(self, envelope: Envelope, raw: bytes) -> Examination:
        """Return the verdict with the audience and the mail as read, for whoever has to hold it."""
        audience = self.audience(envelope)
        if not audience.clients or (self._stamps is not None and self._stamps.is_ours(envelope, raw)):
            return Examination(verdict=NOBODY_TO_PROTECT, audience=audience, mail=None)
        if self._is_off():
            _LOG.error("guard.switched_off_and_letting_pass", clients=len(audience.clients))
            verdict = replace(NOBODY_TO_PROTECT, clients=audience.client_names, degraded=(SWITCHED_OFF,))
            return Examination(verdict=verdict, audience=audience, mail=None)
        mail = read_for(audience, raw, sender=envelope.sender, directory=self._directory)
        if self._passes is not None and self._passes.knows(mail, raw, audience.client_names):
            verdict = replace(NOBODY_TO_PROTECT, clients=audience.client_names)
            return Examination(verdict=verdict, audience=audience, mail=mail, came_back=True)
        policy = policy_for(envelope.sender, self._policy, self._special, self._directory)
        verdict = decide(audience, self._judge.judge(mail, audience), mail, policy)
        return Examination(verdict=verdict, audience=audience, mail=mail)

    def namesakes(self, address: str) -> tuple[str, ...]:
        """Return every address that is known to lead to the same person, the one asked about among them."""
        return self._directory.namesakes(address)

    @property
    def stamps_passing_mail(self) -> bool:
        """True where mail that passes gets a stamp."""
        return self._passes is not None

    def old_passes(self, raw: bytes) -> list[str]:
        """Return the stamps on a mail that have to come off before it goes on, genuine or not."""
        return stamps_on(raw) if self._passes is not None else []

    def pass_for(self, examined: Examination, raw: bytes, queue_id: str) -> str:
        """Return the stamp for a mail that passes and may come back; empty where none is wanted or needed."""
        if self._passes is None or examined.mail is None or examined.came_back:
            return ""
        return self._passes.stamp(examined.mail, raw, examined.verdict.clients, queue_id)
