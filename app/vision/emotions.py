"""The classifiers: model folders opened by LiteRT, faces in, probabilities out."""

import logging
import statistics
import threading
import time
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from app.vision.contract import FACE_SIZE, load_model
from app.vision.errors import BadModel, NoModel, UnknownModel

PREFERRED = ("ferplus", "ensemble", "resnet", "vgg16", "cnn")
"""The order in which a default is chosen where none is set: the most accurate on unfamiliar faces first."""

WARM_UPS = 5
"""Calls at start: the first allocates memory, the others are timed."""

IDLE_S = 120
"""Seconds after its last use at which a network is closed. The largest takes some 40 MB while it is open."""

MOST_OPEN = 3
"""Networks that a thread keeps open. A page asks at most two models, and other pages may ask for others."""

log = logging.getLogger(__name__)


class Classifier:
    """The network of one model folder, checked by running it. Threads may share it: it opens a Network for each.

    `card` is its contract.Card and `ms_per_face` the median time of a face at start.
    Raises BadModel where the folder or the network breaks the contract.
    """

    def __init__(self, folder):
        self.card, self._content = load_model(folder)
        try:
            self.ms_per_face = self._warm_up()
        except RuntimeError as error:
            raise BadModel(f"{self.card.name}: the network does not run: {error}") from None

    def open(self):
        """A Network, ready for use by one thread at a time."""
        return Network(self.card, self._content, self.ms_per_face)

    def _warm_up(self):
        network = Network(self.card, self._content)
        grey = np.full((1, FACE_SIZE, FACE_SIZE), 128, np.uint8)
        times_ms = []
        for _ in range(WARM_UPS):
            started = time.perf_counter()
            probabilities = network.classify(grey)
            times_ms.append((time.perf_counter() - started) * 1000)
        if not np.isfinite(probabilities).all() or abs(float(probabilities.sum()) - 1) > 0.01:
            raise BadModel(f"{self.card.name}: the network's answer is no probabilities: {probabilities[0]}")
        return round(statistics.median(times_ms[1:]), 2)


class Network:
    """A model's network, open in LiteRT. Belongs to one thread at a time."""

    def __init__(self, card, content, ms_per_face=None):
        self.card, self.ms_per_face = card, ms_per_face
        self._interpreter = _open(card, content)
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]

    def classify(self, faces):
        """Probabilities, float32 (n, labels), of faces, uint8 (n, 48, 48); n = 0 is legal."""
        probabilities = np.empty((len(faces), len(self.card.labels)), np.float32)
        for index, face in enumerate(faces):
            self._interpreter.set_tensor(self._input, face.astype(np.float32)[None, :, :, None])
            self._interpreter.invoke()
            probabilities[index] = self._interpreter.get_tensor(self._output)[0]
        return probabilities


class Networks:
    """The networks that one thread has open: the MOST_OPEN that it asked for last, each for IDLE_S seconds.

    `models` is a Models, or anything else whose `get` gives Classifiers.
    """

    def __init__(self, models):
        self._models = models
        self._open = {}  # name -> (Classifier, Network, when it was last asked for)

    def get(self, name=None):
        """The open Network of a model, by its name or the default one; raises as Models.get does."""
        now_s = time.monotonic()
        classifier = self._models.get(name)
        name = classifier.card.name
        known, network, _ = self._open.pop(name, (None, None, 0.0))
        others = [(other, kept) for other, kept in self._open.items() if now_s - kept[2] <= IDLE_S]
        self._open = dict(others[1 - MOST_OPEN :])  # the latest last
        network = network if known is classifier else classifier.open()
        self._open[name] = (classifier, network, now_s)
        return network


class Models:
    """The model folders in a folder: each is opened and checked, and the default stays in memory.

    The others are read again at their first use, because together they take more memory than most servers need.
    `cards` and `ms_per_face` are dicts by name, the default first; `refused` is a dict from folder to the reason
    why it is not offered; `default` is the name of the default, None where there is no model. Raises UnknownModel
    where the requested default is not offered.
    """

    def __init__(self, folder, default=""):
        self._folder = Path(folder)
        self._read = {}
        self.refused = {}
        for folder in sorted(self._folder.glob("[!._]*/")):
            self._try(folder)
        self.default = self._choose(default)
        first = sorted(self._read, key=lambda name: name != self.default)
        self.cards = {name: self._read[name].card for name in first}
        self.ms_per_face = {name: self._read[name].ms_per_face for name in first}
        self._read = {name: self._read[name] for name in first[:1]}
        self._reading = {name: threading.Lock() for name in first}

    def get(self, name=None):
        """The Classifier of a name, or the default one; raises UnknownModel, NoModel or BadModel.

        While a model is read for the first time, only the callers that asked for it wait.
        """
        if not self.cards:
            raise NoModel("no model is installed; `python -m training train cnn --data fer2013.csv` makes one")
        name = name or self.default
        if name not in self.cards:  # also keeps a client's text from becoming a path
            raise UnknownModel(f"there is no model {str(name)[:64]!r}; there are {', '.join(self.cards)}")
        if name not in self._read:
            with self._reading[name]:
                if name not in self._read:
                    self._read[name] = Classifier(self._folder / name)
        return self._read[name]

    def _try(self, folder):
        try:
            self._read[folder.name] = Classifier(folder)
        except BadModel as error:
            self.refused[folder.name] = str(error)
            log.warning("model refused: %s", error)

    def _choose(self, wanted):
        names = list(self._read)
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
