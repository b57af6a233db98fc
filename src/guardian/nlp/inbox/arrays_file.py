"""Arrays in a file."""

from pathlib import Path

import numpy as np

from guardian.nlp.heads import Arrays


def save(file: Path, arrays: Arrays) -> None:
    """Write arrays; the same ones always make the same file."""
    told = {key: arrays[key] for key in sorted(arrays)}
    np.savez(file, allow_pickle=False, **told)
