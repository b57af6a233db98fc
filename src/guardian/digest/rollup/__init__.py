"""The weekly mail that tells managers how the book as a whole is looked after; it ranks nobody."""

from guardian.digest.rollup.gather import RollupSources
from guardian.digest.rollup.run import preview_rollups, send_rollups

__all__ = ["RollupSources", "preview_rollups", "send_rollups"]
