"""What a page changes, from the page and what is known of its items; pure."""

from collections.abc import Callable
from dataclasses import dataclass, field

from guardian.domain.activity import Activity, Signal
from guardian.domain.facts import fact_hash, letter_hash, write_activity, write_record
from guardian.domain.hearings import Hearing, betters, write_hearing
from guardian.domain.people import Colleague, Company, Contact
from guardian.domain.raw_addresses import addresses_in
from guardian.ports.connector import DeadLetter, Gone, Page, Present
from guardian.ports.sync_store import (
    FORGOTTEN,
    RAW_KEPT,
    CopyToWrite,
    ExcludedItem,
    Known,
    PersonRecord,
    Plan,
    RecordToWrite,
)
from guardian.sync.listening import Ear
from guardian.sync.rules import Rules, without


def item_ids(page: Page) -> list[str]:
    """Return the ids of all items that a page speaks of."""
    ids = [_item_id(record) for record in page.records]
    return ids + [letter.item_id for letter in page.dead_letters]


def addresses(page: Page) -> set[str]:
    """Return what may name forgotten people on a page: addresses, phones, CRM records, ids of what Guardian wrote."""
    activities = [one for one in page.records if isinstance(one, Activity)]
    ours = {one.item_id for one in activities if Signal.WRITTEN_BACK in one.signals}
    named = {p.identity.value for one in activities for p in one.participants}
    of_cards = {name for one in page.records if isinstance(one, Contact) for name in _names(one)}
    return ours | named | of_cards | {name for one in page.dead_letters for name in _named_in(one)}


def _names(contact: Contact) -> set[str]:
    """Return what a card or record is somebody by; a phone is often a whole office's."""
    merged = {contact.merged_into} if contact.merged_into else set()
    return {contact.ref, *contact.addresses} | merged


def _named_in(letter: DeadLetter) -> set[str]:
    """Return who may be named in what would be kept of an unreadable item."""
    words = f"{letter.item_id}\n{letter.why}\n".encode("utf-8", "replace")
    whose = {letter.item_id, letter.about or letter.item_id}
    return whose | addresses_in(words) | addresses_in(letter.raw[:RAW_KEPT])


def _item_id(record: object) -> str:
    if isinstance(record, Activity | Gone | Present):
        return record.item_id
    assert isinstance(record, Company | Contact | Colleague)
    return record.ref


@dataclass(slots=True)
class _Draft:
    """A plan under construction; the last word on an item within a page counts."""

    known: Known
    ear: Ear | None = None
    copies: dict[str, CopyToWrite] = field(default_factory=dict)
    records: dict[str, RecordToWrite] = field(default_factory=dict)
    excluded: dict[str, ExcludedItem] = field(default_factory=dict)
    dead: dict[str, DeadLetter] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)  # stored now, and not to be stored any longer
    left: set[str] = field(default_factory=set)  # the provider itself says they are gone
    readable: set[str] = field(default_factory=set)
    included: set[str] = field(default_factory=set)
    unchanged: int = 0

    def forget(self, item_id: str) -> None:
        """Drop what an earlier telling on this page said."""
        for kind in (self.copies, self.records, self.excluded, self.dead):
            kind.pop(item_id, None)
        self.gone.discard(item_id)
        self.left.discard(item_id)
        self.included.discard(item_id)

    def read(self, item_id: str) -> None:
        """Note that an item can be read."""
        self.forget(item_id)
        if item_id in self.known.dead:
            self.readable.add(item_id)


def plan_page(
    page: Page, known: Known, rules: Rules, scrub: Callable[[Activity], Activity], ear: Ear | None = None
) -> Plan:
    """Return what the page changes; without an `ear` nobody listens to what clients write."""
    draft = _Draft(known=known, ear=ear)
    for record in page.records:
        if isinstance(record, Activity):
            _plan_activity(draft, record, scrub, rules)
        elif isinstance(record, Gone):
            draft.forget(record.item_id)
            draft.gone.add(record.item_id)
            draft.left.add(record.item_id)
        elif not isinstance(record, Present):
            _plan_record(draft, record)
    for letter in page.dead_letters:
        _plan_dead(draft, letter)
    return _finished(draft, page)


