"""Whether a program or a person wrote the line that names who wrote what follows."""

import re

from guardian.guard.read_mail.reply_patterns import SHORT_DATE, TIME

_DAY_OF_A_YEAR = re.compile(r"\b(?:19|20)\d{2}\b|\b\d{1,4}([/.-])\d{1,2}\1\d{1,4}\b")
_ADDRESS_SHOWN = re.compile(r"[<(\[]\s*(?:mailto:)?[^\s<>()\[\]]+@")
_MONTHS = (
    r"ene|jan|feb|fev|fév|mar|mär|abr|apr|avr|may|mai|mag|jun|jui|giu|jul|lug|ago|aug|aoû|sep|set|oct|okt|out|ott|nov"
    r"|dic|dec|dez|déc"
)
_DAYS = (
    r"lun|mar|mi[eé]|jue|vie|s[aá]b|dom|mon|tue|wed|thu|fri|sat|sun|seg|ter|qua|qui|sex|mer|jeu|ven|sam|dim|die|mit|don"
    r"|fre|sam|son|gio"
)
_DAY_NAMED = re.compile(
    rf"\b(?:{_DAYS})\w{{0,7}}\b|\d(?:st|nd|rd|th|\.|º)?\s+(?:de\s+)?(?:{_MONTHS})|\b(?:{_MONTHS})\w{{0,7}}\.?\s+\d",
    re.IGNORECASE,
)
_PARTICLES = frozenset("de del la las los el al y e i da do dos das du van von der den ter te bin ben di le".split())


def is_programs(intro: str) -> bool:
    """Say whether an intro tells a time and the day of a year, or an address in brackets, as nobody does by hand."""
    return tells_day_and_time(intro) or bool(TIME.search(intro) and _ADDRESS_SHOWN.search(intro))


def tells_day_and_time(intro: str) -> bool:
    """Say whether an intro tells a time and the day of a year."""
    return bool(TIME.search(intro)) and bool(_DAY_OF_A_YEAR.search(intro))


def tells_a_day(intro: str) -> bool:
    """Say whether an intro tells a day, as all do that programs write, and few that people do."""
    return bool(SHORT_DATE.search(intro)) or names_a_day(intro)


def names_a_day(text: str) -> bool:
    """Say whether a text has the name of a weekday or month, as people rarely write who note down a date."""
    return bool(_DAY_NAMED.search(text))


def says_more_than_a_name(name: str, *, addressed: bool) -> bool:
    """Say whether there are words in small letters; beside an address a name may be all in them."""
    words = [word for word in name.split() if word not in _PARTICLES]
    small = [word for word in words if word.islower()]
    return bool(small) and not (addressed and len(small) == len(words) <= 3)
