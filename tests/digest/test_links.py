"""Links in digests: signed, for one rep, one client, one digest and one action, for two weeks."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.digest.links import PLACE, ActionLinks
from guardian.digest.material import Rep
from guardian.domain.keys import key_for
from guardian.domain.notes import NoteKind
from guardian.domain.signed_links import SignedLinks
from tests.guard.fakes import SECRET

LINKS = ActionLinks(key=key_for("digest link", SECRET), url="https://guardian.acme.example")
DAY = date(2026, 11, 25)


def token(
    kind: NoteKind = NoteKind.CALLED,
    rep: str = "ana@acme.example",
    *,
    client: int = 7,
    day: date = DAY,
    links: ActionLinks = LINKS,
) -> str:
    link = links.link(client, kind, rep, day)
    start = "https://guardian.acme.example" + PLACE
    assert link.startswith(start)
    return link.removeprefix(start)


@pytest.mark.parametrize("kind", list(NoteKind))
def test_a_link_says_what_was_put_into_it(kind: NoteKind) -> None:
    claim = LINKS.read(token(kind))
    assert claim is not None
    assert (claim.client_id, claim.kind, claim.digest) == (7, kind, DAY)
    assert claim.until == datetime(2026, 12, 10, tzinfo=UTC)
    assert claim.who == LINKS.tag("ANA@ACME.example") != LINKS.tag("eva@acme.example")


def test_each_of_those_who_share_a_mailbox_has_links_of_his_own() -> None:
    shared = [rep("ventas@acme.example"), rep("ventas+norte@acme.example"), rep("ventas+sur@acme.example")]
    assert [LINKS.whose(LINKS.tag(one.address), shared) for one in shared] == shared


def test_a_link_of_an_earlier_version_serves_whoever_has_its_mailbox_alone() -> None:
    norte, sur, ana = rep("ventas+norte@acme.example"), rep("ventas+sur@acme.example"), rep("ana@acme.example")
    of_ventas, of_ana = before("ventas+sur@acme.example"), before("ana@acme.example")
    assert LINKS.whose(of_ana, [norte, sur, ana]) == ana
    assert LINKS.whose(of_ventas, [sur, ana]) == sur
    assert LINKS.whose(of_ventas, [norte, sur, ana]) is None
    assert LINKS.whose(of_ventas, [rep("ventas@acme.example"), sur]) is None, "nor whoever has it without a tag"
    assert LINKS.whose(of_ventas, [ana]) is None


def rep(address: str) -> Rep:
    return Rep(address=address, name=address, language="es", timezone="Europe/Madrid")


def before(address: str) -> str:
    """Return what stood for a rep in links of earlier versions."""
    return SignedLinks(key=LINKS.key, url=LINKS.url, place=PLACE).tag(address)


def test_no_address_stands_in_a_link() -> None:
    assert "ana" not in token()
    assert "acme" not in token()


def test_every_rep_client_digest_and_action_has_a_use_of_its_own() -> None:
    tokens = [
        token(kind, rep, client=client, day=day)
        for kind in NoteKind
        for rep in ("ana@acme.example", "eva@acme.example")
        for client in (7, 8)
        for day in (DAY, date(2026, 11, 26))
    ]
    assert len({claim.once for one in tokens if (claim := LINKS.read(one))}) == len(NoteKind) * 8


def test_the_same_digest_has_the_same_links_however_often_it_is_written() -> None:
    assert token() == token()


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
    for key in (key_for("digest link", SECRET + "2"), key_for("link", SECRET)):
        assert LINKS.read(token(links=ActionLinks(key=key, url=LINKS.url))) is None
