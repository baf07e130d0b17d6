"""The judge: a small network that tells crops of faces from crops of things that resemble faces.

`python -m training judge` trains it on faces and on the finder's false candidates in pictures without faces.
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
        """Whether a Detection in a picture is a face, by its likeness and the finder's score together.

        Neither is enough alone: the two mostly err on different candidates.
        """
        likeness = self.likeness(crop(grey, face.square, face.tilt_deg))
        return _logit(likeness) + JUDGE.score_weight * _logit(face.score) >= JUDGE.least

    def likeness(self, face):
        """The probability, 0 to 1, that a crop, uint8 (48, 48), shows a face."""
        self._interpreter.set_tensor(self._input, face.astype(np.float32).reshape(1, FACE_SIZE, FACE_SIZE, 1))
        self._interpreter.invoke()
        return float(self._interpreter.get_tensor(self._output)[0, 0])


def _logit(share):
    share = min(max(share, _LEAST), 1 - _LEAST)
    return math.log(share / (1 - share))
