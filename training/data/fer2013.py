"""FER2013's CSV as Faces, with every fault in it named.

https://www.kaggle.com/c/challenges-in-representation-learning-facial-expression-recognition-challenge
"""

import codecs
import csv
import gzip
import zlib
from contextlib import contextmanager

import numpy as np

from app.vision.contract import FACE_SIZE
from training.data.faces import BadDataset, Faces

FER2013_WORDS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""The emotions 0..6 of the CSV, and the names of the folders in Kaggle's zip."""

USAGES = {"Training": "training", "PublicTest": "public", "PrivateTest": "private"}
"""FER2013's `Usage` and what we call it."""

FER2013_ROWS = {"training": 28709, "public": 3589, "private": 3589}
"""How many rows each of its splits has."""

PIXELS = FACE_SIZE * FACE_SIZE

_SPLITS = {usage.lower(): split for usage, split in USAGES.items()}
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

# A look-up reads the 80 million numbers of the file about twice as fast as int() does.
_LEVELS = {str(level): level for level in range(256)}


def is_fer2013(faces):
    """Whether these are exactly FER2013's rows, under its own words."""
    splits = dict(zip(*np.unique(faces.splits, return_counts=True), strict=True))
    return splits == FER2013_ROWS and set(faces.words) == set(FER2013_WORDS)


def read_csv(path):
    """The Faces of FER2013's CSV, plain or gzipped; raises BadDataset with the row.

    The columns emotion, pixels and Usage may come in any order and in upper or lower case. Without Usage, as in
    Kaggle's train.csv, all rows are Training. The text may be UTF-8 or UTF-16 with a byte order mark.
    """
    pictures, emotions, splits = [], [], []
    try:
        with _open_text(path) as text:
            rows = csv.reader(text)
            places = _columns(path.name, next(rows, []))
            for number, row in enumerate(rows, 2):
                if not row:  # a blank line
                    continue
                emotion, picture, split = _parse_row(row, places, f"{path.name}, row {number}")
                pictures.append(picture)
                emotions.append(emotion)
                splits.append(split)
    except (OSError, EOFError, zlib.error, UnicodeError, csv.Error) as error:
        raise BadDataset(f"{path.name} cannot be read as CSV text: {error}") from None
    if not pictures:
        raise BadDataset(f"{path.name}: there is no row below the header")
    pictures = np.frombuffer(b"".join(pictures), np.uint8).reshape(-1, FACE_SIZE, FACE_SIZE)
    emotions = np.array(emotions)
    counts = np.bincount(emotions, minlength=len(FER2013_WORDS))
    empty = [word for word, count in zip(FER2013_WORDS, counts, strict=True) if not count]
    if empty:
        raise BadDataset(f"{path.name}: there is no picture of {', '.join(empty)}")
    names = np.arange(2, len(pictures) + 2).astype(str)
    return Faces(path.name, "", FER2013_WORDS, pictures, emotions, np.array(splits), names=names)


@contextmanager
def _open_text(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        start = file.read(3)
    encoding = next((code for mark, code in _MARKS.items() if start.startswith(mark)), "ascii")
    with opener(path, "rt", newline="", encoding=encoding) as text:
        yield text


def _columns(name, header):
    """The positions of emotion, pixels and Usage in a row; Usage may be missing."""
    found = [column.strip().lower() for column in header]
    missing = [column for column in ("emotion", "pixels") if column not in found]
    if missing or not set(found) <= {"emotion", "pixels", "usage"}:
        raise BadDataset(f"{name}: the columns must be emotion,pixels,Usage, not {','.join(header)[:80]}")
    return {column: place for place, column in enumerate(found)}


def _parse_row(row, places, where):
    if len(row) != len(places):
        raise BadDataset(f"{where}: expected {len(places)} columns, found {len(row)}")
    emotion, pixels = row[places["emotion"]].strip(), row[places["pixels"]]
    usage = row[places["usage"]].strip() if "usage" in places else "Training"
    if emotion not in "0123456" or len(emotion) != 1:
        raise BadDataset(f"{where}: emotion must be 0 to 6, not {emotion[:20]!r}")
    if usage.lower() not in _SPLITS:
        raise BadDataset(f"{where}: Usage must be one of {', '.join(USAGES)}, not {usage[:20]!r}")
    try:
        picture = bytes(map(_LEVELS.__getitem__, pixels.split()))
    except KeyError:
        raise BadDataset(f"{where}: pixels must be whole numbers 0 to 255") from None
    if len(picture) != PIXELS:
        raise BadDataset(f"{where}: expected {PIXELS} pixels, found {len(picture)}")
    return int(emotion), picture, _SPLITS[usage.lower()]
