"""From clients' mails to the complaint reader: one seeded command that fits, measures on hands left out, writes."""

import hashlib
import json
import zlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from guardian.nlp.examples import Progress
from guardian.nlp.fitting import require_learner
from guardian.nlp.heads import Arrays
from guardian.nlp.inbox.arrays_file import save
from guardian.nlp.inbox.bounding import bounds_for
from guardian.nlp.inbox.corrected import SECOND_LOOK, fingerprint
from guardian.nlp.inbox.correcting import correct, correct_further
from guardian.nlp.inbox.crossfit import crossfit_counted, fit_counted
from guardian.nlp.inbox.examples import examples_of
from guardian.nlp.inbox.letters import read_letters
from guardian.nlp.inbox.listed import listed_in
from guardian.nlp.inbox.measures import InboxMeasures, crossed_measures
from guardian.nlp.inbox.reader import CORRECTIONS, COUNTED, SETTINGS, arrays_in
from guardian.nlp.inbox.scores import alone, blended
from guardian.nlp.manifest import MANIFEST, hands_in
from guardian.nlp.pipeline import SHIPPED


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxReport:
    """What a training made: its mails and hands, how well each reader does on hands left out, and file hashes.

    `met` are the hands that taught it.
    """

    mails: int
    hands: int
    seed: int
    measures: dict[str, InboxMeasures]
    files: dict[str, str]
    met: tuple[str, ...]


def train_inbox(  # noqa: PLR0913 - the command's options
    corpus: Path,
    out: Path,
    *,
    seed: int = 0,
    slice_fraction: float = 1.0,
    network: bool = True,
    progress: Progress | None = None,
    cache_dir: Path | None = None,
    onto: Path | None = None,
) -> InboxReport:
    """Fit the reader on a folder of clients' mails and write it to `out`, with measures and a manifest of hashes.

    Without `network` only the counted words are fitted, in a minute; `cache_dir` keeps learned corrections, so that
    an interrupted training goes on. `onto` is a trained reader whose corrections go on from hands it has not met;
    bounds and figures of the network are theirs then. Raises UserError when the corpus is unusable or what training
    needs is missing.
    """
    require_learner(second_look=network)
    say = progress or (lambda step, done, total: None)
    letters = [one for one in read_letters(corpus) if zlib.crc32(one.id.encode()) % 1000 < slice_fraction * 1000]
    examples = examples_of(letters)
    counted = [
        replace(told, listed=listed_in(one.said, one.letter.language))
        for one, told in zip(examples, crossfit_counted(examples, seed, say), strict=True)
    ]
    crossed = {"counted": list(map(alone, counted))}
    heard = {"counted": examples, "network": examples}
    arrays: dict[str, Arrays] = {COUNTED: fit_counted(examples, seed).packed()}
    settings: dict[str, Any] = {}
    if network:
        folder = SHIPPED / SECOND_LOOK
        if onto is None:
            told, arrays[CORRECTIONS] = correct(examples, folder, seed, cache_dir, say)
        else:
            places, told, arrays[CORRECTIONS] = correct_further(
                examples, folder, arrays_in(onto / CORRECTIONS), hands_in(onto, "met"), seed, cache_dir, say
            )
            heard["network"] = [examples[place] for place in places]
            counted = [counted[place] for place in places]
        crossed["network"] = list(map(blended, told, counted))
        settings["learned_on"] = fingerprint(folder)
    settings["bounds"] = {name: asdict(bounds_for(heard[name], scores)) for name, scores in crossed.items()}
    _write(out, arrays, settings)
    report = InboxReport(
        mails=len(examples),
        hands=len({one.letter.hand for one in examples}),
        seed=seed,
        measures={name: crossed_measures(heard[name], scores) for name, scores in crossed.items()},
        files={name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in sorted([*arrays, SETTINGS])},
        met=tuple(sorted({one.letter.hand for one in examples})),
    )
    (out / MANIFEST).write_text(json.dumps(asdict(report), indent=1, sort_keys=True) + "\n", "utf-8")
    return report


def _write(out: Path, arrays: dict[str, Arrays], settings: dict[str, Any]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for stale in out.glob("*.npz"):
        stale.unlink()
    for name, some in arrays.items():
        save(out / name, some)
    (out / SETTINGS).write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n", "utf-8")
