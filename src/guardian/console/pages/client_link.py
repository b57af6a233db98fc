"""The page behind a link in a digest: looking shows what it would note, confirming notes it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from guardian.console.client_desk import AHEAD_DAYS, BACK_DAYS, SPANS, About, Answer, ClientDesk, Found, Outcome
from guardian.console.look import page
from guardian.console.pages.forms import body_of, fields_of
from guardian.digest.formats import Formats, language_of
from guardian.digest.links import PLACE
from guardian.domain.notes import CONTACTS, NoteKind, Reach

_NOTHING = dict.fromkeys(("client", "kind", "told_on", "until", "owner", "handed_over", "channel", "by"), "")
_STATUS = {
    Outcome.BROKEN: 404,
    Outcome.EXPIRED: 410,
    Outcome.GONE: 410,
    Outcome.TOLD: 409,
    Outcome.OVERTAKEN: 409,
    Outcome.CONFIRM: 200,
    Outcome.UNCLEAR: 422,
    Outcome.DONE: 200,
    Outcome.TAKEN_BACK: 200,
}


def router(desk: ClientDesk, default_language: Callable[[], str]) -> APIRouter:
    """Return the two routes of the page. A link needs no login, so whoever has it may confirm; nobody else can."""
    routes = APIRouter()

    def shown(found: Found) -> HTMLResponse:
        about = found.about
        language = language_of(about.rep.language if about else default_language())
        asking = about is not None and found.outcome in (Outcome.CONFIRM, Outcome.UNCLEAR)
        facts = {"outcome": found.outcome.value, **(_facts(desk, about) if about else _NOTHING)}
        choices = _choices(desk, about) if about and asking else {}
        text = page("client_confirm" if asking else "client_outcome", language, **facts, **choices)
        return HTMLResponse(text, _STATUS[found.outcome])

    @routes.get(PLACE + "{token}")
    def look(token: str) -> HTMLResponse:
        return shown(desk.look(token))

    @routes.post(PLACE + "{token}")
    async def confirm(token: str, request: Request) -> HTMLResponse:
        answer = _answer(await body_of(request))
        return await run_in_threadpool(lambda: shown(desk.follow(token, answer)))

    return routes


def _answer(body: bytes) -> Answer:
    told = fields_of(body)

    def first(name: str) -> str:
        return told.get(name, [""])[0].strip()

    return Answer(
        day=first("day"),
        span=first("span"),
        owner=first("owner"),
        channel=first("channel"),
        undo=first("undo") == "yes",
    )


def _facts(desk: ClientDesk, about: About) -> dict[str, Any]:
    """Return the days and names that sentences need."""
    note, fmt = about.note, _formats(desk, about)
    owner = note.owner if note else None
    return {
        "client": about.client.name,
        "kind": about.kind.value,
        "told_on": fmt.day(note.at) if note else "",
        "until": fmt.day(note.day) if note else "",
        "owner": next((one.name for one in desk.reps() if one.address == owner), ""),
        "handed_over": owner is not None,
        "channel": note.channel.value if note and note.channel else "",
        "by": about.rep.address,
    }


def _choices(desk: ClientDesk, about: About) -> dict[str, Any]:
    """Return what the form offers."""
    today, fmt = about.rep.today(desk.clock.now()), _formats(desk, about)
    spans = {name: fmt.day(today + timedelta(days=days)) for name, days in SPANS.items()}
    is_contact = about.kind in CONTACTS
    earliest, latest = (-BACK_DAYS, 0) if is_contact else (1, AHEAD_DAYS)
    return {
        "is_contact": is_contact,
        "spans": spans if about.kind is NoteKind.SNOOZE else {},
        "today": today.isoformat(),
        "earliest": (today + timedelta(days=earliest)).isoformat(),
        "latest": (today + timedelta(days=latest)).isoformat(),
        "channels": [one.value for one in Reach] if about.kind is NoteKind.CHANNEL else [],
        "colleagues": _colleagues(desk, about) if about.kind is NoteKind.WRONG_OWNER else [],
    }


def _colleagues(desk: ClientDesk, about: About) -> list[tuple[str, str]]:
    return [(desk.links.tag(one.address), one.name) for one in desk.colleagues(about)]


def _formats(desk: ClientDesk, about: About) -> Formats:
    return Formats(about.rep.language, today=about.rep.today(desk.clock.now()), zone=about.rep.zone())
