"""Putting a roll-up into words: one text and one HTML page with the same content."""

from typing import Any
from zoneinfo import ZoneInfo

from guardian.digest.formats import Formats
from guardian.digest.plain import one_line
from guardian.digest.render import SUBJECT_LIMIT
from guardian.digest.rollup.content import Rollup
from guardian.digest.templating import Rendered, inlined, template


def render_rollup(rollup: Rollup, *, stop_link: str = "") -> Rendered:
    """Return a roll-up in its manager's language; whatever stands in names shows as plain text, never as markup.

    `stop_link` leads to where it is stopped; empty where there is no such place.
    """
    fmt = Formats(rollup.language, today=rollup.today, zone=ZoneInfo(rollup.timezone))
    say: Any = template(f"rollup_{fmt.language}.j2", html=False).make_module({"fmt": fmt})
    subject = one_line(say.subject(rollup.team, rollup.complaints.clients.total), SUBJECT_LIMIT)
    context = {
        "rollup": rollup,
        "fmt": fmt,
        "first_name": rollup.rep_name.split(" ")[0],
        "sections": _sections(rollup),
        "stop_link": stop_link,
    }
    text = template("rollup.txt.j2", html=False).render(context)
    page = template("rollup.html.j2", html=True).render(context, subject=subject)
    return Rendered(subject=subject, text=text.strip() + "\n", html=inlined(page))


def _sections(rollup: Rollup) -> list[tuple[str, Any]]:
    """Return the lists of clients that have any, the gravest first."""
    listings = {
        "complaints": rollup.complaints.clients,
        "ignored": rollup.ignored,
        "unowned": rollup.unowned,
        "unreachable": rollup.unreachable,
        "handed_over": rollup.handed_over,
        "single_threaded": rollup.single_threaded,
    }
    return [(name, listing) for name, listing in listings.items() if listing.total]
