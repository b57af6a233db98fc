"""The second look on disk: what is saved is what was learned or loaded."""

from pathlib import Path

import pytest
import spacy

from guardian.nlp.pieces import Pieces
from guardian.nlp.pipeline import SHIPPED
from guardian.nlp.second_look import NETWORK, SecondLook, session


@pytest.fixture
def look() -> SecondLook:
    look = SecondLook(spacy.blank("xx"), "guardian_second_look", enabled=True)
    look.pieces = Pieces(["", "", "", "", "a"], [-1.0] * 5, {}, 0, 2, 1, 3)
    return look


def test_a_network_just_learned_is_saved(look: SecondLook, tmp_path: Path) -> None:
    look.network = b"learned"
    look.to_disk(tmp_path)
    assert (tmp_path / NETWORK).read_bytes() == b"learned"


def test_a_network_that_lies_somewhere_is_saved_from_there(look: SecondLook, tmp_path: Path) -> None:
    (tmp_path / "there.onnx").write_bytes(b"loaded")
    look.network = tmp_path / "there.onnx"
    look.to_disk(tmp_path / "again")
    assert (tmp_path / "again" / NETWORK).read_bytes() == b"loaded"


def test_a_network_saved_where_it_lies_stays_whole(look: SecondLook, tmp_path: Path) -> None:
    (tmp_path / NETWORK).write_bytes(b"loaded")
    look.network = tmp_path / NETWORK
    look.to_disk(tmp_path)
    assert (tmp_path / NETWORK).read_bytes() == b"loaded"


def test_products_of_eight_bits_do_not_overflow_on_any_processor() -> None:
    ready = session(SHIPPED / "guardian_second_look" / NETWORK)
    assert ready.get_session_options().get_session_config_entry("session.x64quantprecision") == "1"
