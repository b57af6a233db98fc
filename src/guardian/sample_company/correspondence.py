"""Turning conversations into mails: who writes to whom, at which hour, with which words and what quoted below."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random

from guardian.sample_company.clients import ClientCompany
from guardian.sample_company.goods import goods_for
from guardian.sample_company.letters import Dress, Letter, new_message_id
from guardian.sample_company.people import BACK_OFFICE, DEPUTY, Manner, Person, Region
from guardian.sample_company.thread_text import Thread, Turn
from guardian.sample_company.wording import own_words, quoted, reply_subject, weekday_name
from guardian.sample_company.workdays import workday_after

_DRESSES = {
    Manner.GMAIL: (Dress.UTF8_BASE64, Dress.WITH_HTML, Dress.WITH_HTML, Dress.UTF8_QP),
    Manner.OUTLOOK: (Dress.LATIN1_QP, Dress.LATIN1_PLAIN, Dress.WITH_HTML, Dress.LATIN1_QP),
    Manner.APPLE: (Dress.UTF8_QP, Dress.UTF8_PLAIN),
}
_PRICE = {
    Region.SPAIN: "{0},50",
    Region.MEXICO: "{0}0.00",
    Region.BRITAIN: "£{0}.50",
    Region.UNITED_STATES: "${0}.50",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A conversation about to happen: with whom, beginning on which day; `one_day` keeps it within that day."""

    thread: Thread
    client: ClientCompany
    day: date
    one_day: bool = False


def letters_of(talk: Talk, *, today: date, rng: Random) -> list[Letter]:
    """Return the mails of a conversation, oldest first; what would be written today or later is left out."""
    blanks = _blanks(talk, rng)
    circle = _circle(talk.client, rng)
    letters: list[Letter] = []
    for moment, turn in zip(_moments(talk, rng), talk.thread.turns, strict=False):
        if moment[0] >= today:
            break
        letters.append(_letter(talk, turn, blanks, circle, (letters, moment), rng))
    return letters


def dress_for(writer: Person, rng: Random) -> Dress:
    """Return an encoding that the writer's mail program would choose."""
    return rng.choice(_DRESSES[writer.manner])


def _letter(
    talk: Talk,
    turn: Turn,
    blanks: Mapping[str, str],
    circle: Sequence[Person],
    so_far: tuple[list[Letter], tuple[date, time]],
    rng: Random,
) -> Letter:
    before, (day, clock) = so_far
    contact, rep = circle[0], talk.client.rep.person
    writer, reader = (contact, rep) if turn.by_client else (rep, contact)
    last = before[-1] if before else None
    subject = talk.thread.titled(blanks)
    return Letter(
        message_id=new_message_id(writer, f"{talk.client.name}/{talk.day}/{len(before)}"),
        sent_at=talk.client.rep.zone.at(day, clock),
        sender=writer,
        to=(reader,),
        cc=tuple(circle[1:]),
        subject=reply_subject(subject, writer) if last else subject,
        text=own_words(writer, reader, turn.filled(blanks), rng, short=len(before) > 1 and rng.random() < 0.6),
        trail=quoted(last, writer) if last else "",
        answers=tuple(letter.message_id for letter in before),
        dress=dress_for(writer, rng),
        client=talk.client.name,
    )


def _circle(client: ClientCompany, rng: Random) -> list[Person]:
    """Return who takes part besides the rep: the contact first, then everybody in copy."""
    contact = client.people[0] if len(client.people) == 1 or rng.random() < 0.7 else client.people[1]
    others = [person for person in client.people if person is not contact and rng.random() < 0.2]
    ours = []
    if rng.random() < 0.13:
        ours.append(BACK_OFFICE[client.rep.key])
    if rng.random() < 0.08:
        ours.append(DEPUTY[client.rep.key].person)
    return [contact, *others, *ours]


def _moments(talk: Talk, rng: Random) -> Iterator[tuple[date, time]]:
    """Yield day and hour of each mail; answers within the hour or two, sometimes on the next workday."""
    day, minute = talk.day, rng.randint(8 * 60 + 40, 11 * 60 + 30)
    while True:
        yield day, time(minute // 60, minute % 60, rng.randint(0, 59))
        minute += rng.randint(15, 75)
        if not talk.one_day and (rng.random() < 0.3 or minute > 17 * 60):
            day, minute = workday_after(day), rng.randint(8 * 60 + 40, 12 * 60)


def _blanks(talk: Talk, rng: Random) -> dict[str, str]:
    goods, more = rng.sample(goods_for(talk.client.language, talk.client.trade), 2)
    price = _PRICE[talk.client.region].format(rng.randint(96, 940))
    ahead = (talk.day + timedelta(days=rng.randint(2, 3))).weekday()
    return {
        "goods": goods,
        "goods2": more,
        "n": str(rng.choice((5, 6, 8, 10, 12, 15, 20, 24, 30, 40))),
        "ref": f"PV-{talk.day:%y}{rng.randint(1000, 9999)}",
        "inv": f"F{talk.day:%y}-{rng.randint(100, 999):04d}",
        "price": price,
        "day": weekday_name(min(ahead, 4), talk.client.language),
    }
