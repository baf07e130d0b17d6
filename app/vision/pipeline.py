"""From bytes to answer: the one place that names all the steps."""

import time
from dataclasses import dataclass, replace

import numpy as np

from app.vision import faces, images


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
        self._detector.scan(np.zeros((480, 640), np.uint8))  # the first scan allocates

    def photo(self, data, model=None):
        """The Analysis of a photo's bytes; raises BadImage, UnknownModel or NoModel."""
        return self._analyse(data, model, self._max_photo_pixels, self._detector.scan_photo)

    def frame(self, data, model=None, seq=None):
        """The Analysis of a live frame's bytes; raises as `photo` does."""
        analysis = self._analyse(data, model, self._max_frame_pixels, self._detector.scan)
        return replace(analysis, seq=seq)

    def _analyse(self, data, model, max_pixels, scan):
        classifier = self.models.get(model)
        started = time.perf_counter()
        grey = images.decode(data, max_pixels)
        decoded = time.perf_counter()
        boxes = scan(grey)[: faces.MAX_FACES]
        crops = faces.crops(grey, boxes)
        detected = time.perf_counter()
        probabilities = classifier.classify(crops)
        classified = time.perf_counter()
        return Analysis(
            model=classifier.card.name,
            width=grey.shape[1],
            height=grey.shape[0],
            faces=tuple(_face(classifier.card, box, p) for box, p in zip(boxes, probabilities, strict=True)),
            timing_ms=_timing_ms(started, decoded, detected, classified),
        )


def _face(card, box, probabilities):
    return Face(
        box=tuple(int(n) for n in box),
        emotions=dict(zip(card.labels, probabilities.tolist(), strict=True)),
        certain=bool(np.max(probabilities) >= card.certain_from["threshold"]),
    )


def _timing_ms(*moments):
    steps = {"decode": moments[0:2], "detect": moments[1:3], "classify": moments[2:4], "total": moments[::3]}
    return {step: round((end - start) * 1000, 2) for step, (start, end) in steps.items()}
