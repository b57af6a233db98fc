"""Feeds that their source no longer has, such as an export file that was removed: swept like a walk that met nothing.

A folder that is not mounted tonight looks the same. So all that would vanish counts together, less what other feeds
of the connection tell as well (the export that replaced it), and where that is suspiciously much, a second run with
`--full` must agree.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from guardian.domain.errors import CursorExpired
from guardian.ports.connector import Cursor, Page, Scope
from guardian.ports.sync_store import Vanishing
from guardian.sync.feed_run import Desk, Tally, is_suspicious, run_feed
from guardian.sync.report import MOST_NAMED

_LEFT = "gone"
_NOTHING_LEFT = Cursor(token=_LEFT)  # leads nowhere for the feed itself, should its source have it again


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneFeed:
    """A feed with nothing in it any more."""

    scope: Scope

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Yield a walk without items; no page where that is known already."""
        if after is None:
            yield Page(records=(), cursor=_NOTHING_LEFT, read=0, walk=True, closes_round=True)
        elif after != _NOTHING_LEFT:
            raise CursorExpired(f"{self.scope.name} is gone")

    def count(self) -> int | None:
        """Return that the source holds nothing of it."""
        return 0


def sweep_gone(connector: str, kind: str, scopes: Sequence[Scope], desk: Desk, tally: Tally, *, full: bool) -> None:
    """Remove what the store holds of feeds that are gone, or keep it and say so where that is suspiciously much."""
    loss = desk.store.vanishing(connector, scopes)
    doubtful = _is_doubtful(loss)
    kept: list[str] = []
    for scope in scopes:
        mine = Tally()
        state = desk.store.open_feed(connector, kind, scope)
        run_feed(
            GoneFeed(scope=scope),
            state,
            replace(desk, suspicious=lambda missing, _stored: doubtful and missing > 0),
            mine,
            full=full or not doubtful,
        )
        tally.gone += mine.gone
        if mine.problems:
            kept.append(scope.name)
    if kept:
        tally.problems.append(_told(kept, loss))


def _is_doubtful(loss: Vanishing) -> bool:
    """Say whether a second run must agree: much would vanish, or everything, however little that is."""
    return loss.lost > 0 and (loss.lost == loss.stored or is_suspicious(loss.lost, loss.stored))


def _told(names: Sequence[str], loss: Vanishing) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return (
        f"No longer there: {', '.join(names[:MOST_NAMED])}{more}. {loss.lost} of {loss.stored} items would vanish; "
        "nothing was removed. If that is right, run `guardian sync --full` to confirm it."
    )
