"""The labelled mails of clients: spans, copies, and that nothing but the words gives a complaint away."""

import json
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from guardian.domain.complaint import InboundKind
from guardian.domain.errors import UserError
from guardian.nlp.inbox.examples import examples_of
from guardian.nlp.inbox.letters import Letter, read_letters
from guardian.nlp.normal import fold

SHINGLE = 4
SHORTEST = 3  # shingles: one turn of phrase is anybody's
MOST_SHARED = 0.5  # of a short mail; greetings are shared by everybody
LENGTH_TELLS = 0.65  # AUC of the number of words; complaints are a little longer, in life, too
LAYOUT_TELLS = (0.42, 0.62)


@pytest.fixture(scope="module")
def letters(corpus: Path) -> list[Letter]:
    return read_letters(corpus / "inbound")


def test_there_are_enough_of_both_languages_by_at_least_four_hands(letters: list[Letter]) -> None:
    assert len(letters) >= 1500
    assert len({one.hand for one in letters}) >= 4
    spoken = Counter(one.language for one in letters)
    assert 0.9 < spoken["es"] / spoken["en"] < 1.1


def test_every_span_is_in_its_mail_and_only_complaints_have_any(letters: list[Letter]) -> None:
    lost = [
        (one.id, span)
        for one in letters
        for span in one.spans
        if span not in one.words.text and span not in one.words.subject
    ]
    assert lost == []
    assert [one.id for one in letters if bool(one.spans) != (one.kind is InboundKind.COMPLAINT)] == []


def test_severity_goes_with_complaints_and_settled_with_thanks(letters: list[Letter]) -> None:
    assert all((one.severity in (1, 2, 3)) == (one.kind is InboundKind.COMPLAINT) for one in letters)
    assert all(one.kind is InboundKind.THANKS for one in letters if one.settled)
    assert sum(one.settled for one in letters) >= 100


def test_every_marked_complaint_is_found_among_the_phrases_that_are_read(letters: list[Letter]) -> None:
    lost = [one.letter.id for one in examples_of(letters) if one.letter.spans and not one.hot.any()]
    assert lost == []


def test_no_mail_is_another_one_in_disguise(letters: list[Letter]) -> None:
    owners: dict[tuple[str, ...], set[int]] = defaultdict(set)
    shingled = [_shingles(one.words.text) for one in letters]
    for number, some in enumerate(shingled):
        for shingle in some:
            owners[shingle].add(number)
    near = []
    for number, some in enumerate(shingled):
        shared = Counter(other for shingle in some for other in owners[shingle] if other < number)
        for other, count in shared.items():
            least = min(len(some), len(shingled[other]))
            if least >= SHORTEST and count / least > MOST_SHARED:
                near.append((letters[number].id, letters[other].id))
    assert near == []
    assert max(Counter(one.id for one in letters).values()) == 1


def test_no_fresh_mail_is_among_those_that_teach(letters: list[Letter], corpus: Path) -> None:
    seen = set().union(*(_shingles(one.words.text) for one in letters))
    for one in read_letters(corpus / "inbound-fresh.jsonl"):
        own = _shingles(one.words.text)
        assert len(own & seen) <= max(1.0, 0.3 * len(own)), one.id  # one turn of phrase is anybody's


@pytest.mark.parametrize(
    ("measured", "low", "high"),
    [
        (lambda one: len(one.words.text.split()), 0.4, LENGTH_TELLS),
        (lambda one: len(one.words.subject), *LAYOUT_TELLS),
        (lambda one: not one.words.subject, *LAYOUT_TELLS),
        (lambda one: one.words.subject.lower().startswith("re:"), *LAYOUT_TELLS),
        (lambda one: "\n>" in "\n" + one.words.text, *LAYOUT_TELLS),
        (lambda one: one.words.text.count("\n"), *LAYOUT_TELLS),
        (lambda one: sum(letter.isupper() for letter in one.words.text) / len(one.words.text), *LAYOUT_TELLS),
    ],
    ids=["words", "subject's length", "no subject", "reply", "quotation", "lines", "capitals"],
)
def test_looks_alone_do_not_tell_a_complaint(
    letters: list[Letter], measured: Callable[[Letter], float], low: float, high: float
) -> None:
    complaints = [measured(one) for one in letters if one.severity]
    others = [measured(one) for one in letters if not one.severity]
    assert low < _auc(complaints, others) < high


def test_a_line_that_is_no_labelled_mail_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    good: dict[str, Any] = {
        "id": "x", "language": "es", "subject": "", "text": "Gracias", "kind": "thanks", "severity": 0, "spans": [],
    }  # fmt: skip
    file.write_text(json.dumps(good) + "\n" + json.dumps(good | {"kind": "rant"}) + "\n", "utf-8")
    with pytest.raises(UserError, match=r"Line 2 of .*x\.jsonl"):
        read_letters(file)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no mails"):
        read_letters(tmp_path / "empty")
    with pytest.raises(UserError, match="Cannot read"):
        read_letters(tmp_path / "nowhere.jsonl")


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = fold(text).split()
    return {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def _auc(above: Sequence[float], below: Sequence[float]) -> float:
    ordered = sorted(below)
    won = sum((bisect_left(ordered, one) + bisect_right(ordered, one)) / 2 for one in above)
    return won / len(above) / len(below)
