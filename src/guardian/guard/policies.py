"""Who is judged by which policy; pure."""

from dataclasses import dataclass

from guardian.domain.addresses import domain_of, is_within, mailbox_of
from guardian.guard.decide import Policy
from guardian.ports.directory import Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderPolicy:
    """Another policy for some senders: by address, as members of one of our lists, or by domain."""

    policy: Policy
    senders: tuple[str, ...] = ()
    domains: frozenset[str] = frozenset()

    def covers(self, sender: str, directory: Directory) -> bool:
        """Say whether it is meant for whoever sends from this address."""
        mine = mailbox_of(sender)
        listed = (member for one in self.senders for member in directory.expand(one))
        return is_within(domain_of(mine), self.domains) or any(mailbox_of(member) == mine for member in listed)


def policy_for(sender: str, usual: Policy, special: tuple[SenderPolicy, ...], directory: Directory) -> Policy:
    """Return the policy for a mail by the sender of its envelope: the first that covers him, else the usual one."""
    return next((one.policy for one in special if one.covers(sender, directory)), usual)
