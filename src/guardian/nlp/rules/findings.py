"""Everything the rules find in a mail: insults with their ties, turns of phrase, and pictures of contempt."""

from collections.abc import Iterator

from guardian.domain.verdict import ReasonCode
from guardian.nlp.reading import Finding, Reading
from guardian.nlp.rules.insults import insults_in
from guardian.nlp.rules.outline import Outline, outline
from guardian.nlp.rules.strong import is_explained, strong_hits
from guardian.nlp.rules.turns import Met, shipped_turns
from guardian.nlp.rules.whom import About, speaks_to_client, whom

_CODES = {
    "untold": ReasonCode.CONCEALMENT,
    "rival": ReasonCode.COMPETITOR_LEAK,
    "fedup": ReasonCode.VENTING,
    "scorn": ReasonCode.CONTEMPT,
}
_SANCTION = "sanction"  # a birthday, a non-disclosure agreement, somebody's wages: good reasons to keep quiet
SIGNS = frozenset({*_CODES, _SANCTION})  # all that turns of phrase may be signs of
_GESTURES = frozenset("🤡💩🖕🤮🐀🐍🐷")
_OF_PEOPLE = frozenset({"fedup", "scorn"})  # these say something only once it is clear about whom


def findings_in(reading: Reading) -> list[Finding]:
    """Return what the rules find; what is kept quiet for a good reason is left out.

    A rule's name ends in the strength of its sign: 3 the strongest, 1 the weakest.
    """
    insults = [
        Finding(
            rule=f"{one.tie}{one.severity}", code=ReasonCode.INSULT, number=one.number, first=one.first, last=one.last
        )
        for one in insults_in(reading)
    ]
    return [*insults, *_gestures(reading), *_turns(reading)]


def _gestures(reading: Reading) -> Iterator[Finding]:
    """Yield the sentences about the client that bear a picture of contempt."""
    if not any(gesture in reading.normal.text for gesture in _GESTURES):
        return
    for number, sentence in enumerate(reading.sentences):
        if sentence.words and not _GESTURES.isdisjoint(sentence.text):
            strength = _strength_about(reading, number)
            if strength:
                yield Finding(
                    rule=f"gesture{strength}",
                    code=ReasonCode.CONTEMPT,
                    number=number,
                    first=0,
                    last=len(sentence.words),
                )


def _turns(reading: Reading) -> Iterator[Finding]:
    """Yield the turns of phrase met that mean the client, or may do."""
    turns, met = shipped_turns(), []
    for number, sentence in enumerate(reading.sentences):
        possible = turns.possible(sentence)
        if possible:
            seen = outline(sentence)
            met += [(number, seen, one) for one in turns.met(seen.words, possible)]
    sanctioned = any(one.turn.sign == _SANCTION for _, _, one in met)
    for number, seen, one in met:
        if one.turn.sign == _SANCTION or (sanctioned and one.turn.sign == "untold"):
            continue
        strength = _strength_about(reading, number) if one.turn.sign in _OF_PEOPLE else one.turn.strength
        if strength:
            yield _finding(one, number, seen, strength)


def _strength_about(reading: Reading, number: int) -> int:
    """Return 3 for a sentence about the client, 1 for one that names nobody where he is not spoken to, else 0."""
    hits = strong_hits(reading.sentences[number])
    if is_explained(hits):
        return 0
    about = whom(reading.sentences[number], hits)
    if about is About.CLIENT:
        return 3
    return int(about is About.NOBODY and not speaks_to_client(reading))


def _finding(met: Met, number: int, seen: Outline, strength: int) -> Finding:
    return Finding(
        rule=f"{met.turn.sign}{strength}",
        code=_CODES[met.turn.sign],
        number=number,
        first=seen.places[met.first],
        last=seen.places[met.last - 1] + 1,
    )
