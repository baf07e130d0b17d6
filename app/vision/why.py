"""Which parts of a face spoke for a word: hide one part after the other and measure the word's probability.

Occlusion sensitivity after Zeiler & Fergus, "Visualizing and Understanding Convolutional Networks" (2013),
section 4.2, with a soft patch, since a hard one adds edges that a network reads as well.
"""

import math

import numpy as np

from app.vision.contract import FACE_SIZE

BUDGET_MS = 300
"""Milliseconds for all calls of a network together, so that a reply comes within half a second."""

FEWEST, MOST = 4, 9
"""Fewest and most rows of a map: with fewer, gaps lie between the patches; with more, neighbours hide the same."""

PATCH_PX = 6.0
"""Standard deviation of the patch, in pixels of the crop: at half its strength it is as wide as a mouth or an eye."""

_LEAST = 1e-6  # keeps the logarithm of a probability finite


def rows_for(ms_per_face):
    """The rows and columns that a map may have, for a network that takes `ms_per_face`."""
    return max(FEWEST, min(MOST, math.isqrt(int(BUDGET_MS / max(ms_per_face, 0.01)))))


def explain(classify, face, label, rows):
    """How much each part of a face spoke for a word: float64 (rows, rows), from the top left.

    A cell is the natural logarithm of the word's probability with the whole face over that with the
    cell's part hidden: 0.7 where the word would be half as probable, negative where hiding helps it.
    `classify` gives probabilities (n, labels) of faces, uint8 (n, 48, 48). It is called with one face at a time,
    so that others that share the network have their turns in between: beside calls with a whole row a live face
    waited 19 ms in the median, beside calls with one face 5 ms. `face` is uint8 (48, 48), `label` the word's index.
    Pure.
    """

    def read(shown):
        return math.log(max(float(classify(shown[None])[0, label]), _LEAST))

    whole = read(face)
    return np.array([[whole - read(_hide(face, patch)) for patch in row] for row in _patches(rows)])


def _hide(face, patch):
    """The face with a patch greyed to its mean: uint8 (48, 48)."""
    return np.round(face + patch * (face.mean() - face)).astype(np.uint8)


def _patches(rows):
    """How much of each pixel each cell hides, 0..1: float64 (rows, rows, 48, 48)."""
    centres = (np.arange(rows) + 0.5) * FACE_SIZE / rows
    along = np.exp(-((np.arange(FACE_SIZE) + 0.5 - centres[:, None]) ** 2) / (2 * PATCH_PX**2))  # (rows, 48)
    return along[:, None, :, None] * along[None, :, None, :]
