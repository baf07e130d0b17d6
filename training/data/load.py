"""Loads data sets from files and folders as Faces, and caches what it has read."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.vision.contract import CROP_SCALE, FACE_SIZE, check_label
from app.vision.finder import fingerprint
from training.data.archives import is_archive, unpacked
from training.data.atomic import replaced
from training.data.faces import HELD_OUT, BadDataset, Faces, hold_out, join
from training.data.fer2013 import read_csv
from training.data.folders import digest_of, read_folders
from training.data.voted import read_voted
from training.data.votes import read_votes

CACHE = Path("runs/cache")


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


def load_voted(paths, votes, words=None):
    """The Faces of one folder of pictures under the votes of a user's own raters; raises BadDataset."""
    if len(paths) != 1 or not Path(paths[0]).is_dir():
        raise BadDataset(f"{votes} names pictures of one folder; give --data once, with that folder")
    return read_voted(paths[0], votes).renamed(words or {})


def load(path, ferplus=None, is_raw=False, cache=CACHE, learnt=None):
    """The Faces of a FER2013 CSV (plain or gzipped) or of a folder tree; raises BadDataset.

    A tree holds <label>/<picture>, or train/<label>/<picture> and test/<label>/<picture> as Kaggle's zip does. The CSV
    and the tree may also come as .zip or .tar.gz. Where the data has no validation split or no test split, a tenth of
    each label becomes one (see hold_out).
    learnt: the sha256 of a model's training data; data with another sha256 becomes a test split as a whole.
    is_raw: the tree holds whole photos; our detector crops the largest face of each photo that is not 48×48.
    ferplus: FER+'s fer2013new.csv, whose rows match those of the CSV.
    cache: the folder that keeps the arrays by the sha256 of the content, so that the next read is fast.
    """
    path = Path(path)
    if path.is_dir():
        if ferplus:
            raise BadDataset(f"FER+ votes follow the rows of fer2013.csv, and {path} is a folder")
        faces = _cached(digest_of(path), lambda: read_folders(path, is_raw), cache, _way(is_raw))
    elif path.is_file() and is_archive(path):
        faces = _cached(_sha256(path), lambda: _read_archive(path, is_raw, Path(cache)), cache, _way(is_raw))
    elif path.is_file():
        faces = _cached(_sha256(path), lambda: read_csv(path), cache)
    else:
        raise BadDataset(
            f"{path}: no such file or folder; expected fer2013.csv, fer2013.csv.gz, a folder tree or an archive of one"
        )
    if ferplus:
        faces = replace(faces, votes=read_votes(Path(ferplus), faces))
    if learnt is None or faces.sha256 in learnt:
        for split, others in HELD_OUT.items():
            if not np.isin(faces.splits, (split, others)).any():
                faces = hold_out(faces, split)
    elif set(faces.splits.tolist()) <= {"training", "validation"}:
        faces = replace(faces, splits=np.full(len(faces), "test"))
    return replace(faces, name=path.name)


def _way(is_raw):
    """The part of the cache's name that changes with the finder and its square, because the crops change with them."""
    if not is_raw:
        return "-faces"
    told = f"{fingerprint()} {FACE_SIZE} {CROP_SCALE}"
    return f"-photos-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def _sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_archive(path, is_raw, cache):
    with unpacked(path, cache) as folder:
        tables = [file for file in folder.rglob("*") if file.name.lower().endswith((".csv", ".csv.gz"))]
        pictures = any(file.suffix.lower() in (".jpg", ".jpeg", ".png") for file in folder.rglob("*"))
        if tables and not pictures:
            return read_csv(max(tables, key=lambda file: file.stat().st_size))
        return read_folders(folder, is_raw)


def _cached(digest, read, cache, way=""):
    """The Faces that `read` returns, from the cache where the same content was read in the same way before."""
    store = Path(cache) / f"{digest}{way}.named.npz"
    if not store.is_file():
        faces = read()
        kept = {key: getattr(faces, key) for key in ("words", "pictures", "emotions", "splits", "names")}
        with replaced(store) as partial:
            np.savez(partial, **kept, dropped=json.dumps(faces.dropped))
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
