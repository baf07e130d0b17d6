"""Several networks as one that answers with their mean (deep ensembles, Lakshminarayanan et al. 2016,
https://arxiv.org/abs/1612.01474)."""

import keras
from keras import layers, ops

from app.vision.contract import FACE_SIZE


def mean_of(members):
    """A Keras model from grey levels (n, 48, 48, 1) to one logit for each label.

    members: {name: (network, places)}. Each network sees the face and its mirror image. `places` are the indices of the
    labels among the network's outputs; the other outputs are dropped.
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


def blend_of(members):
    """A Keras model that answers with the geometric mean of two networks' probabilities over the labels both know.

    members: {name: (network, temperature, labels)}. Labels that only the first network knows keep its probability.
    The input is grey levels (n, 48, 48, 1), the output one logit for each label of the first network.
    """
    faces = keras.Input((FACE_SIZE, FACE_SIZE, 1))
    said = []
    for name, (network, temperature, _) in members.items():
        network.name = name
        network.trainable = False
        scaled = layers.Rescaling(1 / temperature, name=f"{name}_temperature")(network(faces))
        said.append(layers.Softmax(name=f"{name}_probabilities")(scaled) + 1e-7)
    known, shared = (labels for _, _, labels in members.values())
    mean = ops.sqrt(ops.take(said[0], [known.index(label) for label in shared], axis=1) * said[1])
    left = sum(said[0][:, known.index(label)][:, None] for label in shared)
    mean = mean / ops.sum(mean, axis=1, keepdims=True) * left
    columns = [
        mean[:, shared.index(label)] if label in shared else said[0][:, place] for place, label in enumerate(known)
    ]
    return keras.Model(faces, ops.log(ops.stack(columns, axis=1)), name="blend")
