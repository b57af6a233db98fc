"""Whose address a name without one means: names that the header shows, and what addresses are made of."""

import re
from collections.abc import Iterable

from guardian.domain.addresses import domain_of, is_public_mail, is_shared_address
from guardian.domain.cases import folded

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 3  # letters of a name that tells one person from another
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


def addresses_named(name: str, shown: Iterable[tuple[str, str]]) -> list[str]:
    """Return those of some (name shown, address) that a name may mean: "Luis Gil", lgil@, luis.gil@, "Gil, Luis"."""
    words = words_of(name)
    if not any(len(word) >= _SHORTEST for word in words):
        return []
    made = _made_of(words)
    found = [address for also, address in shown if _is_shown(words, also) or _may_be(words, made, also, address)]
    return list(dict.fromkeys(found))


def is_another(name: str, also: str) -> bool:
    """Say whether two people have only a part of their names in common: Ana Ruiz, Ana Torres."""
    these, those = set(words_of(name)), set(words_of(also))
    return bool(these & those) and not (these <= those or those <= these)


def surnames(name: str) -> frozenset[str]:
    """Return the words of a full name that are no first names, titles or particles."""
    return frozenset(_parted(name)[1])


def bears_surname(name: str, also: str, address: str) -> bool:
    """Say whether what is known of somebody tells more of a full name than its first names: lgil@, not luis@."""
    given, others = _parted(name)
    if not others or {*others} & {*words_of(also)}:
        return True
    words = (*given, *others)
    parts = _WORD.findall(folded(address.partition("@")[0]))
    made = "".join(parts) in _made_of(words) - _made_of(given)
    company = _is_company(others, address) or (_is_company(words, address) and not _is_company(given, address))
    return made or company or bool({*parts} & {*others})


def _parted(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the first names and the other words of a name, in order."""
    last, _, first = name.partition(",")
    words = tuple(word for word in words_of(f"{first} {last}") if word not in _NO_NAMES)
    given = 2 if len(words) > 2 and words[1] in _SECOND_NAMES else 1
    return words[:given], words[given:]


def _is_shown(words: tuple[str, ...], also: str) -> bool:
    """Say whether one of two names is the other, or a part of it."""
    these, those = set(words), set(words_of(also))
    fewer, more = sorted((these, those), key=len)
    return fewer <= more and any(len(word) >= _SHORTEST for word in fewer)


def _may_be(words: tuple[str, ...], made: set[str], also: str, address: str) -> bool:
    return _is_address(words, made, address) and not is_another(" ".join(words), also)


def _is_address(words: tuple[str, ...], made: set[str], address: str) -> bool:
    local = folded(address.partition("@")[0])
    parts = set(_WORD.findall(local))
    known = {*words, *(word[0] for word in words)}
    if parts and parts <= known and any(len(part) >= _SHORTEST for part in parts):
        return True
    return "".join(_WORD.findall(local)) in made or _is_company(words, address)


def _is_company(words: tuple[str, ...], address: str) -> bool:
    """Say whether a domain is called like somebody: like one word of the name only where many share the address."""
    domain = domain_of(address)
    company = "" if is_public_mail(domain) else domain.partition(".")[0].replace("-", "")
    named = {"".join(words), *(words if is_shared_address(address) else ())}
    return len(company) > _SHORTEST and company in named


def _made_of(words: tuple[str, ...]) -> set[str]:
    """Return what local parts are made of two words of a name: lgil, luisg, luisgil, gill."""
    pairs = [(a, b) for a in words for b in words if a is not b and max(len(a), len(b)) >= _SHORTEST]
    return {form for a, b in pairs for form in (a + b, a[0] + b, a + b[0])}
