"""Own lists as the mail server's files tell them."""

from pathlib import Path

import pytest

from guardian.domain.errors import UserError
from guardian.guard.list_files import read_lists


def test_virtual_and_alias_lines_name_the_members(tmp_path: Path) -> None:
    path = tmp_path / "virtual"
    path.write_text(
        "# nuestras listas\n"
        "ventas@acme.example  eva@acme.example,\n"
        "    luis@cliente.example ana@acme.example\n"
        f"root: \\postmaster, |/usr/bin/program, /dev/null, :include:{tmp_path}/more\n"
        "@acme.example  catchall@acme.example\n"
        "@Old.example  @acme.example\n"
        'Postmaster: "Eva@Acme.example"\n'
    )
    (tmp_path / "more").write_text("# clientes\nluis@cliente.example\neva\n")
    read = read_lists([path])
    assert read.members == {
        "ventas@acme.example": ("eva@acme.example", "luis@cliente.example", "ana@acme.example"),
        "root": ("postmaster", "luis@cliente.example", "eva"),
        "@acme.example": ("catchall@acme.example",),
        "@old.example": ("@acme.example",),
        "postmaster": ("eva@acme.example",),
    }
    assert set(read.versions) == {path, tmp_path / "more"}


def test_a_list_that_two_files_tell_has_the_members_of_both(tmp_path: Path) -> None:
    (tmp_path / "aliases").write_text("ventas: ana@interna.example, contact@cliente.example\n")
    (tmp_path / "virtual").write_text("ventas  ventas\n")
    read = read_lists([tmp_path / "aliases", tmp_path / "virtual"])
    assert read.members == {"ventas": ("ana@interna.example", "contact@cliente.example", "ventas")}


def test_an_included_file_that_cannot_be_read_has_to_be_mended(tmp_path: Path) -> None:
    (tmp_path / "aliases").write_text("todos: :include:/nowhere/at/all\n")
    with pytest.raises(UserError, match="/nowhere/at/all"):
        read_lists([tmp_path / "aliases"])


def test_a_file_that_is_not_there_has_to_be_mended(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gateway\.lists"):
        read_lists([tmp_path / "nowhere"])


def test_a_file_that_includes_itself_has_to_be_mended(tmp_path: Path) -> None:
    (tmp_path / "aliases").write_text(f"todos: :include:{tmp_path}/more\n")
    (tmp_path / "more").write_text(f":include:{tmp_path}/more\n")
    with pytest.raises(UserError, match="includes itself"):
        read_lists([tmp_path / "aliases"])
