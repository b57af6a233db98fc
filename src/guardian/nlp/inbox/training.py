"""From clients' mails to the complaint reader: one seeded command that fits, measures on hands left out, writes."""

import hashlib
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from guardian.nlp.examples import Progress
from guardian.nlp.fitting import fit_linear, matrix, require_learner
from guardian.nlp.heads import Arrays
from guardian.nlp.inbox.bounding import bounds_for
from guardian.nlp.inbox.corrected import SECOND_LOOK, Corrected, Heads, corrected, corrections_of, fingerprint
from guardian.nlp.inbox.counted import HEADS, PLACES, Counted, counted_words, rarity
from guardian.nlp.inbox.examples import Example, examples_of
from guardian.nlp.inbox.letters import read_letters
from guardian.nlp.inbox.measures import InboxMeasures, crossed_measures
from guardian.nlp.inbox.reader import CORRECTIONS, COUNTED, SETTINGS
from guardian.nlp.inbox.scores import Scores
from guardian.nlp.pieces import Pieces
from guardian.nlp.pipeline import SHIPPED
from guardian.nlp.second_look import NETWORK, PIECES, session

if TYPE_CHECKING:
    from guardian.nlp.tuning.inbox_tune import Lessons, Recipe

MANIFEST = "manifest.json"
_STRENGTH, _PHRASE_STRENGTH = 10.0, 5.0
_FEWEST_HANDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxReport:
    """What a training made: its mails and hands, how well each reader does on hands left out, and file hashes."""

    mails: int
    hands: int
    seed: int
    measures: dict[str, InboxMeasures]
    files: dict[str, str]


def train_inbox(  # noqa: PLR0913 - the command's options
    corpus: Path,
    out: Path,
    *,
    seed: int = 0,
    slice_fraction: float = 1.0,
    network: bool = True,
    progress: Progress | None = None,
    cache_dir: Path | None = None,
) -> InboxReport:
    """Fit the reader on a folder of clients' mails and write it to `out`, with measures and a manifest of hashes.

    Without `network` only the counted words are fitted, in a minute; `cache_dir` keeps learned corrections, so that
    an interrupted training goes on. Raises UserError when the corpus is unusable or what training needs is missing.
    """
    require_learner(second_look=network)
    say = progress or (lambda step, done, total: None)
    letters = [one for one in read_letters(corpus) if zlib.crc32(one.id.encode()) % 1000 < slice_fraction * 1000]
    examples = examples_of(letters)
    crossed = {"counted": _crossfit_counted(examples, seed, say)}
    arrays: dict[str, Arrays] = {COUNTED: fit_counted(examples, seed).packed()}
    settings: dict[str, Any] = {}
    if network:
        crossed["network"], arrays[CORRECTIONS] = _learned(examples, seed, cache_dir, say)
        settings["learned_on"] = fingerprint(SHIPPED / SECOND_LOOK)
    settings["bounds"] = {name: asdict(bounds_for(examples, scores)) for name, scores in crossed.items()}
    _write(out, arrays, settings)
    report = InboxReport(
        mails=len(examples),
        hands=len({one.letter.hand for one in examples}),
        seed=seed,
        measures={name: crossed_measures(examples, scores) for name, scores in crossed.items()},
        files={name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in sorted([*arrays, SETTINGS])},
    )
    (out / MANIFEST).write_text(json.dumps(asdict(report), indent=1, sort_keys=True) + "\n", "utf-8")
    return report


def fit_counted(examples: Sequence[Example], seed: int) -> Counted:
    """Return the counted reader fitted on all examples."""
    idf = rarity([one.said.text for one in examples])
    mails = matrix([counted_words(one.said.text, idf) for one in examples], PLACES)
    phrases = matrix(
        [counted_words(one.said.text[p.start : p.end], idf) for one in examples for p in one.said.phrases], PLACES
    )
    targets = np.stack([one.targets for one in examples]) > 0
    weights, bias = np.zeros((HEADS, PLACES), dtype=np.float32), np.full(HEADS, -6.0, dtype=np.float32)
    for head in range(HEADS):
        if 0 < targets[:, head].sum() < len(examples):
            model = fit_linear(mails, targets[:, head], strength=_STRENGTH, seed=seed)
            weights[head], bias[head] = model.coef_[0], model.intercept_[0]
    hot = np.concatenate([one.hot for one in examples])
    phrase = fit_linear(phrases, hot, strength=_PHRASE_STRENGTH, seed=seed)
    return Counted(
        idf=idf,
        mails=weights,
        mails_bias=bias,
        phrase=phrase.coef_[0].astype(np.float32),
        phrase_bias=float(phrase.intercept_[0]),
    )


