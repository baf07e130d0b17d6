"""FER2013, FER+ and folder trees as arrays, with every fault in them named.

FER2013: https://www.kaggle.com/c/challenges-in-representation-learning-facial-expression-recognition-challenge
FER+: Barsoum et al. 2016, https://arxiv.org/abs/1608.01041
"""

import csv
import gzip
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from app.vision.contract import FACE_SIZE

FER2013_WORDS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""The emotions 0..6 of the CSV, and the names of the folders in Kaggle's zip."""

SPLITS = {"Training": "training", "PublicTest": "public", "PrivateTest": "private"}
"""FER2013's `Usage` and what we call it."""

VOTE_WORDS = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt", "unknown", "nf")
"""FER+'s ten columns of votes in their order, in our words; nf is 'not a face'."""

PIXELS = FACE_SIZE * FACE_SIZE
CACHE = Path("runs/cache")

# A look-up reads the 80 million numbers of the file about twice as fast as int() does.
_LEVELS = {str(level): level for level in range(256)}


class BadDataset(Exception):
    """Data that cannot be used; names the row or file, what came and what was expected."""


@dataclass(frozen=True)
class Faces:
    """Labelled pictures in the order of their source.

    pictures: uint8 (n, 48, 48), grey. emotions: int64 (n,), an index into `words`. splits: str (n,),
    one of training, public, private. votes: uint8 (n, 10) in the order of VOTE_WORDS, or None.
    dropped: rows left out so far, by reason.
    """

    name: str
    sha256: str
    words: tuple[str, ...]
    pictures: np.ndarray
    emotions: np.ndarray
    splits: np.ndarray
    votes: np.ndarray | None = None
    dropped: tuple[tuple[str, int], ...] = ()

    def __len__(self):
        return len(self.pictures)

    def keep(self, wanted, reason=None):
        """The rows where `wanted`, bool (n,), is true; with a reason the others count as dropped."""
        dropped = self.dropped + (((reason, int((~wanted).sum())),) if reason else ())
        votes = None if self.votes is None else self.votes[wanted]
        return replace(
            self,
            pictures=self.pictures[wanted],
            emotions=self.emotions[wanted],
            splits=self.splits[wanted],
            votes=votes,
            dropped=dropped,
        )

    def split(self, name):
        """The rows of one split."""
        return self.keep(self.splits == name)

    def labelled(self, labels):
        """The rows whose word is among `labels`, their emotions counted in that order."""
        places = np.array([labels.index(word) if word in labels else -1 for word in self.words])
        wanted = places[self.emotions] >= 0
        absent = sorted(set(self.words) - set(labels))
        kept = self.keep(wanted, f"labelled {', '.join(absent)}" if absent else None)
        return replace(kept, words=tuple(labels), emotions=places[kept.emotions])


def load(path, ferplus=None, cache=CACHE):
    """The Faces of a FER2013 CSV (plain or gzipped) or of a folder tree; raises BadDataset.

    A tree holds train/<emotion>/<picture> and test/<emotion>/<picture> with pictures of 48×48; in
    test, a name that begins with PublicTest or PrivateTest tells the split, any other is private.
    `ferplus` is FER+'s fer2013new.csv, row for row beside the CSV. A parsed CSV is kept under
    `cache` by the file's sha256, so that the next read takes a moment.
    """
    path = Path(path)
    if path.is_dir():
        if ferplus:
            raise BadDataset(f"FER+ votes follow the rows of fer2013.csv, and {path} is a folder")
        return _read_tree(path)
    if not path.is_file():
        raise BadDataset(f"{path}: no such file or folder; expected fer2013.csv, fer2013.csv.gz or a folder tree")
    faces = _cached(path, Path(cache))
    return replace(faces, votes=_read_votes(Path(ferplus), faces)) if ferplus else faces


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


def _cached(path, cache):
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    store = cache / f"{digest}.npz"
    if not store.is_file():
        arrays = _read_csv(path)
        store.parent.mkdir(parents=True, exist_ok=True)
        partial = store.with_suffix(".partial.npz")
        np.savez(partial, **arrays)
        partial.replace(store)
    with np.load(store) as arrays:
        return Faces(name=path.name, sha256=digest, words=FER2013_WORDS, **arrays)


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
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise BadDataset(f"{path.name} cannot be read as CSV text: {error}") from None
    if not pictures:
        raise BadDataset(f"{path.name}: there is no row below the header")
    pictures = np.frombuffer(b"".join(pictures), np.uint8).reshape(-1, FACE_SIZE, FACE_SIZE)
    emotions = np.array(emotions)
    _refuse_empty(emotions, FER2013_WORDS, path.name)
    return {"pictures": pictures, "emotions": emotions, "splits": np.array(splits)}


