"""From bytes to answer: the one place that names all the steps."""

import time
from dataclasses import dataclass

import numpy as np

from app.vision import faces, images
from app.vision.sightings import Sighting


@dataclass(frozen=True)
class Face:
    """One face: its `box` (x, y, width, height) in pixels and the probability of every emotion.

    `certain` is false where the model had better say "not sure". `track` is its number in a live picture.
    """

    box: tuple[int, int, int, int]
    emotions: dict[str, float]
    certain: bool
    track: int | None = None

    @property
    def emotion(self):
        """The most probable emotion."""
        return max(self.emotions, key=self.emotions.get)

    def to_json(self):
        """The face as the contract writes it; `track` only where there is one."""
        content = {
            "box": list(self.box),
            "emotion": self.emotion,
            "certain": self.certain,
            "emotions": {label: round(p, 4) for label, p in self.emotions.items()},
        }
        return content if self.track is None else content | {"track": self.track}


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
            _face(classifier.card, track.place.box(*size), track.probabilities, track.number)
            for track in shown
            if track.probabilities is not None
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


def _face(card, box, probabilities, track=None):
    return Face(
        box=tuple(int(n) for n in box),
        emotions=dict(zip(card.labels, probabilities.tolist(), strict=True)),
        certain=bool(np.max(probabilities) >= card.certain_from["threshold"]),
        track=track,
    )
