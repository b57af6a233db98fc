"""A judge that goes on from new hands: its decision is half the one before, half one fitted on theirs."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from guardian.domain.errors import UserError
from guardian.nlp.components import reading_of
from guardian.nlp.corpus import Sample, read_samples
from guardian.nlp.manifest import MANIFEST
from guardian.nlp.names import client_names
from guardian.nlp.pipeline import SHIPPED, load_pipeline
from guardian.nlp.reading import judged_text
from guardian.nlp.second_look import Look, SecondLook
from guardian.nlp.stretches import cut, hottest
from guardian.nlp.train import messages_in
from guardian.nlp.train_further import Decided, decide_further, train_further

pytest.importorskip("sklearn", reason="scikit-learn is not installed")


@pytest.fixture(scope="module")
def samples(corpus: Path) -> list[Sample]:
    read = read_samples(corpus / "fresh" / "es-threads.jsonl")[:60]
    return [replace(one, author=f"hand {place % 4}") for place, one in enumerate(read)]


@pytest.fixture(scope="module")
def looks(samples: list[Sample]) -> list[list[Look]]:
    nlp = load_pipeline(SHIPPED)
    second = nlp.get_pipe("guardian_second_look")
    assert isinstance(second, SecondLook)
    assert second.pieces is not None
    found = []
    for sample in samples:
        doc = nlp.make_doc(judged_text(sample.mail))
        reading_of(doc).names = client_names(sample.mail, sample.audience)
        reading = reading_of(nlp(doc))
        stretches = [one for numbers in hottest(reading) for one in cut(reading, numbers, second.pieces)]
        found.append([second._looked(one) for one in stretches])
    return found


def weights(decided: Decided) -> dict[str, float]:
    return dict(zip(decided.names, map(float, decided.arrays["whole.weights"]), strict=True))


def test_what_no_new_mail_shows_counts_half_of_what_it_did(samples: list[Sample], looks: list[list[Look]]) -> None:
    decided = decide_further(SHIPPED, samples, looks, 0)
    before = json.loads((SHIPPED / "guardian_second_look" / "settings.json").read_text("utf-8"))["names"]
    old = dict(zip(before, np.load(SHIPPED / "guardian_second_look" / "arrays.npz")["whole.weights"], strict=True))
    told = weights(decided)
    assert set(before) <= set(told)
    halved = [name for name, weight in old.items() if weight and abs(told[name] - weight / 2) < 1e-6]
    assert len(halved) > 40
    assert abs(told["second_whole"] - old["second_whole"] / 2) > 1e-3
    assert set(decided.bounds) == {"es", "en"}


def test_mails_of_hands_that_it_had_met_are_not_weighed(samples: list[Sample], looks: list[list[Look]]) -> None:
    half = len(samples) // 2
    some = decide_further(SHIPPED, samples[:half], looks[:half], 0)
    with_met = decide_further(SHIPPED, samples, [*looks[:half], *([] for _ in samples[half:])], 0)
    assert weights(with_met) == weights(some)
    assert (with_met.bounds, with_met.ask_from) == (some.bounds, some.ask_from)


def test_a_judge_that_does_not_say_whom_it_met_cannot_go_on(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text("{}", "utf-8")
    with pytest.raises(UserError, match="does not say whose mails"):
        train_further(corpus / "train", tmp_path, tmp_path, slice_fraction=0.001)


def test_a_judge_that_has_met_everybody_has_nothing_to_learn(corpus: Path, tmp_path: Path) -> None:
    hands = sorted({one.author for one in read_samples(corpus / "train")})
    (tmp_path / MANIFEST).write_text(json.dumps({"hands": hands}), "utf-8")
    with pytest.raises(UserError, match="has met every hand"):
        train_further(corpus / "train", tmp_path, tmp_path, slice_fraction=0.001)


def test_messages_of_a_corpus_stand_one_by_one(corpus: Path) -> None:
    found = messages_in(corpus / "train", None, 0.01)
    carried = [one for one in found if one.of]
    assert carried
    assert {one.id.partition("#")[0] for one in carried} == {one.of for one in carried}
