"""The judge: a small network that tells faces from what only looks like one close up.

`python -m training judge` makes it, from faces and from what the finder takes for faces in pictures without any.
"""

import math
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from app.vision.constants import JUDGE
from app.vision.contract import FACE_SIZE
from app.vision.faces import crop

FILE = Path(__file__).with_name("judge.tflite")

_LEAST = 1e-4  # keeps logarithms finite


class Judge:
    """The network, open. Belongs to one thread at a time."""

    def __init__(self, path=FILE):
        self._interpreter = Interpreter(model_path=str(path), num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]

    def accepts(self, grey, face):
        """Whether a Detection in a picture is a face, by its looks and its score together.

        Neither suffices: what one takes for a face the other mostly doesn't.
        """
        likeness = self.likeness(crop(grey, face.square, face.tilt_deg))
        return _logit(likeness) + JUDGE.score_weight * _logit(face.score) >= JUDGE.least

    def likeness(self, face):
        """How likely a crop, uint8 (48, 48), is a face's: 0 to 1."""
        self._interpreter.set_tensor(self._input, face.astype(np.float32).reshape(1, FACE_SIZE, FACE_SIZE, 1))
        self._interpreter.invoke()
        return float(self._interpreter.get_tensor(self._output)[0, 0])


def _logit(share):
    share = min(max(share, _LEAST), 1 - _LEAST)
    return math.log(share / (1 - share))
