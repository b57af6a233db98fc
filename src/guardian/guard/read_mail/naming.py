"""Whose address a name without one means: names that the header shows, and what addresses are made of."""

import re
from collections.abc import Collection, Iterable
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from guardian.domain.addresses import domain_of, is_public_mail, is_shared_address
from guardian.domain.cases import folded

_WORD = re.compile(r"[^\W\d_]+")
_IN_BRACKETS = re.compile(r"[(\[].*")  # behind a name there: what somebody is
_SHORTEST = 3  # letters of a name that tells one person from another
_MOST_WORDS = 16  # of a name of which addresses are made
_MOST_COMPARED = 200_000  # names with people of one mail, which takes a second
_NO_NAMES = frozenset(
    """
    sr sra srta don dona dr dra ing lic arq mr mrs ms miss prof herr frau
    de del la las los el y da do dos van von der den
    """.split()
)
# Names that stand behind another first name: José Luis, Ana María, Mary Ann.
_SECOND_NAMES = frozenset(
    """
    alberto andres angel angeles ann anne antonio belen carlos carmen cristina david dolores eduardo elena emilio
    enrique fernando francisco ignacio isabel jane javier jesus jose juan lee lou luis luisa lynn manuel maria marie
    mercedes miguel pablo paul pedro pilar rafael ramon rosa soledad teresa vicente victoria
    """.split()
)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in order, without accents and capitals."""
    return tuple(_WORD.findall(folded(name)))


class _Person(NamedTuple):
    """Somebody whom a header shows, taken apart once for all names that may be his."""

    shown: tuple[str, str]  # his name and his address
    words: frozenset[str]
    parts: frozenset[str]  # the words of the local part of his address
    local: str  # these together
    company: str  # what his domain is called; nothing where anybody gets an address there
    shared: bool


class Roster:
    """The people whom a header shows, found by what they are called; each name is compared with few of them.

    A mail can quote thousands of names and go to thousands of people. Beyond what any honest mail asks, nobody is
    found any more.
    """

    def __init__(self, shown: Iterable[tuple[str, str]]) -> None:
        """Take (name shown, address) pairs; they are taken apart once somebody is looked for."""
        self._shown = tuple(shown)
        self._left = _MOST_COMPARED

    def shown_as(self, name: str) -> list[str]:
        """Return the addresses shown with exactly this name, in order."""
        return self._called.get(name.casefold(), [])

    def named(self, name: str) -> list[tuple[str, str]]:
        """Return those whom a name may mean, in order: "Luis Gil", lgil@, luis.gil@, "Gil, Luis"."""
        words = words_of(name)
        if not any(len(word) >= _SHORTEST for word in words):
            return []
        made = _made_of(words)
        telling = {word for word in words if len(word) >= _SHORTEST}
        met = self._known_by({*telling, *made, "".join(words)}) or ()
        return [one.shown for one in met if _is_shown(words, one.words) or _may_be(words, made, one)]

    def has_another(self, name: str) -> bool:
        """Say whether somebody has only a part of a name in common with it, or that cannot be told."""
        words = words_of(name)
        met = self._known_by(words)
        return met is None or any(_differ(words, one.words) for one in met)

    @cached_property
    def _called(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, address in self._shown:
            found.setdefault(name.casefold(), []).append(address)
        return found

    @cached_property
    def _people(self) -> list[_Person]:
        return [_person(name, address) for name, address in self._shown]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Return which people have a word in their names, local parts and domains."""
        found: dict[str, list[int]] = {}
        for place, one in enumerate(self._people):
            for word in {*one.words, *one.parts, one.local, one.company}:
                found.setdefault(word, []).append(place)
        return found

    def _known_by(self, words: Collection[str]) -> list[_Person] | None:
        """Return the people who have any of these words, in order; None where too many were compared already."""
        met = [self._places[word] for word in words if word in self._places]
        self._left -= sum(map(len, met))
        return [self._people[place] for place in sorted({*chain.from_iterable(met)})] if self._left >= 0 else None


