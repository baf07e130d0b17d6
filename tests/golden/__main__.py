"""Golden vectors of the finder, for its Python and its JavaScript version; `python -m tests.golden` rewrites them.

finder.json holds for each frame (a grey PNG in the same folder) the faces of `photo`, their crops and the judge's
likeness; views by their place; the network's answer to the frame's first view and the hits decoded from it; and the
tracks that a series of detections gives. tests/test_golden_finder.py and the browser tests compare with it.
"""

import json
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
from skimage import data

from app.vision.constants import FIND, LIMITS, NETWORK
from app.vision.detection import Detection
from app.vision.faces import crop
from app.vision.finder import Finder, live_views, view_sides
from app.vision.judge import Judge
from app.vision.network import Network, decode
from app.vision.tracks import Tracks
from app.vision.views import cut

FOLDER = Path(__file__).parent
SIZE = (240, 180)
FRAMES = {
    "upright": ((110, 90, 80, 0),),
    "leaning": ((80, 95, 70, 40), (185, 100, 45, -20)),
    "over": ((120, 90, 75, 170),),
}
"""Where faces are drawn: x, y, side and lean."""

VIEWS = ((110, 90, 160, 0), (110, 90, 150, 35), (10, 20, 60, -100), (120, 90, 12, 10))
VIEW_PX = 16


def main():
    """Writes the frames and finder.json."""
    frames = {name: draw(faces) for name, faces in FRAMES.items()}
    for name, grey in frames.items():
        cv2.imwrite(str(FOLDER / f"{name}.png"), grey)
    content = {
        "frames": {name: answers(grey) for name, grey in frames.items()},
        "views": [
            {"frame": "upright", "place": view, "size": VIEW_PX, "pixels": seen(frames["upright"], view)}
            for view in VIEWS
        ],
        "network": decoded(frames["upright"]),
        "tracks": followed(),
    }
    (FOLDER / "finder.json").write_text(json.dumps(content) + "\n", encoding="utf-8")


def draw(faces):
    """A grey frame of SIZE with the astronaut's head at each place."""
    photo = cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2GRAY)
    frame = np.tile(np.linspace(70, 170, SIZE[0]).astype(np.uint8), (SIZE[1], 1))
    for x, y, side, lean_deg in faces:
        turn = cv2.getRotationMatrix2D((222, 115), -lean_deg, side / 109)
        turn[:, 2] += x - 222, y - 115
        mask = cv2.warpAffine(cv2.ellipse(np.zeros_like(photo), (222, 125), (80, 105), 0, 0, 360, 255, -1), turn, SIZE)
        soft = cv2.GaussianBlur(mask, (0, 0), 2) / 255
        head = cv2.warpAffine(cv2.GaussianBlur(photo, (0, 0), 0.8), turn, SIZE)
        frame = np.round(head * soft + frame * (1 - soft)).astype(np.uint8)
    return frame


def answers(grey):
    """The faces of a frame, their crops and the judge's likeness of each."""
    found, judge = Finder().photo(grey), Judge()
    crops = [crop(grey, face.square, face.tilt_deg) for face in found]
    return {
        "shape": grey.shape,
        "view_sides": view_sides(grey.shape, FIND.most_views),
        "live_views": live_views(grey.shape),
        "faces": [asdict(face) | {"turn": face.turn, "box": face.box(*SIZE)} for face in found],
        "crops": [face.ravel().tolist() for face in crops],
        "likeness": [judge.likeness(face) for face in crops],
    }


def seen(grey, place):
    """The pixels of a small view, row by row."""
    return cut(grey, *place, VIEW_PX).pixels.ravel().tolist()


def decoded(grey):
    """The network's output for the whole frame at the anchors that found something, and the hits decoded from it."""
    x, y = grey.shape[1] / 2, grey.shape[0] / 2
    view = cut(grey, x, y, max(grey.shape), 0, NETWORK.input_px)
    logits, regressors = Network().ask(view.pixels)
    hits = decode(logits, regressors, FIND.propose_score)
    kept = np.flatnonzero(logits > -2)
    return {
        "least": FIND.propose_score,
        "anchors": kept.tolist(),
        "logits": logits[kept, 0].tolist(),
        "regressors": regressors[kept].tolist(),
        "hits": [{"score": score, "points": points.tolist()} for score, points in hits],
    }


class Script:
    """A fake finder with one face, found near its place or in the view of the whole frame."""

    count = 1

    def __init__(self, face):
        self._face = face

    def near(self, place):
        """The face, if it is near the place."""
        return self._face if self._face and place.gap(self._face) < FIND.reach * place.side else None

    def scan(self, numbers):
        """The face, if the whole frame is searched."""
        return [self._face] if self._face and 0 in numbers else []

    def confirm(self, candidate):
        """The candidate itself."""
        return candidate


def followed():
    """Frames of a face that moves, leans, disappears for a while and returns, with the shown tracks."""
    tracks, steps = Tracks(), []
    for number in range(30):
        hidden = 12 <= number < 22
        lean = (12.0 * number + 180) % 360 - 180
        face = None if hidden else Detection(60.0 + 4 * min(number, 12), 80.0, 50.0 + number / 4, 0.9, lean)
        shown = tracks.follow(number / 10, SIZE, Script(face))
        told = [{"number": t.number, "is_seen": t.is_seen, "place": asdict(t.place)} for t in shown]
        steps.append({"now_s": number / 10, "face": face and asdict(face), "shown": told})
    return {"size": SIZE, "limit": LIMITS.live_faces, "steps": steps}


if __name__ == "__main__":
    main()
