"""Numbers, dates and lists as people of one language and place write them."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_skeleton
from babel.languages import get_official_languages
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

LANGUAGES = ("es", "en")
_DEFAULT_LANGUAGE = "en"
_BARS = "▁▂▃▄▅▆▇█"
_SPANISH_I_SOUND = re.compile(r"^(?:i|í|hi(?![aeoué])|hí)", re.IGNORECASE)  # "Sanz e Ibérica", but "cobre y hierro"


def language_of(tag: str) -> str:
    """Return which of our languages a tag such as `es-MX` asks for; English when it is none of them."""
    language = re.split(r"[-_]", tag.strip().lower())[0]
    return language if language in LANGUAGES else _DEFAULT_LANGUAGE


@lru_cache(maxsize=64)
def locale_of(tag: str) -> Locale:
    """Return the locale of a tag, or that of its bare language."""
    language = language_of(tag)
    try:
        locale = Locale.parse(tag.strip().replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse(language)
    return locale if locale.language == language else Locale.parse(language)


def as_spoken_in(language: str, timezone: str) -> str:
    """Return a language with the country of a time zone that speaks it, so that figures look as they do there.

    Elsewhere it is the bare language: whoever reads English in Madrid takes 61.000 for sixty-one.
    """
    country = str(get_global("zone_territories").get(timezone, ""))
    spoken = language_of(language) in get_official_languages(country, de_facto=True)
    tag = f"{language}-{country}"
    return tag if spoken and locale_of(tag).territory == country else language


class Formats:
    """Writes figures for one rep; `today` decides whether a date needs its year."""

    def __init__(self, language: str, *, today: date, zone: ZoneInfo) -> None:
        self.language = language_of(language)
        self._locale = locale_of(language)
        self._today = today
        self._zone = zone

    def day(self, when: date | datetime) -> str:
        """Return a day, with the year only where it is not this one."""
        day = when.astimezone(self._zone).date() if isinstance(when, datetime) else when
        if day.year == self._today.year:
            return str(format_skeleton("MMMMd", day, locale=self._locale))
        return self.full_day(day)

    def full_day(self, day: date) -> str:
        """Return a day with its year."""
        return str(format_date(day, "long", locale=self._locale))

    def days(self, count: int) -> str:
        """Return a number of days, always as days: a span of 41 never becomes a month."""
        return str(format_unit(count, "duration-day", locale=self._locale))

    def number(self, amount: float) -> str:
        """Return an amount rounded to whole units."""
        return str(format_decimal(round(amount), locale=self._locale))

    def percent(self, part: int, whole: int) -> str:
        """Return a share in whole per cent."""
        return str(format_percent(part / whole if whole else 0, locale=self._locale))

    def share(self, share: float) -> str:
        """Return a share from 0 to 1 in whole per cent."""
        return str(format_percent(share, locale=self._locale))

    def names(self, names: Sequence[str]) -> str:
        """Return names as a list in running text."""
        if len(names) < 2:
            return "".join(names)
        head, last = ", ".join(names[:-1]), names[-1]
        if self.language == "es":
            return f"{head} {'e' if _SPANISH_I_SOUND.match(last) else 'y'} {last}"
        return f"{head} and {last}" if len(names) == 2 else f"{head}, and {last}"

    def bars(self, counts: Sequence[int]) -> str:
        """Return one bar a count; a dot stands for none."""
        top = max([*counts, 1])
        return "".join(_BARS[(count * len(_BARS) - 1) // top] if count else "·" for count in counts)

    def levels(self, counts: Sequence[int]) -> list[int]:
        """Return each count as one of four shades, 0 for none."""
        return [min(count, 3) for count in counts]
