"""FER2013's CSV, FER+'s votes and folder trees become Faces, with every fault in them named.

FER2013: https://www.kaggle.com/c/challenges-in-representation-learning-facial-expression-recognition-challenge
FER+: Barsoum et al. 2016, https://arxiv.org/abs/1608.01041
"""

import csv
import gzip
import hashlib
import json
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.vision.contract import FACE_SIZE, check_label
from training.faces import HELD_OUT, BadDataset, Faces, hold_out, join
from training.folders import digest_of, read_folders

FER2013_WORDS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""The emotions 0..6 of the CSV, and the names of the folders in Kaggle's zip."""

USAGES = {"Training": "training", "PublicTest": "public", "PrivateTest": "private"}
"""FER2013's `Usage` and what we call it."""

VOTE_WORDS = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt", "unknown", "nf")
"""FER+'s ten columns of votes in their order, in our words; nf is 'not a face'."""

FER2013_ROWS = {"training": 28709, "public": 3589, "private": 3589}
"""How many rows each of its splits has."""

PIXELS = FACE_SIZE * FACE_SIZE
CACHE = Path("runs/cache")

# A look-up reads the 80 million numbers of the file about twice as fast as int() does.
_LEVELS = {str(level): level for level in range(256)}


def load_all(paths, ferplus=None, is_raw=False, words=None, cache=CACHE, learnt=None):
    """The Faces of several files and folders together; raises BadDataset or, for a label, BadModel.

    `ferplus` belongs to the one CSV among them. `words` renames, {word of the data: label or ""}; rows of
    a word that becomes "" are left out. The rest is as in `load`.
    """
    paths = [Path(path) for path in paths]
    csvs = [path for path in paths if not path.is_dir()]
    if ferplus and len(csvs) != 1:
        raise BadDataset(f"FER+ votes follow the rows of one fer2013.csv; {len(csvs)} such files came")
    parts = [load(path, ferplus if path in csvs else None, is_raw, cache, learnt) for path in paths]
    faces = join(parts).renamed(words or {})
    for word in faces.words:
        check_label(word)
    return faces


def load(path, ferplus=None, is_raw=False, cache=CACHE, learnt=None):
    """The Faces of a FER2013 CSV (plain or gzipped) or of a folder tree; raises BadDataset.

    A tree holds <label>/<picture>, or train/<label>/<picture> and test/<label>/<picture> as Kaggle's zip
    does. Where nothing is held out for choosing or for the exam, a tenth of each label is (see hold_out);
    with `learnt`, the sha256 of what a model has learnt from, all is the exam where this is other data.
    `is_raw` says that a tree's pictures are whole photos: our own detector finds the largest face in each that
    is not 48×48 already.
    `ferplus` is FER+'s fer2013new.csv, row for row beside the CSV. What was read is kept under `cache` by
    its content's sha256, so that the next read takes a moment.
    """
    path = Path(path)
    if path.is_dir():
        if ferplus:
            raise BadDataset(f"FER+ votes follow the rows of fer2013.csv, and {path} is a folder")
        faces = _cached(digest_of(path), lambda: read_folders(path, is_raw), cache, "-photos" if is_raw else "-faces")
    elif path.is_file():
        faces = _cached(hashlib.sha256(path.read_bytes()).hexdigest(), lambda: _read_csv(path), cache)
    else:
        raise BadDataset(f"{path}: no such file or folder; expected fer2013.csv, fer2013.csv.gz or a folder tree")
    if ferplus:
        faces = replace(faces, votes=_read_votes(Path(ferplus), faces))
    if learnt is None or faces.sha256 in learnt:
        for split, others in HELD_OUT.items():
            if not np.isin(faces.splits, (split, others)).any():
                faces = hold_out(faces, split)
    elif set(faces.splits.tolist()) <= {"training", "validation"}:
        faces = replace(faces, splits=np.full(len(faces), "test"))
    return replace(faces, name=path.name)


