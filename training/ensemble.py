"""Several trained networks in one, which answers with the mean of what they say."""

import json
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from app.vision.contract import CARD, FACE_SIZE
from training.batches import as_input
from training.fit import RELEASED, RUN, BadRun
from training.recover import recover

TAUGHT = "taught.npy"


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


def as_taught(recipe, pictures, targets, runs, models):
    """The targets with their share `taught` from what the recipe's teachers, if any, say of these very pictures.

    pictures: uint8 (n, 48, 48); targets: float32 (n, labels [+ 8 votes]), whose votes stay as they are. What the
    teachers said is kept in the run's folder and read there by a run that is resumed. Raises BadRun where a teacher is
    missing or the folder holds what was said of other pictures.
    """
    if not recipe.teachers:
        return targets
    kept = Path(runs) / recipe.name / TAUGHT
    if not kept.is_file():
        teachers = ensemble(recipe.teachers, recipe.labels, runs, models)
        logits = teachers.predict(as_input(pictures, FACE_SIZE), batch_size=recipe.batch, verbose=0)
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_name("partial.npy")
        np.save(partial, np.exp(logits))
        partial.replace(kept)
    said = np.load(kept)
    own = len(recipe.labels)
    if said.shape != (len(pictures), own):
        raise BadRun(f"{kept} tells of {len(said)} pictures, these are {len(pictures)}: give the same data as before")
    labels = (1 - recipe.taught) * targets[:, :own] + recipe.taught * said
    return np.hstack([labels, targets[:, own:]]).astype(np.float32)


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
