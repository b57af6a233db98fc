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
        "root: \\postmaster, |/usr/bin/program, /dev/null, :include:/etc/list\n"
        "@acme.example  catchall@acme.example\n"
        'Postmaster: "Eva@Acme.example"\n'
    )
    assert read_lists(path, "acme.example") == {
        "ventas@acme.example": ("eva@acme.example", "luis@cliente.example", "ana@acme.example"),
        "root@acme.example": ("postmaster@acme.example",),
        "postmaster@acme.example": ("eva@acme.example",),
    }


def test_a_file_that_is_not_there_has_to_be_mended(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gateway\.lists"):
        read_lists(tmp_path / "nowhere", "acme.example")
