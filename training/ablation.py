"""What each part of a recipe is worth: short trainings of a small network, one factor changed at a time."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from training.data.atomic import replaced
from training.data.faces import BadDataset
from training.data.history import HISTORY, read_history
from training.data.labels import SEVEN
from training.data.targets import lessons
from training.data.votes import truths
from training.fitting.batches import as_input
from training.fitting.fit import fit
from training.fitting.progress import FitProgress
from training.fitting.teachers import as_taught
from training.recipes import CAMERA, Recipe
from training.report.findings import read_ablation
from training.scoring.metrics import score

ROWS = 10_000
"""Training pictures of each run: those of the base, less what a change cannot learn from."""

MODELS = "models"
"""Where the networks stand that teach."""

WATCHED = 512
"""Held-out pictures on which a run's progress is shown; the end is scored on all."""

BASE = Recipe(
    name="base",
    title="A small residual network",
    network="resnet",
    options={"widths": (16, 32, 64, 128), "depths": (1, 1, 1, 1)},
    labels=SEVEN,
    epochs=16,
    optimizer="muon",
    learning_rate=0.012,
    weight_decay=0.05,
    schedule="cosine",
    warmup_epochs=1,
    smoothing=0.1,
    ema=0.99,
    augmentation=CAMERA,
    sizes=((1.0, 24),),
    votes=1.0,
    precision="mixed_bfloat16",
    shipped=False,
)
"""Much as `resnet` learns, but small, on pictures of 24 px, and for about 1,260 steps."""

_SGD = {"optimizer": "sgd", "learning_rate": 0.1, "momentum": 0.9, "weight_decay": 5e-3, "clip": 2.0}

CHANGES = {
    "base": {},
    "no augmentation": {"augmentation": None},
    "no turns, shifts, scales": {"augmentation": replace(CAMERA, turn_deg=0, shift_px=0, scale=(1, 1))},
    "no light, blur, JPEG": {"augmentation": replace(CAMERA, contrast=0, brightness=0, blur=0, jpeg=0)},
    "no erasing": {"augmentation": replace(CAMERA, erase=0)},
    "mixup 0.2": {"mixup": 0.2},
    "no smoothing": {"smoothing": 0.0},
    "no running mean of the weights": {"ema": 0.0},
    "no head for the votes": {"votes": 0.0},
    "votes instead of labels": {"learns": "votes", "votes": 0.0},
    "half of each label from resnet": {"teachers": ("resnet",), "taught": 0.5},
    "balance 0.5": {"balance": 0.5},
    "balance 1": {"balance": 1.0},
    "no squeeze-and-excitation": {"options": BASE.options | {"excite": 0}},
    "SGD with Nesterov's momentum": _SGD,
    "AdamW": {"optimizer": "adam", "learning_rate": 2e-3},
    "no cosine": {"schedule": "constant"},
}
"""What each run changes in the base's recipe."""


def run_ablation(faces, path, seeds, base, changes, rows=ROWS, runs="runs/ablation"):
    """Trains and scores every change with every seed, and writes one line for each to the CSV at `path`.

    Skips the lines that the CSV already holds, and resumes an interrupted run after its last epoch. The scores are
    taken on the held-out pictures that have one of the base's labels: accuracy by label, the same averaged with the
    mirrored picture (flip), accuracy by most voters, macro F1 and the recall of each label. Raises BadDataset where the
    CSV holds lines of other settings.
    """
    path = Path(path)
    done = read_ablation(path)
    settings = {"rows": rows, "epochs": base.epochs}
    if any(line[key] != value for line in done for key, value in settings.items()):
        raise BadDataset(f"{path} holds runs of other settings than {settings}; move it away first")
    drawn = _drawn(faces, base, rows)
    for seed in seeds:
        for name, change in changes.items():
            if any((line["change"], line["seed"]) == (name, seed) for line in done):
                continue
            recipe = replace(base, name=f"{name}-{seed}", seed=seed, **change)
            figures = _run(recipe, faces, drawn, Path(runs))
            done.append({"change": name, "seed": seed, **settings, **figures})
            _write(done, path)
            print(f"{name}, seed {seed}: accuracy {figures['accuracy']:.4f}, by voters {figures['voters']:.4f}")


def _drawn(faces, base, rows):
    """The names of the training pictures that all runs share."""
    used, _ = lessons(base, faces)
    return np.random.default_rng(0).permutation(used.split("training").names)[:rows]


def _run(recipe, faces, drawn, runs):
    used, targets = lessons(recipe, faces)
    rows = np.flatnonzero((used.splits == "training") & np.isin(used.names, drawn))
    pictures = used.pictures[rows]
    watched = np.flatnonzero(np.isin(used.splits, ("public", "validation")))[:WATCHED]
    run = runs / recipe.name
    done = len(read_history(run / HISTORY)) if (run / HISTORY).is_file() else 0
    taught = as_taught(recipe, pictures, targets[rows], runs, MODELS)
    held_out = used.pictures[watched], targets[watched]
    with FitProgress(recipe.name, recipe.epochs, -(-len(rows) // recipe.batch), done) as progress:
        network, history = fit(recipe, (pictures, taught), held_out, runs, resume=True, callbacks=[progress])
    figures = _score(network, recipe, faces) | {"seconds": round(sum(row["seconds"] for row in history), 1)}
    shutil.rmtree(run)
    return figures


def _score(network, recipe, faces):
    faces = faces.keep(np.isin(faces.splits, ("public", "validation"))).labelled(recipe.labels)
    size = recipe.sizes[-1][1]
    plain, mirrored = (_read(network, as_input(shown, size)) for shown in (faces.pictures, faces.pictures[:, :, ::-1]))
    report = score(plain, faces.emotions, recipe.labels)
    voters = truths(faces)["voters"]
    right = lambda said, truth: round(float((said.argmax(axis=1) == truth)[truth >= 0].mean()), 4)  # noqa: E731
    return {
        "accuracy": report["accuracy"],
        "flip": right(plain + mirrored, faces.emotions),
        "voters": right(plain, voters),
        "macro_f1": report["macro_f1"],
        **{label: figures["recall"] for label, figures in report["per_class"].items()},
    }


def _read(network, pictures):
    logits = network.predict(pictures, batch_size=256, verbose=0)
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def _write(lines, path):
    with replaced(path) as partial, open(partial, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, lines[0])
        writer.writeheader()
        writer.writerows(lines)
