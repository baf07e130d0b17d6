"""Releases a fitted network: calibrates it, writes it as a LiteRT file and runs the exams on that file."""

import importlib.metadata
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from app.vision.contract import FACE_SIZE, fingerprint, load_model
from app.vision.errors import BadModel
from training.data.covering import CONDITIONS
from training.data.targets import lessons, truth_of
from training.data.voted import FEW
from training.export.folder import write_model
from training.export.litert import NETWORK, deployed, parity, predictor, to_litert
from training.export.recover import recover
from training.recipes import RECIPES, Recipe
from training.report import charts
from training.scoring.calibration import certain_from, fit_temperature
from training.scoring.exams import exams_for, sit
from training.scoring.metrics import score

PARITY_PICTURES = 256

DOUBTFUL_PICTURES = 400
"""How many held-out pictures are shown under each condition in which a model should rarely be certain."""


@dataclass(frozen=True)
class Examined:
    """A LiteRT file's bytes, its figures for the card, and its answers to the held-out faces with a clear truth."""

    file: bytes
    entries: dict
    said: np.ndarray
    truth: np.ndarray


def examine(recipe, network, faces, used, targets, precision="int8"):
    """The Examined LiteRT file of a recipe's network.

    used, targets: what `lessons` returns for the Faces; their held-out rows choose temperature and threshold.
    """
    held_out = np.isin(used.splits, ("public", "validation"))
    pictures, targets = used.pictures[held_out], targets[held_out, : len(recipe.labels)]
    truth = truth_of(recipe, used.keep(held_out), targets)
    logits = network.predict(pictures[..., None].astype(np.float32), verbose=0)
    temperature = fit_temperature(logits, targets, truth)
    model = deployed(network, temperature)
    file = to_litert(model, precision)
    compared = pictures[:PARITY_PICTURES]
    difference = parity(file, model, compared, precision)
    predict = predictor(file)
    said = predict(pictures)
    leading = targets.argmax(axis=1)  # also of faces without a clear truth, on which a model should be unsure
    entries = {
        "file": {"name": NETWORK} | fingerprint(file),
        "precision": precision,
        "certain_from": certain_from(said, leading, truth >= 0, doubtful(predict, pictures, leading)),
        "temperature": round(temperature, 4),
        "architecture": {"parameters": network.count_params(), "layers": layers_of(network)},
        "scores": sit(predict, recipe.labels, faces, exams_for(recipe.labels, faces)),
        "parity": {"pictures": len(compared), "largest_difference": round(difference, 5)},
        "made": made(),
    }
    return Examined(file, entries, said[truth >= 0], truth[truth >= 0])


def doubtful(predict, pictures, truth, limit=DOUBTFUL_PICTURES):
    """A model's answers to held-out faces under each of CONDITIONS, with the truth:
    {name: (float32 (n, labels), int (n,))}."""
    told = {}
    for name, change in CONDITIONS.items():
        rng = np.random.default_rng(2013)
        told[name] = predict(np.stack([change(picture, rng) for picture in pictures[:limit]])), truth[:limit]
    return told


def is_experimental(scores, least=FEW):
    """Whether a model's last exam had fewer than `least` pictures, too few to say how good the model is."""
    report = next(reversed(scores.values()), None)
    return report is None or report["rows"] < least


def draw(name, examined, labels, folder):
    """Writes confusion.png and reliability.png into a model's folder."""
    part = "the held-out part"
    exam, main = next(
        reversed(examined.entries["scores"].items()), (part, score(examined.said, examined.truth, labels))
    )
    charts.confusion(main, f"{name} on {exam}: {main['accuracy']:.1%} right", folder / "confusion.png")
    charts.reliability_diagram(examined.said, examined.truth, f"{name} on {part}", folder / "reliability.png")


def convert(folder, out, faces, precision="int8"):
    """Stores a shipped model's weights in another precision, writes its folder to `out` and returns its card.

    The new file is examined as after a training, so exams, temperature and threshold are its own. History, learning
    curves, recipe and data are kept. The figures of `probe` are kept too and name the precision that they belong to.
    Raises BadModel where the folder is not sound or was not made by one of our recipes.
    """
    folder = Path(folder)
    card, _ = load_model(folder)
    recipe = recipe_of(card)
    network, _ = recover(folder, members_of(recipe))
    examined = examine(recipe, network, faces, *lessons(recipe, faces), precision)
    entries = examined.entries | {"architecture": card.architecture, "made": card.made | {"converted": made()}}
    probe = {"precision": card.precision or "float16"} | card.probe if card.probe else {}
    label = card.label or (RECIPES[card.name].label if card.name in RECIPES else "")
    converted = replace(card, label=label, probe=probe, **entries)

    def write(new):
        for kept in (card.history, "curves.png"):
            if (folder / kept).is_file():
                shutil.copy(folder / kept, new / kept)
        draw(card.name, examined, recipe.labels, new)

    write_model(converted, examined.file, write, out)
    return converted


def recipe_of(card):
    """The Recipe that a card holds; raises BadModel where it holds none."""
    known = {field.name for field in fields(Recipe)}
    try:
        return Recipe(**{key: value for key, value in card.recipe.items() if key in known} | {"labels": card.labels})
    except TypeError as error:
        raise BadModel(f"{card.name}: its card does not hold a recipe: {error}") from None


def members_of(recipe):
    """{name: (family, options, labels)} of an ensemble's networks, as `recover` takes them; {} of other recipes."""
    return {name: (RECIPES[name].network, RECIPES[name].options, RECIPES[name].labels) for name in recipe.members}


def layers_of(network):
    """The layers in the form of the study's tables: [name (class), shape without the batch, parameters]."""
    network = keras.models.clone_model(network, input_tensors=keras.Input((FACE_SIZE, FACE_SIZE, 1)))
    return [
        [f"{layer.name} ({type(layer).__name__})", list(layer.output.shape[1:]), layer.count_params()]
        for layer in network.layers
        if not isinstance(layer, keras.layers.InputLayer)
    ]


def by_reason(dropped):
    """The number of rows left out by reason, summed over the sources."""
    rows = Counter()
    for reason, count in dropped:
        rows[reason] += count
    return dict(rows)


def made():
    """The time and the library versions of a training, for the card."""
    try:
        commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    except OSError:  # no git on this machine
        commit = None
    versions = {name: importlib.metadata.version(name) for name in ("keras", "ai-edge-litert", "numpy")}
    versions["tensorflow"] = tf.__version__  # the package has other names on some platforms
    return {"date": datetime.now(UTC).date().isoformat(), "commit": commit or None, "versions": versions}
