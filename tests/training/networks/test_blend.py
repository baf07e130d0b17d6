"""A blend of two networks answers with the geometric mean of their probabilities."""

import keras
import numpy as np
import pytest

from training import networks
from training.networks.ensemble import blend_of


def softmax(logits):
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def members():
    """Two networks with random weights; the first knows one word more than the second."""
    keras.utils.set_random_seed(8)
    first, second = networks.build("fnn", 3, units=(16,)), networks.build("fnn", 2, units=(16,))
    return {"first": (first, 0.7, ("angry", "happy", "contempt")), "second": (second, 1.4, ("happy", "angry"))}


def test_a_blend_is_the_geometric_mean_and_keeps_what_one_alone_knows(members):
    faces = np.random.default_rng(1).integers(0, 256, (5, 48, 48, 1)).astype(np.float32)
    said = softmax(blend_of(members).predict(faces, verbose=0))
    first, second = (softmax(network.predict(faces, verbose=0) / t) for network, t, _ in members.values())
    mean = np.sqrt(first[:, :2] * second[:, ::-1])
    mean *= first[:, :2].sum(axis=1, keepdims=True) / mean.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(said[:, :2], mean, atol=1e-4)
    np.testing.assert_allclose(said[:, 2], first[:, 2], atol=1e-4)
    np.testing.assert_allclose(said.sum(axis=1), 1, atol=1e-5)
