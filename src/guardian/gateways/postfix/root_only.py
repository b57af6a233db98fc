"""Whose Postfix the drain may speak to: as root, only one whose settings root alone can change."""

import os
import stat
from pathlib import Path

from guardian.domain.errors import UserError

_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


def safe_config(folder: Path) -> Path:
    """Return where a folder of Postfix's settings lies; UserError when root runs this and others may change it.

    Postfix's commands run programs that main.cf names. Whoever may write it, or guardian.toml and a folder of his
    own, would be root by them.
    """
    if os.geteuid() != 0:
        return folder
    try:
        real = folder.resolve(strict=True)
        main = (real / "main.cf").resolve(strict=True)
    except (OSError, RuntimeError):  # a loop of links
        raise UserError(f"There is no {folder / 'main.cf'}; mend or remove gateway.postfix_config.") from None
    for path in (real, *real.parents, main, *main.parents):
        found = os.stat(path)
        if found.st_uid != 0 or found.st_mode & _OTHERS_MAY_WRITE:
            raise UserError(
                f"Others than root may change {path}, so root does not use {folder}: let gateway.postfix_config name"
                " a folder that only root may write, like its main.cf and all folders above it."
            )
    return real
