"""Folder trees of pictures as Faces: Kaggle's train and test, or a user's own <label>/<picture>."""

import hashlib

import cv2
import numpy as np
from rich.console import Console
from rich.progress import track

from app.vision.contract import FACE_SIZE
from app.vision.errors import BadImage
from app.vision.faces import crop
from app.vision.finder import open_finder
from app.vision.images import decode
from training.data.faces import BadDataset, Faces

PARTS = {"train": "training", "validation": "validation", "test": "test"}
"""Folders above the labels' and the splits that they stand for."""

FER2013_TESTS = {"PublicTest": "public", "PrivateTest": "private"}
"""How FER2013's files begin, both of whose tests Kaggle's zip keeps in one folder, and their splits."""

MAX_PIXELS = 100_000_000


def read_folders(root, is_raw):
    """The Faces below a folder, as data.load says; pictures of any size, upright, become uint8 (48, 48).

    Raises BadDataset, naming the file. A photo in which our detector finds no face is left out and counted.
    """
    finder = open_finder() if is_raw else None
    console = Console(stderr=True)
    files = list(_files(root))
    rows, faceless = [], 0
    for split, word, file in track(files, f"{root.name}: pictures", console=console, disable=not console.is_terminal):
        try:
            grey = decode(file.read_bytes(), MAX_PIXELS)
        except BadImage as error:
            raise BadDataset(f"{file.relative_to(root)}: {error}") from None
        is_photo = is_raw and grey.shape != (FACE_SIZE, FACE_SIZE)
        picture = _largest_face(grey, finder) if is_photo else _as_face(grey)
        if picture is None:
            faceless += 1
        else:
            rows.append((split, word, picture, file.relative_to(root).as_posix()))
    if not rows:
        raise BadDataset(f"{root}: no face was found in any of {len(files)} pictures")
    splits, labels, pictures, names = zip(*rows, strict=True)
    words = tuple(sorted(set(labels)))
    return Faces(
        name=root.name,
        sha256="",
        words=words,
        pictures=np.stack(pictures),
        emotions=np.array([words.index(label) for label in labels]),
        splits=np.array(splits),
        names=np.array(names),
        dropped=(("no face found", faceless),) if is_raw else (),
    )


def digest_of(root):
    """The sha256 of a tree: of its pictures' names and contents."""
    digest = hashlib.sha256()
    for _, _, file in _files(root):
        digest.update(str(file.relative_to(root)).encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(root):
    """(split, word, path) of each picture; names that begin with a dot are left alone."""
    parts = {name: split for name, split in PARTS.items() if (root / name).is_dir()} or {".": "training"}
    files = [
        (split, file.parent.name, file)
        for name, split in parts.items()
        for file in sorted((root / name).glob("[!.]*/[!.]*"))
        if file.is_file()
    ]
    if not files:
        raise BadDataset(f"{root}: expected <label>/<picture> or train/<label>/<picture>, found no picture")
    for split, word, file in files:
        if split == "test":
            split = next((kept for start, kept in FER2013_TESTS.items() if file.name.startswith(start)), split)
        yield split, word, file


def _as_face(grey):
    if grey.shape == (FACE_SIZE, FACE_SIZE):
        return grey
    shrinks = min(grey.shape) > FACE_SIZE
    return cv2.resize(grey, (FACE_SIZE, FACE_SIZE), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def _largest_face(grey, finder):
    found = finder.photo(grey)
    return crop(grey, found[0].square, found[0].tilt_deg) if found else None
