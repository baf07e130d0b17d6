"""The contract of a network: the face's size, the crop's geometry, the labels, and the card beside the file.

Training and serving both obey this module and share nothing else, so they cannot drift apart.
A network takes raw grey levels 0..255 as float32 (1, 48, 48, 1), scales them inside, and gives
float32 (1, labels): calibrated probabilities that sum to 1.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, fields
from numbers import Real
from pathlib import Path

from app.vision.errors import BadModel

FACE_SIZE = 48
"""Side of the square picture that a network reads, in pixels (FER2013's size)."""

LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral", "contempt")
"""The labels. A shipped network has some of them, in this order; a user's own network may add others."""

CROP_SCALE = 1.0
"""Side of the crop over the longer side of the detector's box.

`python -m training probe cnn` on 2,000 of FER2013's PublicTest, pasted into larger frames and found by the Haar
cascade: accuracy on the found faces is 0.639 for a scale of 0.9, 0.641 for 1.0, 0.624 for 1.1, 0.582 for 1.2, and 0.639
for the original pictures. By FER+'s votes it is 0.695, 0.706, 0.697, 0.677 and 0.718. The cascade's box has 0.98 times
the side of FER2013's picture.
"""

CARD = "card.json"

LARGEST = 10**15
DEEPEST = 16
"""Bounds of a card's numbers and of its nesting: the pages could not show a card beyond them."""

INPUT = {"height": FACE_SIZE, "width": FACE_SIZE, "channels": 1, "range": [0, 255]}

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\.tflite")
_SHA256 = re.compile("[0-9a-f]{64}")
_LABEL = re.compile(r"[a-z][a-z0-9 _-]{0,31}")

_PLAIN = {str: "text", bool: "true or false", dict: "an object"}

_SCORES = {
    "labels": [str],
    "rows": Real,
    "accuracy": Real,
    "interval": (Real, Real),
    "macro_f1": Real,
    "ece": Real,
    "per_class": {...: {"precision": Real, "recall": Real, "f1": Real, "support": Real}},
    "confusion": [[Real]],
}

_KINDS = {
    "file": {"sha256": str, "bytes": Real},
    "certain_from": {"coverage": Real, "accuracy": Real},
    "agreement": {"raters": Real, "votes": Real, "alpha": {"value": Real, "low": Real, "high": Real}},
    "architecture": {"parameters": Real, "layers": [[object]]},
    "recipe": {"epochs_run": Real, "minutes": Real},
    "data": {"rows": {"training": Real}},
    "scores": {...: _SCORES},
    "probe": {"pictures": Real, "conditions": {...: {"label": Real}}},
}
"""The types of the optional entries that the site shows: {entry: kind} with ... for any entry, [kind] for a list
of any length, (kind, kind) for one of that length, else a class."""


def crop_square(box):
    """The square that a face is read from, as (centre x, centre y, side) in float pixels.

    `box` is (x, y, width, height); the square is centred on it, CROP_SCALE times its longer side.
    It may leave the picture: the crop mirrors what is missing.
    """
    x, y, width, height = box
    return x + width / 2, y + height / 2, CROP_SCALE * max(width, height)


@dataclass(frozen=True)
class Card:
    """The content of a network's `card.json`: how to feed the network, how to read it, and how good it is.

    `file` is {name, sha256, bytes}; `certain_from` is {threshold, coverage, accuracy}: the
    probability from which an answer is called certain, the share of faces with a certain answer, and the
    accuracy on them. `label` is a few plain words for choosers, `precision` says how the weights are stored,
    `experimental` marks a model with too few exam pictures, `agreement` describes the votes from
    which it learnt: raters, votes, and Krippendorff's alpha as {value, low, high}. `scores` holds one report for
    each exam (see training/scoring/exams.py), `probe` the accuracy under a camera's and a detector's errors (see
    training/scoring/probe.py).
    """

    name: str
    title: str
    labels: tuple[str, ...]
    file: dict
    certain_from: dict
    label: str = ""
    precision: str = ""
    experimental: bool = False
    agreement: dict = field(default_factory=dict)
    temperature: float = 1.0
    input: dict = field(default_factory=lambda: dict(INPUT))
    architecture: dict = field(default_factory=dict)
    recipe: dict = field(default_factory=dict)
    data: dict = field(default_factory=dict)
    scores: dict = field(default_factory=dict)
    probe: dict = field(default_factory=dict)
    history: str = "history.csv"
    parity: dict = field(default_factory=dict)
    made: dict = field(default_factory=dict)

    def __post_init__(self):
        object.__setattr__(self, "labels", tuple(self.labels))
        for entry in fields(self):
            value = getattr(self, entry.name)
            if entry.type in _PLAIN and not isinstance(value, entry.type):
                raise BadModel(f"{entry.name} must be {_PLAIN[entry.type]}, not {value!r}")
        _check_size(vars(self))
        for name, kind in _KINDS.items():
            _check_kind(getattr(self, name), kind, name)
        check_name(self.name)
        for label in self.labels:
            check_label(label)
        if len(self.labels) < 2 or len(set(self.labels)) < len(self.labels):
            raise BadModel(f"labels must be two or more different words, not {list(self.labels)}")
        if self.input != INPUT:
            raise BadModel(f"input must be {INPUT}, not {self.input}")
        if not (_is_number(self.temperature) and self.temperature > 0):
            raise BadModel(f"temperature must be a number above 0, not {self.temperature!r}")
        threshold = _entry(self.certain_from, "certain_from", "threshold")
        if not (_is_number(threshold) and 0 <= threshold <= 1):
            raise BadModel(f"certain_from.threshold must lie in 0..1, not {threshold!r}")
        name = _entry(self.file, "file", "name")
        if not isinstance(name, str) or not _FILE.fullmatch(name):
            raise BadModel(f"file.name must be the plain name of a .tflite file, not {name!r}")
        sha256 = _entry(self.file, "file", "sha256")
        if not (isinstance(sha256, str) and _SHA256.fullmatch(sha256)):
            raise BadModel(f"file.sha256 must be 64 hexadecimal digits, not {sha256!r}")

    def to_json(self):
        """The card as a dict that `json.dumps` takes."""
        return asdict(self) | {"labels": list(self.labels)}

    @classmethod
    def from_json(cls, content):
        """The card that a parsed `card.json` describes; raises BadModel where it breaks the contract."""
        if not isinstance(content, dict):
            raise BadModel(f"{CARD} must hold an object, not {type(content).__name__}")
        known = cls.__dataclass_fields__
        missing = [key for key in ("name", "title", "labels", "file", "certain_from") if key not in content]
        if missing:
            raise BadModel(f"{CARD} lacks {', '.join(missing)}")
        if not isinstance(content["labels"], list):
            raise BadModel(f"labels must be a list of words, not {content['labels']!r}")
        return cls(**{key: value for key, value in content.items() if key in known})


def check_name(name):
    """The name itself if it can name a model's folder; raises BadModel else."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadModel(f"a model's name is up to 64 of a-z, 0-9, '-' and '_', not {name!r}")
    return name


def check_label(label):
    """The label itself if it can be one; raises BadModel else."""
    if not isinstance(label, str) or not _LABEL.fullmatch(label):
        raise BadModel(f"a label is a lower-case word of at most 32 letters, not {label!r}")
    return label


def load_model(folder):
    """A model folder's (Card, bytes of the network); raises BadModel with the reason.

    The folder's name must be the card's, and the file's sha256 and length those of the card.
    """
    folder = Path(folder)
    try:
        content = json.loads((folder / CARD).read_text(encoding="utf-8"))
        json.dumps(content, allow_nan=False)  # browsers cannot parse NaN, and each page holds all the cards
    except FileNotFoundError:
        raise BadModel(f"{folder.name}: there is no {CARD}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise BadModel(f"{folder.name}: {CARD} cannot be read: {error}") from None
    try:
        card = Card.from_json(content)
        if card.name != folder.name:
            raise BadModel(f"the card names {card.name!r}, the folder {folder.name!r}")
        network = _read_network(folder, card.file)
    except BadModel as error:
        raise BadModel(f"{folder.name}: {error}") from None
    return card, network


def fingerprint(network):
    """The card's `sha256` and `bytes` of a network's bytes."""
    return {"sha256": hashlib.sha256(network).hexdigest(), "bytes": len(network)}


def _read_network(folder, file):
    try:
        network = (folder / file["name"]).read_bytes()
    except OSError as error:
        raise BadModel(f"{file['name']} cannot be read: {error.strerror}") from None
    found = fingerprint(network)
    if found != {"sha256": file["sha256"], "bytes": file.get("bytes", found["bytes"])}:
        raise BadModel(
            f"{file['name']} has sha256 {found['sha256'][:12]}… ({found['bytes']} bytes), "
            f"the card says {str(file['sha256'])[:12]}… ({file.get('bytes')} bytes)"
        )
    return network


def _entry(record, name, key):
    if key not in record:
        raise BadModel(f"{name} must be an object with {key!r}, not {record!r}")
    return record[key]


def _is_number(value):
    return isinstance(value, Real) and not isinstance(value, bool)  # True is an int to Python


def _check_size(value, name="the card", depth=0):
    if isinstance(value, dict | list | tuple):
        if depth == DEEPEST:
            raise BadModel(f"{name} lies deeper than {DEEPEST} levels")
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            _check_size(inner, f"{name}.{key}", depth + 1)
    elif isinstance(value, Real) and not abs(value) <= LARGEST:
        raise BadModel(f"{name} must be a number within ±{LARGEST}")


def _check_kind(value, kind, name):
    if isinstance(kind, dict):
        if not isinstance(value, dict):
            raise BadModel(f"{name} must be an object, not {value!r}")
        for key, inner in kind.items():
            for told in value if key is ... else [key]:
                if value.get(told) is not None:
                    _check_kind(value[told], inner, f"{name}.{told}")
    elif isinstance(kind, list | tuple):
        if not isinstance(value, list | tuple) or (isinstance(kind, tuple) and len(value) != len(kind)):
            length = f"a list of {len(kind)}" if isinstance(kind, tuple) else "a list"
            raise BadModel(f"{name} must be {length}, not {value!r}")
        for place, inner in enumerate(value):
            _check_kind(inner, kind[0], f"{name}[{place}]")
    elif not (_is_number(value) if kind is Real else isinstance(value, kind)):
        raise BadModel(f"{name} must be {'text' if kind is str else 'a number'}, not {value!r}")
