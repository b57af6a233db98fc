"""Mail that is no contact with a client: newsletters, auto-replies, bounces, receipts, talk among colleagues."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from guardian.domain.activity import Signal
from guardian.sample_company import noise_texts
from guardian.sample_company.clients import CLIENTS, Story
from guardian.sample_company.correspondence import dress_for
from guardian.sample_company.letters import Dress, Letter, ascii_words, new_message_id
from guardian.sample_company.people import (
    BACK_OFFICE,
    DEPUTY,
    MARTA,
    REPS,
    RODRIGO,
    Person,
    Rep,
)
from guardian.sample_company.reports import bounce_of, receipt_of
from guardian.sample_company.stories import dice
from guardian.sample_company.thread_text import Thread, threads_in
from guardian.sample_company.wording import own_words, quoted, reply_subject
from guardian.sample_company.workdays import workday_near

_YEAR = 365
_AWAY_SPACING = 45  # one of so many mails of ours meets an absence
_VISION = next(client for client in CLIENTS if client.name == "Óptica Visión Clara")


def machine_and_office_mail(people_mail: Sequence[Letter], today: date, seed: int) -> Iterator[Letter]:
    """Yield a year of mail that must not count as contact; `people_mail` is what it reacts to."""
    for rep in REPS:
        rng = dice(seed, f"noise {rep.key}")
        yield from _press(rep, today, rng)
        yield from _office_talk(rep, today, rng)
    yield from _looks_alive(today, dice(seed, "looks alive"))
    yield from _absences(people_mail)
    yield from _reports(people_mail)


def _press(rep: Rep, today: date, rng: Random) -> Iterator[Letter]:
    texts = noise_texts.PRESS_ES if rep.person.region.language == "es" else noise_texts.PRESS_EN
    for ago in range(_YEAR, 1, -rng.randint(13, 17)):
        note = rng.choice(texts.split("\n\n"))
        name, subject, body = (" ".join(part.split()) for part in note.split("|"))
        host = ascii_words(name).lower().replace(" ", "-")
        sender = Person(name=name, address=f"boletin@{host}.example", title="", firm=name, region=rep.person.region)
        when = rep.zone.at(today - timedelta(days=ago), time(6, rng.randint(0, 59)))
        yield _bulk(sender, rep.person, when, (subject, body))


def _looks_alive(today: date, rng: Random) -> Iterator[Letter]:
    """Yield what makes a client look alive who has long stopped writing: its bulletin, and answers of its machine."""
    contact = _VISION.people[0]
    bulletin = replace(contact, name="Visión Clara Promociones", address=f"boletin@{_VISION.domain}", title="")
    for number, ago in enumerate(range(_YEAR - 12, 2, -23)):
        subject = noise_texts.VISION_BULLETIN[number % len(noise_texts.VISION_BULLETIN)]
        when = RODRIGO.zone.at(today - timedelta(days=ago), time(11, rng.randint(0, 59)))
        text = (subject, noise_texts.VISION_BULLETIN_BODY)
        yield replace(_bulk(bulletin, RODRIGO.person, when, text), client=_VISION.name)
    for ago in (96, 61, 33, 12):
        when = RODRIGO.zone.at(workday_near(today - timedelta(days=ago)), time(10, 30))
        news = replace(_bulk(RODRIGO.person, contact, when, noise_texts.OUR_NEWS_ES), client=_VISION.name)
        yield news
        yield _away(news, when + timedelta(seconds=41))


def _bulk(sender: Person, reader: Person, when: datetime, text: tuple[str, str]) -> Letter:
    host = sender.address.partition("@")[2]
    return Letter(
        message_id=new_message_id(sender, f"bulk/{reader.address}/{when.isoformat()}"),
        sent_at=when,
        sender=sender,
        to=(reader,),
        subject=text[0],
        text=text[1],
        dress=Dress.WITH_HTML,
        headers=(
            ("List-Unsubscribe", f"<https://{host}/baja?u=4711>, <mailto:baja@{host}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("List-Id", f"<novedades.{host}>"),
            ("Precedence", "bulk"),
        ),
        signals=frozenset({Signal.BULK}),
    )


def _absences(people_mail: Sequence[Letter]) -> Iterator[Letter]:
    ours = [letter for letter in people_mail if letter.sender.is_own and letter.client]
    for letter in ours[_AWAY_SPACING // 2 :: _AWAY_SPACING]:
        yield _away(letter, letter.sent_at + timedelta(seconds=67))


def _away(cause: Letter, when: datetime) -> Letter:
    writer = cause.to[0]
    subject, text = noise_texts.AWAY_ES if writer.region.language == "es" else noise_texts.AWAY_EN
    back = when + timedelta(days=9)
    return Letter(
        message_id=new_message_id(writer, f"away/{cause.message_id}"),
        sent_at=when,
        sender=writer,
        to=(cause.sender,),
        subject=subject.format(subject=cause.subject),
        text=text.format(back=f"{back:%d/%m}" if writer.region.language == "es" else f"{back:%B} {back.day}"),
        answers=(cause.message_id,),
        headers=(
            ("Auto-Submitted", "auto-replied"),
            ("X-Auto-Response-Suppress", "All"),
            ("Return-Path", "<>"),
        ),
        signals=frozenset({Signal.AUTO_REPLY, Signal.REPLY}),
        client=cause.client,
    )


def _reports(people_mail: Sequence[Letter]) -> Iterator[Letter]:
    """Yield bounces of mails to people who have left, and receipts of opened mails."""
    healthy = {client.name for client in CLIENTS if client.story is Story.HEALTHY}
    ours = [letter for letter in people_mail if letter.sender.is_own and letter.client in healthy and not letter.cc]
    for letter in ours[20::170]:
        gone = replace(letter.to[0], name="", address=f"antiguo.contacto@{letter.to[0].address.partition('@')[2]}")
        stray = replace(
            letter,
            message_id=new_message_id(letter.sender, f"stray/{letter.message_id}"),
            sent_at=letter.sent_at + timedelta(minutes=3),
            to=(gone,),
        )
        yield stray
        yield bounce_of(stray)
    for letter in ours[60::210]:
        yield receipt_of(letter)


def _office_talk(rep: Rep, today: date, rng: Random) -> Iterator[Letter]:
    text = noise_texts.INTERNAL_ES if rep.person.region.language == "es" else noise_texts.INTERNAL_EN
    cards = list(threads_in(text))
    rng.shuffle(cards)
    for number, ago in enumerate(range(350, 5, -31)):
        day = workday_near(today - timedelta(days=ago))
        yield from _office_thread(rep, cards[number % len(cards)], day, rng)


def _office_thread(rep: Rep, thread: Thread, day: date, rng: Random) -> Iterator[Letter]:
    mate, when = BACK_OFFICE[rep.key], rep.zone.at(day, time(9, rng.randint(0, 59)))
    cc = rng.choice(((), (MARTA,), (DEPUTY[rep.key].person,)))
    before: list[Letter] = []
    for turn in thread.turns:
        writer, reader = (mate, rep.person) if turn.by_client else (rep.person, mate)
        letter = Letter(
            message_id=new_message_id(writer, f"office/{rep.key}/{day}/{len(before)}"),
            sent_at=when,
            sender=writer,
            to=(reader,),
            cc=cc,
            subject=reply_subject(thread.subject, writer) if before else thread.subject,
            text=own_words(writer, reader, turn.words, rng, short=True),
            trail=quoted(before[-1], writer) if before else "",
            answers=tuple(one.message_id for one in before),
            dress=dress_for(writer, rng),
        )
        before.append(letter)
        yield letter
        when += timedelta(minutes=rng.randint(5, 50))
