"""What happens with each client and when, so that every story comes out as promised."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from random import Random

from guardian.sample_company import story_texts, threads_en, threads_es, threads_mx
from guardian.sample_company.clients import CLIENTS, ClientCompany, Story
from guardian.sample_company.correspondence import Talk, letters_of
from guardian.sample_company.letters import Letter
from guardian.sample_company.people import Region
from guardian.sample_company.thread_text import Thread, threads_in
from guardian.sample_company.workdays import days_back_from, workday_before, workday_near

SILENT_DAYS = {
    "Hotel Miramar": 41,
    "Brightside Eye Care": 31,
    "Colegio San Telmo": 150,
    "Construcciones Larrea": 400,
    "Óptica Visión Clara": 104,
    "Ferretería El Yunque": 78,
    "Obrador La Espiga": 9,
    "Maple Street Bakery": 6,
}
UNANSWERED_WORKDAYS = {"Restaurante Casa Fermín": 4, "Harbour View Hotel": 3}
_YEAR = 365
_HISTORY_DAYS = {Story.LOST: 2 * _YEAR, Story.OWED_AN_ANSWER: 130}
_THREADS = {
    Region.SPAIN: threads_es.THREADS,
    Region.MEXICO: threads_mx.THREADS,
    Region.BRITAIN: threads_en.THREADS,
    Region.UNITED_STATES: threads_en.THREADS,
}
_LAST = {
    "Hotel Miramar": story_texts.LAST_WORDS_MIRAMAR,
    "Brightside Eye Care": story_texts.LAST_WORDS_BRIGHTSIDE,
    "Restaurante Casa Fermín": story_texts.LAST_WORDS_FERMIN,
    "Harbour View Hotel": story_texts.LAST_WORDS_HARBOUR,
    "Construcciones Larrea": story_texts.FAREWELL_LARREA,
    "Óptica Visión Clara": story_texts.LAST_WORDS_VISION,
    "Ferretería El Yunque": story_texts.LAST_WORDS_YUNQUE,
    "Obrador La Espiga": story_texts.FIRST_CONTACT_ESPIGA,
    "Maple Street Bakery": story_texts.FIRST_CONTACT_MAPLE,
}
Plan = Callable[[ClientCompany, date, Random], Iterable[Talk]]


def client_letters(today: date, seed: int) -> Iterator[Letter]:
    """Yield every mail that people wrote to and from clients until the day before `today`, client by client."""
    for client in CLIENTS:
        rng = dice(seed, client.name)
        for talk in _PLANS[client.story](client, today, rng):
            yield from letters_of(talk, today=today, rng=rng)


def dice(seed: int, purpose: str) -> Random:
    """Return the random numbers for one purpose, so that a change in one place leaves all others as they were."""
    return Random(f"{seed}/{purpose}")  # noqa: S311 - sample data, not a secret


def last_day(client: ClientCompany, today: date) -> date:
    """Return the day on which the mails of a client's story end; KeyError for healthy and unreachable ones."""
    if client.name in UNANSWERED_WORKDAYS:
        return workday_before(today, UNANSWERED_WORKDAYS[client.name])
    return workday_near(today - timedelta(days=SILENT_DAYS[client.name]))


def _healthy(client: ClientCompany, today: date, rng: Random) -> Iterator[Talk]:
    deck = _deck(client.region, rng)
    last = workday_before(today, rng.randint(1, 3))
    for day in days_back_from(last, today - timedelta(days=_YEAR), client.rhythm, rng):
        thread = next(deck)
        yield Talk(
            thread=thread.ending_with_us() if day == last else thread, client=client, day=day, one_day=day == last
        )


def _then_silence(client: ClientCompany, today: date, rng: Random) -> Iterator[Talk]:
    """Yield a steady year of conversations that ends, with the story's last words, on the story's last day."""
    deck = _deck(client.region, rng)
    last = last_day(client, today)
    for day in days_back_from(last, _first_day(client, today), client.rhythm, rng)[:-1]:
        yield Talk(thread=next(deck), client=client, day=day, one_day=True)
    yield from _only_last_words(client, today, rng)


def _only_last_words(client: ClientCompany, today: date, rng: Random) -> Iterator[Talk]:
    (thread,) = threads_in(_LAST[client.name])
    yield Talk(thread=thread, client=client, day=last_day(client, today), one_day=True)


def _once_a_year(client: ClientCompany, today: date, rng: Random) -> Iterator[Talk]:
    years = threads_in(story_texts.SCHOOL_YEAR)
    for ago, thread in zip(range(len(years) - 1, -1, -1), years, strict=True):
        day = workday_near(today - timedelta(days=SILENT_DAYS[client.name] + ago * _YEAR))
        yield Talk(thread=thread, client=client, day=day, one_day=True)


def _never(client: ClientCompany, today: date, rng: Random) -> Sequence[Talk]:
    return ()


def _first_day(client: ClientCompany, today: date) -> date:
    return today - timedelta(days=_HISTORY_DAYS.get(client.story, _YEAR))


def _deck(region: Region, rng: Random) -> Iterator[Thread]:
    """Yield the conversations of a region in random order, each once before any comes again."""
    cards = list(threads_in(_THREADS[region]))
    while True:
        rng.shuffle(cards)
        yield from cards


_PLANS: dict[Story, Plan] = {
    Story.HEALTHY: _healthy,
    Story.ABOUT_TO_BE_LOST: _then_silence,
    Story.OWED_AN_ANSWER: _then_silence,
    Story.LOOKS_ALIVE: _then_silence,
    Story.LOST: _then_silence,
    Story.ONLY_DECLINED: _then_silence,
    Story.SLOW_RHYTHM: _once_a_year,
    Story.NEW: _only_last_words,
    Story.UNREACHABLE: _never,
}
