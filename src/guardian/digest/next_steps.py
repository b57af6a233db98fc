"""The next step with single clients in words, as a digest would advise it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from guardian.digest.compose import tidy
from guardian.digest.contacts import with_names
from guardian.digest.content import Step
from guardian.digest.formats import Formats
from guardian.digest.gather import Sources, facts_of, story_of, survey
from guardian.digest.material import Rep
from guardian.digest.plain import one_line
from guardian.digest.steps import next_step
from guardian.digest.templating import template
from guardian.domain.standing import Assessment

_LIMIT = 400


def next_steps(
    assessments: Sequence[Assessment], reps: Sequence[Rep], sources: Sources, *, now: datetime
) -> dict[int, str]:
    """Return a sentence for each client assessed here that has an owner among the reps, by client, in his language.

    For whoever is left in peace there is none. UserError when a rep's time zone is unknown.
    """
    assessed = {one.client_id: one for one in assessments}
    tenant = replace(survey(reps, sources, now=now), standings=assessed)
    found: dict[int, str] = {}
    for rep in reps:
        book = [one for one in tenant.books.get(rep.address.lower(), ()) if one.id in assessed]
        facts = [one for client in book if not (one := facts_of(client, rep, tenant, {})).left_in_peace]
        stories = with_names({one.client.id: story_of(one.client, rep, tenant) for one in facts}, sources.names)
        for one in facts:
            found[one.client.id] = _in_words(next_step(one, tidy(stories[one.client.id])), rep, now)
    return found


def _in_words(step: Step, rep: Rep, now: datetime) -> str:
    fmt = Formats(rep.language, today=rep.today(now), zone=rep.zone())
    say: Any = template(f"{fmt.language}.j2", html=False).make_module({"fmt": fmt})
    who = step.contact_name or step.contact_address or ""
    day = fmt.day(step.meeting_at) if step.meeting_at else ""
    return one_line(str(say.step(step.code, who, day)), _LIMIT)
