"""The judge beside word lists and public toxicity models: quality and time on the same mails, in one run.

    OMP_NUM_THREADS=1 python benchmarks/judge.py [CORPUS] [--data DIR]

Peers that are not installed are named and left out (alt-profanity-check, glin-profanity, vaderSentiment). Times are
CPU milliseconds of this thread, so that neighbours count less. `--data` adds whole real mails, with a client among
the readers of each, and neutral lines, and counts how many are held.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import mean, median

from guardian.domain.mail import Audience, ClientRecipient, Mail, Passage, Voice
from guardian.nlp.corpus import Sample, has_client, read_samples
from guardian.nlp.judge import SpacyJudge
from guardian.nlp.measures import auc, recall_at
from guardian.nlp.public_data import is_for_training, neutral_talk, real_mails
from guardian.nlp.reading import judged_text

ROOT = Path(__file__).parents[1]
Scorer = Callable[[Sample], float]


def peers() -> Iterator[tuple[str, Scorer | None]]:
    """Yield each peer's name and scorer, None where it is not installed."""
    for name, make in (
        ("alt-profanity-check", _profanity_check),
        ("glin-profanity", _glin),
        ("VADER", _vader),
    ):
        try:
            yield name, make()
        except ImportError:
            yield name, None


def _profanity_check() -> Scorer:
    module = import_module("profanity_check")
    return lambda sample: float(module.predict_prob([judged_text(sample.mail)])[0])


def _glin() -> Scorer:
    module = import_module("glin_profanity")
    found = module.Filter({"languages": ["english", "spanish"]})
    return lambda sample: float(len(found.check_profanity(judged_text(sample.mail))["profane_words"]))


def _vader() -> Scorer:
    analyser = import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
    return lambda sample: -float(analyser.polarity_scores(judged_text(sample.mail))["compound"])


def _judge_scorer(judge: SpacyJudge) -> Scorer:
    return lambda sample: judge.judge(sample.mail, sample.audience).score


def row(name: str, score: Scorer, samples: list[Sample]) -> str:
    """Return a line of quality and time."""
    scores, times = [], []
    for sample in samples:
        if not has_client(sample.audience):
            scores.append(float("-inf"))
            continue
        start = time.thread_time()
        scores.append(score(sample))
        times.append((time.thread_time() - start) * 1000)
    labels = [sample.hold for sample in samples]
    figures = (auc(scores, labels), recall_at(scores, labels, 0.03), recall_at(scores, labels, 0.01))
    quality = " ".join(f"{figure:8.3f}" for figure in figures)
    return f"{name:26s} {quality} {median(times):9.2f} {sorted(times)[int(0.95 * len(times))]:9.2f} {max(times):9.1f}"


def longest_mail() -> Sample:
    """Return a mail of a megabyte."""
    text = "Le confirmo el pedido de la semana y quedo a su disposición, the invoice is attached.\n" * 12_000
    client = ClientRecipient(address="ann@client.example", client="Client")
    passages = (Passage(text=text, voice=Voice.NEW),)
    mail = Mail(message_id=None, subject="", sender=None, sender_name="", to=(), cc=(), date=None, passages=passages)
    return Sample(
        id="long",
        author="",
        language="es",
        region="",
        kind="",
        hold=False,
        spans=(),
        mail=mail,
        audience=Audience(internal=(), clients=(client,), others=()),
    )


def real_line(judge: SpacyJudge, data: Path) -> str:
    """Return how many real mails, of the half that never trains, are held, looked at twice, and what they cost."""
    mails = [mail for mail in real_mails(data) if not is_for_training(mail)]
    return f"real mail: {_ordinary(judge, mails)}"


def talk_line(judge: SpacyJudge, data: Path) -> str:
    """Return the same of neutral lines that no training saw."""
    taught = {talk.id for talk in neutral_talk(data)}
    unseen = [talk for talk in neutral_talk(data, 2.0) if talk.id not in taught]
    return f"neutral lines, untrained: {_ordinary(judge, unseen)}"


def _ordinary(judge: SpacyJudge, mails: list[Sample]) -> str:
    held, again, times = [], 0, []
    for sample in mails:
        start = time.thread_time()
        opinion, twice = judge.consider(sample.mail, sample.audience)
        times.append((time.thread_time() - start) * 1000)
        again += twice
        if opinion.score >= opinion.threshold:
            held.append(sample.id)
    return (
        f"{len(held)} of {len(mails)} held {held}, {again / len(mails):.0%} looked at twice;"
        f" ms mean {mean(times):.1f}, median {median(times):.1f}, worst {max(times):.0f}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, default=ROOT / "corpus" / "dev.jsonl")
    parser.add_argument("--data", type=Path, help="folder of public texts; adds whole real mails")
    arguments = parser.parse_args()
    samples = read_samples(arguments.corpus)
    whole = SpacyJudge(remember=0)
    print(f"{len(samples)} mails of {arguments.corpus.name}; a mail that no client reads counts as passed")
    print(f"{'':26s} {'AUC':>8s} {'rec@3%':>8s} {'rec@1%':>8s} {'ms p50':>9s} {'ms p95':>9s} {'ms worst':>9s}")
    print(row("Guardian", _judge_scorer(whole), samples))
    print(row("Guardian, first look only", _judge_scorer(SpacyJudge(second_look=False, remember=0)), samples))
    for name, scorer in peers():
        print(row(name, scorer, samples) if scorer else f"{name:26s} not installed")
    print(row("one mail of 1 MB", _judge_scorer(whole), [longest_mail()]))
    if arguments.data:
        print(real_line(whole, arguments.data))
        print(talk_line(whole, arguments.data))
    print(f"memory: {getrusage(RUSAGE_SELF).ru_maxrss // 1024} MB at most")


if __name__ == "__main__":
    main()
