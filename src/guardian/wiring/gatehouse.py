"""The guard of one tenant: its judge, who is a client, the mail it holds, and what people decide about it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guardian.domain.errors import UserError
from guardian.domain.mail import Envelope
from guardian.domain.verdict import Action
from guardian.wiring.tenant import Tenant

if TYPE_CHECKING:
    from guardian.guard import Guard
    from guardian.nlp.evaluate import Evaluation
    from guardian.nlp.train import TrainingReport
    from guardian.ports.directory import Directory
    from guardian.ports.holds import Hold, HoldEvent
    from guardian.ports.judge import Judge
    from guardian.ports.mailer import Mailer

Advance = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What became of a mail offered to the guard: held or not, why in words, and the notice to its sender."""

    subject: str
    hold: "Hold | None"
    sentences: tuple[str, ...] = ()
    notice: str = ""


class Scanner:
    """Replays stored mail through the guard; changes nothing."""

    def __init__(self, guard: "Guard") -> None:
        self._guard = guard

    def scan(self, paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
        """Yield for every message below these paths what `guard scan --json` prints."""
        from guardian.guard import messages, scan_message

        for label, raw in messages(list(paths)):
            yield scan_message(label, raw, self._guard)


class Gatehouse:
    """Everything around held mail, for one tenant."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    @cached_property
    def guard(self) -> "Guard":
        """The guard with the tenant's clients and policy."""
        from guardian.guard import Guard, Policy

        settings = self._tenant.settings.guard
        policy = Policy(mode=settings.mode, threshold=settings.threshold)
        return Guard(judge=load_judge(), directory=self._directory(), policy=policy)

    def _directory(self) -> "Directory":
        from guardian.guard import SnapshotDirectory
        from guardian.storage import client_directory

        addresses, domains = client_directory(self._tenant.database)
        own = self._tenant.settings.own_domains
        return SnapshotDirectory(own_domains=own, addresses=addresses, domains=domains)

    def scanner(self) -> Scanner:
        """Return what replays stored mail against the tenant's clients."""
        return Scanner(self.guard)

    def offer(self, envelope: Envelope, raw: bytes) -> Offered:
        """Check a mail and hold it where the verdict says so."""
        from guardian.guard import hold_mail, read_mail, reason_sentence, sender_notice

        settings, now = self._tenant.settings, self._tenant.clock.now()
        examined = self.guard.examine(envelope, raw)
        subject = (examined.mail or read_mail(raw, own_domains=settings.own_domains)).subject
        if examined.verdict.action is not Action.HOLD:
            return Offered(subject=subject, hold=None)
        hold = hold_mail(self._tenant.holds, envelope, raw, examined, now=now)
        language = self._language_of(envelope.sender)
        return Offered(
            subject=subject,
            hold=hold,
            sentences=tuple(reason_sentence(reason, language) for reason in hold.verdict.reasons),
            notice=sender_notice(hold, language, hours=settings.guard.hold_hours).text,
        )

    def _language_of(self, address: str) -> str:
        told = self._tenant.settings.reps.get(address)
        return (told.language if told else None) or self._tenant.settings.language

    def list(self, *, everything: bool) -> "Sequence[Hold]":
        """Return the mail that waits for a decision (or all of it), oldest first, after carrying out what is due."""
        from guardian.ports.holds import HoldState

        self.carry_out()
        return self._tenant.holds.list(states=None if everything else frozenset({HoldState.HELD}))

    def story(self, hold_id: str) -> "tuple[Hold, tuple[str, ...], Sequence[HoldEvent]]":
        """Return a hold, why it is one in words, and every step since; UserError when there is no such hold."""
        from guardian.guard import reason_sentence

        hold = self._tenant.holds.get(hold_id)
        if hold is None:
            raise UserError(f"There is no hold {hold_id}; `guardian holds list` names them.")
        sentences = tuple(reason_sentence(one, self._tenant.settings.language) for one in hold.verdict.reasons)
        return hold, sentences, self._tenant.holds.events(hold_id)

    def decide(self, what: str, hold_id: str, *, by: str, why: str) -> "Hold":
        """Carry out one decision and return the hold as it stands then."""
        from guardian import guard

        deciders: dict[str, Callable[..., Hold]] = {
            "release": guard.release,
            "release_internal": guard.release_internal,
            "return_to_sender": guard.return_to_sender,
            "discard": guard.discard,
        }
        decided = deciders[what](self._tenant.holds, hold_id, by=by, why=why, now=self._tenant.clock.now())
        self.carry_out()
        return self._tenant.holds.get(hold_id) or decided

    def carry_out(self) -> None:
        """Send what was decided, and return what nobody decided about in time."""
        from guardian.guard import Outbox, expire

        settings, now = self._tenant.settings, self._tenant.clock.now()
        expire(self._tenant.holds, now=now, hours=settings.guard.hold_hours)
        sender = settings.guard.notices_from or self._tenant.sender()
        outbox = Outbox(
            holds=self._tenant.holds,
            mailer=self._mailer(),
            notices_from=sender,
            language=settings.language,
            language_of=self._language_of,
        )
        outbox.send_pending(now=now)

    def _mailer(self) -> "Mailer":
        from guardian.mail_out import mailer_for

        return mailer_for(self._tenant.settings.guard.reinject, self._tenant.settings.folder)


def load_judge() -> "Judge":
    """Return the shipped judge, loaded and warm."""
    from guardian.nlp.judge import SpacyJudge

    return SpacyJudge()


def missing_judge_parts() -> tuple[str, ...]:
    """Return the parts that the shipped judge has to do without; none when it is whole."""
    from guardian.nlp.judge import SpacyJudge

    return SpacyJudge().degraded


def scanner_for(clients: Path | None, own_domains: Iterable[str]) -> Scanner:
    """Return a scanner that knows clients from a CSV, and own domains as given; needs no tenant."""
    from guardian.guard import Guard, Policy, SnapshotDirectory, directory_from_csv

    own = frozenset(own_domains)
    directory = SnapshotDirectory(own_domains=own) if clients is None else directory_from_csv(clients, own)
    return Scanner(Guard(judge=load_judge(), directory=directory, policy=Policy()))


def train_judge(
    corpus: Path, out: Path, *, data_dir: Path | None, seed: int, slice_fraction: float, progress: Advance
) -> "TrainingReport":
    """Train the judge and return what came of it; UserError when the extra `train` is not installed."""
    if find_spec("sklearn") is None:
        raise UserError("Training needs its extra; install it with `pip install client-guardian[train]`.")
    from guardian.nlp.train import train

    return train(corpus, out, data_dir=data_dir, seed=seed, slice_fraction=slice_fraction, progress=progress)


def evaluate_judge(corpus: Path, model: Path | None, progress: Advance) -> "Evaluation":
    """Measure a trained judge (the shipped one for None) on labelled mails."""
    from guardian.nlp.evaluate import evaluate
    from guardian.nlp.judge import SpacyJudge

    return evaluate(corpus, SpacyJudge(model), progress=progress)
