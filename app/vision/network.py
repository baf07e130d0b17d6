"""BlazeFace short range: a small network that finds large faces in a square view, with six landmarks each.

The network and its decoding: Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile
GPUs" (2019). It was made for faces whose side is a fifth of the view or more.
"""

from functools import cache
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from app.vision.constants import NETWORK

FILE = Path(__file__).parent / "blazeface" / "short_range.tflite"


class Network:
    """The network, open. Belongs to one thread at a time."""

    def __init__(self, path=FILE):
        self._interpreter = Interpreter(model_path=str(path), num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._boxes, self._scores = (tensor["index"] for tensor in self._interpreter.get_output_details())
        self._seen = np.empty((1, NETWORK.input_px, NETWORK.input_px, 3), np.float32)

    def look(self, grey, least):
        """The faces in a view, uint8 (128, 128) grey, that score at least `least`: [(score, points)].

        `points` are float (8, 2) in the view's pixels: centre, (width, height), then the six landmarks.
        """
        return decode(*self.ask(grey), least)

    def ask(self, grey):
        """The network's raw output for a view: logits, float32 (896, 1), and regressors, float32 (896, 16)."""
        np.divide(grey[:, :, None], 127.5, out=self._seen[0], dtype=np.float32)
        self._seen -= 1
        self._interpreter.set_tensor(self._input, self._seen)
        self._interpreter.invoke()
        return tuple(self._interpreter.get_tensor(index)[0] for index in (self._scores, self._boxes))


def decode(logits, regressors, least):
    """The faces in the network's output that score at least `least`, as Network.look returns them.

    `logits` is (896, 1), `regressors` (896, 16): for each anchor the box's centre and size and the landmarks, in the
    view's pixels; all points are relative to the anchor.
    """
    kept = np.flatnonzero(logits >= np.log(least / (1 - least)))
    if not len(kept):
        return []
    points = regressors[kept].reshape(-1, 8, 2).astype(np.float64)
    points[:, [0, *range(2, 8)]] += anchors()[kept, None]
    return blend(1 / (1 + np.exp(-logits[kept, 0].astype(np.float64))), points)


@cache
def anchors():
    """The centres of the network's anchors in the view's pixels, float (896, 2): by grid, row, column, kind."""
    centres = [
        ((column + 0.5) / grid, (row + 0.5) / grid)
        for grid, kinds in NETWORK.grids
        for row in range(grid)
        for column in range(grid)
        for _ in range(kinds)
    ]
    return np.array(centres) * NETWORK.input_px


def blend(scores, points):
    """One (score, points) for each face, the best first: hits that overlap are averaged by their scores.

    `scores` is float (n,), `points` float (n, 8, 2). The face's score is its best hit's.
    """
    faces, left = [], np.argsort(-scores, kind="stable")
    while len(left):
        one = overlap(points[left[0]], points[left]) > NETWORK.overlap
        one[0] = True
        group = left[one]
        faces.append((float(scores[left[0]]), np.average(points[group], axis=0, weights=scores[group])))
        left = left[~one]
    return faces


def overlap(one, others):
    """Intersection over union of a hit's box with others': float (n,) for (8, 2) and (n, 8, 2)."""
    low = np.maximum(one[0] - one[1] / 2, others[:, 0] - others[:, 1] / 2)
    high = np.minimum(one[0] + one[1] / 2, others[:, 0] + others[:, 1] / 2)
    shared = np.clip(high - low, 0, None).prod(axis=1)
    union = one[1].prod() + others[:, 1].prod(axis=1) - shared
    return shared / np.maximum(union, 1e-9)
