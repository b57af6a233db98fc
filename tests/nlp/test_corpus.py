"""The labelled mails: spans, copies, whose words are whose, and that nothing of dev is in train."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from guardian.domain.errors import UserError
from guardian.domain.mail import Voice
from guardian.nlp.corpus import Sample, read_items, read_samples
from guardian.nlp.normal import fold
from guardian.nlp.reading import judged_text
from guardian.nlp.threads import split_thread

HOSTILE_KINDS = {"insult", "contempt", "sarcasm", "venting", "obfuscated", "concealment", "competitor_leak"}
SHINGLE = 5
MOST_SHARED = 0.2  # set phrases of office mail are shared by everybody
MOST_SHARED_FRESH = 0.3
SHORT = 2  # shingles: one turn of phrase is anybody's


@pytest.fixture(scope="module")
def items(corpus: Path) -> list[dict[str, Any]]:
    return [dict(item) for _, item in read_items(corpus / "train")]


@pytest.fixture(scope="module")
def samples(corpus: Path) -> list[Sample]:
    return read_samples(corpus / "train")


def shingles(text: str) -> set[tuple[str, ...]]:
    words = fold(text).split()
    return {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def test_every_marked_span_is_in_its_mail(items: list[dict[str, Any]]) -> None:
    lost = [
        (item["id"], span) for item in items for span in item["hostile"] if span not in item["text"] + item["subject"]
    ]
    assert lost == []


def test_hostile_kinds_and_only_they_have_spans(items: list[dict[str, Any]]) -> None:
    wrong = [item["id"] for item in items if bool(item["hostile"]) != (item["kind"] in HOSTILE_KINDS)]
    assert wrong == []


def test_ids_and_texts_are_unique(items: list[dict[str, Any]]) -> None:
    assert [key for key, times in Counter(item["id"] for item in items).items() if times > 1] == []
    texts = Counter(fold(item["text"]) for item in items)
    assert [text for text, times in texts.items() if times > 1 and len(text) > 60] == []


def test_no_mail_that_measures_is_among_those_that_teach(items: list[dict[str, Any]], corpus: Path) -> None:
    seen = set().union(*(shingles(item["text"]) for item in items))
    for _, item in read_items(corpus / "dev.jsonl"):
        own = shingles(item["body"])
        assert len(own & seen) / max(len(own), 1) < MOST_SHARED, item["id"]
    for _, item in read_items(corpus / "fresh"):
        own = shingles(item["text"])
        assert len(own & seen) <= max(SHORT, MOST_SHARED_FRESH * len(own)), item["id"]


def test_authors_who_measure_taught_nothing(items: list[dict[str, Any]], corpus: Path) -> None:
    taught = {item["hand"] for item in items if "hand" in item}
    assert taught.isdisjoint(item.get("hand", author) for author, item in read_items(corpus / "fresh"))


def test_marked_words_are_ours_in_the_judged_text(samples: list[Sample]) -> None:
    lost = [s.id for s in samples if any(span not in judged_text(s.mail) for span in s.spans)]
    assert len(lost) <= 5  # between the client's quoted lines, unmarked


def test_a_training_mail_has_its_client_among_the_readers(samples: list[Sample]) -> None:
    assert all(sample.audience.clients for sample in samples)


def test_a_quoted_thread_is_cut_by_voice(corpus: Path) -> None:
    mails = {sample.id: sample.mail for sample in read_samples(corpus / "train" / "es-long.jsonl")}
    assert [p.voice for p in mails["tr-eslg-005"].passages] == [Voice.NEW, Voice.NEW, Voice.OWN_QUOTED]
    assert Voice.CLIENT_QUOTED in {p.voice for p in mails["tr-eslg-013"].passages}


def test_a_mail_without_a_client_among_its_readers_says_so(corpus: Path) -> None:
    gates = Counter(bool(sample.audience.clients) for sample in read_samples(corpus / "dev.jsonl"))
    assert gates == {True: 226, False: 14}


def test_a_missing_corpus_or_a_broken_line_is_the_users_to_mend(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="labelled mails"):
        read_samples(tmp_path)
    (tmp_path / "a.jsonl").write_text('{"id": 1', "utf-8")
    with pytest.raises(UserError, match=r"Line 1 of a\.jsonl"):
        read_samples(tmp_path)
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "x", "body": ""}), "utf-8")
    with pytest.raises(UserError, match="lacks the field"):
        read_samples(tmp_path)


@pytest.mark.parametrize(
    "head",
    [
        "From: Ed Friesen\nSent: March 19, 2025\nTo: Sandra Thiessen",
        "De : Ed Friesen\nEnvoyé : 12 mars 2025 07:15\nÀ : Sandra Thiessen",
        "De: Ed Friesen\nEnviado: lunes, 3 de marzo de 2025 9:12\nPara: Sandra",
    ],
)
def test_a_block_of_header_lines_without_an_address_tells_who_is_quoted(head: str) -> None:
    passages = split_thread(
        f"see below, say yes\n\n{head}\nDear Sandra, supper is at six.", lambda line: "Ed" in line
    )
    assert [(one.voice, one.text.strip()) for one in passages] == [
        (Voice.NEW, "see below, say yes"),
        (Voice.CLIENT_QUOTED, "Dear Sandra, supper is at six."),
    ]


def test_a_line_that_only_begins_like_a_header_is_text() -> None:
    (passage,) = split_thread("From: the whole team\nhappy birthday", lambda line: True)
    assert passage.voice is Voice.NEW
