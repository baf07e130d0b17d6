"""From a fitted network to a folder in `models/`: whole and checked, or not at all."""

import json
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from keras import layers

from app.vision.contract import CARD, FACE_SIZE, load_model
from app.vision.errors import BadModel
from training.evaluate import calibration_error

NETWORK = "model.tflite"

INPUT_SHAPE = (1, FACE_SIZE, FACE_SIZE, 1)
"""The batch is fixed at 1: a browser's LiteRT refuses a dynamic one."""

LARGEST_DIFFERENCE = 0.02
"""How far a probability of the exported file may lie from Keras'. Weights stored as float16 move it by
about 0.002 on real faces; a wrong layer moves it by ten times this."""

HONEST = 0.02
"""The calibration error that a temperature may have on held-out rows, where any has as little."""


class BadExport(BadModel):
    """An exported file that does not answer as its network does."""


def fit_temperature(logits, targets, truth=None):
    """The divisor of the logits that makes them most honest on held-out rows.

    That is the one of least log loss; where it errs by more than HONEST on the rows that have a `truth`, the
    nearest that does not, if any: on few rows none may, and the least error there is chance. logits: float
    (n, labels); targets: float (n, labels), rows summing to 1; truth: int (n,), -1 for none; the targets' largest
    where it is not given. Guo et al. 2017, https://arxiv.org/abs/1706.04599
    """
    truth = targets.argmax(axis=1) if truth is None else truth
    clear = truth >= 0
    candidates = np.geomspace(0.2, 5, 400)
    said = [_log_softmax(logits / t) for t in candidates]
    best = int(np.argmin([-(targets * s).sum(axis=1).mean() for s in said]))
    errors = np.array([calibration_error(np.exp(s[clear]), truth[clear]) for s in said])
    honest = np.flatnonzero(errors <= HONEST)
    return float(candidates[honest[np.abs(honest - best).argmin()] if len(honest) else best])


def deployed(network, temperature):
    """The network as it serves: grey levels (1, 48, 48, 1) in, calibrated probabilities (1, labels) out."""
    face = keras.Input(batch_shape=INPUT_SHAPE, name="face")
    logits = layers.Rescaling(1 / temperature, name="temperature")(network(face))
    return keras.Model(face, layers.Softmax(name="probabilities")(logits))


def to_litert(model):
    """The bytes of a Keras model as a LiteRT file with weights stored as float16."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NETWORK
        model.export(
            str(path),
            format="litert",
            verbose=False,
            input_signature=[keras.InputSpec(shape=INPUT_SHAPE, dtype="float32")],
            optimizations=[tf.lite.Optimize.DEFAULT],
            target_spec={"supported_types": [tf.float16]},
        )
        return path.read_bytes()


def predictor(network):
    """A function from uint8 (n, 48, 48) to float32 (n, labels), answered by a LiteRT file's bytes."""
    interpreter = Interpreter(model_content=network, num_threads=1)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    target, labels = interpreter.get_output_details()[0]["index"], interpreter.get_output_details()[0]["shape"][1]

    def predict(pictures):
        said = np.empty((len(pictures), labels), np.float32)
        for place, picture in enumerate(pictures):
            interpreter.set_tensor(source, picture[None, :, :, None].astype(np.float32))
            interpreter.invoke()
            said[place] = interpreter.get_tensor(target)[0]
        return said

    return predict


def parity(network, model, pictures):
    """The largest difference of a probability between the file's bytes and the Keras model.

    Raises BadExport where it exceeds LARGEST_DIFFERENCE on uint8 (n, 48, 48).
    """
    expected = np.concatenate([model(p[None, :, :, None].astype(np.float32)) for p in pictures])
    difference = float(np.abs(predictor(network)(pictures) - expected).max())
    if not difference <= LARGEST_DIFFERENCE:
        raise BadExport(
            f"the exported file differs from Keras by {difference:.4f}, at most {LARGEST_DIFFERENCE} is allowed"
        )
    return difference


def write_model(card, network, pictures, folder):
    """Puts the model's folder in place of the old one in a single step, after checking it as the server does.

    card: a Card; network: the file's bytes; pictures: function that writes the folder's other files,
    called with its path. Whatever fails leaves the old folder whole.
    """
    with replacing(folder) as new:
        (new / card.file["name"]).write_bytes(network)
        (new / CARD).write_text(json.dumps(card.to_json(), indent=1) + "\n", encoding="utf-8")
        pictures(new)
        load_model(new)


@contextmanager
def replacing(folder):
    """An empty folder of that name to write into; it takes the old one's place in a single step at the end.

    Whatever fails before leaves the old folder whole.
    """
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as workshop:
        new, old = Path(workshop) / folder.name, Path(workshop) / "old"
        new.mkdir()
        yield new
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def _log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
