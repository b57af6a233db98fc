"""Who types a command, as the operating system knows him; nothing that he could set himself."""

import os
from pathlib import Path

_NOBODY = 2**32 - 1  # a login uid that was never set


def who_types() -> str:
    """Return `user=NAME`, and `login=NAME` where somebody logged in as another (sudo, su) and the system knows."""
    here = os.getuid()
    login = _login()
    told = f"user={_name(here)}"
    return told if login in (None, here) else f"{told} login={_name(login or 0)}"


def _login() -> int | None:
    """Return the user that logged in, whom he became since does not matter (Linux audit); None where nobody did."""
    try:
        number = int(Path("/proc/self/loginuid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return None if number == _NOBODY else number


def _name(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
