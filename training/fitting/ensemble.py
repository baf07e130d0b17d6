"""Several trained networks in one, which answers with the mean of what they say."""

import json
from pathlib import Path

import keras
from keras import layers, ops

from app.vision.contract import CARD, FACE_SIZE
from training.export.recover import recover
from training.fitting.checkpoints import RELEASED, RUN, BadRun


def ensemble(names, labels, runs, models):
    """A Keras model like any other: raw grey (n, 48, 48, 1) in, one logit a label out.

    Each of the named networks, of a finished run or else of a folder in `models`, sees the face and its
    mirror image; of what it says, the shares of `labels` are kept. Raises BadRun where one is not there or
    lacks a label.
    """
    faces = keras.Input((FACE_SIZE, FACE_SIZE, 1))
    mirrored = ops.flip(faces, axis=2)
    said = []
    for name in names:
        network, places = _member(Path(runs) / name, Path(models) / name, labels)
        for view in (faces, mirrored):
            chosen = ops.take(layers.Softmax()(network(view)), places, axis=1)
            said.append(chosen / ops.sum(chosen, axis=1, keepdims=True))
    return keras.Model(faces, ops.log(layers.Average()(said) + 1e-7), name="ensemble")


def _member(run, shipped, labels):
    if (run / RELEASED).is_file():
        network, known = keras.saving.load_model(run / RELEASED), json.loads((run / RUN).read_text())["labels"]
    elif (shipped / CARD).is_file():
        network, known = recover(shipped)
    else:
        raise BadRun(f"the ensemble needs {run.name}, which is neither a run nor a model here; train {run.name} first")
    missing = [label for label in labels if label not in known]
    if missing:
        raise BadRun(f"{run.name} does not know {', '.join(missing)}, which the ensemble is to say")
    network.name = run.name
    network.trainable = False
    return network, [known.index(label) for label in labels]