def _crossfit_counted(examples: Sequence[Example], seed: int, say: Progress) -> list[Scores]:
    """Return what readers say that were fitted without the hand of each mail, packed as they ship."""

    def fitted(others: Sequence[bool], hand: str) -> Callable[[Example], Scores]:
        some = [one for one, chosen in zip(examples, others, strict=True) if chosen]
        reader = Counted.of(fit_counted(some, seed).packed())
        return lambda one: reader.scores(one.said)

    return _crossed(examples, fitted, say)


Fitted = Callable[[Sequence[bool], str], Callable[[Example], Scores]]


def _crossed(examples: Sequence[Example], fitted: Fitted, say: Progress) -> list[Scores]:
    found: dict[int, Scores] = {}
    hands = sorted({one.letter.hand for one in examples})
    for number, hand in enumerate(hands, 1):
        score = fitted([one.letter.hand != hand for one in examples], hand)
        found |= {i: score(one) for i, one in enumerate(examples) if one.letter.hand == hand}
        say("hands", number, len(hands))
    return [found[i] for i in range(len(examples))]


def _learned(
    examples: Sequence[Example], seed: int, cache: Path | None, say: Progress
) -> tuple[list[Scores], Arrays]:
    """Return what networks say that were corrected without the hand of each mail, and corrections from all mails."""
    from guardian.nlp.tuning.inbox_tune import Recipe, lessons_of

    recipe, folder = Recipe(seed=seed), SHIPPED / SECOND_LOOK
    pieces, network = Pieces.load(folder / PIECES), (folder / NETWORK).read_bytes()
    lessons: list[Lessons] = []  # made once, and only where something is not in the cache

    def corrections(chosen: Sequence[bool]) -> Arrays:
        file = None if cache is None else cache / f"{_name(examples, chosen, recipe)}.npz"
        if file is not None and file.exists():
            return dict(np.load(file, allow_pickle=False))
        from guardian.nlp.tuning.inbox_tune import learn

        if not lessons:
            lessons.append(lessons_of(examples, folder / NETWORK, pieces, recipe, say))
        arrays = learn(lessons[0], chosen, folder / NETWORK, recipe, say).arrays()
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            _save(file, arrays)
        return arrays

    def fitted(others: Sequence[bool], hand: str) -> Callable[[Example], Scores]:
        arrays = corrections_of(corrections(others))
        ready = Corrected(session=session(corrected(network, arrays)), pieces=pieces, heads=Heads.of(arrays))
        return lambda one: ready.scores(one.said)

    crossed = _crossed(examples, fitted, say)
    return crossed, corrections_of(corrections([True] * len(examples)))


def _name(examples: Sequence[Example], chosen: Sequence[bool], recipe: "Recipe") -> str:
    """Return a name for what is learned from the chosen examples."""
    told = hashlib.sha256(json.dumps(asdict(recipe), sort_keys=True).encode())
    for one, inside in zip(examples, chosen, strict=True):
        if inside:
            told.update(repr((one.said.text, one.targets.tolist(), one.hot.tolist())).encode())
    return told.hexdigest()[:24]


def _write(out: Path, arrays: dict[str, Arrays], settings: dict[str, Any]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for stale in out.glob("*.npz"):
        stale.unlink()
    for name, some in arrays.items():
        _save(out / name, some)
    (out / SETTINGS).write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n", "utf-8")


def _save(file: Path, arrays: Arrays) -> None:
    """Write arrays; the same ones always make the same file."""
    told: dict[str, Any] = {key: arrays[key] for key in sorted(arrays)}
    np.savez(file, **told)
