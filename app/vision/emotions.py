"""The classifiers: model folders opened by LiteRT, faces in, probabilities out."""

import logging
import statistics
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from app.vision.contract import FACE_SIZE, load_model
from app.vision.errors import BadModel, NoModel, UnknownModel

PREFERRED = ("ferplus", "ensemble", "resnet", "vgg16", "cnn")
"""The order in which a default is looked for where none is set: the best reader of foreign faces first."""

WARM_UPS = 5
"""Calls at start-up: the first prepares memory, the others are timed."""

log = logging.getLogger(__name__)


class Classifier:
    """The network of one model folder, warm. Threads may share it: an interpreter is one's alone at a time,
    and as many are opened as are ever at work together.

    `card` is its contract.Card and `ms_per_face` the median time that a face took at start-up.
    Raises BadModel where the folder or the network breaks the contract.
    """

    def __init__(self, folder):
        self.card, self._network = load_model(folder)
        self._idle = [_open(self.card, self._network)]
        self._input = self._idle[0].get_input_details()[0]["index"]
        self._output = self._idle[0].get_output_details()[0]["index"]
        try:
            self.ms_per_face = self._warm_up()
        except RuntimeError as error:
            raise BadModel(f"{self.card.name}: the network does not run: {error}") from None

    def classify(self, faces):
        """Probabilities, float32 (n, labels), of faces, uint8 (n, 48, 48); n = 0 is legal."""
        probabilities = np.empty((len(faces), len(self.card.labels)), np.float32)
        with self._lent() as interpreter:
            for index, face in enumerate(faces):
                interpreter.set_tensor(self._input, face.astype(np.float32)[None, :, :, None])
                interpreter.invoke()
                probabilities[index] = interpreter.get_tensor(self._output)[0]
        return probabilities

    @contextmanager
    def _lent(self):
        try:
            interpreter = self._idle.pop()  # a list's pop and append are one step each for all threads
        except IndexError:
            interpreter = _open(self.card, self._network)
        try:
            yield interpreter
        finally:
            self._idle.append(interpreter)

    def _warm_up(self):
        grey = np.full((1, FACE_SIZE, FACE_SIZE), 128, np.uint8)
        times_ms = []
        for _ in range(WARM_UPS):
            started = time.perf_counter()
            probabilities = self.classify(grey)
            times_ms.append((time.perf_counter() - started) * 1000)
        if not np.isfinite(probabilities).all() or abs(float(probabilities.sum()) - 1) > 0.01:
            raise BadModel(f"{self.card.name}: the network's answer is no probabilities: {probabilities[0]}")
        return round(statistics.median(times_ms[1:]), 2)


class Models:
    """The model folders in a folder: every one is opened and checked, the default stays open.

    The others are opened again at their first use: the study's CNN takes 75 MB of memory when open.
    `cards` and `ms_per_face` are dicts by name, the default first; `refused` says by folder why one is
    not offered; `default` is None where there is no model. Raises UnknownModel where the default that is asked
    for is not offered.
    """

    def __init__(self, folder, default=""):
        self._folder = Path(folder)
        self._opening = threading.Lock()
        self._open = {}
        self.refused = {}
        for folder in sorted(self._folder.glob("[!._]*/")):
            self._try(folder)
        self.default = self._choose(default)
        first = sorted(self._open, key=lambda name: name != self.default)
        self.cards = {name: self._open[name].card for name in first}
        self.ms_per_face = {name: self._open[name].ms_per_face for name in first}
        self._open = {name: self._open[name] for name in first[:1]}

    def get(self, name=None):
        """The Classifier of a name, or the default one; raises UnknownModel, NoModel or BadModel."""
        if not self.cards:
            raise NoModel("no model is installed; `python -m training train cnn --data fer2013.csv` makes one")
        name = name or self.default
        if name not in self.cards:  # also keeps the name of a client from becoming a path
            raise UnknownModel(f"there is no model {str(name)[:64]!r}; there are {', '.join(self.cards)}")
        with self._opening:
            if name not in self._open:
                self._open[name] = Classifier(self._folder / name)
        return self._open[name]

    def _try(self, folder):
        try:
            self._open[folder.name] = Classifier(folder)
        except BadModel as error:
            self.refused[folder.name] = str(error)
            log.warning("model refused: %s", error)

    def _choose(self, wanted):
        names = list(self._open)
        if wanted and wanted not in names:
            reason = self.refused.get(wanted, f"there is none in {self._folder}")
            others = ", ".join(names) or "none"
            raise UnknownModel(f"the model {wanted!r} cannot be used ({reason}); there are {others}")
        return next((name for name in (wanted, *PREFERRED, *names) if name in names), None)


def _open(card, network):
    try:
        interpreter = Interpreter(model_content=network, num_threads=1)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise BadModel(f"{card.name}: {card.file['name']} is no network that LiteRT reads: {error}") from None
    _check_tensor(card, "input", interpreter.get_input_details(), (1, FACE_SIZE, FACE_SIZE, 1))
    _check_tensor(card, "output", interpreter.get_output_details(), (1, len(card.labels)))
    return interpreter


def _check_tensor(card, side, details, shape):
    found = [(tuple(int(n) for n in tensor["shape"]), np.dtype(tensor["dtype"]).name) for tensor in details]
    if found != [(shape, "float32")]:
        raise BadModel(f"{card.name}: the network's {side} must be float32 {shape}, not {found}")