def _plan_activity(draft: _Draft, told: Activity, scrub: Callable[[Activity], Activity], rules: Rules) -> None:
    draft.read(told.item_id)
    left = without(told, draft.known.forgotten)
    one = scrub(left)
    rule = _rule(draft, one, rules, names_forgotten=left is not told)
    if rule is not None:
        if draft.known.excluded.get(one.item_id) != rule:
            draft.excluded[one.item_id] = ExcludedItem(item_id=one.item_id, rule=rule, occurred_at=one.occurred_at)
        if one.item_id in draft.known.copies:
            draft.gone.add(one.item_id)
        return
    if one.item_id in draft.known.excluded:
        draft.included.add(one.item_id)
    facts = write_activity(one)
    digest = fact_hash(facts)
    known = draft.known.copies.get(one.item_id)
    unchanged = known == digest
    if unchanged and one.item_id not in draft.known.unheard:
        draft.unchanged += 1
        return
    heard = write_hearing(_heard(draft, one))
    if unchanged and not betters(heard, draft.known.unheard[one.item_id]):
        draft.unchanged += 1
        return
    unasked = draft.ear is None and one.told is None
    draft.copies[one.item_id] = CopyToWrite(
        activity=one, facts=facts, hash=digest, new=known is None, heard=heard, unasked=unasked
    )


def _heard(draft: _Draft, one: Activity) -> Hearing | None:
    """Return what an activity says: as its provider tells it, else by listening."""
    if one.told is not None:
        return Hearing(heard=one.told, letters=sum(map(len, one.told.spans)), whole=True)
    return draft.ear.listen(one) if draft.ear else None


def _rule(draft: _Draft, one: Activity, rules: Rules, *, names_forgotten: bool) -> str | None:
    """Return the rule that leaves an activity out; what Guardian wrote itself stays out with what it logs.

    What went when somebody was forgotten stays out while it is about him.
    """
    before = draft.known.excluded.get(one.item_id)
    if one.item_id in draft.known.forgotten or (names_forgotten and before == FORGOTTEN):
        return FORGOTTEN
    if before is not None and Signal.WRITTEN_BACK in one.signals and rules.are_set(before):
        return before
    return rules.exclusion(one)


def _plan_record(draft: _Draft, record: PersonRecord) -> None:
    draft.read(record.ref)
    if isinstance(record, Contact) and draft.known.forgotten.intersection(_names(record)):
        if draft.known.excluded.get(record.ref) != FORGOTTEN:
            draft.excluded[record.ref] = ExcludedItem(item_id=record.ref, rule=FORGOTTEN, occurred_at=None)
        draft.gone.update({record.ref} & draft.known.records.keys())
        return
    if record.ref in draft.known.excluded:
        draft.included.add(record.ref)
    facts = f"{type(record).__name__.lower()}{write_record(record)}"
    digest = fact_hash(facts)
    if draft.known.records.get(record.ref) == digest:
        draft.unchanged += 1
        return
    draft.records[record.ref] = RecordToWrite(item_id=record.ref, record=record, facts=facts, hash=digest)


def _plan_dead(draft: _Draft, letter: DeadLetter) -> None:
    draft.forget(letter.item_id)
    draft.readable.discard(letter.item_id)
    if draft.known.excluded.get(letter.item_id) == FORGOTTEN:
        return  # it named him once, and nobody can read in it that it no longer does
    if draft.known.forgotten and draft.known.forgotten & _named_in(letter):
        draft.excluded[letter.item_id] = ExcludedItem(item_id=letter.item_id, rule=FORGOTTEN, occurred_at=None)
        draft.gone.update({letter.item_id} & (draft.known.copies.keys() | draft.known.records.keys()))
        draft.readable.update({letter.item_id} & draft.known.dead.keys())
        return
    if draft.known.dead.get(letter.item_id) != letter_hash(letter.why, letter.raw[:RAW_KEPT]):
        draft.dead[letter.item_id] = letter


def _finished(draft: _Draft, page: Page) -> Plan:
    known = draft.known
    stored = {*known.copies, *known.records}
    new = sum(1 for item_id in (*draft.copies, *draft.records) if item_id not in stored)
    gone = frozenset(item_id for item_id in draft.gone if item_id in stored)
    return Plan(
        copies=tuple(draft.copies.values()),
        records=tuple(draft.records.values()),
        excluded=tuple(draft.excluded.values()),
        dead_letters=tuple(draft.dead.values()),
        gone=frozenset(draft.gone),
        readable=frozenset(draft.readable),
        included=frozenset(draft.included),
        seen=tuple(one for one in dict.fromkeys(item_ids(page)) if one not in draft.left),
        new=new,
        changed=len(draft.copies) + len(draft.records) - new,
        unchanged=draft.unchanged,
        gone_count=len(gone - draft.excluded.keys()),
        tombstones=known.tombstones,
    )
