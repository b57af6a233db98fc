"""A listener that knows words only (`ports.listener.Listener`): sentence by sentence, with what denies them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guardian.domain.complaint import GRAVE, REMARK, SERIOUS, Heard, InboundKind, InboundWords
from guardian.nlp.language import LANGUAGES, leaning
from guardian.nlp.plain_listener.word_list import fold, word_list

LONGEST_READ = 20_000  # characters
MOST_SPANS, LONGEST_SPAN = 3, 160
_SENTENCE = re.compile(r"[^.!?\n\r;]+(?:[.!?;]+|[\n\r]+|$)")
_CLAUSES = re.compile(r"[,:]| pero | but | although | aunque ")
_TURNS = re.compile(r" (?:pero|but|however|sin embargo) ")
_REST_OF_WORD = re.compile(r"\w*")
_HYPOTHETICAL = {
    "es": re.compile(r"(?:^|[,:(]\s*|\b(?:que|pasa|y|o)\s)(?:y )?(?:si|en caso de que|cuando)\b"),
    "en": re.compile(r"(?:^|[,:(]\s*|\b(?:what|happens|and|or)\s)(?:if|in case|whenever|should)\b"),
}
_SEVERITY = (("grave", GRAVE), ("serious", SERIOUS), ("remark", REMARK))
_SCORES = {GRAVE: 0.85, SERIOUS: 0.75, REMARK: 0.6}
_WEAK = 0.5


@dataclass(slots=True)
class _Said:
    """One sentence: as it was written, what it complains of, and whether it settles or asks."""

    words: str
    asks: bool = False
    severity: int = 0
    span: str = ""
    settles: bool = False


class PlainListener:
    """Hears what its lists of words name; for Spanish and English."""

    def heard(self, mail: InboundWords) -> Heard:
        """Return what one mail says; never raises on any words."""
        text = f"{mail.subject}\n{mail.text}"[:LONGEST_READ]
        if not text.strip():
            return Heard(kind=InboundKind.OTHER, degraded=True)
        language = _language(text, mail.language)
        said = [_read(words, language) for words in _sentences(text)]
        return _together(said, text, language)


def still_waits(text: str, language: str) -> bool:
    """Say whether a text tells that something is still open, and not afterwards that it is settled."""
    lists, waits = word_list(language), False
    for sentence in _sentences(text):
        for clause in _CLAUSES.split(fold(sentence)):
            if lists["unsettled"].search(clause) or lists["waiting"].search(clause):
                waits = True
            elif lists["settled"].search(clause):
                waits = False
    return waits


def _language(text: str, hint: str) -> str:
    lean = leaning(text)
    if lean == 0 and hint in LANGUAGES:
        return hint
    return "es" if lean > 0 else "en"


def _sentences(text: str) -> Iterator[str]:
    return (found.group().strip() for found in _SENTENCE.finditer(text) if found.group().strip())


def _read(words: str, language: str) -> _Said:
    lists, folded = word_list(language), fold(words)
    plain = lists["denied"].sub(lambda found: " " * len(found.group()), folded)
    said = _Said(words=words, asks=words.endswith("?"))
    clauses = _CLAUSES.split(plain)
    said.settles = any(lists["settled"].search(one) and not lists["unsettled"].search(one) for one in clauses)
    for kind, severity in _SEVERITY:
        found = lists[kind].search(plain)
        if found and (severity == GRAVE or not _excused(plain[: found.start()], lists["apology"], language)):
            said.severity = min(severity, REMARK) if said.asks else severity
            said.span = _whole(words, found.start(), found.end())
            break
    return said


def _excused(before: str, apology: re.Pattern[str], language: str) -> bool:
    """Say whether what comes is only supposed, or what the client himself is sorry for."""
    if apology.search(_TURNS.split(before)[-1]):
        return True
    clause = re.split(r"[,:]", before)[-1] if before.count(",") > 1 else before
    return bool(_HYPOTHETICAL[language].search(clause.strip() + " "))


def _whole(words: str, start: int, end: int) -> str:
    """Return a stretch of words up to the end of its last one."""
    rest = _REST_OF_WORD.match(words, end)
    return words[start : rest.end() if rest else end].strip()[:LONGEST_SPAN]


def _together(said: list[_Said], text: str, language: str) -> Heard:
    last_settled = max((place for place, one in enumerate(said) if one.settles), default=-1)
    complains = [one for place, one in enumerate(said) if one.severity and place > last_settled]
    severity = max((one.severity for one in complains), default=0)
    spans = tuple(one.span for one in complains if one.span)[:MOST_SPANS]
    if severity:
        score = _SCORES[severity]
        return Heard(kind=InboundKind.COMPLAINT, severity=severity, spans=spans, score=score, degraded=True)
    if last_settled >= 0:
        settled = not still_waits(text, language)
        return Heard(kind=InboundKind.THANKS, settled=settled, score=_SCORES[SERIOUS], degraded=True)
    return Heard(kind=_kind(said, fold(text), language), score=_WEAK, degraded=True)


def _kind(said: list[_Said], folded: str, language: str) -> InboundKind:
    lists = word_list(language)
    if lists["order"].search(folded):
        return InboundKind.ORDER
    if any(one.asks for one in said):
        return InboundKind.QUESTION
    for name, kind in (
        ("apology", InboundKind.APOLOGY),
        ("thanks", InboundKind.THANKS),
        ("smalltalk", InboundKind.SMALLTALK),
    ):
        if lists[name].search(folded):
            return kind
    return InboundKind.OTHER