def is_fer2013(faces):
    """Whether these are FER2013's rows under its own words, all of them and no others."""
    splits = dict(zip(*np.unique(faces.splits, return_counts=True), strict=True))
    return splits == FER2013_ROWS and set(faces.words) == set(FER2013_WORDS)


def without_twins(faces):
    """The faces without the training rows whose pixels stand in a test split, counted as dropped.

    568 of FER2013's test rows stand in its Training split pixel for pixel.
    """
    tests = {picture.tobytes() for picture in faces.pictures[faces.splits != "training"]}
    twin = np.array([picture.tobytes() in tests for picture in faces.pictures], bool)
    return faces.keep(~(twin & (faces.splits == "training")), "twin of a test picture")


def vote_shares(votes, labels):
    """FER+'s votes as a distribution over `labels`: float32 (n, labels), each row summing to 1 or 0.

    Single votes count as slips and are dropped (as by the data set's authors), then what falls
    outside `labels`; a row is 0 where nothing is left or where 'unknown' or 'not a face' led.
    """
    votes = np.where(votes > 1, votes, 0).astype(np.float32)
    columns = [VOTE_WORDS.index(label) for label in labels]
    shares = votes[:, columns]
    strange = votes[:, VOTE_WORDS.index("unknown") :].max(axis=1)
    shares = shares * (shares.max(axis=1) >= strange)[:, None]
    total = shares.sum(axis=1, keepdims=True)
    return np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)


def majority(votes):
    """FER+'s own majority rule: an index into VOTE_WORDS or -1, int64 (n,).

    Single votes are dropped as outliers; the winner holds more than half of what is left and is
    one of the eight emotions.
    """
    votes = np.where(votes > 1, votes, 0)
    winner = votes.argmax(axis=1)
    clear = votes.max(axis=1) * 2 > votes.sum(axis=1)
    return np.where(clear & (winner < len(VOTE_WORDS) - 2), winner, -1)


def _cached(digest, read, cache, way=""):
    """The Faces that `read` gives, or gave when the same content was read the same way before."""
    store = Path(cache) / f"{digest}{way}.named.npz"
    if not store.is_file():
        faces = read()
        store.parent.mkdir(parents=True, exist_ok=True)
        partial = store.with_suffix(".partial.npz")
        kept = {key: getattr(faces, key) for key in ("words", "pictures", "emotions", "splits", "names")}
        np.savez(partial, **kept, dropped=json.dumps(faces.dropped))
        partial.replace(store)
    with np.load(store) as kept:
        return Faces(
            name="",
            sha256=digest,
            words=tuple(kept["words"].tolist()),
            pictures=kept["pictures"],
            emotions=kept["emotions"],
            splits=kept["splits"],
            names=kept["names"],
            dropped=tuple((reason, rows) for reason, rows in json.loads(str(kept["dropped"]))),
        )


def _read_csv(path):
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


def _read_votes(path, faces):
    try:
        with open(path, newline="", encoding="utf-8") as text:
            rows = list(csv.reader(text))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadDataset(f"{path}: FER+ votes cannot be read: {error}") from None
    if not rows or len(rows[0]) != 12 or rows[0][0] != "Usage":
        raise BadDataset(f"{path.name}: expected FER+'s columns Usage,Image name and ten of votes")
    if len(rows) - 1 != len(faces):
        raise BadDataset(f"{path.name}: {len(rows) - 1} rows of votes for {len(faces)} rows of pictures")
    for number, (row, split) in enumerate(zip(rows[1:], faces.splits, strict=True), 2):
        if len(row) != 12 or not all(cell.isdecimal() and int(cell) <= 255 for cell in row[2:]):
            raise BadDataset(f"{path.name}, row {number}: expected ten whole numbers of votes after the file's name")
        if USAGES.get(row[0]) != split:
            raise BadDataset(f"{path.name}, row {number}: Usage is {row[0]!r}, the picture's is {split}")
    return np.array([row[2:] for row in rows[1:]], dtype=np.uint8)
