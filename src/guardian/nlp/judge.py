"""The judge: the spaCy pipeline behind the `Judge` port."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import structlog
from spacy.language import Language

from guardian.domain.mail import Audience, Mail, Passage, Voice
from guardian.domain.verdict import Opinion
from guardian.nlp.components import reading_of
from guardian.nlp.messages import messages_of
from guardian.nlp.names import ClientNames, client_names
from guardian.nlp.pipeline import SHIPPED, load_pipeline, new_pipeline
from guardian.nlp.reading import BELOW, Reading, judged_text
from guardian.nlp.reasons import MOST as MOST_REASONS
from guardian.nlp.reasons import reasons_of
from guardian.nlp.recent import Recent, key_of
from guardian.nlp.rules.by_lexicon import RULE_THRESHOLD, rule_score
from guardian.nlp.rules.weighing import weigh
from guardian.nlp.second_look import SecondLook
from guardian.nlp.trained import FirstLook

MOST_REMEMBERED = 1_000  # texts, a few kilobytes each
_NOBODY = Audience(internal=(), clients=(), others=())
_log = structlog.get_logger(__name__)


class SpacyJudge:
    """Judges mail with the trained pipeline; without model files by the lexicon alone, and says so.

    One instance serves one process, mail by mail.
    """

    def __init__(
        self, model_dir: Path | None = None, *, second_look: bool = True, remember: int = MOST_REMEMBERED
    ) -> None:
        """Load and warm the pipeline from a folder (by default the shipped one), with or without a second look.

        Of so many texts it knows the opinion again without reading; what it is does not depend on that.
        """
        folder = model_dir or SHIPPED
        self._trained = (folder / "config.cfg").exists()
        if not self._trained:
            _log.warning("model_missing", folder=folder.name)
        self._nlp: Language = load_pipeline(folder, second_look=second_look) if self._trained else new_pipeline()
        self._known: Recent[tuple[Opinion, bool]] = Recent(remember)
        if self._trained:
            self._second.known = Recent(remember)
        self.judge(_warm_up(), _NOBODY)

    @property
    def degraded(self) -> tuple[str, ...]:
        """The parts that are missing, `second_look` or `model`; empty when the judge is whole."""
        return self.judge(_warm_up(), _NOBODY).degraded

    def judge(self, mail: Mail, audience: Audience) -> Opinion:
        """Return what the mail's own words say about the clients among its readers; never raises on any mail."""
        return self.consider(mail, audience)[0]

    def consider(self, mail: Mail, audience: Audience) -> tuple[Opinion, bool]:
        """Return the opinion on the worst of its messages, and whether any took a second look."""
        names = client_names(mail, audience)
        found = [self._consider(message, names) for message in messages_of(mail)]
        return _worst([opinion for opinion, _ in found]), any(looked_twice for _, looked_twice in found)

    def _consider(self, message: Mail, names: ClientNames) -> tuple[Opinion, bool]:
        with self._nlp.memory_zone():
            doc = self._nlp.make_doc(judged_text(message))
            reading = reading_of(doc)
            reading.mentions = names.mentions(reading.normal.text)
            key = key_of(reading.normal.original, reading.mentions)
            found = self._known.get(key)
            if found is None:
                self._nlp(doc)
                found = self._opinion(reading), reading.looked_twice
                self._known.put(key, found)
            return found

    def _opinion(self, reading: Reading) -> Opinion:
        score, threshold = self._score(reading)
        return Opinion(
            score=score,
            threshold=threshold,
            language=reading.language,
            reasons=reasons_of(reading, hold=score >= threshold),
            degraded=tuple(reading.degraded),
        )

    def _score(self, reading: Reading) -> tuple[float, float]:
        if not self._trained:
            reading.degraded += ["second_look", "model"]
            reading.score = rule_score(reading)
            weigh(reading, RULE_THRESHOLD)
            return reading.score, RULE_THRESHOLD
        threshold = self._threshold(reading)
        weigh(reading, threshold)
        return reading.score, threshold

    def _threshold(self, reading: Reading) -> float:
        """Return the threshold of whichever look came last; where no second one was needed, no score reaches it."""
        if "second_look" in reading.degraded:
            first = self._nlp.get_pipe("guardian_first_look")
            assert isinstance(first, FirstLook)
            return first.threshold(reading.language)
        threshold = self._second.threshold(reading.language)
        if not reading.looked_twice:
            reading.score = min(reading.score, threshold * BELOW)
        return threshold

    @property
    def _second(self) -> SecondLook:
        second = self._nlp.get_pipe("guardian_second_look")
        assert isinstance(second, SecondLook)
        return second


def _worst(opinions: Sequence[Opinion]) -> Opinion:
    """Return the worst opinion, with the grounds of every message that is to be held, the worst first."""
    ordered = sorted(opinions, key=lambda one: (one.score < one.threshold, -one.score))
    held = [one for one in ordered if one.score >= one.threshold]
    reasons = tuple(reason for one in held or ordered[:1] for reason in one.reasons)
    return replace(ordered[0], reasons=reasons[:MOST_REASONS])


def _warm_up() -> Mail:
    """Return a mail that makes every part load."""
    words = Passage(text="Buenos días. The client is waiting for the order.", voice=Voice.NEW)
    return Mail(message_id=None, subject="", sender=None, sender_name="", to=(), cc=(), date=None, passages=(words,))
