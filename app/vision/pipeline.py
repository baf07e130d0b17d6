"""From bytes to answer: the one place that names all the steps."""

import time
from dataclasses import dataclass

import numpy as np

from app.vision import faces, images, why
from app.vision.errors import NoSuchFace
from app.vision.sightings import Sighting


@dataclass(frozen=True)
class Face:
    """One face: its `box` (x, y, width, height) in pixels and the probability of every emotion.

    `certain` is false where the model had better say "not sure". `track` is its number in a live picture,
    `tilt_deg` there the lean at which it was found, clockwise on screen: 0, or one of sightings.TURNS_DEG.
    """

    box: tuple[int, int, int, int]
    emotions: dict[str, float]
    certain: bool
    track: int | None = None
    tilt_deg: float = 0.0

    @property
    def emotion(self):
        """The most probable emotion."""
        return max(self.emotions, key=self.emotions.get)

    def to_json(self):
        """The face as the contract writes it; `track` and `tilt_deg` only where it is followed."""
        content = {
            "box": list(self.box),
            "emotion": self.emotion,
            "certain": self.certain,
            "emotions": {label: round(p, 4) for label, p in self.emotions.items()},
        }
        return content if self.track is None else content | {"track": self.track, "tilt_deg": self.tilt_deg}


@dataclass(frozen=True)
class Analysis:
    """What was seen in one picture of `width` × `height` pixels, and the milliseconds each step took."""

    model: str
    width: int
    height: int
    faces: tuple[Face, ...]
    timing_ms: dict[str, float]
    seq: int | None = None

    def to_json(self):
        """The analysis as the contract writes it; `seq` only where there is one."""
        content = {
            "model": self.model,
            "width": self.width,
            "height": self.height,
            "faces": [face.to_json() for face in self.faces],
            "timing_ms": self.timing_ms,
        }
        return content if self.seq is None else content | {"seq": self.seq}


@dataclass(frozen=True)
class Explanation:
    """How much each part of a face spoke for its emotion: `grid`, float (rows, rows), as why.explain tells."""

    model: str
    face: Face
    grid: np.ndarray
    timing_ms: dict[str, float]

    def to_json(self):
        """The explanation as the API's description writes it."""
        grid = [[round(cell, 3) for cell in row] for row in self.grid.tolist()]
        return {"model": self.model, **self.face.to_json(), "grid": grid, "timing_ms": self.timing_ms}


