"""Batch normalisation's statistics for a running mean of weights.

Those gathered in training belong to other weights than the mean (Izmailov et al. 2018,
https://arxiv.org/abs/1803.05407).
"""

import keras


def recalibrate(network, batches, number=40):
    """Takes the statistics anew, over so many batches, for the network's weights as they are."""
    layers = _normalisations(network)
    before = [layer.momentum for layer in layers]
    for place in range(min(number, len(batches)) if layers else 0):
        for layer in layers:
            layer.momentum = place / (place + 1)  # a plain mean over the batches seen so far
        network(batches[place][0], training=True)
    for layer, momentum in zip(layers, before, strict=True):
        layer.momentum = momentum


class Recalibrated(keras.callbacks.Callback):
    """Validates the running mean with statistics of its own; training goes on with those it had.

    Stands behind keras.callbacks.SwapEMAWeights, which puts the mean in place.
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
