"""Whose words are whose in the plain-text threads of the corpus (real mail is taken apart by the guard)."""

import re
from collections.abc import Callable

from guardian.domain.mail import Passage, Place, Voice

_ATTRIBUTION = re.compile(
    r"^\s*(?:(?:El|On|Em|Le)\s.{4,200}?(?:escribi[óo]|wrote)\s*:|.{2,80}\s(?:escribi[óo]|wrote):)\s*$"
)
_DIVIDER = re.compile(r"^\s*-{3,}.*(?:original|reenviado|forwarded|mensaje|message).*$", re.IGNORECASE)
_HEADER = re.compile(
    r"^\*?(From|De|Sent|Enviado(?: el)?|Envoyé|Date|Fecha|To|Para|A|À|Cc|Subject|Asunto|Objet)[ \xa0]?:\*?\s*(.*)$",
    re.IGNORECASE,
)
_AUTHOR = re.compile(r"^\*?(?:From|De)[ \xa0]?:\*?\s*(.+)$", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+'-]+@[\w.-]+")

IsClient = Callable[[str], bool]


def split_thread(body: str, is_client: IsClient) -> tuple[Passage, ...]:
    """Return the passages of a body in order; `is_client` tells from a name or address line who is quoted.

    Lines marked with > that nobody is named for are the client's: that is whom one answers.
    """
    reader = _Reader(is_client)
    lines = body.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        reader.read(line, following)
    return reader.finish()


class _Reader:
    """Reads a body line by line, keeping whose words run now."""

    def __init__(self, is_client: IsClient) -> None:
        self._is_client = is_client
        self._below = Voice.NEW  # the voice of unmarked lines
        self._marked = Voice.CLIENT_QUOTED  # the voice of lines marked with >
        self._attributed = False  # an attribution line was just read
        self._in_header = False
        self._author: str | None = None
        self._lines: list[str] = []
        self._voice = Voice.NEW
        self._done: list[Passage] = []

    def read(self, line: str, following: str) -> None:
        if line.strip() == "--" and self._below is Voice.NEW:
            self._below = Voice.BOILERPLATE
        elif _ATTRIBUTION.match(line):
            self._attribute(line)
        elif _DIVIDER.match(line):
            self._below, self._attributed, self._in_header = Voice.OWN_QUOTED, False, True
        elif self._is_header(line, following):
            self._in_header = True
        else:
            self._text(line)

    def finish(self) -> tuple[Passage, ...]:
        self._flush()
        return tuple(self._done)

    def _attribute(self, line: str) -> None:
        voice = self._voice_of(line)
        self._marked, self._attributed, self._in_header = voice, True, False

    def _is_header(self, line: str, following: str) -> bool:
        author = _AUTHOR.match(line)
        inside = self._in_header or self._below is not Voice.NEW
        if author and (inside or _ADDRESS.search(line) or _HEADER.match(following)):
            self._below = self._voice_of(author.group(1))
            return True
        return self._in_header and bool(_HEADER.match(line))

    def _voice_of(self, text: str) -> Voice:
        address = _ADDRESS.search(text)
        self._author = address.group().lower() if address else None
        return Voice.CLIENT_QUOTED if self._is_client(text) else Voice.OWN_QUOTED

    def _text(self, line: str) -> None:
        if line.lstrip().startswith(">"):
            bare = line.lstrip().lstrip("> ")
            author = _AUTHOR.match(bare)
            if author or _ATTRIBUTION.match(bare):
                self._marked = self._voice_of(author.group(1) if author else bare)
            elif not _HEADER.match(bare):
                self._put(bare, self._marked)
            self._attributed = False
            return
        if line.strip():
            if self._attributed:  # a quotation without marks runs to the end
                self._below, self._attributed = self._marked, False
            self._in_header = False
        self._put(line, self._below)

    def _put(self, line: str, voice: Voice) -> None:
        if voice is not self._voice:
            self._flush()
            self._voice = voice
        self._lines.append(line)

    def _flush(self) -> None:
        text = "\n".join(self._lines).strip("\n")
        if text.strip():
            author = self._author if self._voice in (Voice.OWN_QUOTED, Voice.CLIENT_QUOTED) else None
            self._done.append(Passage(text=text, voice=self._voice, place=Place.BODY, author=author))
        self._lines = []
