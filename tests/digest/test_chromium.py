"""Digests and roll-ups in a real browser: as wide as a mail window and as narrow as a phone, by day and by night."""

import os

import pytest

from guardian.digest.render import render
from guardian.digest.rollup.render import render_rollup
from tests.digest.chromium import CHROMIUM, Layout, laid_out
from tests.digest.company import JOHN, MARTA, wording
from tests.digest.test_render import LINKS, busy_digest, digest_with, full
from tests.digest.test_rollup import KATE, LUIS, a_team, rollup_of

LEAST_CONTRAST = 4.5  # WCAG 2.2, AA, for text of ordinary size


PAGES = ("digest-es", "digest-en", "digest-full", "rollup-es", "rollup-en")
WIDTHS = (600, 360)
STOP = LINKS.stop_link("digest", MARTA.address)


@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int, bool], Layout]:
    """Every page at every width, by day and by night; two starts of the browser."""
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium on the path")
        pytest.skip("no Chromium on the path")
    made, found = pages(), {}
    for dark in (False, True):
        asked = [(name, width) for name in PAGES for width in WIDTHS]
        folder = tmp_path_factory.mktemp("chromium")
        told = laid_out([(made[name], width) for name, width in asked], folder, dark=dark)
        found |= {(name, width, dark): one for (name, width), one in zip(asked, told, strict=True)}
    return found


def pages() -> dict[str, str]:
    return {
        "digest-es": render(busy_digest(MARTA), wording, LINKS, stop_link=STOP).html,
        "digest-en": render(busy_digest(JOHN), wording, LINKS, stop_link=STOP).html,
        "digest-full": render(digest_with(*map(full, range(2))), lambda _why, _language: "Una frase.", LINKS).html,
        "rollup-es": render_rollup(rollup_of(a_team(), LUIS), stop_link=STOP).html,
        "rollup-en": render_rollup(rollup_of(a_team(), KATE), stop_link=STOP).html,
    }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_and_everything_can_be_read(
    layouts: dict[tuple[str, int, bool], Layout], name: str, width: int, dark: bool
) -> None:
    found = layouts[name, width, dark]
    assert found.scroll <= width
    assert found.left >= 0
    assert found.right <= width
    contrast, where = found.faintest()
    assert contrast >= LEAST_CONTRAST, where
    assert all(high >= 24 and wide >= 24 for wide, high in found.links), "too small for a thumb (WCAG 2.2, 2.5.8)"
    assert found.links


def test_night_is_dark_and_day_is_not(layouts: dict[tuple[str, int, bool], Layout]) -> None:
    grounds = {dark: {ground for *_, ground in layouts["digest-es", 600, dark].texts} for dark in (False, True)}
    assert "rgb(255, 255, 255)" in grounds[False]
    assert "rgb(255, 255, 255)" not in grounds[True]
