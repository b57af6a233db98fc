"""Win back: once a week, under the lanes, a few clients that are dormant or lost, with the steps of a plan."""

from guardian.digest.content import Regain
from guardian.digest.material import ClientFacts, Material, Rep, Story
from guardian.digest.offers import WIN_BACK_OFFERS
from guardian.digest.plain import one_line
from guardian.digest.sections.section import Scene, known_value, overtaken
from guardian.domain.win_back import WinBack, win_back
from guardian.domain.workdays import WorkCalendar

_NAME_LIMIT = 80


def queue(rep: Rep, material: Material, taken: frozenset[int], scene: Scene) -> tuple[WinBack, ...]:
    """Return whom the rep should win back this week; nobody of those who are taken, and nobody spoken to since."""
    left = [one for one in material.clients if one.client.id not in taken and not overtaken(one)]
    calendar = WorkCalendar(zone=rep.zone(), workdays=rep.workdays, days_off=rep.days_off)
    found = win_back(
        [one.client for one in left],
        {one.client.id: one.assessment for one in left},
        each=material.win_back,
        today=scene.today,
        calendar_of=lambda _rep: calendar,
    )
    return tuple(one for book in found.values() for one in book)


def regain(one: WinBack, facts: ClientFacts, story: Story) -> Regain:
    """Return what the digest tells of one of them."""
    return Regain(
        client_id=one.client.id,
        name=one_line(one.client.name, _NAME_LIMIT) or "?",
        state=one.assessment.state,
        value=known_value(facts),
        silent_days=one.assessment.silent_days,
        contact_name=story.contact_name,
        contact_address=story.contact_address,
        contact_phone=story.contact_phone,
        actions=WIN_BACK_OFFERS,
    )
