"""A model's robustness to cameras and detectors: accuracy on moved, dimmed, blurred, covered and cropped faces."""

import cv2
import numpy as np
from rich.console import Console
from rich.progress import track

from app.vision.contract import CROP_SCALE, FACE_SIZE
from app.vision.faces import crop
from app.vision.finder import open_finder
from app.vision.images import decode
from training.data.augment import compress, move, relight
from training.data.faces import BadDataset
from training.data.votes import truths

PICTURES = 2000
"""How many held-out pictures a model is shown, always the same ones. A loss of 3 points is then known to about
±1.7 (95 %): some 15 % of the answers change."""

FRAME = (240, 320)
"""Height and width of the picture that a face is set into, as a webcam's reduced frame has them."""

FACE_PX = 120
"""Side at which a 48×48 picture is set into it."""

CROP_SCALES = (0.9, 1.0, 1.1, 1.2, 1.3)
"""The sides of the crop over the detector's box that are compared. What lies beyond FER2013's picture is made
up, so the wide ones read worse here than they need to."""


def _moved(turn_deg=0.0, shift_px=(0, 0), scale=1.0):
    return lambda picture: move(picture, turn_deg, shift_px, scale)


def _off(px):
    return tuple(_moved(shift_px=shift) for shift in ((px, 0), (-px, 0), (0, px), (0, -px)))


def _relit(contrast, brightness):
    return lambda picture: relight(picture, contrast, brightness)


def _covered(top, left):
    def cover(picture):
        picture = picture.copy()
        picture[top : top + FACE_SIZE // 2, left : left + FACE_SIZE // 2] = 128
        return picture

    return cover


CONDITIONS = {
    "as it is": (lambda picture: picture,),
    "4 px off": _off(4),
    "8 px off": _off(8),
    "scale 0.8": (_moved(scale=0.8),),
    "scale 1.25": (_moved(scale=1.25),),
    "turned 10°": (_moved(turn_deg=10), _moved(turn_deg=-10)),
    "turned 20°": (_moved(turn_deg=20), _moved(turn_deg=-20)),
    "dark": (_relit(1, -60),),
    "bright": (_relit(1, 60),),
    "low contrast": (_relit(0.4, 0),),
    "high contrast": (_relit(1.8, 0),),
    "blurred": (lambda picture: cv2.GaussianBlur(picture, (0, 0), 1.5),),
    "JPEG 30": (lambda picture: compress(picture, 30),),
    "a quarter covered": tuple(_covered(top, left) for top in (0, FACE_SIZE // 2) for left in (0, FACE_SIZE // 2)),
}
"""What is done to a picture by name, each time uint8 (48, 48) to the same: right, left, down and up, both turns,
every quarter."""


def sample(faces, words, limit=PICTURES):
    """The held-out rows with one of `words` on which a model is probed: at most `limit`, the same each time.

    Raises BadDataset where there is no such row.
    """
    faces = faces.keep(np.isin(faces.splits, ("public", "validation"))).labelled(words)
    if not len(faces):
        raise BadDataset(f"no held-out picture is labelled {', '.join(words)}")
    rows = np.random.default_rng(2013).permutation(len(faces))[:limit]
    return faces.keep(np.isin(np.arange(len(faces)), rows))


def probe(predict, faces):
    """A model's figures as a dict for its card.

    `predict` maps uint8 (n, 48, 48) to float32 (n, words of the Faces). Every accuracy is a dict by truth
    (see `truths`). The dict holds the number of pictures, the accuracy under each condition, and the result of
    `through_detector` for clean pictures and for webcam pictures.
    """
    right = truths(faces)
    return {
        "pictures": len(faces),
        "conditions": under_conditions(predict, faces.pictures, right),
        "detector": through_detector(predict, faces.pictures, right),
        "webcam": through_detector(predict, faces.pictures, right, webcam, (CROP_SCALE,)),
    }


def under_conditions(predict, pictures, right):
    """Accuracy by condition, {name: {truth: share}}, the mean where a condition has several directions."""
    console = Console(stderr=True)
    shown = track(CONDITIONS.items(), "conditions", console=console, transient=True, disable=not console.is_terminal)
    return {
        name: _mean([_accuracy(predict, [c(p) for p in pictures], right) for c in changes]) for name, changes in shown
    }


def through_detector(predict, pictures, right, camera=None, scales=CROP_SCALES):
    """A model's figures when the detector has to find the face first, as a dict.

    Each picture is set into a larger frame, which `camera` (a function of frame and generator) changes; the finder
    finds the face and the model reads the crop. found: the share of the pictures in which the face is found. framing:
    the median ratio of the box's side to the picture's. ready: accuracy on the same pictures without finder and camera.
    crops: accuracy by the ratio of the crop's side to the box's. All but `found` are None where no face is found.
    """
    finder = open_finder()
    rng = np.random.default_rng(0)
    found, sides, crops = [], [], []
    for place, picture in enumerate(pictures):
        frame, centre = _set_into_frame(picture, rng)
        if camera:
            frame = camera(frame, rng)
        face = next((face for face in finder.photo(frame) if _holds(face.square, centre)), None)
        if face is not None:
            found.append(place)
            sides.append(face.side / FACE_PX)
            squares = [_scaled(face.square, scale / CROP_SCALE) for scale in scales]
            crops.append([crop(frame, square, face.tilt_deg) for square in squares])
    if not found:
        return {"found": 0.0, "framing": None, "ready": None, "crops": None}
    crops = np.array(crops, np.uint8)
    right = {name: truth[found] for name, truth in right.items()}
    return {
        "found": round(len(found) / len(pictures), 4),
        "framing": round(float(np.median(sides)), 4),
        "ready": _accuracy(predict, pictures[found], right),
        "crops": {str(scale): _accuracy(predict, crops[:, place], right) for place, scale in enumerate(scales)},
    }


def webcam(frame, rng):
    """The frame as from a cheap camera in a dim room: darker, with motion blur, noise and JPEG quality 50."""
    frame = relight(frame, contrast=0.7, brightness=-40)
    frame = cv2.blur(frame, (5, 1))
    frame = (frame + rng.normal(0, 10, frame.shape)).clip(0, 255).round().astype(np.uint8)
    _, content = cv2.imencode(".jpg", frame, (cv2.IMWRITE_JPEG_QUALITY, 50))
    return decode(content.tobytes(), frame.size)


def _accuracy(predict, pictures, right):
    said = predict(np.asarray(pictures)).argmax(axis=1)
    return {
        name: round(float((said == truth)[truth >= 0].mean()), 4) for name, truth in right.items() if (truth >= 0).any()
    }


def _mean(accuracies):
    return {name: round(float(np.mean([a[name] for a in accuracies])), 4) for name in accuracies[0]}


def _set_into_frame(picture, rng):
    """A frame with the picture at a random place on a blurred copy of itself, and the picture's centre (x, y)."""
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
