"""The notation in which conversations are written down, and the filling of their blanks.

`== subject` begins a conversation, `<<` what the client writes, `>>` what the rep writes; a line break is a blank,
a line with a single `/` begins a new paragraph.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One mail of a conversation: who writes, and the words without greeting and signature."""

    by_client: bool
    words: str

    def filled(self, blanks: Mapping[str, str]) -> str:
        """Return the words with every blank filled; KeyError for a blank that nobody knows."""
        return _capital(self.words.format_map(blanks))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One conversation, before it is known who has it, when, and about which goods."""

    subject: str
    turns: tuple[Turn, ...]

    def ending_with_us(self) -> "Thread":
        """Return the conversation without what the client wrote after our last answer."""
        last = max((i for i, turn in enumerate(self.turns) if not turn.by_client), default=len(self.turns) - 1)
        return Thread(subject=self.subject, turns=self.turns[: last + 1])

    def titled(self, blanks: Mapping[str, str]) -> str:
        """Return the subject with every blank filled."""
        return _capital(self.subject.format_map(blanks))


@cache
def threads_in(text: str) -> tuple[Thread, ...]:
    """Return the conversations written down in a text, in order."""
    return tuple(_thread(block) for block in ("\n" + text.strip()).split("\n== ")[1:])


def _thread(block: str) -> Thread:
    subject, _, rest = block.partition("\n")
    turns: list[list[str]] = []
    for line in rest.splitlines():
        if line.startswith(("<< ", ">> ")):
            turns.append([line])
        elif line.strip():
            turns[-1].append(line)
    return Thread(subject=subject.strip(), turns=tuple(_turn(lines) for lines in turns))


def _turn(lines: list[str]) -> Turn:
    words = " ".join([lines[0][3:], *lines[1:]]).replace(" / ", "\n\n")
    return Turn(by_client=lines[0].startswith("<<"), words=words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
