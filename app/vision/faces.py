"""The 48×48 crop that a network reads: plain geometry.

Boxes are x, y, width, height in pixels of the picture and may leave it.
"""

import cv2
import numpy as np

from app.vision.contract import FACE_SIZE, crop_square


def crop(grey, box, angle_deg=0.0):
    """The face in `box` as the input of a network: uint8 (48, 48).

    The square is the contract's, mirrored where it leaves the picture. `angle_deg` is the head's tilt,
    positive where it leans clockwise on screen; the crop is turned back by it, upright. Pure.
    """
    square = _cut(grey, crop_square(box)) if angle_deg == 0 else _cut_turned(grey, crop_square(box), angle_deg)
    # Area averages where it shrinks: plain interpolation would alias.
    method = cv2.INTER_AREA if square.shape[0] > FACE_SIZE else cv2.INTER_LINEAR
    return cv2.resize(square, (FACE_SIZE, FACE_SIZE), interpolation=method)


def crops(grey, boxes, angles_deg=None):
    """The crops of all the boxes, uint8 (n, 48, 48); n = 0 is legal. None for the angles means upright."""
    faces = np.empty((len(boxes), FACE_SIZE, FACE_SIZE), np.uint8)
    for index, box in enumerate(boxes):
        faces[index] = crop(grey, box, angles_deg[index] if angles_deg else 0.0)
    return faces


def _cut(grey, square):
    x, y, side = square
    side = max(1, round(side))
    left, top = round(x - side / 2), round(y - side / 2)
    height, width = grey.shape
    part = grey[max(0, top) : max(0, top + side), max(0, left) : max(0, left + side)]
    margins = (max(0, -top), max(0, top + side - height), max(0, -left), max(0, left + side - width))
    return cv2.copyMakeBorder(part, *margins, cv2.BORDER_REFLECT_101) if any(margins) else part


def _cut_turned(grey, square, angle_deg):
    x, y, side = square
    side = max(1, round(side))
    centre = np.array([x, y]) - 0.5  # OpenCV counts from the middle of the first pixel
    turn = cv2.getRotationMatrix2D(centre, angle_deg, 1.0)
    turn[:, 2] += (side - 1) / 2 - centre
    return cv2.warpAffine(grey, turn, (side, side), borderMode=cv2.BORDER_REFLECT_101)
