"""Whose names may stand under a mail: those of its sender, and of his company."""

from dataclasses import dataclass
from functools import lru_cache

from guardian.domain.addresses import domain_of, is_public_mail
from guardian.guard.read_mail.naming import addresses_named, words_of
from guardian.guard.read_mail.signature_lines import ends_a_sentence

LONGEST_NAME = 200  # characters; each line of a signature is compared with it
_SHORTEST = 2  # letters of a name
_PARTICLES = frozenset("de del la las los el al da do dos van von der den sa sl".split())


@dataclass(frozen=True, slots=True)
class Signer:
    """The sender of a mail, as far as its header tells."""

    name: str = ""
    address: str | None = None

    def may_be(self, name: str) -> bool:
        """Say whether a name may be the signer's: it shares a word with his own, his address or his company."""
        return _may_be(self.name, self.address or "", name)


@lru_cache(maxsize=1024)
def _may_be(signer: str, address: str, name: str) -> bool:
    if not signer and not address:
        return not ends_a_sentence(name)
    domain = domain_of(address)
    company = "" if is_public_mail(domain) else domain.partition(".")[0]
    known = words_of(f"{signer} {address.partition('@')[0]} {company}")
    shared = {word for word in {*known} & {*words_of(name)} if len(word) >= _SHORTEST}
    return bool(shared - _PARTICLES) or bool(addresses_named(name, ((signer, address),)))


NOBODY = Signer()
