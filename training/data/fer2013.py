"""FER2013's CSV as Faces, with every fault in it named.

https://www.kaggle.com/c/challenges-in-representation-learning-facial-expression-recognition-challenge
"""

import csv
import gzip
import zlib

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

# A look-up reads the 80 million numbers of the file about twice as fast as int() does.
_LEVELS = {str(level): level for level in range(256)}


def is_fer2013(faces):
    """Whether these are FER2013's rows under its own words, all of them and no others."""
    splits = dict(zip(*np.unique(faces.splits, return_counts=True), strict=True))
    return splits == FER2013_ROWS and set(faces.words) == set(FER2013_WORDS)


def read_csv(path):
    """The Faces of FER2013's CSV, plain or gzipped; raises BadDataset with the row."""
    opener = gzip.open if path.suffix == ".gz" else open
    pictures, emotions, splits = [], [], []
    try:
        with opener(path, "rt", newline="", encoding="ascii") as text:
            rows = csv.reader(text)
            header = next(rows, [])
            if [name.strip() for name in header] != ["emotion", "pixels", "Usage"]:
                raise BadDataset(f"{path.name}: the columns must be emotion,pixels,Usage, not {','.join(header)[:80]}")
            for number, row in enumerate(rows, 2):
                emotion, picture, split = _parse_row(row, f"{path.name}, row {number}")
                pictures.append(picture)
                emotions.append(emotion)
                splits.append(split)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
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


def _parse_row(row, where):
    if len(row) != 3:
        raise BadDataset(f"{where}: expected 3 columns, found {len(row)}")
    emotion, pixels, usage = row
    if emotion not in "0123456" or len(emotion) != 1:
        raise BadDataset(f"{where}: emotion must be 0 to 6, not {emotion[:20]!r}")
    if usage not in USAGES:
        raise BadDataset(f"{where}: Usage must be one of {', '.join(USAGES)}, not {usage[:20]!r}")
    try:
        picture = bytes(map(_LEVELS.__getitem__, pixels.split()))
    except KeyError:
        raise BadDataset(f"{where}: pixels must be whole numbers 0 to 255") from None
    if len(picture) != PIXELS:
        raise BadDataset(f"{where}: expected {PIXELS} pixels, found {len(picture)}")
    return int(emotion), picture, USAGES[usage]
