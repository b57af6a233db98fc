"""What the pipeline knows about one mail while it reads: filled in component by component."""

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from guardian.domain.mail import Mail, Voice
from guardian.domain.verdict import ReasonCode
from guardian.nlp.lexicon.matcher import Hit
from guardian.nlp.names import ClientNames
from guardian.nlp.normal import Normal
from guardian.nlp.rows import Floats, Places, Rows

JUDGED = frozenset({Voice.NEW, Voice.OWN_QUOTED})
LONGEST_JUDGED = 256 * 1024  # characters; beyond that a mail is not read
BELOW = 0.99  # of the threshold: the highest score that what was found harmless keeps
CLIENT_MARK = "¤"  # stands for the client's name wherever words are compared
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

Features = tuple[Places, Floats]
Vector = npt.NDArray[np.float32]
NO_GRAMS = Rows(places=np.zeros(0, dtype=np.int32), weights=np.zeros(0, dtype=np.float32), bounds=[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule found in sentence `number`: its name, what it is a sign of, and its words `first` to `last`."""

    rule: str
    code: ReasonCode
    number: int
    first: int
    last: int


@dataclass(slots=True)
class Sentence:
    """One sentence: its place in the normal text, its words, and what was found in it."""

    start: int
    end: int
    text: str
    words: list[str] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    names_client: bool = False
    masked: str = ""
    hostility: float = 0.0  # logit
    kinds: Vector | None = None  # probabilities, in the order of trained.KINDS
    found: Finding | None = None  # the gravest thing that a rule found
    _places: list[tuple[int, int]] | None = field(default=None, repr=False, compare=False)

    @property
    def places(self) -> list[tuple[int, int]]:
        """Where each word stands in the text of the sentence."""
        if self._places is None:
            self._places = [found.span() for found in WORD.finditer(self.text)]
        return self._places


@dataclass(slots=True)
class Reading:
    """One mail being read: the normal text, its sentences, and what each component concluded.

    `mentions` is where the client is named, by default whatever `names` finds. `windows` are masked runs of about
    4,000 characters, `ranges` their first and last (exclusive) sentences. `findings` is what
    rules found. `grams` has a row of n-grams a sentence, `features` is the row the decisions are made from, `first`
    the logit of the first look. `degraded` names the parts that were missing.
    """

    normal: Normal
    names: ClientNames
    leaning: float = 0.0
    language: str = "es"
    sentences: list[Sentence] = field(default_factory=list)
    mentions: list[tuple[int, int]] | None = None
    windows: list[str] = field(default_factory=list)
    ranges: list[tuple[int, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    grams: Rows = NO_GRAMS
    features: dict[str, float] = field(default_factory=dict)
    first: float = 0.0
    looked_twice: bool = False
    score: float = 0.0
    degraded: list[str] = field(default_factory=list)


def judged_text(mail: Mail) -> str:
    """Return what our people say in a mail, passage after passage, at most 256 K characters."""
    text = "\n".join(passage.text for passage in mail.passages if passage.voice in JUDGED)
    return text[:LONGEST_JUDGED]
