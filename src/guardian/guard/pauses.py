"""How long to wait before a mail server is asked again that could not take a mail."""

from datetime import timedelta

FIRST = timedelta(seconds=10)
LONGEST = timedelta(minutes=10)


def pause_after(failures: int) -> timedelta:
    """Return the pause after so many failures in a row: doubling, so that a trail does not fill with attempts."""
    if failures < 1:
        return timedelta()
    doublings: int = 1 << min(failures - 1, 20)
    return min(FIRST * doublings, LONGEST)
