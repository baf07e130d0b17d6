"""Folder trees of pictures as Faces: Kaggle's train and test, a user's own <label>/<picture>, RAF-DB and AffectNet."""

import hashlib
import os
import sys

import cv2
import numpy as np
from rich.console import Console
from rich.progress import track

from app.vision.contract import FACE_SIZE
from app.vision.errors import BadImage
from app.vision.faces import crop
from app.vision.finder import open_finder
from app.vision.images import decode
from training.data import listed
from training.data.faces import BadDataset, Faces

PARTS = {
    "train": "training",
    "training": "training",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "test": "test",
    "testing": "test",
}
"""Folders above the labels', in any letters, and the splits that they stand for."""

FER2013_TESTS = {"PublicTest": "public", "PrivateTest": "private"}
"""How FER2013's files begin, both of whose tests Kaggle's zip keeps in one folder, and their splits."""

MAX_PIXELS = 100_000_000

LARGEST_FACE_PX = 512
"""A picture whose shorter side is longer shows more than a face: it has to be cropped."""

UNREADABLE_SHARE = 0.1
"""Where more of the pictures than this cannot be read, the folder is refused."""


def read_folders(root, is_raw):
    """The Faces below a folder, as `load` describes; pictures of any size are turned upright and become uint8 (48, 48).

    A file that cannot be read as a picture is left out, counted and listed on standard error. Raises BadDataset where
    more than UNREADABLE_SHARE of the files are unreadable, and for whole photos without `is_raw`. A photo in which our
    detector finds no face is left out and counted.
    """
    finder = open_finder() if is_raw else None
    console = Console(stderr=True)
    files = files_of(root)
    rows, faceless, unreadable = [], 0, []
    for split, word, file in track(files, f"{root.name}: pictures", console=console, disable=not console.is_terminal):
        name = shown(file.relative_to(root))
        try:
            grey = decode(file.read_bytes(), MAX_PIXELS)
        except (BadImage, OSError) as error:
            unreadable.append(f"{name}: {error}")
            continue
        is_photo = is_raw and grey.shape != (FACE_SIZE, FACE_SIZE)
        picture = _largest_face(grey, finder) if is_photo else _as_face(grey, name)
        if picture is None:
            faceless += 1
        else:
            rows.append((split, word, picture, name))
    _report(root, unreadable, len(files))
    if not rows:
        raise BadDataset(f"{root}: no face was found in any of {len(files)} pictures")
    splits, labels, pictures, names = zip(*rows, strict=True)
    words = tuple(sorted(set(labels)))
    dropped = [("no face found", faceless)] if is_raw else []
    return Faces(
        name=root.name,
        sha256="",
        words=words,
        pictures=np.stack(pictures),
        emotions=np.array([words.index(label) for label in labels]),
        splits=np.array(splits),
        names=np.array(names),
        dropped=(*dropped, *([("not a picture that can be read", len(unreadable))] if unreadable else [])),
    )


def digest_of(root):
    """The sha256 over the names, contents, labels and splits of a tree's pictures."""
    digest = hashlib.sha256()
    for split, word, file in files_of(root):
        told = os.fsencode(file.relative_to(root))
        if file.parent.name.strip().lower() != word:  # the word comes from a list, not from the path
            told = f"{split}/{word}/".encode() + told
        digest.update(told + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def files_of(root):
    """[(split, word, path)] of each picture below a folder; names that begin with a dot are skipped.

    Raises BadDataset where there is no picture, and where a label's folder is empty.
    """
    named = listed.raf_db(root) or listed.affectnet(root)
    if named:
        return named
    root = _descended(root)
    order = list(PARTS)
    known = [part for part in _folders(root) if part.name.lower() in PARTS]
    parts = {part: PARTS[part.name.lower()] for part in sorted(known, key=lambda p: order.index(p.name.lower()))}
    files, empty = [], []
    for part, split in (parts or {root: "training"}).items():
        for label in _folders(part):
            found = sorted(path for path in label.rglob("*") if path.is_file() and not _is_hidden(path, label))
            empty += [] if found else [shown(label.relative_to(root))]
            files += [(_split_of(file, split), label.name.strip().lower(), file) for file in found]
    if not files:
        raise BadDataset(f"{root}: expected <label>/<picture> or train/<label>/<picture>, found no picture")
    if empty:
        raise BadDataset(f"{root}: there is no picture in {', '.join(empty)}; fill the folder or remove it")
    return files


def shown(path):
    """A path as text that can be printed and stored: bytes that are not UTF-8 become \\\\x escapes."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _descended(root):
    """The folder, or the folder inside it where that is all it holds and no label's folder; repeated."""
    while True:
        inside = [path for path in root.iterdir() if not path.name.startswith((".", "__MACOSX"))]
        below = list(inside[0].iterdir()) if len(inside) == 1 and inside[0].is_dir() else []
        if not any(path.is_dir() for path in below) or inside[0].name.lower() in PARTS:
            return root
        root = inside[0]


def _folders(root):
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith((".", "__MACOSX")))


def _is_hidden(path, root):
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _split_of(file, split):
    if split != "test":
        return split
    return next((kept for start, kept in FER2013_TESTS.items() if file.name.startswith(start)), split)


def _report(root, unreadable, count):
    for line in unreadable:
        print(f"left out {root.name}/{line}", file=sys.stderr)
    if len(unreadable) > max(1, UNREADABLE_SHARE * count):
        first = "; ".join(unreadable[:3])
        raise BadDataset(f"{root}: {len(unreadable)} of {count} files cannot be read as pictures: {first}")


def _as_face(grey, name):
    if grey.shape == (FACE_SIZE, FACE_SIZE):
        return grey
    if min(grey.shape) > LARGEST_FACE_PX:
        height, width = grey.shape
        raise BadDataset(
            f"{name} has {width}×{height} pixels: that is a photo; --crop lets the finder cut out the face"
        )
    shrinks = min(grey.shape) > FACE_SIZE
    return cv2.resize(grey, (FACE_SIZE, FACE_SIZE), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def _largest_face(grey, finder):
    found = finder.photo(grey)
    return crop(grey, found[0].square, found[0].tilt_deg) if found else None
