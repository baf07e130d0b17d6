"""How a shipped model stands what a camera and a detector do: moved, dimmed, blurred, covered, cropped anew."""

import cv2
import numpy as np

from app.vision.contract import CROP_SCALE, FACE_SIZE
from app.vision.faces import Detector, crop
from training.augment import compress, move, relight

FRAME = (240, 320)
"""Height and width of the picture that a face is set into, as a webcam's reduced frame has them."""

FACE_PX = 120
"""Side at which a 48×48 picture is set into it."""

CROP_SCALES = (0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5)
"""The sides of the crop over the detector's box that are compared."""


def _moved(turn_deg=0.0, shift_px=(0, 0), scale=1.0):
    return lambda picture: move(picture, turn_deg, shift_px, scale)


def _covered(picture):
    picture = picture.copy()
    picture[FACE_SIZE // 2 :, : FACE_SIZE // 2] = 128
    return picture


CONDITIONS = {
    "as it is": lambda picture: picture,
    "4 px right": _moved(shift_px=(4, 0)),
    "4 px left": _moved(shift_px=(-4, 0)),
    "4 px down": _moved(shift_px=(0, 4)),
    "4 px up": _moved(shift_px=(0, -4)),
    "8 px right": _moved(shift_px=(8, 0)),
    "8 px down": _moved(shift_px=(0, 8)),
    "scale 0.8": _moved(scale=0.8),
    "scale 1.25": _moved(scale=1.25),
    "turned 10°": _moved(turn_deg=10),
    "turned -10°": _moved(turn_deg=-10),
    "turned 20°": _moved(turn_deg=20),
    "turned -20°": _moved(turn_deg=-20),
    "dark": lambda picture: relight(picture, 1, -60),
    "bright": lambda picture: relight(picture, 1, 60),
    "low contrast": lambda picture: relight(picture, 0.4, 0),
    "blurred": lambda picture: cv2.GaussianBlur(picture, (0, 0), 1.5),
    "JPEG 30": lambda picture: compress(picture, 30),
    "a quarter covered": _covered,
}
"""What is done to a picture, uint8 (48, 48) to the same, by name."""


def under_conditions(predict, pictures, truth):
    """Accuracy by condition, {name: share}. `predict` maps uint8 (n, 48, 48) to float32 (n, labels)."""
    return {
        name: float((predict(np.stack([change(p) for p in pictures])).argmax(axis=1) == truth).mean())
        for name, change in CONDITIONS.items()
    }


def through_detector(predict, pictures, truth, scales=CROP_SCALES):
    """What is left of a model when the detector has to find the face first, as a dict.

    Each picture is set into a larger frame, Haar finds it, and the crop is read. found: share of the
    pictures found; ready: accuracy on the same pictures as they are; scales: accuracy by the crop's side
    over the detector's box. Both are nan where no face is found.
    """
    detector = Detector()
    rng = np.random.default_rng(0)
    found, crops = [], []
    for place, picture in enumerate(pictures):
        frame, centre = _set_into_frame(picture, rng)
        boxes = [box for box in detector.scan_photo(frame) if _holds(box, centre)]
        if boxes:
            found.append(place)
            crops.append([crop(frame, _scaled(boxes[0], scale / CROP_SCALE)) for scale in scales])
    crops = np.array(crops, np.uint8).reshape(len(found), len(scales), FACE_SIZE, FACE_SIZE)

    def right(shown):
        return float((predict(shown).argmax(axis=1) == truth[found]).mean()) if found else float("nan")

    return {
        "found": len(found) / len(pictures),
        "ready": right(pictures[found]),
        "scales": {scale: right(crops[:, place]) for place, scale in enumerate(scales)},
    }


def _set_into_frame(picture, rng):
    """A frame with the picture somewhere in it before its own blurred shades, and the centre (x, y) of it."""
    height, width = FRAME
    frame = cv2.resize(cv2.GaussianBlur(picture, (0, 0), 12), (width, height))
    x, y = rng.integers(width - FACE_PX), rng.integers(height - FACE_PX)
    frame[y : y + FACE_PX, x : x + FACE_PX] = cv2.resize(picture, (FACE_PX, FACE_PX), interpolation=cv2.INTER_CUBIC)
    return frame, (x + FACE_PX / 2, y + FACE_PX / 2)


def _holds(box, point):
    x, y, width, height = box
    return x <= point[0] < x + width and y <= point[1] < y + height


def _scaled(box, factor):
    x, y, width, height = box
    return x + width * (1 - factor) / 2, y + height * (1 - factor) / 2, width * factor, height * factor
