"""Labelled faces as arrays, wherever they came from."""

import hashlib
from dataclasses import dataclass, field, replace

import numpy as np

HELD_OUT = {"test": "private", "validation": "public"}
"""The splits beside training, and what FER2013's are called: test is the exam, validation chooses."""


class BadDataset(Exception):
    """A data set that cannot be used. The message names the row or file, what came and what was expected."""


@dataclass(frozen=True)
class Faces:
    """Labelled pictures in the order of their source. Several sources have name and sha256 joined by " + ".

    pictures: uint8 (n, 48, 48), grey. emotions: int64 (n,), an index into `words`. splits: str (n,),
    training or one of HELD_OUT. votes: uint8 (n, 10) in the order of VOTE_WORDS, or None.
    shares: float32 (n, words), the votes of a user's own raters as shares over the words, or None. agreement: the
    raters and how far they agree, for the card (see training/data/voted.py).
    names: str (n,), each picture's path below the tree or its row in the CSV.
    dropped: the number of rows left out so far, by reason.
    """

    name: str
    sha256: str
    words: tuple[str, ...]
    pictures: np.ndarray
    emotions: np.ndarray
    splits: np.ndarray
    votes: np.ndarray | None = None
    names: np.ndarray | None = None
    dropped: tuple[tuple[str, int], ...] = ()
    shares: np.ndarray | None = None
    agreement: dict = field(default_factory=dict)

    def __len__(self):
        return len(self.pictures)

    def keep(self, wanted, reason=None):
        """The rows where `wanted`, bool (n,), is true; with a reason the others count as dropped."""
        dropped = self.dropped + (((reason, int((~wanted).sum())),) if reason else ())
        votes = None if self.votes is None else self.votes[wanted]
        names = None if self.names is None else self.names[wanted]
        return replace(
            self,
            pictures=self.pictures[wanted],
            emotions=self.emotions[wanted],
            splits=self.splits[wanted],
            votes=votes,
            names=names,
            dropped=dropped,
            shares=None if self.shares is None else self.shares[wanted],
        )

    def split(self, name):
        """The rows of one split."""
        return self.keep(self.splits == name)

    def labelled(self, labels):
        """The rows whose word is among `labels`; `emotions` then index into `labels`."""
        places = np.array([labels.index(word) if word in labels else -1 for word in self.words])
        wanted = places[self.emotions] >= 0
        shares = self._shares_of([[word for word in self.words if word == label] for label in labels])
        if shares is not None:
            wanted &= shares.any(axis=1)
        absent = sorted(set(self.words) - set(labels))
        kept = replace(self, shares=shares).keep(wanted, f"labelled {', '.join(absent)}" if absent else None)
        return replace(kept, words=tuple(labels), emotions=places[kept.emotions])

    def renamed(self, words):
        """The Faces with words renamed by {word: label}; equal labels are merged, and "" drops a word's rows."""
        strange = sorted(set(words) - set(self.words))
        if strange:
            raise BadDataset(f"there is no {', '.join(strange)} in the data, which holds {', '.join(self.words)}")
        kept = self.labelled([word for word in self.words if words.get(word, word)])
        names = [words.get(word, word) for word in kept.words]
        merged = tuple(dict.fromkeys(names))
        return replace(
            kept,
            words=merged,
            emotions=np.array([merged.index(name) for name in names])[kept.emotions],
            shares=kept._shares_of([[w for w in kept.words if words.get(w, w) == name] for name in merged]),
        )

    def _shares_of(self, groups):
        """The shares of groups of words, float32 (n, groups), each row summing to 1 or 0; None where there are none."""
        if self.shares is None:
            return None
        sums = [self.shares[:, [self.words.index(word) for word in group]].sum(axis=1) for group in groups]
        shares = np.stack(sums, axis=1)
        total = shares.sum(axis=1, keepdims=True)
        return np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)


def hold_out(faces, split, share=0.1):
    """The Faces with a share of each word's training rows, at least one, moved to `split`.

    A picture's digest decides its split, so it stays there when other pictures are added or removed. At least one row
    of each word moves (the one with the least digest) and at least one stays (the one with the greatest).
    """
    splits = faces.splits.astype(object)
    for emotion, word in enumerate(faces.words):
        rows = np.flatnonzero((faces.emotions == emotion) & (faces.splits == "training"))
        if len(rows) < 2:
            raise BadDataset(f"{len(rows)} pictures of {word} are too few to hold one out; at least 3 are needed")
        chances = {row: _chance(split, faces.pictures[row]) for row in rows}
        rows = sorted(rows, key=chances.get)
        count = sum(chance < share for chance in chances.values())
        splits[rows[: min(max(1, count), len(rows) - 1)]] = split
    return replace(faces, splits=splits.astype(str))


def _chance(split, picture):
    """A number from 0 to 1 that depends only on the picture and the split."""
    return int.from_bytes(hashlib.sha256(split.encode() + picture.tobytes()).digest()) / 2**256


def join(parts):
    """Several Faces as one, with all their words in the order of first use.

    Where only some parts hold FER+'s votes, the rows of the others get ten zeros.
    """
    if len(parts) == 1:
        return parts[0]
    words = tuple(dict.fromkeys(word for part in parts for word in part.words))
    votes = None
    if any(part.votes is not None for part in parts):
        votes = np.concatenate([np.zeros((len(p), 10), np.uint8) if p.votes is None else p.votes for p in parts])
    return Faces(
        name=" + ".join(part.name for part in parts),
        sha256=" + ".join(part.sha256 for part in parts),
        words=words,
        pictures=np.concatenate([part.pictures for part in parts]),
        emotions=np.concatenate([np.array([words.index(w) for w in part.words])[part.emotions] for part in parts]),
        splits=np.concatenate([part.splits for part in parts]),
        votes=votes,
        names=np.concatenate([part.names for part in parts]),
        dropped=tuple(drop for part in parts for drop in part.dropped),
    )


def without_twins(faces):
    """The Faces without the training rows whose pixels also occur in a test split; `dropped` counts them.

    568 of FER2013's test rows occur in its Training split pixel for pixel.
    """
    tests = {picture.tobytes() for picture in faces.pictures[faces.splits != "training"]}
    twin = np.array([picture.tobytes() in tests for picture in faces.pictures], bool)
    return faces.keep(~(twin & (faces.splits == "training")), "twin of a test picture")
