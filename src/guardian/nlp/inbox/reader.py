"""The complaint reader behind the `Listener` port."""

import json
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any
from zipfile import BadZipFile

import numpy as np
import structlog

from guardian.domain.complaint import NOTHING_HEARD, Heard, InboundWords
from guardian.nlp.heads import Arrays
from guardian.nlp.inbox.corrected import Corrected, load_corrected
from guardian.nlp.inbox.counted import Counted
from guardian.nlp.inbox.listed import listed_in
from guardian.nlp.inbox.said import said
from guardian.nlp.inbox.scores import Bounds, alone, blended, heard_from
from guardian.nlp.language import language_of
from guardian.nlp.pipeline import SHIPPED

SHIPPED_INBOX = Path(__file__).parent.parent / "model_inbox"
COUNTED, CORRECTIONS, SETTINGS = "counted.npz", "corrections.npz", "settings.json"
_PRIOR = {"es": 0.1, "en": -0.1, "": 0.0}
# What a file that is missing or damaged raises.
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile)
_log = structlog.get_logger(__name__)


class InboxReader:
    """Hears complaints with the corrected network; where it cannot be had, with counted words, and says so.

    The network is made ready when the first mail comes: a process that hears none does not hold it. Several threads
    may ask.
    """

    def __init__(self, folder: Path, model: Path, *, network: bool = True) -> None:
        """Read what was learned from `folder`; `model` is the folder of the judge whose network is corrected."""
        self._folder, self._model = folder, model
        self._settings: dict[str, Any] = json.loads((folder / SETTINGS).read_text("utf-8"))
        self._counted = Counted.of(arrays_in(folder / COUNTED))
        self._bounds = {name: Bounds(**told) for name, told in self._settings["bounds"].items()}
        self._wants_network = network and "network" in self._bounds
        self._network: Corrected | None = None
        self._asked = False
        self._lock = Lock()

    def heard(self, mail: InboundWords) -> Heard:
        """Return what one mail says; never raises on any words, and the same words always give the same answer."""
        words = said(mail)
        if not words.phrases:
            return NOTHING_HEARD
        language = language_of(words.text, _PRIOR.get(mail.language, 0.0))
        network = self._ready()
        scores = replace(self._counted.scores(words), listed=listed_in(words, language))
        if network is None:
            return heard_from(alone(scores), words, language, self._bounds["counted"], degraded=True)
        scores = blended(network.scores(words), scores)
        return heard_from(scores, words, language, self._bounds["network"], degraded=False)

    @property
    def degraded(self) -> bool:
        """Whether counted words have to do."""
        return self._ready() is None

    def _ready(self) -> Corrected | None:
        if not self._asked:
            with self._lock:
                if not self._asked:
                    try:
                        self._network = self._load() if self._wants_network else None
                    finally:
                        self._asked = True
        return self._network

    def _load(self) -> Corrected | None:
        try:
            arrays = arrays_in(self._folder / CORRECTIONS)
            network = load_corrected(self._model, arrays, self._settings["learned_on"])
        except Exception as error:  # noqa: BLE001 - whatever is missing or damaged, counted words answer
            _log.warning("inbox_network_missing", why="half installed", error=repr(error))
            return None
        if network is None:
            _log.warning("inbox_network_missing", why="no onnxruntime, or another network than it was learned on")
        return network


def load_inbox(model_dir: Path | None = None, *, network: bool = True) -> InboxReader | None:
    """Return the reader in a folder (by default the shipped one); None where nothing was learned or it is damaged."""
    folder = model_dir or SHIPPED_INBOX
    if not (folder / SETTINGS).exists():
        return None
    try:
        return InboxReader(folder, SHIPPED, network=network)
    except _UNREADABLE as error:
        _log.warning("inbox_reader_missing", why="half installed", error=repr(error))
        return None


def arrays_in(file: Path) -> Arrays:
    """Return the arrays of a file."""
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as found:  # it leaves damaged files open
        return {name: found[name] for name in found.files}
