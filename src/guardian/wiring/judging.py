"""The judge: loading the one that ships, with the customer's own model beside it if he wants, training, measuring."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from guardian.settings import Settings

if TYPE_CHECKING:
    from guardian.nlp.evaluate import Evaluation
    from guardian.nlp.inbox.evaluate import InboxEvaluation
    from guardian.nlp.inbox.training import InboxReport
    from guardian.nlp.train import TrainingReport
    from guardian.ports.judge import Judge

Advance = Callable[[str, int, int], None]


def shipped_judge() -> "Judge":
    """Return the shipped judge, loaded and warm."""
    from guardian.nlp.judge import SpacyJudge

    return SpacyJudge()


def judge_for(settings: Settings) -> "Judge":
    """Return the tenant's judge: the shipped one, which asks the customer's own model in doubt where one is set."""
    own = settings.guard.own_model
    if not own.url:
        return shipped_judge()
    from guardian.connector_registry import reveal
    from guardian.nlp.own_model import Endpoint, OwnModelJudge

    endpoint = Endpoint(
        url=own.url, model=own.model, key=str(reveal(own.key, settings.folder)), deadline=own.deadline_seconds
    )
    return OwnModelJudge(shipped_judge(), endpoint, band=own.band)


def missing_judge_parts() -> tuple[str, ...]:
    """Return the parts that the shipped judge has to do without; none when it is whole."""
    from guardian.nlp.judge import SpacyJudge

    return SpacyJudge().degraded


def train_judge(  # noqa: PLR0913 - the command's options
    corpus: Path,
    out: Path,
    *,
    data_dir: Path | None,
    seed: int,
    slice_fraction: float,
    second_look: bool,
    cache_dir: Path | None,
    onto: Path | None,
    progress: Advance,
) -> "TrainingReport":
    """Train the judge, or let one go on, and return what came of it; UserError without the extra `train`."""
    from guardian.nlp.train import train

    if onto is not None:
        from guardian.nlp.train_further import train_further

        return train_further(
            corpus,
            out,
            onto,
            data_dir=data_dir,
            seed=seed,
            slice_fraction=slice_fraction,
            cache_dir=cache_dir,
            progress=progress,
        )
    return train(
        corpus,
        out,
        data_dir=data_dir,
        seed=seed,
        slice_fraction=slice_fraction,
        second_look=second_look,
        cache_dir=cache_dir,
        progress=progress,
    )


def train_complaint_reader(  # noqa: PLR0913 - the command's options
    corpus: Path,
    out: Path,
    *,
    seed: int,
    slice_fraction: float,
    network: bool,
    cache_dir: Path | None,
    onto: Path | None,
    progress: Advance,
) -> "InboxReport":
    """Train the complaint reader and return what came of it; UserError when the extra `train` is not installed."""
    from guardian.nlp.inbox.training import train_inbox

    return train_inbox(
        corpus,
        out,
        seed=seed,
        slice_fraction=slice_fraction,
        network=network,
        cache_dir=cache_dir,
        onto=onto,
        progress=progress,
    )


def evaluate_complaint_reader(corpus: Path, model: Path | None, progress: Advance) -> "InboxEvaluation":
    """Measure a complaint reader (the shipped one for None) on labelled mails; UserError where there is no reader."""
    from guardian.domain.errors import UserError
    from guardian.nlp.inbox.evaluate import evaluate_inbox
    from guardian.nlp.inbox.letters import read_letters
    from guardian.nlp.inbox.reader import load_inbox

    reader = load_inbox(model)
    if reader is None:
        raise UserError(f"There is no complaint reader in {model}; `guardian guard train --inbox` makes one.")
    return evaluate_inbox(read_letters(corpus), reader, progress)


def evaluate_judge(corpus: Path, model: Path | None, progress: Advance) -> "Evaluation":
    """Measure a trained judge (the shipped one for None) on labelled mails."""
    from guardian.nlp.evaluate import evaluate
    from guardian.nlp.judge import SpacyJudge

    return evaluate(corpus, SpacyJudge(model), progress=progress)
