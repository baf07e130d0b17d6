"""Several trained networks combined into one that answers with their mean."""

import json
from pathlib import Path

import keras

from app.vision.contract import CARD, load_model
from training.export.recover import recover
from training.fitting.checkpoints import RELEASED, RUN, BadRun
from training.networks.ensemble import blend_of, mean_of


def ensemble(names, labels, runs, models, kind="ensemble"):
    """The named networks as one Keras model (see training/networks/ensemble.py).

    kind: `ensemble`, the mean of the answers of networks from finished runs or else from `models`; or `blend`, the
    geometric mean of the calibrated answers of two models. Raises BadRun where a network is missing or lacks a label.
    """
    if kind == "blend":
        return blend_of({name: _calibrated(Path(models) / name) for name in names})
    return mean_of({name: _member(Path(runs) / name, Path(models) / name, labels) for name in names})


def _calibrated(folder):
    if not (folder / CARD).is_file():
        raise BadRun(f"the blend needs the model {folder.name}, which is not here; train {folder.name} first")
    network, labels = recover(folder)
    return network, load_model(folder)[0].temperature, labels


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
    return network, [known.index(label) for label in labels]
