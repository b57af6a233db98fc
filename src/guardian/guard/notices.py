"""What people are told about held mail, in Spanish and English, as text and as a page that say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from guardian.domain.addresses import mailbox_of
from guardian.domain.verdict import Reason, ReasonCode
from guardian.guard.links import Choice, Links
from guardian.guard.past import Failure, Past, ends_at, waits_since
from guardian.ports.holds import Hold

LANGUAGES = ("es", "en")
SHOWN_RECIPIENTS = 20
SHOWN_WORDS = 300
_NOTHING_YET = Past()
_LASTING = timedelta(days=365)  # for links about a mail that waits until somebody decides
_COMMANDS = {
    Choice.INTERNAL: "guardian holds release-internal {id} --by {by}",
    Choice.RETURN: "guardian holds return {id} --by {by}",
    Choice.DISCARD: "guardian holds discard {id} --by {by}",
}


class Kind(StrEnum):
    """Whom a notice is for, and when."""

    SENDER = "sender"
    REVIEWER = "reviewer"
    REMINDER = "reminder"
    FAILED = "failed"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A subject in one line, a text, and a page with the same content."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something the reader may choose, and how: a link, or a command."""

    name: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offers:
    """What the reader may choose without and behind the log-in (`page`), and whether the mail goes back if not.

    It does `until` then, within `hours`, where it `returns` by itself. `past` is what became of the mail before,
    `own` that the reader sent it.
    """

    offers: Sequence[Offer] = ()
    page: str = ""
    hours: int = 0
    until: datetime | None = None
    returns: bool = True
    past: Past = _NOTHING_YET
    own: bool = False


def reason_sentence(reason: Reason, language: str) -> str:
    """Return why a mail is held, as a sentence that quotes the words, as long as they are kept."""
    say: Any = _environment(html=False).get_template(f"{tongue(language)}.j2").module
    sentence = str(say.reason(reason.code.value, one_line(reason.span)))
    return sentence[:1].upper() + sentence[1:]


def waiting_notice(  # noqa: PLR0913 - what a notice is made of
    hold: Hold,
    kind: Kind,
    to: str,
    language: str,
    *,
    hours: int,
    links: Links | None,
    past: Past = _NOTHING_YET,
    returns: bool = True,
    zone: tzinfo = UTC,
) -> Notice:
    """Return what sender or reviewer is told of a mail that is held: why, and what he may choose until when.

    `past` is what became of it before, `returns` says whether it may go back to its sender, `zone` is the
    reader's own.
    """
    can_return = returns and bool(hold.envelope.sender) and past.returns
    returns = can_return and not past.left_to_people
    own = kind is Kind.SENDER or mailbox_of(to) == mailbox_of(hold.envelope.sender)
    until = ends_at(hold, past, hours) if returns else waits_since(hold, past) + _LASTING
    choices = _choices(hold, returns=can_return)
    if kind is Kind.FAILED:
        choices = _other_choices(choices, past, looks_first=links is not None and not own)
    offers = [Offer(name=one.value, how=_how(hold, one, to, until, links)) for one in choices]
    page = links.page(hold.id) if links is not None and not own else ""
    offered = _Offers(offers=offers, page=page, hours=hours, until=until, returns=returns, past=past, own=own)
    return _notice(hold, kind, [tongue(language)], offered, zone)


def return_notice(hold: Hold, language: str, past: Past = _NOTHING_YET) -> Notice:
    """Return what goes with a mail that comes back to its sender, in every language, his first."""
    languages = sorted(LANGUAGES, key=lambda one: one != tongue(language))
    return _notice(hold, Kind.RETURNED, languages, _Offers(past=past, own=True))


def tongue(language: str) -> str:
    """Return the language that is spoken to somebody: his own, if it is one of ours."""
    return language if language in LANGUAGES else "en"


