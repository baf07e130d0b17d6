"""Several trained networks in one, which answers with the mean of what they say."""

import json
from pathlib import Path

import keras

from app.vision.contract import CARD
from training.export.recover import recover
from training.fitting.checkpoints import RELEASED, RUN, BadRun
from training.networks.ensemble import mean_of


def ensemble(names, labels, runs, models):
    """The networks of that name, of a finished run or else of a folder in `models`, as one Keras model (see
    training/networks/ensemble.py).

    Raises BadRun where a network is not there or lacks a label.
    """
    return mean_of({name: _member(Path(runs) / name, Path(models) / name, labels) for name in names})


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
