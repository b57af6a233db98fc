"""Fine-tuning on a network small enough for a test: it learns, repeatably, and nobody's mails crowd out the others'.

Needs the extra `train`.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")

from guardian.nlp.corpus import Sample, read_samples  # noqa: E402 - torch first, or nothing
from guardian.nlp.crossfit import MOST_FOLDS, folds_of  # noqa: E402
from guardian.nlp.examples import prepare  # noqa: E402
from guardian.nlp.inbox.corrected import SECOND_LOOK  # noqa: E402
from guardian.nlp.inbox.examples import examples_of  # noqa: E402
from guardian.nlp.inbox.letters import read_letters  # noqa: E402
from guardian.nlp.pieces import Pieces  # noqa: E402
from guardian.nlp.pipeline import SHIPPED  # noqa: E402
from guardian.nlp.second_look import NETWORK, PIECES, session  # noqa: E402
from guardian.nlp.stretches import Stretch  # noqa: E402
from guardian.nlp.tuning import inbox_tune  # noqa: E402
from guardian.nlp.tuning.export import OUTPUTS  # noqa: E402
from guardian.nlp.tuning.further import ONWARD, _chosen, learn_further  # noqa: E402
from guardian.nlp.tuning.inbox_side_by_side import School, learned_side_by_side  # noqa: E402
from guardian.nlp.tuning.lessons import Lesson  # noqa: E402
from guardian.nlp.tuning.looks import PARTS  # noqa: E402
from guardian.nlp.tuning.network import Encoder, Network  # noqa: E402
from guardian.nlp.tuning.packed_weights import Shape  # noqa: E402
from guardian.nlp.tuning.shipped_network import network_in  # noqa: E402
from guardian.nlp.tuning.tune import Recipe, of_each, read_below, score, tune, with_gaps  # noqa: E402

SHAPE = Shape(width=32, layers=2, heads=4, inner=64, positions=24, epsilon=1e-12)
HOSTILE = 7  # the piece that makes a stretch hostile
QUICK = Recipe(epochs=20, batch=8, frozen=1, rate=3e-3, most_of_one=200)


def lesson(number: int, *, author: str = "ana") -> Lesson:
    rng = np.random.default_rng(number)
    pieces = [int(piece) for piece in rng.integers(8, 30, size=10)]
    if number % 2:
        pieces[4] = HOSTILE
    hot = np.array([float(piece == HOSTILE) for piece in pieces], dtype=np.float32)
    return Lesson(
        mail=number,
        author=author,
        stretch=Stretch(pieces=tuple(pieces), owner=(0,) * len(pieces)),
        hold=bool(number % 2),
        hot=hot,
        kind=number % 3,
        target=number % 2,
        audience=0,
        weight=1.0,
    )


def network() -> Network:
    torch.manual_seed(0)
    encoder = Encoder(SHAPE, 30, SHAPE.positions, 0)
    return Network(encoder, SHAPE.width, (3, 2, 2))


def taught(lessons: list[Lesson]) -> Network:
    found = network()
    below = read_below(found, [one.stretch for one in lessons], QUICK.frozen, lambda *_: None)
    tune(found, lessons, below, QUICK, lambda *_: None)
    return found


def test_it_learns_what_it_is_taught() -> None:
    found = taught([lesson(number) for number in range(80)])
    fresh = [lesson(number) for number in range(1000, 1040)]
    below = read_below(found, [one.stretch for one in fresh], QUICK.frozen, lambda *_: None)
    said = score(found, below, QUICK.frozen)
    assert np.mean((said.hostile > 0) == [one.hold for one in fresh]) > 0.9
    assert all(heat.argmax() == 4 for heat, one in zip(said.heat, fresh, strict=True) if one.hold)


def test_one_seed_gives_one_network() -> None:
    lessons = [lesson(number) for number in range(40)]
    first, second = taught(lessons).state_dict(), taught(lessons).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_the_layers_at_the_bottom_stay_as_they_were() -> None:
    before, after = network().state_dict(), taught([lesson(number) for number in range(40)]).state_dict()
    changed = {
        name.split(".")[2] for name in before if "layers." in name and not torch.equal(before[name], after[name])
    }
    assert changed == {"1"}


def test_who_wrote_much_is_taught_no_more_than_the_others_but_other_mails_each_time() -> None:
    lessons = [lesson(n, author="much") for n in range(100)] + [lesson(n, author="little") for n in range(10)]
    shuffle = np.random.default_rng(0)
    epochs = [of_each(lessons, 40, shuffle) for _ in range(2)]
    for chosen in epochs:
        assert Counter(lessons[i].author for i in chosen) == {"much": 40, "little": 10}
    assert set(epochs[0]) != set(epochs[1])


def test_a_lesson_goes_without_other_pieces_each_time_but_never_without_its_first() -> None:
    there = torch.ones(64, 24, dtype=torch.bool)
    there[:, 20:] = False
    torch.manual_seed(1)
    one, other = with_gaps(there, 0.25), with_gaps(there, 0.25)
    assert bool(one[:, 0].all())
    assert not bool((one & ~there).any())
    assert 0.7 < one[:, 1:20].float().mean().item() < 0.8
    assert not torch.equal(one, other)
    assert torch.equal(with_gaps(there, 0.0), there)


def test_authors_who_are_left_out_together_are_left_out_by_the_same_network() -> None:
    assert MOST_FOLDS % PARTS == 0


def test_the_network_that_ships_can_be_read_back_out_of_its_eight_bits() -> None:
    file = SHIPPED / SECOND_LOOK / NETWORK
    shipped, again = session(file), network_in(file)
    again.eval()
    rng = np.random.default_rng(0)
    for length in (6, 40, 120):
        pieces = np.concatenate([[0], rng.integers(8, 30_000, length), [2]])[None]
        with torch.inference_mode():
            told = [one.numpy() for one in again(torch.from_numpy(pieces), None)]
        for name, one in zip(OUTPUTS, told, strict=False):
            wanted = shipped.run([name], {"pieces": pieces})[0]
            assert np.abs(wanted - one).mean() < 0.8, name  # pieces drawn at random: what eight bits round is much
    assert not told[4].any()
    assert not again.encoder.word.weight.requires_grad


def test_a_trained_judge_goes_on_from_authors_it_has_not_met(corpus: Path) -> None:
    samples = [one for name in ("en-apart-54", "es-apart-54", "en-adelaide-wine") for one in _samples(corpus, name)]
    examples = prepare(samples, lambda *_: None)
    folder = SHIPPED / SECOND_LOOK
    recipe = replace(ONWARD, most_of_one=12)
    met = {"en-adelaide-wine"}
    found = learn_further(examples, folds_of(examples), folder, met, recipe, None, lambda *_: None)
    asked = [bool(looks) for looks in found.looks]
    assert asked == [sample.author not in met for sample in examples.samples]
    assert found.pieces.texts == Pieces.load(folder / PIECES).texts
    assert found.network != (folder / NETWORK).read_bytes()
    assert session(found.network) is not None


def _samples(corpus: Path, author: str) -> list[Sample]:
    return read_samples(corpus / "train" / f"{author}.jsonl")[:12]


def test_complaints_are_learned_side_by_side_as_one_after_the_other(corpus: Path, tmp_path: Path) -> None:
    examples = examples_of(read_letters(corpus / "inbound" / "c1.jsonl")[:24])
    folder = SHIPPED / SECOND_LOOK
    recipe = inbox_tune.Recipe(epochs=1)
    school = School(examples=examples, network=folder / NETWORK, pieces=Pieces.load(folder / PIECES), recipe=recipe)
    choices = [[number % 3 != group for number in range(len(examples))] for group in range(2)]
    files = [tmp_path / "kept" / f"{group}.npz" for group in range(2)]
    side_by_side = learned_side_by_side(school, list(zip(choices, files, strict=True)), lambda *_: None)
    lessons = inbox_tune.lessons_of(examples, school.network, school.pieces, recipe, lambda *_: None)
    for chosen, found, file in zip(choices, side_by_side, files, strict=True):
        alone = inbox_tune.learn(lessons, chosen, school.network, recipe, lambda *_: None).arrays()
        kept = np.load(file)
        for name, wanted in alone.items():
            assert np.array_equal(found[name], wanted)
            assert np.array_equal(kept[name], wanted)
    assert not np.array_equal(side_by_side[0]["words"], side_by_side[1]["words"])


def test_whoever_goes_on_hears_new_hands_three_times_and_some_of_whom_he_knows() -> None:
    known = [lesson(number, author="ana") for number in range(100)]
    new = [lesson(number, author="eva") for number in range(100, 110)]
    talk = [replace(lesson(number, author="films"), talk=True) for number in range(110, 115)]
    heard = Counter(one.mail for one in _chosen([*known, *new, *talk], {"ana"}, 0))
    assert sum(heard[one.mail] for one in known) == len({one.mail for one in known} & set(heard)) == 56
    assert {heard[one.mail] for one in new} == {3}
    assert {heard[one.mail] for one in talk} == {1}
