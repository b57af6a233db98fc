"""A disk that is full is told from a database that is wrong, whichever database it is."""

import pytest
from sqlalchemy.exc import OperationalError

from guardian.domain.errors import OutOfRoom, UserError
from guardian.storage.engine import translated


@pytest.mark.parametrize(
    "said",
    [
        "database or disk is full",
        'could not extend file "base/16384/16403": No space left on device\nHINT:  Check free disk space.',
        'could not write to file "pg_wal/xlogtemp.71": Disk quota exceeded',
    ],
)
def test_a_full_disk_is_named_as_such(said: str) -> None:
    with pytest.raises(OutOfRoom, match="make room") as full, translated():
        raise OperationalError("INSERT", None, Exception(said))
    assert "\n" not in str(full.value)


def test_what_else_is_wrong_is_not_called_a_full_disk() -> None:
    with pytest.raises(UserError, match="cannot be used") as wrong, translated():
        raise OperationalError("INSERT", None, Exception("no such table: interaction"))
    assert not isinstance(wrong.value, OutOfRoom)