def _parse_row(row, where):
    if len(row) != 3:
        raise BadDataset(f"{where}: expected 3 columns, found {len(row)}")
    emotion, pixels, usage = row
    if emotion not in "0123456" or len(emotion) != 1:
        raise BadDataset(f"{where}: emotion must be 0 to 6, not {emotion[:20]!r}")
    if usage not in SPLITS:
        raise BadDataset(f"{where}: Usage must be one of {', '.join(SPLITS)}, not {usage[:20]!r}")
    try:
        picture = bytes(map(_LEVELS.__getitem__, pixels.split()))
    except KeyError:
        raise BadDataset(f"{where}: pixels must be whole numbers 0 to 255") from None
    if len(picture) != PIXELS:
        raise BadDataset(f"{where}: expected {PIXELS} pixels, found {len(picture)}")
    return int(emotion), picture, SPLITS[usage]


def _refuse_empty(emotions, words, name):
    counts = np.bincount(emotions, minlength=len(words))
    empty = [word for word, count in zip(words, counts, strict=True) if not count]
    if empty:
        raise BadDataset(f"{name}: there is no picture of {', '.join(empty)}")


def _read_votes(path, faces):
    try:
        with open(path, newline="", encoding="utf-8") as text:
            rows = list(csv.reader(text))
    except (OSError, UnicodeDecodeError) as error:
        raise BadDataset(f"{path}: FER+ votes cannot be read: {error}") from None
    if not rows or len(rows[0]) != 12 or rows[0][0] != "Usage":
        raise BadDataset(f"{path.name}: expected FER+'s columns Usage,Image name and ten of votes")
    if len(rows) - 1 != len(faces):
        raise BadDataset(f"{path.name}: {len(rows) - 1} rows of votes for {len(faces)} rows of pictures")
    for number, (row, split) in enumerate(zip(rows[1:], faces.splits, strict=True), 2):
        if len(row) != 12 or not all(cell.isdecimal() and int(cell) <= 255 for cell in row[2:]):
            raise BadDataset(f"{path.name}, row {number}: expected ten whole numbers of votes after the file's name")
        if SPLITS.get(row[0]) != split:
            raise BadDataset(f"{path.name}, row {number}: Usage is {row[0]!r}, the picture's is {split}")
    return np.array([row[2:] for row in rows[1:]], dtype=np.uint8)


def _read_tree(root):
    files = sorted(file for split in ("train", "test") for file in (root / split).glob("*/*") if file.is_file())
    if not files:
        raise BadDataset(f"{root}: expected train/<emotion>/<picture> and test/<emotion>/<picture>, found no picture")
    digest = hashlib.sha256()
    pictures, emotions, splits = [], [], []
    for file in files:
        where = str(file.relative_to(root))
        split, word = file.parts[-3], file.parts[-2]
        if word not in FER2013_WORDS:
            raise BadDataset(f"{where}: the folder's name must be one of {', '.join(FER2013_WORDS)}")
        content = file.read_bytes()
        digest.update(where.encode() + hashlib.sha256(content).digest())
        pictures.append(_read_picture(content, where))
        emotions.append(FER2013_WORDS.index(word))
        splits.append("training" if split == "train" else "public" if file.name.startswith("PublicTest") else "private")
    emotions = np.array(emotions)
    _refuse_empty(emotions, FER2013_WORDS, str(root))
    return Faces(root.name, digest.hexdigest(), FER2013_WORDS, np.stack(pictures), emotions, np.array(splits))


def _read_picture(content, where):
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE) if content else None
    if picture is None:
        raise BadDataset(f"{where}: not a picture that can be read")
    if picture.shape != (FACE_SIZE, FACE_SIZE):
        height, width = picture.shape
        raise BadDataset(f"{where}: expected {FACE_SIZE}×{FACE_SIZE} pixels, found {width}×{height}")
    return picture
