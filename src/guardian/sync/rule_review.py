"""The present rules and own domains over what was stored under earlier ones: counted, and carried out in chunks."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from guardian.domain.activity import Signal
from guardian.ports.rule_review import RuleReviewStore, StoredCopy, Takeout
from guardian.sync.rules import RULES, Rules
from guardian.sync.summary import Progress

CHUNK = 500  # copies that are taken out in one transaction

Taken = list[Takeout]


@dataclass(slots=True)
class RuleReview:
    """What the rules take from the timelines, or took: interactions and copies by rule, and interactions by client.

    An interaction goes with its last copy; `shrunk` counts those that stay with fewer. `left_out` are the items that
    each rule leaves out now, `back` those of them whose rule is no longer set: the next full sync brings them back.
    `anew` counts the interactions that stay and are told otherwise, since other domains are our own by now.
    """

    applied: bool
    interactions: Counter[str] = field(default_factory=Counter)
    copies: Counter[str] = field(default_factory=Counter)
    by_client: Counter[tuple[str, str]] = field(default_factory=Counter)  # (client, rule)
    shrunk: int = 0
    anew: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    back: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> Iterator[dict[str, Any]]:
        """Yield the objects that `connectors rules --json` prints: one a rule, one a client and rule, a summary."""
        for rule in RULES:
            yield {
                "rule": rule,
                "interactions": self.interactions[rule],
                "copies": self.copies[rule],
                "left_out": self.left_out.get(rule, 0),
                "back": self.back.get(rule, 0),
            }
        for (client, rule), count in sorted(self.by_client.items()):
            yield {"client": client, "rule": rule, "interactions": count}
        yield {
            "summary": "rules",
            "applied": self.applied,
            "interactions": self.interactions.total(),
            "copies": self.copies.total(),
            "shrunk": self.shrunk,
            "told_anew": self.anew,
            "back": sum(self.back.values()),
        }


def review_rules(
    rules: Rules, store: RuleReviewStore, *, apply: bool, now: datetime, progress: Progress
) -> RuleReview:
    """Return what the present rules and own domains change; with `apply` it is done, and clients are settled.

    Broken off in the middle, what was taken stays taken, and the next review takes the rest; repeated, it finds
    nothing any more.
    """
    found = RuleReview(applied=apply)
    found.left_out = dict(store.excluded_by_rule())
    found.back = {rule: count for rule, count in found.left_out.items() if not rules.are_set(rule)}
    done, touched = 0, set[int]()
    for chunk in _chunks(rules, store):
        _count(found, chunk, store)
        takeouts = [one for _, taken in chunk for one in taken]
        touched |= {one.copy.interaction_id for one in takeouts}
        done += store.take_out(takeouts, now=now) if apply else len(takeouts)
        progress.advance("copies", done, 0)
    for ids in store.told_otherwise():
        # What loses copies is told by the others in the same breath: it is counted once, before as after.
        anew = ids if apply else [one for one in ids if one not in touched]
        if apply and anew:
            store.tell_anew(anew)
        found.anew += len(anew)
        progress.advance("told anew", found.anew, 0)
    if apply:  # a review that was broken off has not, and own domains also tell who is in the records
        store.settle(now=now)
    return found


def taken_by(copies: Sequence[StoredCopy], rules: Rules) -> Taken:
    """Return the copies of one interaction that the rules take; pure.

    A copy that Guardian wrote into a CRM names nobody by address: it goes where all the others go.
    """
    ours = [one for one in copies if Signal.WRITTEN_BACK in one.activity.signals]
    told = [one for one in copies if Signal.WRITTEN_BACK not in one.activity.signals]
    taken = [Takeout(copy=one, rule=rule) for one in told if (rule := rules.exclusion(one.activity))]
    if taken and len(taken) == len(told):
        taken += [Takeout(copy=one, rule=taken[0].rule) for one in ours]
    return taken


def _chunks(rules: Rules, store: RuleReviewStore) -> Iterator[list[tuple[int, Taken]]]:
    """Yield the interactions that lose copies, each with how many it has in all."""
    chunk: list[tuple[int, Taken]] = []
    size = 0
    for copies in store.copies_by_interaction():
        taken = taken_by(copies, rules)
        if taken:
            chunk.append((len(copies), taken))
            size += len(taken)
        if size >= CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _count(found: RuleReview, chunk: Sequence[tuple[int, Taken]], store: RuleReviewStore) -> None:
    going = {taken[0].copy.interaction_id: taken[0].rule for copies, taken in chunk if len(taken) == copies}
    found.shrunk += len(chunk) - len(going)
    found.copies.update(one.rule for _, taken in chunk for one in taken)
    found.interactions.update(going.values())
    for interaction_id, clients in store.clients_of(sorted(going)).items():
        found.by_client.update((client, going[interaction_id]) for client in clients)
