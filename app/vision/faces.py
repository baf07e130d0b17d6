"""Where the faces are, and the 48×48 crop that a network reads: OpenCV's Haar cascade and plain geometry.

Boxes are int32 (n, 4): x, y, width, height in pixels of the picture, inside its bounds, largest first.
"""

import cv2
import numpy as np

from app.vision.contract import FACE_SIZE, crop_square

CASCADE = cv2.data.haarcascades + "haarcascade_frontalface_alt2.xml"
"""Two thirds of the default cascade's time on the same picture, and fewer false alarms."""

LIVE_SCAN = {"side_px": 320, "step": 1.25, "neighbours": 1}
"""How a live frame is scanned where a face is missing: reduced, and with little agreement asked, for what
it finds is searched once more. Of 300 real faces of 60 to 210 px on 640×480 it finds 75 % with 13 false
ones; the default cascade at 1.1 on the full frame 75 % with 94, in six times the time."""

LIVE_GLANCE = {"side_px": 160, "step": 1.4, "neighbours": 0}
"""How it is scanned for newcomers while all is well, in a quarter of LIVE_SCAN's time. Of 450 FER2013 faces of
65 to 260 px set into 640×480, 63 % are found by it and confirmed by FINE; 69 % with LIVE_SCAN."""

COARSE = {"face_px": 28, "reach": 1.45, "sizes": (0.85, 1.15), "step": 1.12, "neighbours": 1}
"""How a face that is followed is sought: in its surroundings, `reach` times its side, reduced so that it has
`face_px`, at `sizes` of it."""

FINE = {"face_px": 32, "reach": 2.0, "sizes": (0.75, 1.35), "step": 1.05, "neighbours": 2}
"""How one is taken in, or sought that the coarse search missed: wider, in more sizes, with more agreement
asked. It keeps one in thirteen of LIVE_SCAN's false ones and nine in ten of its faces."""

PHOTO_SCAN = {"side_px": 1024, "step": 1.15, "neighbours": 1, "min_share": 0.04}
"""How a photo is scanned, which may hold many small faces and has the time; its candidates are searched once
more, too. Of 150 real faces on 640×480 that finds 76 % with 5 false ones; a strict scan (1.1, 5 hits), 73 %
with 5, in 1.4 times the time."""

MAX_CANDIDATES = 50
"""Candidates that are searched once more in a photo, the largest: a page of print must not take seconds."""

BORDER = 0.3
SECOND_LOOK = {"side_px": 1024, "step": 1.1, "neighbours": 3, "min_share": 0.25}
"""How a photo in which nothing was found is scanned again: with this part of each side added around it, for
the cascade wants some background around a face. Of 300 FER2013 pictures, enlarged to 240 px, the first look
finds 61 %; with the second it is 82 %."""


class Detector:
    """Finds upright faces that look at the camera. Belongs to one thread at a time."""

    def __init__(self, cascade=CASCADE):
        self._cascade = cv2.CascadeClassifier(cascade)
        if self._cascade.empty():
            raise ValueError(f"{cascade} is no Haar cascade")

    def scan(self, grey, side_px, step, neighbours, min_share=0.12):
        """Boxes of the faces in a frame, at least `min_share` of its shorter side large.

        The frame's longer side is reduced to `side_px` first; `step` is the factor between the sizes that
        are tried, `neighbours` the hits that must agree; 0 gives every hit, near ones too.
        """
        scale = min(1.0, side_px / max(grey.shape))
        small = _shrink(grey, scale)
        least = max(20, int(min_share * min(small.shape)))
        boxes = self._cascade.detectMultiScale(small, step, neighbours, minSize=(least, least))
        return _sorted_inside(np.asarray(boxes, np.float64).reshape(-1, 4) / scale, grey.shape)

    def search(self, grey, box, angle_deg=0.0, is_fine=False):
        """Boxes, float64 (n, 4), of the faces near a box and about as large as it.

        With `angle_deg` heads that lean so far clockwise are sought. `is_fine` chooses FINE over COARSE.
        """
        how = FINE if is_fine else COARSE
        patch, corner, scale = _cut_near(grey, box, how["reach"], how["face_px"])
        if patch is None:
            return np.empty((0, 4))
        turn = cv2.getRotationMatrix2D((patch.shape[1] / 2, patch.shape[0] / 2), angle_deg, 1.0)
        if angle_deg:
            patch = cv2.warpAffine(patch, turn, patch.shape[::-1], borderMode=cv2.BORDER_REFLECT_101)
        least, most = (round(how["face_px"] * size) for size in how["sizes"])
        found = self._cascade.detectMultiScale(
            patch, how["step"], how["neighbours"], minSize=(least, least), maxSize=(most, most)
        )
        boxes = np.asarray(found, np.float64).reshape(-1, 4)
        if angle_deg and len(boxes):
            centres = cv2.transform((boxes[:, :2] + boxes[:, 2:] / 2)[:, None], cv2.invertAffineTransform(turn))
            boxes[:, :2] = centres.reshape(-1, 2) - boxes[:, 2:] / 2
        return boxes / scale + (*corner, 0, 0)

    def scan_photo(self, grey):
        """Boxes of the faces in a photo, small ones too; a face that fills the photo is found as well."""
        boxes = self._scan_finely(grey)
        if len(boxes):
            return boxes
        height, width = grey.shape
        dx, dy = round(BORDER * width), round(BORDER * height)
        framed = cv2.copyMakeBorder(grey, dy, dy, dx, dx, cv2.BORDER_REPLICATE)
        boxes = self.scan(framed, **SECOND_LOOK) - (dx, dy, 0, 0)
        centres = boxes[:, :2] + boxes[:, 2:] / 2
        within = ((centres >= 0) & (centres < (width, height))).all(1)
        return _sorted_inside(boxes[within], grey.shape)

    def _scan_finely(self, grey):
        confirmed = []
        for candidate in self.scan(grey, **PHOTO_SCAN)[:MAX_CANDIDATES]:
            new = [box for box in self.search(grey, candidate, is_fine=True) if not _overlaps(box, confirmed)]
            confirmed += new[:1]
        return _sorted_inside(np.array(confirmed).reshape(-1, 4), grey.shape)


def crop(grey, box, angle_deg=0.0):
    """The face in `box` as a network reads it: uint8 (48, 48).

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
