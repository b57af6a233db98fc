"""The touch filter on 468 raw mails: machines move no clock, people do, at every level of privacy.

The mails of tests/mails/touch marked `held` were not looked at while the rules were written.
"""

from collections.abc import Iterable
from functools import cache

import pytest

from connectors.archive.mail import MailReader
from guardian.domain.activity import Activity, Direction, Kind, Signal
from guardian.domain.touch import NO_TOUCH, Happening, Touch, touch_of
from tests.domain.touch_mails import TouchMail, touch_mails

MAILS = touch_mails()
PRIVACY = ("full", "subject", "metadata")
BARE = [one for one in MAILS if one.bare]
HUMAN = [one for one in MAILS if one.what == "human"]
MARKED = [one for one in MAILS if one not in BARE and one.what not in ("human", "invite", "accept")]


@cache
def signals(mail: TouchMail, privacy: str) -> frozenset[Signal]:
    read = MailReader(privacy=privacy).read(mail.raw, item_id=mail.name, fallback=None)
    assert isinstance(read, Activity), mail
    return read.signals


def touch(mail: TouchMail, privacy: str) -> Touch:
    return touch_of(Happening(kind=Kind.EMAIL, direction=Direction.IN, signals=signals(mail, privacy)))


def share(mails: Iterable[TouchMail], privacy: str) -> float:
    """The part of these mails that is no touch."""
    found = [touch(one, privacy) == NO_TOUCH for one in mails]
    return sum(found) / len(found)


def test_there_are_enough_mails_of_either_kind_and_a_third_was_held_back() -> None:
    assert len(MARKED) + len(BARE) >= 200
    assert len(HUMAN) >= 200
    assert 0.3 < sum(one.held for one in MAILS) / len(MAILS) < 0.35
    assert len({one.name for one in MAILS if one.group == "human-short"}) == 45


@pytest.mark.parametrize("privacy", PRIVACY)
def test_every_mail_that_its_header_marks_as_automatic_is_no_touch(privacy: str) -> None:
    assert [str(one) for one in MARKED if touch(one, privacy) != NO_TOUCH] == []


@pytest.mark.parametrize("privacy", PRIVACY)
@pytest.mark.parametrize("held", [True, False])
def test_mail_of_people_is_kept(privacy: str, held: bool) -> None:
    assert share([one for one in HUMAN if one.held is held], privacy) <= 0.01


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("held", [True, False])
def test_absence_notes_without_any_mark_are_caught_where_their_words_may_be_read(language: str, held: bool) -> None:
    assert share([one for one in BARE if one.group.endswith(language) and one.held is held], "full") >= 0.95


def test_without_words_only_the_subject_tells_an_absence_note_without_marks() -> None:
    told = [one for one in BARE if touch(one, "metadata") == NO_TOUCH]
    assert {one.name for one in told} >= {"asunto-fuera", "ooo-subject", "aviso-vacaciones", "bracket-subject"}
    assert len(told) < len(BARE) / 4


def test_every_automatic_mail_is_told_for_what_it_is() -> None:
    kinds = {"cancel": Signal.CANCELLED, "auto": Signal.AUTO_REPLY}
    automatic = [one for one in MAILS if one.what != "human"]
    assert [
        (str(one), sorted(signals(one, "full")))
        for one in automatic
        if (kinds.get(one.what) or Signal(one.what)) not in signals(one, "full")
    ] == []


@pytest.mark.parametrize("mail", [one for one in MAILS if one.what in ("invite", "accept")], ids=str)
def test_a_person_stands_behind_an_invitation_and_an_acceptance(mail: TouchMail) -> None:
    assert touch(mail, "metadata") == touch_of(
        Happening(kind=Kind.EMAIL, direction=Direction.IN, signals=frozenset({Signal(mail.what)}))
    )
