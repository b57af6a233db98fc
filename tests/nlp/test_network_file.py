"""Correcting a network in its file: what is where, that nothing else moves, and the mean of several corrections."""

import numpy as np
import pytest

from guardian.nlp.heads import Arrays, Floats
from guardian.nlp.inbox.averaging import RANK, mean_of
from guardian.nlp.inbox.corrected import HIDDEN, SECOND_LOOK, corrected
from guardian.nlp.inbox.network_file import NetworkFile, read_network_file, with_output
from guardian.nlp.pipeline import SHIPPED
from guardian.nlp.second_look import NETWORK, session


@pytest.fixture(scope="module")
def network() -> bytes:
    return (SHIPPED / SECOND_LOOK / NETWORK).read_bytes()


@pytest.fixture(scope="module")
def places(network: bytes) -> NetworkFile:
    return read_network_file(network)


def test_all_maps_of_all_layers_are_found(places: NetworkFile) -> None:
    maps = ("q", "k", "v", "ao", "fi", "fo")
    assert set(places.matrices) == {f"layers.{layer}.{name}" for layer in range(12) for name in maps}


def test_weights_put_back_are_the_same_bytes(network: bytes, places: NetworkFile) -> None:
    file = bytearray(network)
    for place in ("layers.0.q", "layers.11.fo"):
        places.put_weights(file, place, places.weights(network, place))
    assert bytes(file) == network


def test_a_correction_changes_its_own_map_by_its_product(network: bytes, places: NetworkFile) -> None:
    rng = np.random.default_rng(0)
    down, up = rng.normal(size=(2, 384)).astype(np.float32), rng.normal(size=(384, 2)).astype(np.float32) * 0.02
    file = corrected(network, {"layers.11.q.down": down, "layers.11.q.up": up})
    wanted = places.weights(network, "layers.11.q") + (up @ down).T
    assert np.abs(places.weights(file, "layers.11.q") - wanted).max() <= np.abs(wanted).max() / 127
    assert (places.weights(file, "layers.11.k") == places.weights(network, "layers.11.k")).all()


def test_the_network_also_tells_its_last_layer_and_answers_as_before(network: bytes) -> None:
    given = {"pieces": np.array([[0, 5, 6, 7, 2]], dtype=np.int64)}
    plain, telling = session(network), session(with_output(network, HIDDEN))
    hidden, hostile = telling.run([HIDDEN, "hostile"], given)
    assert hidden.shape == (1, 5, 384)
    assert hostile == plain.run(["hostile"], given)[0]


def test_the_mean_of_corrections_is_the_mean_of_their_products() -> None:
    rng = np.random.default_rng(1)
    several: list[Arrays] = [
        {
            "layers.9.fo.down": rng.normal(size=(RANK // 4, 40)).astype(np.float32),
            "layers.9.fo.up": rng.normal(size=(30, RANK // 4)).astype(np.float32),
            "words": rng.normal(size=5).astype(np.float32),
        }
        for _ in range(4)
    ]
    mean = mean_of(several)
    products = np.stack([_product(one) for one in several])
    assert np.allclose(_product(mean), products.mean(0), atol=1e-4)
    words = np.stack([one["words"] for one in several]).astype(np.float32)
    assert np.allclose(mean["words"].astype(np.float32), words.mean(0))


def _product(arrays: Arrays) -> Floats:
    product: Floats = arrays["layers.9.fo.up"].astype(np.float32) @ arrays["layers.9.fo.down"].astype(np.float32)
    return product
