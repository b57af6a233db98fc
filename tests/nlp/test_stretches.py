"""What the second look reads of a mail: stretches of whole sentences, the hottest ones, each short enough."""

import pytest

from guardian.nlp.names import ClientNames
from guardian.nlp.normal import Normal
from guardian.nlp.pieces import Pieces
from guardian.nlp.reading import CLIENT_MARK, Reading, Sentence
from guardian.nlp.stretches import LONGEST, MOST, ROOM, cut, hottest, looked_at, ranges_of, with_client


def reading_of(*texts: str, hostile: tuple[int, ...] = ()) -> Reading:
    reading = Reading(normal=Normal("", ""), names=ClientNames(frozenset()))
    for number, text in enumerate(texts):
        heat = 2.0 if number in hostile else -3.0
        reading.sentences.append(Sentence(0, len(text), text, masked=text, hostility=heat))
    return reading


@pytest.fixture
def pieces() -> Pieces:
    letters = [chr(code) for code in range(97, 123)]
    texts = ["", "", "", "", "\u2581", ":", *letters]
    return with_client(Pieces(texts, [-1.0] * len(texts), {"\n": " "}, 0, 2, 1, 3))


def test_a_short_mail_is_one_stretch() -> None:
    assert ranges_of(reading_of("one", "two", "three").sentences) == [range(0, 3)]


def test_a_mail_without_sentences_has_none() -> None:
    assert ranges_of([]) == []


def test_sentences_are_never_torn_and_none_is_lost() -> None:
    ranges = ranges_of(reading_of(*["x" * 250] * 9).sentences)
    assert [number for numbers in ranges for number in numbers] == list(range(9))
    assert all(len(numbers) <= 2 for numbers in ranges)


def test_of_a_long_mail_only_the_hottest_stretches_are_read() -> None:
    reading = reading_of(*["x" * ROOM] * 20, hostile=(7, 19))
    assert hottest(reading) == [range(7, 8), range(19, 20)]
    assert len(hottest(reading)) == MOST


def test_every_piece_knows_its_sentence(pieces: Pieces) -> None:
    (stretch,) = cut(reading_of("ab", "c"), range(0, 2), pieces)
    assert len(stretch.pieces) == len(stretch.owner)
    assert [owner for owner in stretch.owner if owner >= 0] == [0, 0, 0, 1, 1]
    assert (stretch.owner[0], stretch.owner[-1]) == (-1, -1)


def test_no_stretch_is_longer_than_one_pass_and_no_sentence_is_left_out(pieces: Pieces) -> None:
    reading = reading_of("a" * 250, "b c", "d" * 150)  # longer than a stretch, short, and more than is left of one
    stretches = cut(reading, range(0, 3), pieces)
    assert max(len(one.pieces) for one in stretches) <= LONGEST
    told = [owner for one in stretches for owner in one.owner if owner >= 0]
    assert [told.count(number) for number in range(3)] == [251, 4, 151]
    assert [one.first for one in stretches] == [0, 0, 2]


def test_a_link_neither_fills_a_stretch_nor_drowns_what_is_said(pieces: Pieces) -> None:
    link = "https://meet.example/l/join?" + "x" * 400
    (stretch,) = cut(reading_of(f"see {link}", "you fool"), range(0, 2), pieces)
    assert len(stretch.pieces) < 60
    assert ranges_of(reading_of(link, link, "you fool").sentences) == [range(0, 3)]


def test_a_long_word_is_read_to_its_end(pieces: Pieces) -> None:
    (stretch,) = cut(reading_of("we-are-fed-up-with-this-miserable-client-of-ours"), range(0, 1), pieces)
    assert len(stretch.pieces) > 45


def test_of_many_stretches_those_with_the_most_hostile_sentences_are_looked_at(pieces: Pieces) -> None:
    reading = reading_of("a" * 250, "b" * 250, "c" * 100, hostile=(2,))
    stretches = cut(reading, range(0, 3), pieces)
    chosen = looked_at(reading, stretches)
    assert len(chosen) == MOST
    assert 2 in stretches[chosen[-1]].owner


def test_the_clients_name_is_one_piece_of_its_own(pieces: Pieces) -> None:
    (stretch,) = cut(reading_of(f"{CLIENT_MARK} a"), range(0, 1), pieces)
    assert len(pieces.texts) - 2 in stretch.pieces