def addresses_named(name: str, shown: Iterable[tuple[str, str]]) -> list[str]:
    """Return the addresses of those of some (name shown, address) whom a name may mean."""
    return list(dict.fromkeys(address for _, address in Roster(shown).named(name)))


def called(name: str, address: str) -> frozenset[str]:
    """Return the words any one of which names somebody by itself, without accents: luis, gil, and his company."""
    one = _person(_IN_BRACKETS.sub(" ", name), address)
    words = one.words if one.shared else one.words | one.parts
    company = {one.company} if len(one.company) > _SHORTEST else frozenset()
    named = {word for word in words - _NO_NAMES if len(word) >= _SHORTEST and not is_shared_address(word)}
    return frozenset(named | company)


def _person(name: str, address: str) -> _Person:
    parts = _WORD.findall(folded(address.partition("@")[0]))
    domain = domain_of(address)
    company = "" if is_public_mail(domain) else domain.partition(".")[0].replace("-", "")
    return _Person(
        shown=(name, address),
        words=frozenset(words_of(name)),
        parts=frozenset(parts),
        local="".join(parts),
        company=company,
        shared=is_shared_address(address),
    )


def _differ(words: Collection[str], also: frozenset[str]) -> bool:
    """Say whether two names have words in common, and each has words that the other has not."""
    these = frozenset(words)
    return bool(these & also) and not (these <= also or also <= these)


def surnames(name: str) -> frozenset[str]:
    """Return the words of a full name that are no first names, titles or particles."""
    return frozenset(_parted(name)[1])


def bears_surname(name: str, also: str, address: str) -> bool:
    """Say whether what is known of somebody tells more of a full name than its first names: lgil@, not luis@."""
    given, others = _parted(name)
    one = _person(also, address)
    if not others or not one.words.isdisjoint(others):
        return True
    words = (*given, *others)
    made = one.local in _made_of(words) - _made_of(given)
    company = _is_company(others, one) or (_is_company(words, one) and not _is_company(given, one))
    return made or company or not one.parts.isdisjoint(others)


def _parted(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the first names and the other words of a name, in order."""
    last, _, first = name.partition(",")
    words = tuple(word for word in words_of(f"{first} {last}") if word not in _NO_NAMES)
    given = 2 if len(words) > 2 and words[1] in _SECOND_NAMES else 1
    return words[:given], words[given:]


def _is_shown(words: Collection[str], also: frozenset[str]) -> bool:
    """Say whether one of two names is the other, or a part of it."""
    fewer, more = sorted((frozenset(words), also), key=len)
    return fewer <= more and any(len(word) >= _SHORTEST for word in fewer)


def _may_be(words: tuple[str, ...], made: set[str], one: _Person) -> bool:
    return _is_address(words, made, one) and not _differ(words, one.words)


def _is_address(words: tuple[str, ...], made: set[str], one: _Person) -> bool:
    known = {*words, *(word[0] for word in words)}
    if one.parts and one.parts <= known and any(len(part) >= _SHORTEST for part in one.parts):
        return True
    return one.local in made or _is_company(words, one)


def _is_company(words: tuple[str, ...], one: _Person) -> bool:
    """Say whether a domain is called like somebody: like one word of the name only where many share the address."""
    named = {"".join(words), *(words if one.shared else ())}
    return len(one.company) > _SHORTEST and one.company in named


def _made_of(words: tuple[str, ...]) -> set[str]:
    """Return what local parts are made of two words of a name: lgil, luisg, luisgil, gill."""
    few = words[:_MOST_WORDS]
    pairs = [(a, b) for a in few for b in few if a is not b and max(len(a), len(b)) >= _SHORTEST]
    return {form for a, b in pairs for form in (a + b, a[0] + b, a + b[0])}
