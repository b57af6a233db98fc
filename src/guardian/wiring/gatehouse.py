"""The guard of one tenant: its judge, who is a client, the mail it holds, and what people decide about it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from guardian.domain.errors import UserError
from guardian.domain.mail import Envelope
from guardian.domain.verdict import Action
from guardian.settings import OFF_FILE, given_domains
from guardian.wiring.directories import held_reader, stored_directory
from guardian.wiring.judging import judge_for, shipped_judge
from guardian.wiring.own_lists import OwnLists
from guardian.wiring.tenant import Tenant
from guardian.wiring.zones import zone_of

if TYPE_CHECKING:
    from guardian.domain.mail import Mail
    from guardian.guard import Guard, Letters, Links, Passes, Round, Stamps, Tally
    from guardian.guard.tally import Expected
    from guardian.ports.directory import Directory
    from guardian.ports.holds import Hold, HoldEvent
    from guardian.ports.judge import Judge
    from guardian.ports.mailer import Mailer


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

    def scan(self, paths: Sequence[Path], left_out: Callable[[Path], None]) -> Iterator[dict[str, Any]]:
        """Yield for every message below these paths what `guard scan --json` prints; files that are none are told."""
        from guardian.guard import messages, scan_message

        for label, raw in messages(list(paths), left_out):
            yield scan_message(label, raw, self._guard)


class Gatehouse:
    """Everything around held mail, for one tenant; `lists` are those that its process knows already."""

    def __init__(self, tenant: Tenant, lists: OwnLists | None = None) -> None:
        self._tenant = tenant
        self._lists = lists or OwnLists()

    @cached_property
    def guard(self) -> "Guard":
        """The guard with the tenant's clients and policy."""
        return self.guard_with(judge_for(self._tenant.settings), stored_directory(self._tenant))

    def guard_with(self, judge: "Judge", directory: "Directory", *, replaying: bool = False) -> "Guard":
        """Return a guard with the tenant's policies and stamps, and a judge and a directory of one's own.

        The switch that turns it off does not matter when old mail is replayed.
        """
        from guardian.guard import Guard, Policy, SenderPolicy

        settings = self._tenant.settings.guard
        special = tuple(
            SenderPolicy(
                policy=Policy(
                    mode=one.mode or settings.mode,
                    threshold=settings.threshold if one.threshold is None else one.threshold,
                ),
                senders=one.senders,
                domains=frozenset(one.domains),
            )
            for one in settings.policies
        )
        return Guard(
            judge=judge,
            directory=directory,
            policy=Policy(mode=settings.mode, threshold=settings.threshold),
            special=special,
            stamps=self.stamps,
            passes=None if replaying else self.passes,
            is_off=(lambda: False) if replaying else self.is_off,
        )

    def now(self) -> datetime:
        """Return the present moment, as the tenant's clock has it."""
        return self._tenant.clock.now()

    def is_off(self) -> bool:
        """Say whether somebody switched the guard off: by setting, or, at once, by a file beside guardian.toml."""
        return not self._tenant.settings.guard.enabled or (self._tenant.settings.folder / OFF_FILE).exists()

    def keep_counts(self, tally: "Tally") -> None:
        """Add what a tally counted to what is kept; what cannot be kept now stays in the tally."""
        tally.hand_over(self._tenant.tallies.add)

    def expected_holds(self, days: int) -> "list[Expected]":
        """Return how many of the mails to clients of the last days several thresholds would have held."""
        from guardian.domain.moments import day_number
        from guardian.guard import expected_holds

        return expected_holds(self._tenant.tallies.since(day_number(self._tenant.clock.now()) - days + 1))

    @cached_property
    def stamps(self) -> "Stamps | None":
        """What the guard knows our own notices by; None while the tenant has no key."""
        from guardian.domain.keys import key_for
        from guardian.guard import Stamps

        secret = self._tenant.link_secret
        return Stamps(key=key_for("stamp", secret)) if secret else None

    @cached_property
    def passes(self) -> "Passes | None":
        """What stamps mail that passes, and knows it when it comes back; None where the settings want no stamp."""
        from guardian.domain.keys import key_for
        from guardian.guard import Passes

        minutes = self._tenant.settings.gateway.stamp_minutes
        if not minutes:
            return None
        if not self._tenant.link_secret:
            raise UserError("gateway.stamp_minutes needs a key to sign with; set guard.link_key.")
        lasts = timedelta(minutes=minutes)
        return Passes(key=key_for("passed", self._tenant.link_secret), clock=self._tenant.clock, lasts=lasts)

    @cached_property
    def links(self) -> "Links | None":
        """What makes and reads the links in notices; None while the tenant has no key or no console."""
        from guardian.domain.keys import key_for
        from guardian.guard import Links

        secret, url = self._tenant.link_secret, self._tenant.settings.guard.console_url
        return Links(key=key_for("link", secret), url=url) if secret and url else None

    @cached_property
    def letters(self) -> "Letters":
        """What writes to people about held mail."""
        from guardian.guard import Letters

        settings = self._tenant.settings.guard
        return Letters(
            sender=settings.notices_from or self._tenant.settings.digest_sender,
            language_of=self.language_of,
            hours=settings.hold_hours,
            is_ours=self.is_ours,
            links=self.links,
            zone_of=self.zone_of,
            stamps=self.stamps,
        )

    def is_ours(self, address: str) -> bool:
        """Say whether only our own people read what is sent to an address, our lists taken into account."""
        from guardian.domain.addresses import mailbox_of

        known = self._lists.known(self._tenant)
        return all(known.is_own(one) for name in (address, mailbox_of(address)) for one in known.expand(name))

    @cached_property
    def read(self) -> "Callable[[Hold, bytes], Mail]":
        """What reads held mail as the gateway does."""
        return held_reader(self._tenant)

    def scanner(self) -> Scanner:
        """Return what replays stored mail against the tenant's clients."""
        judge = judge_for(self._tenant.settings)
        return Scanner(self.guard_with(judge, stored_directory(self._tenant), replaying=True))

    def offer(self, envelope: Envelope, raw: bytes) -> Offered:
        """Check a mail and hold it where the verdict says so."""
        from guardian.guard import Tally, hold_mail, read_mail, reason_sentence

        settings, now = self._tenant.settings, self._tenant.clock.now()
        examined = self.guard.examine(envelope, raw)
        tally = Tally()
        tally.count(examined.verdict, now=now)
        self.keep_counts(tally)
        subject = (examined.mail or read_mail(raw, own_domains=settings.own_domains)).subject
        if examined.verdict.action is not Action.HOLD:
            return Offered(subject=subject, hold=None)
        namesakes = self._lists.known(self._tenant).namesakes
        hold = hold_mail(self._tenant.holds, envelope, raw, examined, now=now, namesakes=namesakes)
        language = self.language_of(envelope.sender)
        return Offered(
            subject=subject,
            hold=hold,
            sentences=tuple(reason_sentence(reason, language) for reason in hold.verdict.reasons),
            notice=self.letters.first_notice(hold, raw).text,
        )

    def zone_of(self, address: str) -> ZoneInfo:
        """Return the time zone of one of our people, by address: the tenant's own where nobody set another."""
        return zone_of(self._tenant.settings, address)

    def language_of(self, address: str) -> str:
        """Return the language of one of our people, by address: the tenant's own where nobody set another."""
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

    def decide(self, what: str, hold_id: str, *, by: str, why: str, via: str = "") -> "Hold":
        """Carry out one decision and return the hold as it stands then.

        UserError for a release by somebody who is no reviewer, once there are people with accounts.
        """
        from guardian import guard
        from guardian.wiring.people import People

        if what == "release":
            People(self._tenant).refuse_strangers(by)

        deciders: dict[str, Callable[..., Hold]] = {
            "release": guard.release,
            "release_internal": guard.release_internal,
            "return_to_sender": guard.return_to_sender,
            "discard": guard.discard,
        }
        decided = deciders[what](self._tenant.holds, hold_id, by=by, why=why, now=self._tenant.clock.now(), via=via)
        self.carry_out()
        return self._tenant.holds.get(hold_id) or decided

    def carry_out(self) -> "Round":
        """Do everything that is due: return what nobody decided about in time, send what was decided, tell people."""
        from guardian.guard import Notifier, Outbox, make_round
        from guardian.wiring.people import People

        settings, holds, clock = self._tenant.settings.guard, self._tenant.holds, self._tenant.clock
        outbox = Outbox(
            holds=holds,
            mailer=self._mailer(settings.reinject),
            letters=self.letters,
            clock=clock,
            stamped=self._stamped,
        )
        notifier = Notifier(
            holds=holds,
            mailer=self._mailer(self._tenant.settings.mail.smtp),
            letters=self.letters,
            clock=clock,
            reviewers=settings.reviewers,
            shut_out=People(self._tenant).shut_out(),
            remind=timedelta(hours=settings.remind_hours),
        )
        return make_round(holds, outbox, notifier, clock=clock, hours=settings.hold_hours)

    def _stamped(self, hold: "Hold", raw: bytes) -> bytes:
        return raw if self.passes is None else self.passes.stamped(hold, raw, self.read(hold, raw))

    def _mailer(self, url: str) -> "Mailer":
        from guardian.mail_out import mailer_for

        return mailer_for(url, self._tenant.settings.folder)


def scanner_for(clients: Path | None, own_domains: Iterable[str]) -> Scanner:
    """Return a scanner that knows clients from a CSV, and own domains as given; needs no tenant."""
    from guardian.guard import Guard, Policy, SnapshotDirectory, directory_from_csv

    own = given_domains(own_domains)
    directory = SnapshotDirectory(own_domains=own) if clients is None else directory_from_csv(clients, own)
    return Scanner(Guard(judge=shipped_judge(), directory=directory, policy=Policy()))
