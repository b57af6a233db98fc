"""Whether a text speaks of somebody who gets the mail, by what people call him."""

import re
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise

from guardian.domain.cases import folded
from guardian.guard.read_mail.naming import Roster, called, words_of
from guardian.guard.read_mail.signature_lines import OF_CONTACTS
from guardian.guard.read_mail.signer import NOBODY, Signer

_WORD = re.compile(r"[^\W\d_]+")
_SAINTS = frozenset({"san", "santa", "santo", "sant", "saint"})  # Hospital San Juan


class Recipients:
    """Those whom a header shows beside the `signer`; a name that he bears, too, is taken for his."""

    def __init__(self, shown: Iterable[tuple[str, str]] = (), signer: Signer = NOBODY) -> None:
        """Take (name shown, address) pairs; they are taken apart once a text is looked through."""
        self._shown = tuple(shown)
        self._signer = signer

    def named_in(self, text: str) -> bool:
        """Say whether a text names one of them: with a capital, unless whoever writes it does without."""
        words = _WORD.findall(text) if self._others else []
        plainly = bool(words) and words[0].islower()
        names = ["", *[word if plainly or word[0].isupper() else "" for word in words]]
        if any([folded(name) in self._names and folded(before) not in _SAINTS for before, name in pairwise(names)]):
            return True
        return any([self._mean(f"{first} {second}") for first, second in pairwise(names) if first and second])

    def _mean(self, name: str) -> bool:
        return bool(self._roster.named(name)) and not self._signer.may_be(name)

    @cached_property
    def _others(self) -> tuple[tuple[str, str], ...]:
        return tuple([one for one in self._shown if one[1] != self._signer.address])

    @cached_property
    def _roster(self) -> Roster:
        return Roster(self._others)

    @cached_property
    def _names(self) -> frozenset[str]:
        """Return the words any one of which names one of them and not the signer."""
        signer = called("", self._signer.address or "") | {*words_of(self._signer.name)}
        named = frozenset().union(*[called(name, address) for name, address in self._others])
        return named - signer - OF_CONTACTS


NO_ONE = Recipients()
