"""Stand-ins for tests: drawn pictures' files, model folders, and an analyser that needs no model."""

import json
from dataclasses import replace
from io import BytesIO

import numpy as np
from PIL import Image

from app.vision.contract import CARD, Card, fingerprint
from app.vision.errors import NoModel, NoSuchFace, UnknownModel
from app.vision.images import decode
from app.vision.pipeline import Analysis, Explanation, Face


def encode(picture, format="JPEG", **options):
    """A numpy array or Pillow image as the bytes of a file in this format."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def make_card(name="study", labels=("happy", "sad"), network=b"network"):
    """A card as small as the contract allows."""
    return Card(
        name=name,
        title=f"The {name} network",
        labels=labels,
        file={"name": "model.tflite"} | fingerprint(network),
        certain_from={"threshold": 0.6, "coverage": 0.8, "accuracy": 0.7},
    )


def write_model(folder, network=b"network", **card):
    """A model's folder with a card that fits a file's bytes."""
    folder.mkdir(parents=True)
    (folder / "model.tflite").write_bytes(network)
    card = make_card(folder.name, network=network, **card)
    (folder / CARD).write_text(json.dumps(card.to_json()), encoding="utf-8")


class FakeClassifier:
    """A classifier whose probability of happy grows with the face's brightness."""

    ms_per_face = 0.5

    def __init__(self, card):
        self.card = card

    def open(self):
        """Itself, because a fake needs no memory of its own."""
        return self

    def classify(self, faces):
        """Probabilities, float32 (n, 2)."""
        happy = faces.reshape(len(faces), -1).mean(1, dtype=np.float32) / 255 if len(faces) else np.empty(0)
        return np.stack([happy, 1 - happy], 1).astype(np.float32)


class FakeModels:
    """Two fake models, the first the default; without names, no models."""

    def __init__(self, *names):
        self._classifiers = {name: FakeClassifier(make_card(name)) for name in names}
        self.cards = {name: classifier.card for name, classifier in self._classifiers.items()}
        self.ms_per_face = dict.fromkeys(names, 0.5)
        self.default = next(iter(names), None)
        self.refused = {}

    def get(self, name=None):
        """The classifier of a name."""
        if not self.cards:
            raise NoModel("no model is installed")
        if (name or self.default) not in self.cards:
            raise UnknownModel(f"there is no model {name!r}")
        return self._classifiers[name or self.default]


class FakeAnalyser:
    """An analyser that finds one happy face in every readable picture and keeps no state."""

    def __init__(self, *names):
        self.models = FakeModels(*names)

    def photo(self, data, model=None):
        """The same face for every photo."""
        return self._see(data, model)

    def frame(self, data, tracks, model=None, seq=None, now_s=None):
        """The same face for every frame."""
        return self._see(data, model, seq)

    def explain(self, data, model=None, index=0, box=None, tilt_deg=0.0):
        """The same explanation for every photo, for the face in `box` or else for the only face."""
        analysis = self._see(data, model)
        if index:
            raise NoSuchFace(f"there is no face {index}")
        face = replace(analysis.faces[0], box=box or analysis.faces[0].box)
        return Explanation(analysis.model, face, np.array([[0.12345, -0.5], [0, tilt_deg]]), analysis.timing_ms)

    def _see(self, data, model, seq=None):
        card = self.models.get(model).card
        height, width = decode(data, 10**8).shape
        face = Face((1, 2, 10, 10), {"happy": 0.9, "sad": 0.1}, certain=True, score=0.97)
        timing = dict.fromkeys(("decode", "detect", "classify", "total"), 0.0)
        return Analysis(card.name, width, height, (face,), timing, seq)
