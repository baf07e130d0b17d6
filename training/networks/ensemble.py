"""Several networks as one, which answers with the mean of what they say (deep ensembles, Lakshminarayanan et al. 2016,
https://arxiv.org/abs/1612.01474)."""

import keras
from keras import layers, ops

from app.vision.contract import FACE_SIZE


def mean_of(members):
    """A Keras model like any other: raw grey (n, 48, 48, 1) in, one logit a label out.

    members: {name: (network, places)}. Each network sees the face and its mirror image; of what it says, the shares at
    `places`, one a label, are kept.
    """
    faces = keras.Input((FACE_SIZE, FACE_SIZE, 1))
    mirrored = ops.flip(faces, axis=2)
    said = []
    for name, (network, places) in members.items():
        network.name = name
        network.trainable = False
        for view in (faces, mirrored):
            chosen = ops.take(layers.Softmax()(network(view)), places, axis=1)
            said.append(chosen / ops.sum(chosen, axis=1, keepdims=True))
    return keras.Model(faces, ops.log(layers.Average()(said) + 1e-7), name="ensemble")