class Analyser:
    """Reads pictures. Belongs to one thread at a time; `models` may be shared."""

    def __init__(self, models, max_photo_pixels, max_frame_pixels):
        self.models = models
        self._detector = faces.Detector()
        self._max_photo_pixels = max_photo_pixels
        self._max_frame_pixels = max_frame_pixels
        self._detector.scan(np.zeros((480, 640), np.uint8), **faces.LIVE_SCAN)  # the first scan allocates

    def photo(self, data, model=None):
        """The Analysis of a photo's bytes; raises BadImage, UnknownModel or NoModel."""
        watch = _Watch()
        classifier = self.models.get(model)
        grey = images.decode(data, self._max_photo_pixels)
        watch.lap("decode")
        boxes = self._detector.scan_photo(grey)[: faces.MAX_FACES]
        crops = faces.crops(grey, boxes)
        watch.lap("detect")
        probabilities = classifier.classify(crops)
        watch.lap("classify")
        seen = tuple(_face(classifier.card, *each) for each in zip(boxes, probabilities, strict=True))
        return _analysis(classifier.card, grey, seen, watch)

    def explain(self, data, model=None, index=0, box=None, tilt_deg=0.0):
        """The Explanation of one face of a photo: the one in `box`, or of those found the `index`-th largest.

        `tilt_deg` is the lean of the face in `box`. Raises as `photo` does, and NoSuchFace.
        """
        watch = _Watch()
        classifier = self.models.get(model)
        grey = images.decode(data, self._max_photo_pixels)
        watch.lap("decode")
        box = self._box_of(grey, index) if box is None else _within(grey, box)
        crop = faces.crop(grey, box, tilt_deg)
        watch.lap("detect")
        probabilities = classifier.classify(crop[None])[0]
        watch.lap("classify")
        rows = why.rows_for(classifier.ms_per_face)
        grid = why.explain(classifier.classify, crop, int(np.argmax(probabilities)), rows)
        watch.lap("explain")
        return Explanation(classifier.card.name, _face(classifier.card, box, probabilities), grid, watch.timing_ms)

    def _box_of(self, grey, index):
        boxes = self._detector.scan_photo(grey)[: faces.MAX_FACES]
        if not 0 <= index < len(boxes):
            raise NoSuchFace(f"there is no face {index}; this picture has {len(boxes)}, counted from 0")
        return boxes[index]

    def frame(self, data, tracks, model=None, seq=None, now_s=None):
        """The Analysis of a live frame's bytes; raises as `photo` does.

        `tracks` (a tracks.Tracks) is the client's memory of the faces so far; `now_s` is the frame's
        time, now where absent.
        """
        watch = _Watch()
        now_s = time.monotonic() if now_s is None else now_s
        classifier = self.models.get(model)
        grey = images.decode(data, self._max_frame_pixels)
        watch.lap("decode")
        shown = self._follow(grey, tracks, now_s)[: faces.MAX_FACES]
        seen = [track for track in shown if track.is_seen]
        crops = faces.crops(grey, [t.place.square for t in seen], [t.place.angle_deg for t in seen])
        watch.lap("detect")
        for track, probabilities in zip(seen, classifier.classify(crops), strict=True):
            track.read(probabilities, now_s, classifier.card.name)
        watch.lap("classify")
        size = grey.shape[::-1]
        shown = tuple(
            _face(classifier.card, t.place.box(*size), t.probabilities, t.number, t.place.angle_deg)
            for t in shown
            if t.reader == classifier.card.name  # who is missed just now may bear another model's answer
        )
        return _analysis(classifier.card, grey, shown, watch, seq)

    def _follow(self, grey, tracks, now_s):
        def search(place, is_fine):
            boxes = self._detector.search(grey, place.square, place.angle_deg, is_fine)
            return [Sighting.of(box, place.angle_deg) for box in boxes]

        def scan(is_glance):
            how = faces.LIVE_GLANCE if is_glance else faces.LIVE_SCAN
            return [Sighting.of(box) for box in self._detector.scan(grey, **how)]

        return tracks.follow(now_s, grey.shape[::-1], search, scan)


class _Watch:
    """Milliseconds by step, and in all."""

    def __init__(self):
        self._started_s = self._last_s = time.perf_counter()
        self._steps_ms = {}

    def lap(self, step):
        now_s = time.perf_counter()
        self._steps_ms[step] = round((now_s - self._last_s) * 1000, 2)
        self._last_s = now_s

    @property
    def timing_ms(self):
        return self._steps_ms | {"total": round((self._last_s - self._started_s) * 1000, 2)}


def _analysis(card, grey, seen, watch, seq=None):
    height, width = grey.shape
    return Analysis(card.name, width, height, seen, watch.timing_ms, seq)


def _within(grey, box):
    """A box that someone named; outside the picture there is no face, nor in a strip.

    So the square that is cut has at most four times the picture's pixels.
    """
    x, y, width, height = box
    if min(x, y) < 0 or min(width, height) < 1 or x + width > grey.shape[1] or y + height > grey.shape[0]:
        size = f"{grey.shape[1]}×{grey.shape[0]}"
        raise NoSuchFace(f"the box {x},{y},{width},{height} does not lie within the picture of {size} pixels")
    if max(width, height) > 2 * min(width, height):
        raise NoSuchFace(f"the box {x},{y},{width},{height} is no face's: one side is more than twice the other")
    return box


def _face(card, box, probabilities, track=None, tilt_deg=0.0):
    return Face(
        box=tuple(int(n) for n in box),
        emotions=dict(zip(card.labels, probabilities.tolist(), strict=True)),
        certain=bool(np.max(probabilities) >= card.certain_from["threshold"]),
        track=track,
        tilt_deg=tilt_deg,
    )
