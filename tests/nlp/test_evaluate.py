"""Measuring a judge: figures that can be worked out by hand."""

import json
from pathlib import Path

import pytest

from guardian.domain.mail import Audience, Mail
from guardian.domain.verdict import Opinion
from guardian.nlp.evaluate import evaluate
from guardian.nlp.measures import auc, recall_at
from guardian.nlp.reading import judged_text

THRESHOLD = 0.5


class ReadsTheScore:
    """A judge for whom the mail's words are its score."""

    def judge(self, mail: Mail, audience: Audience) -> Opinion:
        return Opinion(score=float(judged_text(mail).split()[-1]), threshold=THRESHOLD, language="en")


def line(number: int, score: float, *, hold: bool, kind: str, client: bool = True) -> str:
    return json.dumps(
        {
            "id": f"t-{number}",
            "lang": "en",
            "region": "UK" if hold else "US",
            "sender": "me@acme.example",
            "to": ["ann@client.example" if client else "bob@acme.example"],
            "cc": [],
            "subject": "score",
            "body": str(score),
            "client_domain": "client.example",
            "client_name": "Client",
            "label": "hold" if hold else "pass",
            "kind": kind,
        }
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    lines = [
        line(1, 0.9, hold=True, kind="insult"),
        line(2, 0.4, hold=True, kind="sarcasm"),
        line(3, 0.7, hold=False, kind="firm"),
        line(4, 0.1, hold=False, kind="firm"),
        line(5, 0.99, hold=False, kind="internal", client=False),
    ]
    file = tmp_path / "mails.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    return file


def test_figures_count_holds_and_passes(place: Path) -> None:
    found = evaluate(place, ReadsTheScore())
    assert (found.mails, found.holds) == (5, 2)
    assert found.auc == pytest.approx(5 / 6)
    assert found.recall == 0.5
    assert found.false_holds == pytest.approx(1 / 3)
    assert {group.name: (group.caught, group.falsely_held, group.mails) for group in found.by_kind} == {
        "firm": (0, 1, 2),
        "insult": (1, 0, 1),
        "internal": (0, 0, 1),
        "sarcasm": (0, 0, 1),
    }


def test_a_mail_that_no_client_reads_is_not_judged(place: Path) -> None:
    found = evaluate(place, ReadsTheScore())
    assert "t-5" not in {one.sample.id for one in found.worst}


def test_the_worst_misses_come_first(place: Path) -> None:
    assert [one.sample.id for one in evaluate(place, ReadsTheScore()).worst] == ["t-3", "t-2"]


def test_progress_is_told(place: Path) -> None:
    told: list[tuple[str, int, int]] = []
    evaluate(place, ReadsTheScore(), progress=lambda *step: told.append(step))
    assert told[-1] == ("judge", 5, 5)


def test_auc_is_the_share_of_pairs_in_order() -> None:
    assert auc([0.9, 0.8, 0.3, 0.1], [True, False, True, False]) == 0.75
    assert auc([0.5, 0.5], [True, False]) == 0.5
    assert auc([1.0], [True]) == 0.5


def test_recall_allows_the_share_of_passes_above() -> None:
    scores = [0.95, 0.9, 0.6, *[0.5] * 97]
    labels = [False, True, True, *[False] * 97]
    assert recall_at(scores, labels, 0.0) == 0.0
    assert recall_at(scores, labels, 0.02) == 1.0
