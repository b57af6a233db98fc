"""The drain runs as root: it uses a Postfix's settings only where nobody else can change them."""

import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from guardian.domain.errors import UserError
from guardian.gateways.postfix import root_only
from guardian.gateways.postfix.root_only import safe_config


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "etc" / "postfix"
    folder.mkdir(parents=True)
    (folder / "main.cf").write_text("")
    return folder.resolve()


def found_by(monkeypatch: pytest.MonkeyPatch, uid: int, **strange: tuple[int, int]) -> None:
    """Run as this user, where all files are root's but the ones named so."""

    def fake(path: Path) -> SimpleNamespace:
        owner, mode = strange.get(path.name.partition(".")[0], (0, 0o755))
        return SimpleNamespace(st_uid=owner, st_mode=mode | stat.S_IFDIR)

    monkeypatch.setattr(root_only, "os", SimpleNamespace(geteuid=lambda: uid, stat=fake))


def test_a_folder_that_only_root_may_write_is_used_by_the_place_where_it_lies(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(config)
    found_by(monkeypatch, 0)
    assert safe_config(tmp_path / "link") == config


@pytest.mark.parametrize("name", ["postfix", "main", "etc"])
@pytest.mark.parametrize("strange", [(12345, 0o755), (0, 0o775), (0, 0o757), (0, 0o1777)])
def test_a_folder_a_file_or_a_parent_that_others_may_change_is_refused(
    config: Path, monkeypatch: pytest.MonkeyPatch, name: str, strange: tuple[int, int]
) -> None:
    found_by(monkeypatch, 0, **{name: strange})
    with pytest.raises(UserError, match=r"Others than root may change .*gateway\.postfix_config"):
        safe_config(config)


def test_the_place_where_a_link_leads_counts(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (config.parent / "elsewhere").write_text("")
    (config / "main.cf").unlink()
    (config / "main.cf").symlink_to(config.parent / "elsewhere")
    found_by(monkeypatch, 0, elsewhere=(12345, 0o644))
    with pytest.raises(UserError, match=r"may change .*elsewhere"):
        safe_config(config)


def test_a_folder_without_settings_is_refused_as_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found_by(monkeypatch, 0)
    with pytest.raises(UserError, match=r"There is no .*main\.cf"):
        safe_config(tmp_path)


def test_whoever_is_not_root_gains_nothing_and_is_asked_nothing(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_by(monkeypatch, 1000, postfix=(1000, 0o777))
    assert safe_config(config) == config
