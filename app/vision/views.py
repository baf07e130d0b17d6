"""Square views of a picture, in any place, size and turn: the input of the small network.

A View holds the affine map from its own pixels to the picture's. Coordinates count from the outer edge of the
first pixel, so that a picture of `width` pixels reaches from 0 to `width`.
"""

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class View:
    """`pixels`, uint8 (size, size), and `matrix`, float (2, 3), from their coordinates to the picture's."""

    pixels: np.ndarray
    matrix: np.ndarray

    def to_picture(self, points):
        """Points of the view, float (..., 2), as points of the picture."""
        return points @ self.matrix[:, :2].T + self.matrix[:, 2]

    @property
    def scale(self):
        """Picture pixels for one of the view's."""
        return float(np.hypot(*self.matrix[:, 0]))


def cut(picture, x, y, side, turn_deg, size):
    """The View of the square of `side` picture pixels around (x, y), turned clockwise by `turn_deg`.

    What lies outside the picture repeats its edge. `picture` is uint8 (height, width).
    """
    angle, scale = np.radians(turn_deg), side / size
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    matrix = np.array([[cos, -sin, 0.0], [sin, cos, 0.0]])
    matrix[:, 2] = np.array([x, y]) - matrix[:, :2] @ (size / 2, size / 2)
    part, corner, factor = _reduced(picture, x, y, side * (abs(np.cos(angle)) + abs(np.sin(angle))) / 2, scale)
    inner = matrix.copy()
    inner[:, 2] -= corner
    inner /= factor
    inner[:, 2] += inner[:, :2] @ (0.5, 0.5) - 0.5  # OpenCV counts from the middle of the first pixel
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    pixels = cv2.warpAffine(part, inner, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return View(pixels, matrix)


def tiles(picture, side, overlap, size):
    """Overlapping Views of squares of `side` picture pixels that cover the picture, row by row."""
    scale = side / size
    height, width = (max(1, round(n / scale)) for n in picture.shape)
    method = cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR
    small = cv2.resize(picture, (width, height), interpolation=method)
    across, down = picture.shape[1] / width, picture.shape[0] / height
    right, below = max(0, size - width), max(0, size - height)
    edges = (below // 2, below - below // 2, right // 2, right - right // 2)
    small = cv2.copyMakeBorder(small, *edges, cv2.BORDER_REPLICATE)
    for top in starts(small.shape[0], size, overlap):
        for left in starts(small.shape[1], size, overlap):
            x, y = left - edges[2], top - edges[0]
            matrix = np.array([[across, 0, x * across], [0, down, y * down]])
            yield View(small[top : top + size, left : left + size], matrix)


def starts(length, size, overlap):
    """The starts of windows of `size` that cover a length; neighbours share at least the part `overlap`."""
    if length <= size:
        return [0]
    steps = int(np.ceil((length - size) / (size * (1 - overlap))))
    return [round(index * (length - size) / steps) for index in range(steps + 1)]


def _reduced(picture, x, y, reach, scale):
    """The part of the picture that a cut needs, reduced to avoid aliasing; its corner; and the factor of reduction."""
    height, width = picture.shape
    left, right = (int(np.clip(n, 0, width - 1)) for n in (x - reach - 2, x + reach + 2))
    top, bottom = (int(np.clip(n, 0, height - 1)) for n in (y - reach - 2, y + reach + 2))
    part = picture[top : bottom + 1, left : right + 1]
    if scale < 2:
        return part, (left, top), np.array([[1.0], [1.0]])
    size = tuple(max(1, int(n / scale * 1.5)) for n in part.shape[::-1])
    factor = np.array([[part.shape[1] / size[0]], [part.shape[0] / size[1]]])
    return cv2.resize(part, size, interpolation=cv2.INTER_AREA), (left, top), factor
