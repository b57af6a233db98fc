"""Choosing what a rep is told today: few clients, each worth his time, none twice in a week without cause."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from guardian.digest.content import Coverage, Digest, Item, Lane, WinBackPlan
from guardian.digest.material import REPEAT_AFTER_DAYS, ClientFacts, Material, Rep, Shown, Story
from guardian.digest.offers import COMPLAINTS, offers, what_clears
from guardian.digest.plain import one_line
from guardian.digest.sections import SECTIONS
from guardian.digest.sections.section import Pick, Scene, Section, known_value, typical_value
from guardian.digest.steps import next_step
from guardian.digest.win_back import queue, regain
from guardian.domain.contact_groups import is_crm_record
from guardian.domain.standing import State
from guardian.domain.win_back import WinBack

MOST_ITEMS = 7
MOST_PER_LANE = 3
MOST_REASONS = 3
MOST_HELPERS = 3
NAME_LIMIT = 80
SMALL_BOOK = 10  # clients, up to which a tenth of them is one

_TOLD_ALONE = frozenset({State.AT_RISK, State.COOLING, State.HEALTHY, State.DORMANT})
_IGNORED = frozenset({State.NOT_CLIENT, State.SNOOZED})
SEVERITY = MappingProxyType(
    {
        State.NOT_CLIENT: 0,
        State.SNOOZED: 0,
        State.HEALTHY: 1,
        State.NEW: 1,
        State.OVER_CONTACTED: 2,
        State.COOLING: 2,
        State.AT_RISK: 3,
        State.DORMANT: 4,
        State.UNREACHABLE: 4,
        State.ANGRY: 5,
        State.INDIFFERENT: 6,
        State.LOST: 7,
    }
)


def compose(rep: Rep, material: Material, *, today: date, now: datetime) -> Digest | None:
    """Return the digest of one rep's day, or None when there is nothing new to say.

    `today` is the rep's day. UserError when his time zone is unknown.
    """
    chosen = choose(rep, material, today=today, now=now)
    if not chosen:
        return None
    scene = _scene(rep, material, today, now)
    taken = frozenset(pick.facts.client.id for _section, picks in chosen for pick in picks)
    return Digest(
        address=rep.address,
        rep_name=one_line(rep.name, NAME_LIMIT),
        language=rep.language,
        timezone=rep.timezone,
        day=today,
        lanes=tuple(
            Lane(name=section.name, items=tuple(_item(pick, material) for pick in picks)) for section, picks in chosen
        ),
        coverage=_coverage(material, scene),
        win_back=_win_back(queue(rep, material, taken | _said_fine(material, scene), scene), material),
    )


def shown_today(rep: Rep, material: Material, *, today: date, now: datetime) -> frozenset[int]:
    """Return the clients that a digest tells a story of: those of its lanes, and those to win back.

    UserError when the rep's time zone is unknown.
    """
    chosen = choose(rep, material, today=today, now=now)
    taken = frozenset(pick.facts.client.id for _section, picks in chosen for pick in picks)
    if not taken:
        return taken
    scene = _scene(rep, material, today, now)
    return taken | {one.client.id for one in queue(rep, material, taken | _said_fine(material, scene), scene)}


def choose(
    rep: Rep, material: Material, *, today: date, now: datetime
) -> tuple[tuple[Section, tuple[Pick, ...]], ...]:
    """Return the clients of each section that has any: at most 3 a section, 7 in all, no client twice.

    Needs no stories. UserError when the rep's time zone is unknown.
    """
    scene = _scene(rep, material, today, now)
    left = [facts for facts in material.clients if _is_news(facts, material.shown.get(facts.client.id), scene)]
    room, chosen = MOST_ITEMS, []
    for section in SECTIONS:
        picks = tuple(section.line_up(left, scene)[: min(MOST_PER_LANE, room)])
        taken = {pick.facts.client.id for pick in picks}
        left = [facts for facts in left if facts.client.id not in taken]
        room -= len(picks)
        if picks:
            chosen.append((section, picks))
    return tuple(chosen)


def _scene(rep: Rep, material: Material, today: date, now: datetime) -> Scene:
    return Scene(
        today=today,
        now=now,
        zone=rep.zone(),
        typical_value=typical_value(material.clients),
        workdays=rep.workdays,
        days_off=rep.days_off,
    )


def _answered_by(facts: ClientFacts) -> tuple[str, ...]:
    """Return who of ours answered a complaint in the owner's place, while his own answer is waited for.

    Of whom a CRM tells no more than the id, nobody knows the name: an empty text.
    """
    helpers = facts.complaint.helpers if facts.complaint else ()
    names = (one_line(one.name or one.address, NAME_LIMIT) for one in helpers[:MOST_HELPERS])
    return tuple("" if is_crm_record(name) else name for name in names)


def _is_answered(facts: ClientFacts) -> bool:
    """Say whether a complaint waits for its solution only, and not for a word of the owner."""
    told = facts.complaint if facts.assessment.state in COMPLAINTS else None
    return told is not None and told.waiting_since is None and facts.touches.waiting_since is None


def _is_news(facts: ClientFacts, shown: Shown | None, scene: Scene) -> bool:
    if facts.assessment.state in _IGNORED:
        return False
    waits = facts.complaint is not None and facts.complaint.waiting_since is not None
    if shown is None or waits or (scene.today - shown.day).days >= shown.rest_days:
        return True
    return _worsened(facts, shown)


def _said_fine(material: Material, scene: Scene) -> frozenset[int]:
    """Return the clients of whom the rep said that all is well, while that holds: a mere showing rests a week."""
    resting = {of for of, shown in material.shown.items() if shown.rest_days > REPEAT_AFTER_DAYS}
    told = {facts.client.id: facts for facts in material.clients}
    return frozenset(of for of in resting & told.keys() if not _is_news(told[of], material.shown[of], scene))


def _worsened(facts: ClientFacts, shown: Shown) -> bool:
    """A graver state, or a word of theirs that waits and was not known then: both make a client news again."""
    wrote = facts.touches.last_waiting
    if wrote is not None and wrote > shown.heard_until:
        return True
    return shown.state is not None and SEVERITY[facts.assessment.state] > SEVERITY[shown.state]


def _item(pick: Pick, material: Material) -> Item:
    facts, story = pick.facts, tidy(material.stories.get(pick.facts.client.id, Story()))
    return Item(
        client_id=facts.client.id,
        name=one_line(facts.client.name, NAME_LIMIT) or "?",
        state=facts.assessment.state,
        value=known_value(facts),
        cue=pick.cue,
        reasons=facts.assessment.reasons[:MOST_REASONS],
        last_words=story.last_words,
        step=next_step(facts, story, pick.cue),
        colleagues=story.colleagues,
        weeks=facts.touches.weeks,
        clears=what_clears(facts, pick.cue),
        actions=offers(facts),
        answered_by=_answered_by(facts),
        reach=facts.reach,
        alone=_hangs_by_a_thread(facts, typical_value(material.clients)),
        answered=_is_answered(facts),
    )


def _hangs_by_a_thread(facts: ClientFacts, typical: float) -> bool:
    """Say whether a client worth more than most, and not new, has one person only whom we know."""
    value = known_value(facts)
    return facts.people == 1 and facts.assessment.state in _TOLD_ALONE and value is not None and value > typical


def tidy(story: Story) -> Story:
    """Return a story whose names and words are short and on one line."""
    words = story.last_words
    return replace(
        story,
        contact_name=one_line(story.contact_name, NAME_LIMIT),
        colleagues=tuple(one_line(name, NAME_LIMIT) for name in story.colleagues),
        last_words=words and replace(words, text=one_line(words.text, 160), who=one_line(words.who, NAME_LIMIT)),
    )


def _win_back(found: Sequence[WinBack], material: Material) -> WinBackPlan:
    facts = {one.client.id: one for one in material.clients}
    return WinBackPlan(
        clients=tuple(
            regain(one, facts[one.client.id], tidy(material.stories.get(one.client.id, Story()))) for one in found
        ),
        steps=found[0].plan if found else (),
    )


def _coverage(material: Material, scene: Scene) -> Coverage:
    counted = [facts for facts in material.clients if facts.assessment.state is not State.NOT_CLIENT]
    many = len(counted) > SMALL_BOOK
    ours = [scene.days_since(last) for facts in counted if (last := facts.touches.last_outbound)]
    return Coverage(
        clients=len(counted),
        reached_30=sum(days <= 30 for days in ours),
        reached_90=sum(days <= 90 for days in ours),
        tenth=-(-len(counted) // 10) if many else 0,
        tenth_share=material.spread.top_share(frozenset(facts.client.id for facts in counted)) if many else None,
    )
