"""A running mean of weights gets batch normalisation statistics of its own."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from training import networks
from training.fitting.batches import Batches
from training.fitting.batchnorm import Recalibrated, recalibrate


@pytest.fixture
def network():
    keras.utils.set_random_seed(1)
    return networks.build("resnet", 2, widths=(4, 8), depths=(1, 1), excite=4, dropout=0.0)


@pytest.fixture
def batches(lessons, tiny):
    return Batches(*lessons, replace(tiny, batch=20, augmentation=None, smoothing=0.0))


def test_settled_statistics_are_those_of_the_batches(network, batches):
    assert np.abs(network(batches[0][0]) - network(batches[0][0], training=True)).max() > 1e-2
    recalibrate(network, batches)
    np.testing.assert_allclose(network(batches[0][0]), network(batches[0][0], training=True), atol=0.03)


def test_validation_sees_settled_statistics_and_training_gets_its_own_back(network, batches):
    before = [weights.copy() for weights in network.get_weights()]
    pictures, targets = batches[0]
    network.compile(loss=keras.losses.CategoricalCrossentropy(from_logits=True))
    unsettled = network.evaluate(pictures, targets, verbose=0)
    settled = network.evaluate(pictures, targets, verbose=0, callbacks=[Recalibrated(batches)])
    after = [weights.copy() for weights in network.get_weights()]
    in_training = float(
        keras.losses.categorical_crossentropy(targets, network(pictures, training=True), True).numpy().mean()
    )
    assert settled == pytest.approx(in_training, abs=0.02)
    assert abs(unsettled - in_training) > 0.05
    for kept, weights in zip(before, after, strict=True):
        np.testing.assert_array_equal(kept, weights)
