"""Putting a digest into words: one text and one HTML page with the same content."""

from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from guardian.digest.content import Digest, Item, Regain, Step
from guardian.digest.formats import Formats
from guardian.digest.links import ActionLinks
from guardian.digest.plain import one_line
from guardian.digest.reasons import Wording, sentences
from guardian.digest.templating import Rendered, inlined, template

SUBJECT_LIMIT = 140
_SUBJECT_NAME_LIMIT = 36
_TO_BE_SOLVED = "to_be_solved"  # what the subject says of complaints where nobody waits for a reply
_LEADS = ("about_to_lose", "you_owe_them", "stay_close")  # which lane the subject speaks of, the gravest first


def render(digest: Digest, wording: Wording, links: ActionLinks | None = None, *, stop_link: str = "") -> Rendered:
    """Return a digest in its rep's language; `wording` turns a reason into a sentence, `links` makes his links.

    `stop_link` leads to where he stops his digests; empty where there is no such place.
    Whatever stands in names, addresses and last words shows as plain text, never as markup.
    """
    fmt = Formats(digest.language, today=digest.day, zone=ZoneInfo(digest.timezone))
    context = _context(digest, fmt, wording, links) | {"stop_link": stop_link}
    subject = _subject(digest, fmt)
    text = template("digest.txt.j2", html=False).render(context)
    page = template("digest.html.j2", html=True).render(context, subject=subject)
    return Rendered(subject=subject, text=text.strip() + "\n", html=inlined(page))


def _subject(digest: Digest, fmt: Formats) -> str:
    lanes = {lane.name: lane for lane in digest.lanes}
    lane = next(lanes[name] for name in _LEADS if name in lanes)
    waiting = [item for item in lane.items if not item.answered]
    names = [one_line(item.name, _SUBJECT_NAME_LIMIT) for item in waiting or lane.items]
    say: Any = template(f"{fmt.language}.j2", html=False).make_module({"fmt": fmt})
    return one_line(say.subject(lane.name if waiting else _TO_BE_SOLVED, names), SUBJECT_LIMIT)


def _context(digest: Digest, fmt: Formats, wording: Wording, links: ActionLinks | None) -> dict[str, Any]:
    say: Any = template(f"{fmt.language}.j2", html=False).make_module({"fmt": fmt})
    return {
        "digest": digest,
        "fmt": fmt,
        "first_name": digest.rep_name.split(" ")[0],
        "why": lambda item: sentences(item, fmt.language, wording, say),
        "cue_code": lambda item: item.cue.code if item.cue else "",
        "who": _who,
        "meeting_day": lambda step: fmt.day(step.meeting_at) if step.meeting_at else "",
        "linked": links is not None,
        "actions": lambda item: _actions(item, digest, links),
        "step_day": lambda day: "" if day == digest.day else fmt.day(day),
        "mailto": lambda address: "mailto:" + quote(address, safe="@"),
    }


def _actions(item: Item | Regain, digest: Digest, links: ActionLinks | None) -> list[tuple[str, str]]:
    """Return what can be said about a client by a link, and the link."""
    if links is None:
        return []
    return [(kind.value, links.link(item.client_id, kind, digest.address, digest.day)) for kind in item.actions]


def _who(step: Step) -> str:
    return step.contact_name or step.contact_address or ""
