"""Where the faces are, and the 48×48 crop that a network reads: OpenCV's Haar cascade and plain geometry.

Boxes are int32 (n, 4): x, y, width, height in pixels of the picture, inside its bounds, largest first.
"""

import cv2
import numpy as np

from app.vision.contract import FACE_SIZE, crop_square

CASCADE = cv2.data.haarcascades + "haarcascade_frontalface_alt2.xml"
"""Two thirds of the default cascade's time on the same picture, and fewer false alarms."""

LIVE_SIDE_PX = 320
"""A live frame is scanned with its longer side reduced to this."""

PHOTO_SIDE_PX = 1024
"""A photo likewise; it may hold many small faces and has the time."""

BORDER = 0.3
"""Part of each side that is added around a photo in which nothing was found: the cascade wants some
background around a face. Of tightly framed portraits it finds 83 % without and 95 % with it."""

MAX_FACES = 8
"""Faces read in one picture, the largest."""


class Detector:
    """Finds upright faces that look at the camera. Belongs to one thread at a time."""

    def __init__(self, cascade=CASCADE):
        self._cascade = cv2.CascadeClassifier(cascade)
        if self._cascade.empty():
            raise ValueError(f"{cascade} is no Haar cascade")

    def scan(self, grey, side_px=LIVE_SIDE_PX, min_share=0.12, step=1.1, neighbours=4):
        """Boxes of the faces in a frame, at least `min_share` of its shorter side large.

        The frame is reduced to `side_px` first; `step` is the factor between the sizes that are tried.
        """
        scale = min(1.0, side_px / max(grey.shape))
        small = _shrink(grey, scale)
        least = max(20, round(min_share * min(small.shape)))
        boxes = self._cascade.detectMultiScale(small, step, neighbours, minSize=(least, least))
        return _sorted_inside(np.asarray(boxes, np.float64).reshape(-1, 4) / scale, grey.shape)

    def scan_photo(self, grey):
        """Boxes of the faces in a photo, small ones too; a face that fills the photo is found as well."""
        boxes = self._scan_finely(grey)
        if len(boxes):
            return boxes
        height, width = grey.shape
        dx, dy = round(BORDER * width), round(BORDER * height)
        framed = cv2.copyMakeBorder(grey, dy, dy, dx, dx, cv2.BORDER_REPLICATE)
        return _sorted_inside(self._scan_finely(framed) - (dx, dy, 0, 0), grey.shape)

    def _scan_finely(self, grey):
        return self.scan(grey, PHOTO_SIDE_PX, min_share=0.04, step=1.1, neighbours=5)


def crop(grey, box, angle_deg=0.0):
    """The face in `box` as a network reads it: uint8 (48, 48).

    The square is the contract's, mirrored where it leaves the picture. `angle_deg` is the head's tilt,
    positive where it leans clockwise on screen; the crop is turned back by it, upright. Pure.
    """
    square = _cut(grey, crop_square(box)) if angle_deg == 0 else _cut_turned(grey, crop_square(box), angle_deg)
    # Area averages where it shrinks: plain interpolation would alias.
    method = cv2.INTER_AREA if square.shape[0] > FACE_SIZE else cv2.INTER_LINEAR
    return cv2.resize(square, (FACE_SIZE, FACE_SIZE), interpolation=method)


def crops(grey, boxes):
    """The crops of all the boxes, uint8 (n, 48, 48); n = 0 is legal."""
    faces = np.empty((len(boxes), FACE_SIZE, FACE_SIZE), np.uint8)
    for index, box in enumerate(boxes):
        faces[index] = crop(grey, box)
    return faces


def _shrink(grey, scale):
    if scale == 1.0:
        return grey
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA)


def _sorted_inside(boxes, shape):
    height, width = shape
    low = np.clip(np.floor(boxes[:, :2]), 0, (width - 1, height - 1))
    high = np.clip(np.floor(boxes[:, :2] + boxes[:, 2:]), low + 1, (width, height))
    inside = np.hstack([low, high - low]).astype(np.int32)
    return inside[np.argsort(-inside[:, 2] * inside[:, 3], kind="stable")]


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
