"""What never enters the timeline, and what privacy takes away; pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from guardian.domain.activity import Activity, Kind, Participant
from guardian.domain.addresses import is_address_within
from guardian.domain.cases import is_case_key
from guardian.domain.people import Identity, IdentityKind
from guardian.ports.sync_store import FORGOTTEN

INTERNAL = "internal"
BLOCKED_DOMAIN = "blocked_domain"
BLOCKED_ADDRESS = "blocked_address"
RULES = (INTERNAL, BLOCKED_DOMAIN, BLOCKED_ADDRESS)
"""What the settings can leave out; who was forgotten is left out whatever they say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The tenant's rules: own domains, and what is left out.

    `internal` leaves out mail among own people only; `domains` and `addresses` name outsiders whose mail is left
    out when nobody else outside takes part.
    """

    own_domains: frozenset[str]
    internal: bool = True
    domains: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    def is_own(self, participant: Participant) -> bool:
        """Say whether a participant is one of our people, as far as the address tells."""
        identity = participant.identity
        return identity.kind is IdentityKind.EMAIL and is_address_within(identity.value, self.own_domains)

    def exclusion(self, one: Activity) -> str | None:
        """Return the name of the rule that leaves an activity out, or None."""
        outside = self._outside(one)
        if not outside:
            return INTERNAL if self.internal and one.kind is Kind.EMAIL else None
        if any(p.value in self.addresses for p in outside) and all(self.blocks(p.value) for p in outside):
            return BLOCKED_ADDRESS
        return BLOCKED_DOMAIN if all(self.blocks(p.value) for p in outside) else None

    def _outside(self, one: Activity) -> list[Identity]:
        """Return who outside takes part: by address where addresses say so, else as CRM records.

        A mail among our own addresses stays ours, whatever record it is filed under; a case is the client's.
        """
        others = [p.identity for p in one.participants if not self.is_own(p)]
        by_address = [identity for identity in others if identity.kind is IdentityKind.EMAIL]
        is_mail = one.kind is Kind.EMAIL and not is_case_key(one.key)
        if by_address or (is_mail and any(p.identity.kind is IdentityKind.EMAIL for p in one.participants)):
            return by_address
        return others

    def are_set(self, rule: str) -> bool:
        """Say whether anything can still be left out by the rule of this name."""
        if rule == INTERNAL:
            return self.internal
        if rule == BLOCKED_ADDRESS:
            return bool(self.addresses)
        return rule == FORGOTTEN or bool(self.domains)

    def blocks(self, address: str) -> bool:
        """Say whether somebody outside is left out by name or by domain."""
        return address in self.addresses or is_address_within(address, self.domains)


def scrubber(privacy: str) -> Callable[[Activity], Activity]:
    """Return what takes away whatever a privacy level forbids: `metadata`, `subject` or `full`."""
    if privacy == "full":
        return lambda one: one
    if privacy == "subject":
        return lambda one: replace(one, snippet=None, words=None) if (one.snippet, one.words) != (None, None) else one
    return lambda one: _wordless(one) if _tells(one) else one


def _tells(one: Activity) -> bool:
    spans = one.told.spans if one.told else ()
    return (one.subject, one.snippet, one.words) != (None, None, None) or bool(spans)


def _wordless(one: Activity) -> Activity:
    told = replace(one.told, spans=()) if one.told else None
    return replace(one, subject=None, snippet=None, words=None, told=told)


def without(one: Activity, forgotten: frozenset[str]) -> Activity:
    """Return the activity without the people who asked to be forgotten, and without what they complained of."""
    if not forgotten or not any(p.identity.value in forgotten for p in one.participants):
        return one
    return one.with_only(tuple(p for p in one.participants if p.identity.value not in forgotten))
