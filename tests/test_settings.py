"""guardian.toml, the environment over it, and what an administrator is told when something is wrong."""

from datetime import date
from pathlib import Path

import pytest

from guardian import settings
from guardian.domain.errors import UserError
from guardian.settings.holidays import public_holidays
from guardian.wiring.layout import sample_settings


def written(folder: Path, text: str) -> Path:
    path = folder / "guardian.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_sample_that_init_writes_is_valid(tmp_path: Path) -> None:
    text = sample_settings(own_domains=["ACME.example"], language="en")
    loaded = settings.load(written(tmp_path, text))
    assert loaded.own_domains == ("acme.example",)
    assert loaded.language == "en"
    assert loaded.folder == tmp_path


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, 'own_domains = ["a.example"]\n[guard]\nmode = "enforce"\n')
    monkeypatch.setenv("GUARDIAN_GUARD__MODE", "observe")
    monkeypatch.setenv("GUARDIAN_OWN_DOMAINS", "b.example, c.example")
    loaded = settings.load(path)
    assert loaded.guard.mode == "observe"
    assert loaded.own_domains == ("b.example", "c.example")


def test_a_connection_can_be_set_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, '[connectors.exports]\nkind = "archive"\npath = "x"\n')
    monkeypatch.setenv("GUARDIAN_CONNECTORS__EXPORTS__PATH", "y")
    assert settings.load(path).connectors["exports"]["path"] == "y"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("own_domain = []", "no setting called own_domain"),
        ('language = "fr"', "language"),
        ("[guard]\nhold_hours = 0", "guard.hold_hours"),
        ("own_domains = [", "not valid TOML"),
        ('[exclude]\naddresses = ["nobody"]', "not a mail address"),
        ('[reps."x"]\nname = "X"', "not a mail address"),
        ('[ageing]\nholidays = "Catalunya"', "no holidays are known of 'Catalunya'"),
        ('[ageing]\nholidays = "ES-XX"', "no holidays are known of 'ES-XX'"),
    ],
)
def test_a_wrong_value_is_named_in_one_sentence(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(UserError, match=complaint) as told:
        settings.load(written(tmp_path, text))
    assert "\n" not in str(told.value)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="guardian init"):
        settings.find_file(tmp_path / "none.toml")


def test_the_folder_of_the_file_will_do(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    assert settings.find_file(tmp_path) == path


def test_a_region_has_the_holidays_of_its_country_and_its_own() -> None:
    spain, catalonia = (public_holidays(region, [2026]) for region in ("ES", "ES-CT"))
    assert date(2026, 10, 12) in spain & catalonia
    assert date(2026, 9, 11) in catalonia - spain
    assert public_holidays("", [2026]) == frozenset()
