"""Writes networks as LiteRT files, runs them and compares them with their Keras network."""

import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from keras import layers

from app.vision.contract import FACE_SIZE
from app.vision.errors import BadModel

NETWORK = "model.tflite"

INPUT_SHAPE = (1, FACE_SIZE, FACE_SIZE, 1)
"""The batch is fixed at 1: a browser's LiteRT refuses a dynamic one."""

LARGEST_DIFFERENCES = {"float16": 0.02, "int8": 0.1}
"""How far a probability of the exported file may lie from Keras', by precision. On 256 faces of PublicTest float16
moves it by 0.002 at most, int8 by 0.01 (`ensemble`) to 0.05 (`ferplus`), 0.001 in the mean; a wrong layer by 0.5."""


class BadExport(BadModel):
    """An exported file whose answers differ too much from those of its network."""


def deployed(network, temperature):
    """The network as it serves: grey levels (1, 48, 48, 1) in, calibrated probabilities (1, labels) out."""
    face = keras.Input(batch_shape=INPUT_SHAPE, name="face")
    logits = layers.Rescaling(1 / temperature, name="temperature")(network(face))
    return keras.Model(face, layers.Softmax(name="probabilities")(logits))


def to_litert(model, precision="int8"):
    """The bytes of a Keras model as a LiteRT file with weights stored as int8 (by dynamic range) or float16."""
    stored = {"float16": {"target_spec": {"supported_types": [tf.float16]}}, "int8": {}}[precision]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NETWORK
        model.export(
            str(path),
            format="litert",
            verbose=False,
            input_signature=[keras.InputSpec(shape=INPUT_SHAPE, dtype="float32")],
            optimizations=[tf.lite.Optimize.DEFAULT],
            **stored,
        )
        return path.read_bytes()


def predictor(network):
    """A function from uint8 (n, 48, 48) to float32 (n, labels) that runs a LiteRT file, given as bytes."""
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


def parity(network, model, pictures, precision="int8"):
    """The largest difference of a probability between a LiteRT file, given as bytes, and the Keras model.

    Raises BadExport where it exceeds LARGEST_DIFFERENCES on uint8 (n, 48, 48).
    """
    expected = model.predict(pictures[..., None].astype(np.float32), batch_size=1, verbose=0)
    difference = float(np.abs(predictor(network)(pictures) - expected).max())
    allowed = LARGEST_DIFFERENCES[precision]
    if not difference <= allowed:
        raise BadExport(f"the exported file differs from Keras by {difference:.4f}, at most {allowed} is allowed")
    return difference
