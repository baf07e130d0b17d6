"""Batch normalisation's statistics for a running mean of weights.

The statistics gathered in training belong to the step's weights, not to the mean (Izmailov et al. 2018,
https://arxiv.org/abs/1803.05407).
"""

import keras


def recalibrate(network, batches, number=40):
    """Computes the statistics anew for the network's present weights, over `number` batches."""
    layers = _normalisations(network)
    before = [layer.momentum for layer in layers]
    for place in range(min(number, len(batches)) if layers else 0):
        for layer in layers:
            layer.momentum = place / (place + 1)  # a plain mean over the batches seen so far
        network(batches[place][0], training=True)
    for layer, momentum in zip(layers, before, strict=True):
        layer.momentum = momentum


class Recalibrated(keras.callbacks.Callback):
    """Validates the running mean with statistics of its own, and restores the training statistics afterwards.

    Comes after keras.callbacks.SwapEMAWeights, which swaps the mean in.
    """

    def __init__(self, batches, number=10):
        super().__init__()
        self.batches, self.number = batches, number

    def on_test_begin(self, logs=None):
        self.kept = [layer.get_weights()[-2:] for layer in _normalisations(self.model)]
        recalibrate(self.model, self.batches, self.number)

    def on_test_end(self, logs=None):
        for layer, statistics in zip(_normalisations(self.model), self.kept, strict=True):
            layer.moving_mean.assign(statistics[0])
            layer.moving_variance.assign(statistics[1])


def _normalisations(network):
    return [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
