"""The analysis from bytes to reply: the one module that names all the steps."""

import time
from dataclasses import dataclass, replace

import numpy as np

from app.vision import faces, images, why
from app.vision.constants import LIMITS
from app.vision.detection import LANDMARKS, Detection
from app.vision.emotions import Networks
from app.vision.errors import NoSuchFace
from app.vision.finder import Eye, open_finder


@dataclass(frozen=True)
class Face:
    """One face: its `box` (x, y, width, height) in pixels and the probability of every emotion.

    `certain` is false where the model's probability is too low: the site then says "not sure". `score`, `tilt_deg`,
    `turn` and `landmarks` are those of its Detection, landmarks as (x, y) by name; `score` is None where the caller
    gave the box and nothing was searched. `track` is its number in a live picture or a film.
    """

    box: tuple[int, int, int, int]
    emotions: dict[str, float]
    certain: bool
    score: float | None = None
    tilt_deg: float = 0.0
    turn: float | None = None
    landmarks: dict[str, tuple[float, float]] | None = None
    track: int | None = None

    @property
    def emotion(self):
        """The most probable emotion."""
        return max(self.emotions, key=self.emotions.get)

    def to_json(self):
        """The face as the contract writes it; `track` only where it is followed."""
        points = self.landmarks
        content = {
            "box": list(self.box),
            "emotion": self.emotion,
            "certain": self.certain,
            "emotions": {label: round(p, 4) for label, p in self.emotions.items()},
            "score": None if self.score is None else round(self.score, 3),
            "tilt_deg": round(self.tilt_deg, 1),
            "turn": None if self.turn is None else round(self.turn, 2),
            "landmarks": points and {name: [round(x), round(y)] for name, (x, y) in points.items()},
        }
        return content if self.track is None else content | {"track": self.track}


@dataclass(frozen=True)
class Analysis:
    """The result of one picture of `width` × `height` pixels, and the milliseconds each step took.

    `left_out` counts the found faces beyond the limit, which were not read.
    """

    model: str
    width: int
    height: int
    faces: tuple[Face, ...]
    timing_ms: dict[str, float]
    seq: int | None = None
    left_out: int = 0

    def to_json(self):
        """The analysis as the contract writes it; `seq` only where there is one."""
        content = {
            "model": self.model,
            "width": self.width,
            "height": self.height,
            "faces": [face.to_json() for face in self.faces],
            "left_out": self.left_out,
            "timing_ms": self.timing_ms,
        }
        return content if self.seq is None else content | {"seq": self.seq}


@dataclass(frozen=True)
class Explanation:
    """How much each part of a face spoke for its emotion: `grid`, float (rows, rows), as why.explain returns it."""

    model: str
    face: Face
    grid: np.ndarray
    timing_ms: dict[str, float]

    def to_json(self):
        """The explanation as the API's description writes it."""
        grid = [[round(cell, 3) for cell in row] for row in self.grid.tolist()]
        return {"model": self.model, **self.face.to_json(), "grid": grid, "timing_ms": self.timing_ms}


