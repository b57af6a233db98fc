"""What stands beside trained parts: their hashes, their figures, and whose mails taught them."""

import json
from pathlib import Path

from guardian.domain.errors import UserError

MANIFEST = "manifest.json"


def hands_in(folder: Path, field: str) -> frozenset[str]:
    """Return whose mails taught what lies in a folder; UserError where its manifest does not say so."""
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))[field]
    except (OSError, ValueError, KeyError) as error:
        raise UserError(
            f"{folder} does not say whose mails taught it; give a folder that `guardian guard train` wrote."
        ) from error
    return frozenset(map(str, told))
