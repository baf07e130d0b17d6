"""A recipe's whole way: data, fit, calibration, export, exams, the model's folder."""

import importlib.metadata
import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from app.vision.contract import CARD, FACE_SIZE, Card, fingerprint
from training.data.faces import BadDataset
from training.data.fer2013 import is_fer2013
from training.data.targets import lessons, truth_of
from training.export.folder import STUDY, replacing, write_model
from training.export.litert import NETWORK, deployed, parity, predictor, to_litert
from training.fitting.checkpoints import CHECKPOINT, HISTORY, read_history, set_aside, write_history
from training.fitting.ensemble import ensemble
from training.fitting.fit import fit
from training.fitting.progress import FitProgress
from training.fitting.teachers import as_taught
from training.recipes import RECIPES
from training.report import charts
from training.scoring.calibration import certain_from, fit_temperature
from training.scoring.exams import exams_for, sit
from training.scoring.groups import UNKNOWN
from training.scoring.metrics import score

PARITY_PICTURES = 256

UNSHIPPED = "models"
"""The folder of runs/ where the files of recipes that are not shipped stay, to be probed."""


def train(recipe, faces, runs="runs", models="models", limit=None, resume=False):
    """The card of the model that this recipe makes of these Faces, written to models/<name>/; None for a part.

    Checkpoints go to runs/<name>/; a run that stands there and is not resumed is set aside.
    `limit` keeps so many training rows, for a smoke run.
    """
    used, targets = lessons(recipe, faces)
    learnt, held_out = used.splits == "training", np.isin(used.splits, ("public", "validation"))
    rows = np.random.default_rng(recipe.seed).permutation(np.flatnonzero(learnt))[:limit]
    absent = [label for label, count in zip(recipe.labels, targets[rows].sum(axis=0), strict=False) if not count]
    if absent:  # columns of votes, if any, may be empty
        way = "raise --limit" if limit else "--labels-from-data learns the data's own words, --words renames them"
        raise BadDataset(f"none of {len(rows)} training pictures is labelled {', '.join(absent)}; {way}")
    held_pictures, held_targets = used.pictures[held_out], targets[held_out]
    if recipe.members:
        network, history = ensemble(recipe.members, recipe.labels, runs, models), []
    else:
        lesson, held = (used.pictures[rows], targets[rows]), (held_pictures, held_targets)
        network, history = _fit(recipe, lesson, held, runs, models, resume)
    if recipe.part:
        return None

    held_targets = held_targets[:, : len(recipe.labels)]
    logits = network.predict(held_pictures[..., None].astype(np.float32), verbose=0)
    truth = truth_of(recipe, used.keep(held_out), held_targets)
    temperature = fit_temperature(logits, held_targets, truth)
    model = deployed(network, temperature)
    file = to_litert(model)
    compared = held_pictures[:PARITY_PICTURES]
    difference = parity(file, model, compared)
    predict = predictor(file)
    said = predict(held_pictures)
    certain = certain_from(said, held_targets.argmax(axis=1))  # of all faces: who is torn between two is to be unsure
    said, truth = said[truth >= 0], truth[truth >= 0]
    scores = sit(predict, recipe.labels, faces, exams_for(recipe.labels, faces))

    card = Card(
        name=recipe.name,
        title=recipe.title,
        labels=recipe.labels,
        file={"name": NETWORK} | fingerprint(file),
        certain_from=certain,
        temperature=round(temperature, 4),
        architecture={"parameters": network.count_params(), "layers": _layers(network)},
        recipe=recipe.to_json() | {"epochs_run": len(history), "minutes": _minutes(history), "limit": limit},
        data={
            "name": faces.name,
            "sha256": faces.sha256,
            "rows": {"training": len(rows), "held out": int(held_out.sum())},
            "dropped": _by_reason(used.dropped),
            "groups": UNKNOWN,
        },
        scores=scores,
        parity={"pictures": len(compared), "largest_difference": round(difference, 5)},
        made=_made(),
    )

    def draw(folder):
        write_history(history, folder / HISTORY)
        if history:
            charts.curves(history, folder / "curves.png")
        exam, main = next(reversed(scores.items()), ("the held-out part", score(said, truth, recipe.labels)))
        charts.confusion(main, f"{recipe.name} on {exam}: {main['accuracy']:.1%} right", folder / "confusion.png")
        charts.reliability_diagram(said, truth, f"{recipe.name} on the held-out part", folder / "reliability.png")

    write_model(card, file, draw, (Path(models) if recipe.shipped else Path(runs) / UNSHIPPED) / recipe.name)
    if not recipe.shipped and recipe == RECIPES.get(recipe.name) and not limit and is_fer2013(faces):
        write_record(card, history)
    return card


def write_record(card, history, study=STUDY):
    """Keeps a network's card and history without its weights, in training/study/<name>/."""
    with replacing(Path(study) / card.name) as folder:
        (folder / CARD).write_text(json.dumps(card.to_json(), indent=1) + "\n", encoding="utf-8")
        write_history(history, folder / HISTORY)


def _fit(recipe, lesson, validation, runs, models, resume):
    run = Path(runs) / recipe.name
    if resume and not (run / CHECKPOINT).is_file():
        print(f"{run} holds no checkpoint to go on from; starting afresh", file=sys.stderr)
        resume = False
    if not resume:
        set_aside(run)
    done = len(read_history(run / HISTORY)) if resume else 0
    pictures, targets = lesson
    training = pictures, as_taught(recipe, pictures, targets, runs, models)
    with FitProgress(recipe.name, recipe.epochs, -(-len(pictures) // recipe.batch), done) as progress:
        return fit(recipe, training, validation, runs, models, resume, [progress])


def _layers(network):
    """The layers as the study's tables have them: [name (class), shape without the batch, parameters]."""
    network = keras.models.clone_model(network, input_tensors=keras.Input((FACE_SIZE, FACE_SIZE, 1)))
    return [
        [f"{layer.name} ({type(layer).__name__})", list(layer.output.shape[1:]), layer.count_params()]
        for layer in network.layers
        if not isinstance(layer, keras.layers.InputLayer)
    ]


def _by_reason(dropped):
    """Rows left out by reason: several sources may have the same."""
    rows = Counter()
    for reason, count in dropped:
        rows[reason] += count
    return dict(rows)


def _minutes(history):
    return round(sum(row["seconds"] for row in history) / 60, 1)


def _made():
    try:
        commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    except OSError:  # no git on this machine
        commit = None
    versions = {name: importlib.metadata.version(name) for name in ("keras", "ai-edge-litert", "numpy")}
    versions["tensorflow"] = tf.__version__  # its package has several names, one for each kind of machine
    return {"date": datetime.now(UTC).date().isoformat(), "commit": commit or None, "versions": versions}