class Analyser:
    """Reads pictures, with a finder and networks of its own. Belongs to one thread at a time.

    `models`, an emotions.Models, may be shared.
    """

    def __init__(self, models, max_photo_pixels, max_frame_pixels):
        self.models = models
        self._networks = Networks(models)
        self._finder = open_finder()
        self._max_photo_pixels = max_photo_pixels
        self._max_frame_pixels = max_frame_pixels

    def photo(self, data, model=None):
        """The Analysis of a photo's bytes; raises BadImage, UnknownModel or NoModel."""
        watch = _Watch()
        network = self._networks.get(model)
        pixels = images.decode(data, self._max_photo_pixels)
        watch.lap("decode")
        return self._read_photo(pixels, network, watch)

    def read_photo(self, pixels, model=None):
        """The Analysis of a decoded upright photo, uint8 grey (height, width); raises UnknownModel or NoModel."""
        return self._read_photo(pixels, self._networks.get(model), _Watch(decode=0.0))

    def frame(self, data, tracks, model=None, seq=None, now_s=None):
        """The Analysis of a live frame's bytes; raises as `photo` does.

        `tracks` (a tracks.Tracks) is the client's memory of the faces so far; `now_s` is the frame's
        time, now where absent.
        """
        watch = _Watch()
        network = self._networks.get(model)
        pixels = images.decode(data, self._max_frame_pixels, formats=images.LIVE_FORMATS)
        watch.lap("decode")
        return self._read_frame(pixels, tracks, network, seq, now_s, watch)

    def read_frame(self, pixels, tracks, model=None, seq=None, now_s=None):
        """The Analysis of a decoded upright frame, uint8 grey (height, width); else as `frame`."""
        return self._read_frame(pixels, tracks, self._networks.get(model), seq, now_s, _Watch(decode=0.0))

    def classify(self, faces, model=None):
        """Probabilities, float32 (n, labels), of cut faces, uint8 (n, 48, 48); raises UnknownModel or NoModel."""
        return self._networks.get(model).classify(faces)

    def explain(self, data, model=None, index=0, box=None, tilt_deg=0.0):
        """The Explanation of one face of a photo: the one in `box`, or of those found the `index`-th largest.

        `tilt_deg` is the lean of the face in `box`. Raises as `photo` does, and NoSuchFace.
        """
        watch = _Watch()
        network = self._networks.get(model)
        pixels = images.decode(data, self._max_photo_pixels)
        watch.lap("decode")
        place = self._found(pixels, index) if box is None else _named(pixels, box, tilt_deg)
        crop = faces.crop(pixels, place.square, place.tilt_deg)
        watch.lap("detect")
        probabilities = network.classify(crop[None])[0]
        watch.lap("classify")
        rows = why.rows_for(network.ms_per_face)
        grid = why.explain(network.classify, crop, int(np.argmax(probabilities)), rows)
        watch.lap("explain")
        face = _face(network.card, place, pixels, probabilities)
        if box is not None:
            face = replace(face, box=box, score=None)
        return Explanation(network.card.name, face, grid, watch.timing_ms)

    def _read_photo(self, pixels, network, watch):
        found = self._finder.photo(pixels)
        read = found[: LIMITS.photo_faces]
        crops = faces.crops(pixels, [place.square for place in read], [place.tilt_deg for place in read])
        watch.lap("detect")
        probabilities = network.classify(crops)
        watch.lap("classify")
        seen = tuple(_face(network.card, place, pixels, p) for place, p in zip(read, probabilities, strict=True))
        return _analysis(network.card, pixels, seen, watch, left_out=len(found) - len(read))

    def _read_frame(self, pixels, tracks, network, seq, now_s, watch):
        now_s = time.monotonic() if now_s is None else now_s
        name = network.card.name
        found = tracks.follow(now_s, pixels.shape[::-1], Eye(self._finder, pixels))
        shown = found[: tracks.most_shown]
        seen = [track for track in shown if track.is_seen]
        crops = faces.crops(pixels, [t.place.square for t in seen], [t.place.tilt_deg for t in seen])
        watch.lap("detect")
        for track, probabilities in zip(seen, network.classify(crops), strict=True):
            track.read(probabilities, now_s, name)
        watch.lap("classify")
        told = tuple(
            _face(network.card, t.place, pixels, t.probabilities, t.number)
            for t in shown
            if t.reader == name  # a track missed in this frame may hold another model's answer
        )
        return _analysis(network.card, pixels, told, watch, seq, len(found) - len(shown))

    def _found(self, pixels, index):
        found = self._finder.photo(pixels)[: LIMITS.photo_faces]
        if not 0 <= index < len(found):
            raise NoSuchFace(f"there is no face {index}; this picture has {len(found)}, counted from 0")
        return found[index]


class _Watch:
    """Milliseconds of each step and in total; the constructor takes the earlier steps."""

    def __init__(self, **steps_ms):
        self._started_s = self._last_s = time.perf_counter()
        self._steps_ms = steps_ms

    def lap(self, step):
        now_s = time.perf_counter()
        self._steps_ms[step] = round((now_s - self._last_s) * 1000, 2)
        self._last_s = now_s

    @property
    def timing_ms(self):
        return self._steps_ms | {"total": round((self._last_s - self._started_s) * 1000, 2)}


def _analysis(card, pixels, seen, watch, seq=None, left_out=0):
    height, width = pixels.shape
    return Analysis(card.name, width, height, seen, watch.timing_ms, seq, left_out)


def _named(pixels, box, tilt_deg):
    """The Detection of a box from a request; raises NoSuchFace for one outside the picture or far from square.

    So the square that is cut has at most four times the picture's pixels.
    """
    x, y, width, height = box
    if min(x, y) < 0 or min(width, height) < 1 or x + width > pixels.shape[1] or y + height > pixels.shape[0]:
        size = f"{pixels.shape[1]}×{pixels.shape[0]}"
        raise NoSuchFace(f"the box {x},{y},{width},{height} does not lie within the picture of {size} pixels")
    if max(width, height) > 2 * min(width, height):
        raise NoSuchFace(f"the box {x},{y},{width},{height} is no face's: one side is more than twice the other")
    return Detection.of(box, 0.0, tilt_deg)  # the reply does not show this score


def _face(card, place, pixels, probabilities, track=None):
    points = place.landmarks and dict(zip(LANDMARKS, place.landmarks, strict=True))
    return Face(
        box=place.box(*pixels.shape[::-1]),
        emotions=dict(zip(card.labels, probabilities.tolist(), strict=True)),
        certain=bool(np.max(probabilities) >= card.certain_from["threshold"]),
        score=place.score,
        tilt_deg=place.tilt_deg,
        turn=place.turn,
        landmarks=points,
        track=track,
    )
