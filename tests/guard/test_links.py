"""Links in notices: signed, for one person, one mail and one choice, until a moment."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.domain.errors import UserError
from guardian.domain.keys import key_for
from guardian.guard.links import PLACE, Choice, Links
from tests.guard.fakes import NOW, SECRET

LINKS = Links(key=key_for("link", SECRET), url="https://guardian.acme.example")
UNTIL = NOW + timedelta(hours=48)


def token(choice: Choice = Choice.DISCARD, by: str = "ana@acme.example", links: Links = LINKS) -> str:
    link = links.link("1mtjn10tk0vbs", choice, by, UNTIL)
    start = "https://guardian.acme.example" + PLACE
    assert link.startswith(start)
    return link.removeprefix(start)


@pytest.mark.parametrize("choice", list(Choice))
def test_a_link_says_what_was_put_into_it(choice: Choice) -> None:
    claim = LINKS.read(token(choice))
    assert claim is not None
    assert (claim.hold_id, claim.choice, claim.until) == ("1mtjn10tk0vbs", choice, UNTIL)
    assert claim.who == LINKS.tag("ANA+x@acme.example") != LINKS.tag("eva@acme.example")


def test_no_address_stands_in_a_link() -> None:
    assert "ana" not in token()
    assert "acme" not in token()


def test_every_link_has_a_use_of_its_own() -> None:
    claims = [LINKS.read(token(choice, by)) for choice in Choice for by in ("ana@acme.example", "eva@acme.example")]
    assert len({claim.once for claim in claims if claim}) == 8


@given(place=st.integers(0, 200), letter=st.characters())
def test_a_link_changed_anywhere_is_none(place: int, letter: str) -> None:
    real = token()
    place %= len(real)
    changed = real[:place] + letter + real[place + 1 :]
    assert LINKS.read(changed) is None or changed == real


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert LINKS.read(text) is None


def test_the_keys_of_other_tenants_and_other_purposes_are_worthless() -> None:
    for key in (key_for("link", SECRET + "2"), key_for("stamp", SECRET)):
        assert LINKS.read(token(links=Links(key=key, url=LINKS.url))) is None


def test_a_short_secret_is_refused_and_none_is_ever_shown() -> None:
    with pytest.raises(UserError, match="too short"):
        key_for("link", "short")
    assert SECRET not in repr(LINKS)
    assert repr(LINKS.key) == "Key(…)"
