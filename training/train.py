"""Trains a recipe from start to end: data, fit, calibration, export, exams, the model's folder."""

import json
import sys
from pathlib import Path

import numpy as np

from app.vision.contract import CARD, Card
from training.data.faces import BadDataset
from training.data.fer2013 import is_fer2013
from training.data.history import HISTORY, read_history, write_history
from training.data.targets import lessons
from training.data.words import advice
from training.export.folder import check_replaceable, check_writable, remember, replacing, write_model
from training.fitting.checkpoints import CHECKPOINT, set_aside
from training.fitting.ensemble import ensemble
from training.fitting.fit import fit
from training.fitting.progress import FitProgress
from training.fitting.teachers import Teachers, as_taught
from training.recipes import RECIPES
from training.release import by_reason, draw, examine, is_experimental
from training.report import charts
from training.report.readme import STUDY
from training.scoring.groups import UNKNOWN

UNSHIPPED = "models"
"""The folder of runs/ for the models of trials and of recipes that are not shipped, to be probed."""


def train(recipe, faces, runs="runs", models="models", limit=None, resume=False, may_replace=False):
    """Trains a recipe on these Faces, writes models/<name>/ and returns the model's card; None for a part.

    Checkpoints go to runs/<name>/; an earlier run there that is not resumed is renamed. limit: the number of training
    rows of a trial, whose model goes to runs/models/<name>/. Raises BadModel before the training where the folder holds
    another model and `may_replace` is false (see `check_replaceable`).
    """
    is_shipped = recipe.shipped and not limit
    folder = (Path(models) if is_shipped else Path(runs) / UNSHIPPED) / recipe.name
    if is_shipped and not may_replace and not recipe.part:
        check_replaceable(folder, runs)
    check_writable(folder.parent, Path(runs))
    used, targets = lessons(recipe, faces)
    if len(recipe.labels) < 2:
        raise BadDataset(
            f"the data holds one word only, {', '.join(recipe.labels)}; a network needs two to choose from"
        )
    learnt, held_out = used.splits == "training", np.isin(used.splits, ("public", "validation"))
    rows = np.random.default_rng(recipe.seed).permutation(np.flatnonzero(learnt))[:limit]
    absent = [label for label, count in zip(recipe.labels, targets[rows].sum(axis=0), strict=False) if not count]
    if absent:  # the columns of votes, if any, may be empty
        way = "raise --limit" if limit else "--labels-from-data learns the data's own words, --words renames them"
        way += "" if limit else advice(faces.words)
        raise BadDataset(f"none of {len(rows)} training pictures is labelled {', '.join(absent)}; {way}")
    if recipe.members:
        network, history = ensemble(recipe.members, recipe.labels, runs, models, recipe.network), []
    else:
        shown = np.tile(rows, recipe.repeat)
        lesson, held = (used.pictures[shown], targets[shown]), (used.pictures[held_out], targets[held_out])
        network, history = _fit(recipe, lesson, held, runs, models, resume)
    if recipe.part:
        return None

    examined = examine(recipe, network, faces, used, targets)
    card = Card(
        name=recipe.name,
        title=recipe.title,
        label=recipe.label,
        labels=recipe.labels,
        recipe=recipe.to_json() | {"epochs_run": len(history), "minutes": _minutes(history), "limit": limit},
        data={
            "name": faces.name,
            "sha256": faces.sha256,
            "rows": {"training": len(rows), "held out": int(held_out.sum())},
            "dropped": by_reason(used.dropped),
            "groups": UNKNOWN,
        },
        agreement=faces.agreement,
        experimental=is_experimental(examined.entries["scores"]),
        **examined.entries,
    )

    def write(new):
        write_history(history, new / HISTORY)
        if history:
            charts.curves(history, new / "curves.png")
        draw(recipe.name, examined, recipe.labels, new)

    write_model(card, examined.file, write, folder)
    remember(card, Path(runs) / recipe.name)
    if not recipe.shipped and recipe == RECIPES.get(recipe.name) and not limit and is_fer2013(faces):
        write_record(card, history)
    return card


def write_record(card, history, study=STUDY):
    """Writes a network's card and history, without its weights, to training/study/<name>/."""
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
    (pictures, targets), teachers = lesson, None
    if recipe.teaching == "always":
        teachers = Teachers(recipe.teachers, recipe.labels, models)
        targets, validation = teachers(pictures), (validation[0], teachers(validation[0]))
    training = pictures, as_taught(recipe, pictures, targets, runs, models)
    with FitProgress(recipe.name, recipe.epochs, -(-len(pictures) // recipe.batch), done) as progress:
        return fit(recipe, training, validation, runs, models, resume, [progress], teachers)


def _minutes(history):
    return round(sum(row["seconds"] for row in history) / 60, 1)
