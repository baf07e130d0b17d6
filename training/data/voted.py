"""Faces whose labels are the votes of several raters, as `flask label FOLDER --export votes.csv` writes them."""

import csv
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from app.vision.contract import FACE_SIZE, check_label
from app.vision.errors import BadImage
from app.vision.faces import crop
from app.vision.images import decode
from training.data.faces import BadDataset, Faces
from training.data.folders import MAX_PIXELS, shown

BEFORE = ("picture", "x", "y", "width", "height")
AFTER = ("cant_tell", "no_face", "raters")
"""The columns before and after those of the words; more may follow."""

HELD_OUT_SHARES = {"test": 0.2, "validation": 0.1}
"""The share of the faces that the exam and the choosing get at least."""

FEW = 200
"""Where an exam holds fewer faces, a model is called experimental: half the width of an accuracy's interval is then
more than 7 points at 50 %."""


def is_own_votes(path):
    """Whether a file of votes has the header that `flask label` writes, not FER+'s."""
    try:
        with open(path, newline="", encoding="utf-8-sig") as text:
            return tuple(next(csv.reader(text), []))[: len(BEFORE)] == BEFORE
    except (OSError, UnicodeError, csv.Error) as error:
        raise BadDataset(f"{path}: votes cannot be read: {error}") from None


def read_voted(root, path):
    """The Faces of the pictures below `root` that the file of votes at `path` names; raises BadDataset with the row.

    `shares` holds the votes for words as shares over the words; a face's word is the one with the most votes. A face is
    left out and counted where no word got a vote, where at least as many raters could not tell or saw no face as named
    a word, and where its picture cannot be read. All faces of one person get the same split. Where the pictures lie in
    several folders, each folder counts as one person; otherwise each picture does.
    """
    root, path = Path(root), Path(path)
    words, rows = _rows(path)
    kept, dropped, opened = [], Counter(), {}
    for number, row in enumerate(rows, 2):
        votes, others = _votes(row, words, f"{path.name}, row {number}")
        if votes.sum() <= others:
            dropped["no word got most of the votes"] += 1
            continue
        picture = _face(root, row, opened, f"{path.name}, row {number}")
        if picture is None:
            dropped["not a picture that can be read"] += 1
        else:
            kept.append((picture, votes / votes.sum(), row["picture"]))
    if not kept:
        raise BadDataset(f"{path.name}: no face is left of {len(rows)} rows")
    pictures, shares, names = zip(*kept, strict=True)
    shares = np.array(shares, np.float32)
    voted = shares.any(axis=0)
    for word in np.array(words)[~voted]:
        print(f"{path.name}: nobody voted for {word}, so it is left out", file=sys.stderr)
    if voted.sum() < 2:
        raise BadDataset(f"{path.name}: a network needs two words with votes to choose from")
    words, shares = tuple(np.array(words)[voted].tolist()), shares[:, voted]
    return Faces(
        name=f"{root.name} with {path.name}",
        sha256=hashlib.sha256(np.stack(pictures).tobytes() + shares.tobytes()).hexdigest(),
        words=words,
        pictures=np.stack(pictures),
        emotions=shares.argmax(axis=1),
        splits=_held_out(names),
        names=np.array([shown(Path(name)) for name in names]),
        dropped=tuple(dropped.items()),
        shares=shares,
        agreement=_agreement(path),
    )


def _rows(path):
    try:
        with open(path, newline="", encoding="utf-8-sig") as text:
            reader = csv.DictReader(text)
            rows, header = list(reader), reader.fieldnames or []
    except (OSError, UnicodeError, csv.Error) as error:
        raise BadDataset(f"{path}: votes cannot be read: {error}") from None
    missing = [column for column in (*BEFORE, *AFTER) if column not in header]
    if missing:
        raise BadDataset(
            f"{path.name}: the columns {', '.join(missing)} are missing; write it with flask label --export"
        )
    words = tuple(header[len(BEFORE) : header.index("cant_tell")])
    for word in words:
        check_label(word)
    return words, rows


def _votes(row, words, where):
    """The votes for each word, float64 (words,), and the number of votes that name no word."""
    try:
        votes = np.array([float(row[column]) for column in (*words, "cant_tell", "no_face", "raters")])
    except (TypeError, ValueError):
        raise BadDataset(f"{where}: votes must be numbers, not {[row[word] for word in words]}") from None
    if not (votes >= 0).all() or abs(votes[:-1].sum() - votes[-1]) > 0.01:
        raise BadDataset(f"{where}: the votes must add up to raters, {votes[-1]:g}, not to {votes[:-1].sum():g}")
    return votes[: len(words)], votes[len(words) : -1].sum()


def _face(root, row, opened, where):
    """The face in a row's box, uint8 (48, 48); None where its picture cannot be read."""
    name = row["picture"]
    file = (root / name).resolve()
    if not file.is_relative_to(root.resolve()) or not file.is_file():
        raise BadDataset(f"{where}: there is no picture {name[:80]!r} below {root}")
    if name not in opened:
        opened.clear()  # the rows of one picture are adjacent, so only one photo is kept in memory
        try:
            opened[name] = decode(file.read_bytes(), MAX_PIXELS)
        except BadImage:
            opened[name] = None
    grey = opened[name]
    if grey is None or grey.shape == (FACE_SIZE, FACE_SIZE):
        return grey
    try:
        box = [int(row[column]) for column in BEFORE[1:]]
        tilt_deg = float(row.get("tilt_deg") or 0)
    except (TypeError, ValueError):
        raise BadDataset(f"{where}: x, y, width and height must be whole numbers, tilt_deg a number") from None
    if min(box[2:]) < 1:
        raise BadDataset(f"{where}: a box must be a pixel wide and high at least")
    return crop(grey, box, tilt_deg)


def _held_out(names):
    """The split of each face, str (n,); all faces of one person, or of one picture, get the same."""
    folders = [name.rpartition("/")[0] for name in names]
    people = folders if len(set(folders)) >= 5 else list(names)
    sizes = Counter(people)
    order = sorted(sizes, key=lambda person: hashlib.sha256(person.encode(errors="surrogateescape")).digest())
    splits, side = {}, iter(HELD_OUT_SHARES.items())
    split, share = next(side)
    taken = 0
    for person in order:
        splits[person] = split
        taken += sizes[person]
        if split != "training" and taken >= share * len(names):
            split, share = next(side, ("training", 1.0))
            taken = 0
    if "training" not in splits.values():
        raise BadDataset(f"pictures of {len(sizes)} people or photos are too few to hold some out; 4 are the least")
    return np.array([splits[person] for person in people])


def _agreement(path):
    """Raters, votes and alpha from the record that `flask label` wrote beside the votes; {} where there is none."""
    beside = path.with_suffix(".json")
    if not beside.is_file():
        return {}
    try:
        told = json.loads(beside.read_text(encoding="utf-8"))
        return {key: told[key] for key in ("raters", "votes", "alpha", "alpha_by_word") if told.get(key) is not None}
    except (ValueError, AttributeError) as error:
        raise BadDataset(f"{beside.name} cannot be read: {error}") from None
