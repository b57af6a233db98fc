"""Everything the rules find in a mail: insults with their ties, and turns of phrase that hide or that leak."""

from collections.abc import Iterator

from guardian.domain.verdict import ReasonCode
from guardian.nlp.reading import Finding, Reading
from guardian.nlp.rules.insults import insults_in
from guardian.nlp.rules.outline import outline
from guardian.nlp.rules.turns import shipped_turns

_CODES = {"untold": ReasonCode.CONCEALMENT, "rival": ReasonCode.COMPETITOR_LEAK}
_SANCTION = "sanction"  # a birthday, a non-disclosure agreement, somebody's wages: good reasons to keep quiet


def findings_in(reading: Reading) -> list[Finding]:
    """Return what the rules find, in order; what is kept quiet for a good reason is left out."""
    insults = [
        Finding(
            rule=f"{one.tie}{one.severity}", code=ReasonCode.INSULT, number=one.number, first=one.first, last=one.last
        )
        for one in insults_in(reading)
    ]
    return [*insults, *_turns(reading)]


def _turns(reading: Reading) -> Iterator[Finding]:
    """Yield the turns of phrase met, unless something in the mail sanctions silence."""
    found: list[Finding] = []
    sanctioned = False
    for number, sentence in enumerate(reading.sentences):
        seen = outline(sentence)
        for met in shipped_turns().met(seen.words):
            if met.turn.sign == _SANCTION:
                sanctioned = True
                continue
            found.append(
                Finding(
                    rule=f"{met.turn.sign}{met.turn.strength}",
                    code=_CODES[met.turn.sign],
                    number=number,
                    first=seen.places[met.first],
                    last=seen.places[met.last - 1] + 1,
                )
            )
    yield from (one for one in found if not (sanctioned and one.code is ReasonCode.CONCEALMENT))
