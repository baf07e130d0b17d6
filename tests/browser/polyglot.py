"""A site with fake networks of six, seven, eight and a user's own words that answer each word in turn.

Serve it with `flask --app tests/browser/polyglot.py:make_app run`.
"""

import time
from dataclasses import replace

import numpy as np
from fakes import make_card

from app import create_app
from app.vision.contract import LABELS
from app.vision.pipeline import Analyser

SIX = tuple(label for label in LABELS if label not in ("disgust", "contempt"))
WORDS = {"eight": LABELS, "six": SIX, "seven": LABELS[:-1], "own": ("happy", "doubt", "pain"), "shy": SIX, "calm": SIX}
TURN_S, TURN_FRAMES = 0.8, 2
"""How long a word stands at least, and for how many frames on a slow machine."""


class Talker:
    """A network that answers each of its words for a while, whatever the face."""

    ms_per_face = 1.0

    def __init__(self, name):
        labels = WORDS[name]
        self._share = 0.4 if name == "shy" else 0.86
        self._is_calm = name == "calm"
        self._turn = self._frames = 0
        self._since_s = time.monotonic()
        self.card = replace(make_card(name, labels), architecture={"parameters": 9}, scores={"test": _report(labels)})

    def open(self):
        """Itself, because it holds nothing that belongs to a thread."""
        return self

    def classify(self, faces):
        """Probabilities, float32 (n, labels), largest for the word whose turn it is.

        The network "shy" is never certain; the network "calm" always answers the same word.
        """
        count = len(self.card.labels)
        probabilities = np.full((len(faces), count), (1 - self._share) / (count - 1), np.float32)
        probabilities[:, count - 3 if self._is_calm else self._next_turn() % count] = self._share
        return probabilities

    def _next_turn(self):
        now_s = time.monotonic()
        self._frames += 1
        if self._frames > TURN_FRAMES and now_s - self._since_s > TURN_S:
            self._turn, self._frames, self._since_s = self._turn + 1, 1, now_s
        return self._turn


class Talkers:
    """The fake networks, with the interface of `vision.emotions.Models`."""

    default = "eight"
    refused = {}  # noqa: RUF012

    def __init__(self):
        self._all = {name: Talker(name) for name in WORDS}
        self.cards = {name: talker.card for name, talker in self._all.items()}
        self.ms_per_face = {name: talker.ms_per_face for name, talker in self._all.items()}

    def get(self, name=None):
        """A network by its name."""
        return self._all[name or self.default]


def _report(labels):
    """The report of an exam with a hundred faces of each word, 70 read right and 30 read as the next word."""
    count = len(labels)
    confusion = 70 * np.eye(count, dtype=int) + 30 * np.roll(np.eye(count, dtype=int), 1, axis=1)
    each = {"precision": 0.7, "recall": 0.7, "f1": 0.7, "support": 100}
    return {
        "labels": list(labels),
        "rows": 100 * count,
        "accuracy": 0.7,
        "interval": [0.66, 0.74],
        "macro_f1": 0.7,
        "per_class": dict.fromkeys(labels, each),
        "confusion": confusion.tolist(),
        "ece": 0.02,
    }


def make_app():
    """The application that `flask run` serves."""
    return create_app({}, Analyser(Talkers(), 10**8, 10**8))
