"""The conversations are many, complete and speak of goods that exist."""

from datetime import date

import pytest

from guardian.sample_company import noise_texts, story_texts, threads_en, threads_es, threads_mx
from guardian.sample_company.clients import CLIENTS
from guardian.sample_company.correspondence import Talk, letters_of
from guardian.sample_company.goods import goods_for
from guardian.sample_company.stories import dice
from guardian.sample_company.thread_text import Thread, threads_in

LIBRARIES = (threads_es.THREADS, threads_mx.THREADS, threads_en.THREADS)
CONVERSATIONS = [thread for text in LIBRARIES for thread in threads_in(text)]


def test_there_are_more_than_forty_different_conversations() -> None:
    assert len({thread.subject for thread in CONVERSATIONS}) > 50
    assert len({thread.turns for thread in CONVERSATIONS}) == len(CONVERSATIONS)


def test_every_conversation_holds_at_least_two_mails_and_both_voices() -> None:
    for thread in CONVERSATIONS:
        assert len(thread.turns) >= 2
        assert {turn.by_client for turn in thread.turns} == {True, False}


@pytest.mark.parametrize("thread", CONVERSATIONS, ids=lambda thread: thread.subject)
def test_every_blank_of_a_conversation_can_be_filled(thread: Thread) -> None:
    talk = Talk(thread=thread, client=CLIENTS[0], day=date(2026, 3, 2), one_day=True)
    letters = letters_of(talk, today=date(2026, 3, 18), rng=dice(7, "test"))
    assert len(letters) == len(thread.turns)
    assert not any("{" in letter.text + letter.subject for letter in letters)


def test_a_conversation_cut_at_our_last_word_ends_with_us() -> None:
    for thread in CONVERSATIONS:
        assert not thread.ending_with_us().turns[-1].by_client


def test_mails_that_would_lie_in_the_future_are_not_written() -> None:
    talk = Talk(thread=CONVERSATIONS[0], client=CLIENTS[0], day=date(2026, 3, 18), one_day=True)
    assert letters_of(talk, today=date(2026, 3, 18), rng=dice(7, "test")) == []


def test_every_trade_has_goods_to_choose_from() -> None:
    for client in CLIENTS:
        if client.domain:
            assert len(set(goods_for(client.language, client.trade))) >= 3


def test_the_other_texts_can_be_read_too() -> None:
    texts = [value for name, value in vars(story_texts).items() if name.isupper() and "\n== " in value]
    assert all(threads_in(text) for text in (*texts, noise_texts.INTERNAL_ES, noise_texts.INTERNAL_EN))
    assert len(threads_in(story_texts.SCHOOL_YEAR)) == 4