def one_line(text: str) -> str:
    """Return a text without line ends, control characters and halves of characters."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in whole).split())


def _choices(hold: Hold, *, returns: bool) -> Sequence[Choice]:
    """Return what spares the client and can be done with this mail."""
    possible = {
        Choice.INTERNAL: bool(hold.colleagues),
        Choice.RETURN: returns,
        Choice.DISCARD: True,
    }
    return [choice for choice, is_possible in possible.items() if is_possible]


def _other_choices(choices: Sequence[Choice], past: Past, *, looks_first: bool) -> Sequence[Choice]:
    """Return what else can be done after a decision failed; nothing for whoever can log in to look first."""
    return [] if looks_first else [one for one in choices if past.failure is None or one is not past.failure.choice]


def _how(hold: Hold, choice: Choice, to: str, until: datetime, links: Links | None) -> str:
    if links is not None:
        return links.link(hold.id, choice, to, until)
    return _COMMANDS[choice].format(id=hold.id, by=to)


def _notice(hold: Hold, kind: Kind, languages: Sequence[str], offered: _Offers, zone: tzinfo = UTC) -> Notice:
    say: Any = _environment(html=False).get_template(f"{languages[0]}.j2").module
    past, reach, elsewhere = offered.past, offered.past.reach.value, offered.past.elsewhere.value
    subject = one_line(say.subject(kind.value, one_line(hold.subject), offered.returns, reach, elsewhere))[:200]
    reasons = () if kind is Kind.FAILED else hold.verdict.reasons  # that one is about what failed
    facts = {
        "languages": languages,
        "subject": subject,
        "kind": kind.value,
        "role": Kind.SENDER.value if offered.own else kind.value,
        "reach": reach,
        "elsewhere": elsewhere,
        "failure": past.failure and _failure(past.failure),
        "restored": past.restored_at is not None,
        "waits": "" if not past.left_to_people else "in_doubt" if past.returns else "lost",
        "hold": _shown(hold, zone),
        "clients": one_line(", ".join(hold.verdict.clients)),
        "many": len(hold.verdict.clients) > 1,
        "by": "" if hold.decided_by in (None, "", "guardian") else hold.decided_by,
        "reasons": [{"code": one.code.value, "span": one_line(one.span)} for one in reasons],
        "legible": any(one.code is not ReasonCode.UNSCANNABLE for one in hold.verdict.reasons),
        "offers": offered.offers,
        "linked": any(one.how.startswith(("http://", "https://")) for one in offered.offers),
        "page": offered.page,
        "hours": offered.hours,
        "until": offered.until and offered.until.astimezone(zone),
        "returns": offered.returns,
    }
    return Notice(
        subject=subject,
        text=_environment(html=False).get_template("notice.txt.j2").render(facts).strip() + "\n",
        html=_environment(html=True).get_template("notice.html.j2").render(facts).strip() + "\n",
    )


def _failure(failed: Failure) -> dict[str, Any]:
    return {
        "choice": failed.choice.value,
        "by": one_line(failed.by),
        "answered": failed.answered,
        "words": one_line(failed.words)[:SHOWN_WORDS],
    }


def _shown(hold: Hold, zone: tzinfo) -> dict[str, Any]:
    told = hold.envelope.recipients
    more = f", … ({len(told)})" if len(told) > SHOWN_RECIPIENTS else ""
    return {
        "id": hold.id,
        "subject": one_line(hold.subject),
        "sender": one_line(hold.envelope.sender or "<>"),
        "recipients": one_line(", ".join(told[:SHOWN_RECIPIENTS])) + more,
        "held_at": hold.held_at.astimezone(zone),
    }


@lru_cache(maxsize=2)
def _environment(*, html: bool) -> Environment:
    """One environment a format: a catalogue imported by the page must be compiled with escaping on, too."""
    return Environment(
        loader=PackageLoader("guardian.guard"),
        autoescape=html,  # noqa: S701 - off for text/plain only
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
