"""Whom a sentence is about: the client by name or role, somebody else, or nobody it names."""

from collections.abc import Sequence
from enum import Enum, auto

from guardian.nlp.lexicon.matcher import Hit
from guardian.nlp.reading import CLIENT_MARK, Reading, Sentence
from guardian.nlp.rules.outline import is_name

_PEOPLE = ("client", "customer")
_DESKS = frozenset("care service services support success portal relations accounts desk".split())  # customer care
_THINGS = frozenset(
    """account app apps application applications area certificate certificates code dashboard data database databases
    dataset device devices entrance export file files folder folders laptop laptops library list login logo machine
    machines page pages parking password record records sample samples script server servers side site sites software
    stub survey table tables template templates terminal terminals toilet toilets version versions website""".split()
)  # that bear the client's name and are not he: «the customer data»
_PROGRAMS = frozenset(
    """api browser chat desktop dhcp dns email ftp git http imap ldap ligero ligeros mail mobile mqtt outlook rdp sftp
    slack smtp sql ssh sync teams test thin torrent vnc vpn web wifi""".split()
)  # that have a client which is a program: «VPN client», «cliente VPN»
_OF_PROGRAMS = (["de", "correo"], ["de", "escritorio"], ["de", "mensajeria"], ["de", "chat"])
_OPENING = 3  # words of a sentence among which a name with a comma behind it is an address
_OPENS = 3  # sentences of a mail in which the reader is spoken to
_CLAUSES = frozenset(
    {(who, verb) for who in ("que", "who") for verb in "es son era eran fue sigue is are was were has keeps".split()}
)
_OWNS = ("'s", "’s")
_ADDRESSED = (",", ":", "!", "")

Spans = Sequence[tuple[int, int]]


class About(Enum):
    """Whom a sentence names."""

    CLIENT = auto()
    OTHERS = auto()
    NOBODY = auto()


def whom(sentence: Sentence, hits: Sequence[Hit]) -> About:
    """Return whom a sentence names: the client, unless he is spoken to; else others, by name or by trade."""
    if clients_in(sentence, sentence.places):
        return About.CLIENT
    return About.OTHERS if names_others(sentence, hits) else About.NOBODY


def clients_in(sentence: Sentence, spans: Spans) -> list[int]:
    """Return the places of the words that are the client, unless he is spoken to."""
    return [
        place
        for place, word in enumerate(sentence.words)
        if (word == CLIENT_MARK and not _is_address(sentence, spans, place)) or _is_role(sentence.words, place)
    ]


def names_others(sentence: Sentence, hits: Sequence[Hit]) -> bool:
    """Say whether a sentence is about somebody beside the client, by name or by trade."""
    spans = sentence.places
    named = any(word != CLIENT_MARK and is_name(sentence, spans, place) for place, word in enumerate(sentence.words))
    return named or any(hit.category == "third" for hit in hits)


def speaks_to_client(reading: Reading) -> bool:
    """Say whether a mail opens with the client's name as an address: what it then says is rarely about him."""
    return any(map(_speaks_to_him, reading.sentences[:_OPENS]))


def _speaks_to_him(sentence: Sentence) -> bool:
    if not sentence.names_client:
        return False
    spans = sentence.places
    opening = enumerate(sentence.words[: _OPENING + 1])
    return any(word == CLIENT_MARK and _is_address(sentence, spans, place) for place, word in opening)


def _is_address(sentence: Sentence, spans: Spans, place: int) -> bool:
    """Say whether a name is spoken to: near the beginning, with a comma, a colon or nothing behind it.

    It is spoken of where a clause about it follows: «¤, who is …».
    """
    if place > _OPENING or tuple(sentence.words[place + 1 : place + 3]) in _CLAUSES:
        return False
    return sentence.text[spans[place][1] :].lstrip()[:1] in _ADDRESSED


def _is_role(words: Sequence[str], place: int) -> bool:
    """Say whether a word is the client by his role, and not «customer care», a «client file» or a «VPN client»."""
    word, behind = words[place], words[place + 1 : place + 2]
    if not word.startswith(_PEOPLE) or not _DESKS.isdisjoint(behind):
        return False
    return word.endswith(_OWNS) or (_THINGS.isdisjoint(behind) and not _is_program(words, place))


def _is_program(words: Sequence[str], place: int) -> bool:
    """Say whether a client is a program, as «VPN client» and «cliente de correo» are; customers never are."""
    word, behind = words[place], words[place + 1 : place + 3]
    if word.startswith("cliente"):
        return not _PROGRAMS.isdisjoint(behind[:1]) or behind in _OF_PROGRAMS
    return word.startswith("client") and not _PROGRAMS.isdisjoint(words[max(0, place - 1) : place])
