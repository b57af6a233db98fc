"""One network out of several that were each corrected without some hands: the mean of their weights.

Wortsman et al., "Model soups" (2022): it has seen every hand and costs no training of its own. All began alike.
"""

from collections.abc import Sequence

import numpy as np

from guardian.nlp.heads import Arrays, Floats

RANK = 16  # of the mean's corrections; the sum of several thin products is thicker than each


def mean_of(several: Sequence[Arrays]) -> Arrays:
    """Return the mean of corrections and heads; corrections are cut to the rank that matters."""
    found: Arrays = {}
    for name in several[0]:
        if name.endswith(".up"):
            continue
        if name.endswith(".down"):
            place = name.removesuffix(".down")
            down = np.concatenate([one[name] for one in several]).astype(np.float32)
            up = np.concatenate([one[f"{place}.up"] for one in several], axis=1).astype(np.float32)
            found[name], found[f"{place}.up"] = _thin(down, up / np.float32(len(several)))
        else:
            found[name] = np.mean([one[name].astype(np.float32) for one in several], axis=0)
    return found


def _thin(down: Floats, up: Floats) -> tuple[Floats, Floats]:
    """Return two thinner matrices whose product is nearest to that of these."""
    outer, r_up = np.linalg.qr(up)
    inner, r_down = np.linalg.qr(down.T)
    left, sizes, right = np.linalg.svd(r_up @ r_down.T)
    root = np.sqrt(sizes[:RANK])
    thin_down: Floats = (root[:, None] * (right[:RANK] @ inner.T)).astype(np.float32)
    thin_up: Floats = ((outer @ left[:, :RANK]) * root).astype(np.float32)
    return thin_down, thin_up
