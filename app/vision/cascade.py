"""The fallback finder where a network's file is missing: OpenCV's Haar cascade, which sees upright faces only.

Boxes are int32 (n, 4): x, y, width, height in pixels of the picture, inside its bounds, largest first.
"""

import cv2
import numpy as np

from app.vision.constants import CASCADE
from app.vision.detection import Detection

FILE = cv2.data.haarcascades + "haarcascade_frontalface_alt2.xml"
"""It takes two thirds of the default cascade's time on the same picture and raises fewer false alarms."""

LIVE_SCAN = {"side_px": 320, "step": 1.25, "neighbours": 1}
"""How a live frame is scanned: reduced, and with few neighbours required, since each candidate is searched once
more. Of 300 real faces of 60 to 210 px on 640×480 it finds 75 % with 13 false ones; the default cascade at 1.1 on
the full frame 75 % with 94, in six times the time."""

NEAR = {"face_px": 32, "reach": 2.0, "sizes": (0.75, 1.35), "step": 1.05, "neighbours": 2}
"""How a face is searched near a place: in surroundings of `reach` times its side, reduced so that the face has
`face_px`, at sizes within the factors `sizes` of it. It keeps one in thirteen of LIVE_SCAN's false faces and nine in
ten of its true ones."""

PHOTO_SCAN = {"side_px": 1024, "step": 1.15, "neighbours": 1, "min_share": 0.04}
"""How a photo is scanned, which may hold many small faces and need not be quick. Of 150 real faces on 640×480 that
finds 76 % with 5 false ones; a strict scan (1.1, 5 hits), 73 % with 5, in 1.4 times the time."""

MAX_CANDIDATES = 50
"""Candidates that are searched once more in a photo, the largest: a page of print must not take seconds."""

BORDER = 0.3
SECOND_LOOK = {"side_px": 1024, "step": 1.1, "neighbours": 3, "min_share": 0.25}
"""How a photo in which nothing was found is scanned again: with this part of each side added around it, since
the cascade needs some background around a face. Of 300 FER2013 pictures, enlarged to 240 px, the first look
finds 61 %; with the second it is 82 %."""


class CascadeFinder:
    """Finds upright faces that look at the camera, as a finder.Finder does. Belongs to one thread at a time."""

    def __init__(self, cascade=FILE):
        self._cascade = cv2.CascadeClassifier(cascade)
        if self._cascade.empty():
            raise ValueError(f"{cascade} is no Haar cascade")

    def photo(self, grey):
        """The Detections of a photo, the largest first; a face that fills the photo is found as well."""
        boxes = self._confirmed(grey)
        if not len(boxes):
            boxes = self._framed(grey)
        return [Detection.of(box, CASCADE.score) for box in boxes]

    def scan(self, grey, numbers):
        """The candidates in a whole live frame, where `numbers` include 0, the view of the whole; else none."""
        return [Detection.of(box, CASCADE.score) for box in self.boxes(grey, **LIVE_SCAN)] if 0 in numbers else []

    def near(self, grey, place, least, scale=0):
        """The face at a place where one is expected, or None; `least` is ignored, since the cascade gives no score."""
        boxes = self.search(grey, place.square)
        found = [Detection.of(box, CASCADE.score) for box in boxes]
        return min(found, key=place.gap, default=None)

    def confirm(self, grey, candidate):
        """The candidate seen again close up, or None where it is no face."""
        return self.near(grey, candidate, 0)

    def boxes(self, grey, side_px, step, neighbours, min_share=0.12):
        """Boxes of the faces in a picture, at least `min_share` of its shorter side large.

        The picture's longer side is reduced to `side_px` first; `step` is the factor between the sizes that
        are tried, `neighbours` the hits that must agree; 0 gives every hit, near ones too.
        """
        scale = min(1.0, side_px / max(grey.shape))
        small = _shrink(grey, scale)
        least = max(20, int(min_share * min(small.shape)))
        boxes = self._cascade.detectMultiScale(small, step, neighbours, minSize=(least, least))
        return _sorted_inside(np.asarray(boxes, np.float64).reshape(-1, 4) / scale, grey.shape)

    def search(self, grey, box):
        """Boxes, float64 (n, 4), of the faces near a box and about as large as it."""
        patch, corner, scale = _cut_near(grey, box, NEAR["reach"], NEAR["face_px"])
        if patch is None:
            return np.empty((0, 4))
        least, most = (round(NEAR["face_px"] * size) for size in NEAR["sizes"])
        found = self._cascade.detectMultiScale(
            patch, NEAR["step"], NEAR["neighbours"], minSize=(least, least), maxSize=(most, most)
        )
        return np.asarray(found, np.float64).reshape(-1, 4) / scale + (*corner, 0, 0)

    def _confirmed(self, grey):
        confirmed = []
        for candidate in self.boxes(grey, **PHOTO_SCAN)[:MAX_CANDIDATES]:
            new = [box for box in self.search(grey, candidate) if not _overlaps(box, confirmed)]
            confirmed += new[:1]
        return _sorted_inside(np.array(confirmed).reshape(-1, 4), grey.shape)

    def _framed(self, grey):
        height, width = grey.shape
        dx, dy = round(BORDER * width), round(BORDER * height)
        framed = cv2.copyMakeBorder(grey, dy, dy, dx, dx, cv2.BORDER_REPLICATE)
        boxes = self.boxes(framed, **SECOND_LOOK) - (dx, dy, 0, 0)
        centres = boxes[:, :2] + boxes[:, 2:] / 2
        within = ((centres >= 0) & (centres < (width, height))).all(1)
        return _sorted_inside(boxes[within], grey.shape)


def _cut_near(grey, box, reach, face_px):
    """A box's surroundings, reduced, or None outside the picture; their corner; how much they are reduced."""
    x, y, width, height = box
    side = max(width, height)
    reach *= side / 2
    left, top = max(0, int(x + width / 2 - reach)), max(0, int(y + height / 2 - reach))
    part = grey[top : max(0, int(y + height / 2 + reach)), left : max(0, int(x + width / 2 + reach))]
    scale = face_px / side
    if not part.size:
        return None, (left, top), scale
    size = tuple(max(1, round(length * scale)) for length in part.shape[::-1])
    return cv2.resize(part, size, interpolation=cv2.INTER_AREA), (left, top), scale


def _shrink(grey, scale):
    if scale == 1.0:
        return grey
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA)


def _overlaps(box, others):
    """Whether a box's centre lies within one of the others, or another's within it."""
    x, y, width, height = box
    return any(
        abs(x + width / 2 - left - wide / 2) < max(width, wide) / 2
        and abs(y + height / 2 - top - high / 2) < max(height, high) / 2
        for left, top, wide, high in others
    )


def _sorted_inside(boxes, shape):
    height, width = shape
    low = np.clip(np.floor(boxes[:, :2]), 0, (width - 1, height - 1))
    high = np.clip(np.floor(boxes[:, :2] + boxes[:, 2:]), low + 1, (width, height))
    inside = np.hstack([low, high - low]).astype(np.int32)
    return inside[np.argsort(-inside[:, 2] * inside[:, 3], kind="stable")]
