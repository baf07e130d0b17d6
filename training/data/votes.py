"""FER+'s file of votes, and the labels that follow from votes.

FER+: Barsoum et al. 2016, https://arxiv.org/abs/1608.01041
"""

import csv

import numpy as np

from training.data.faces import BadDataset
from training.data.fer2013 import USAGES

VOTE_WORDS = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt", "unknown", "nf")
"""FER+'s ten columns of votes in their order, in our words; nf is 'not a face'."""


def vote_shares(votes, labels):
    """FER+'s votes as a distribution over `labels`: float32 (n, labels), each row summing to 1 or 0.

    A word's only vote is dropped as a slip, as the data set's authors do; votes outside `labels` are dropped next.
    A row is 0 where no vote is left or where 'unknown' or 'not a face' led.
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

    Single votes are dropped as outliers. The winner holds more than half of the remaining votes and is
    one of the eight emotions.
    """
    votes = np.where(votes > 1, votes, 0)
    winner = votes.argmax(axis=1)
    clear = votes.max(axis=1) * 2 > votes.sum(axis=1)
    return np.where(clear & (winner < len(VOTE_WORDS) - 2), winner, -1)


def leading(shares):
    """The word with the largest share in each row, int64 (n,); -1 where two words tie."""
    first, second = -np.sort(-shares, axis=1)[:, :2].T
    return np.where(first > second, shares.argmax(axis=1), -1)


def read_votes(path, faces):
    """FER+'s votes, uint8 (n, 10) in the order of VOTE_WORDS, one row for each row of the CSV; raises BadDataset."""
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


def truths(faces):
    """The truths of each row, {name: int64 (n,)}, as indices into the Faces' words or -1: the label and, where the
    Faces hold FER+'s votes, the word of most voters (see `majority`)."""
    if faces.votes is None:
        return {"label": faces.emotions}
    places = [faces.words.index(word) if word in faces.words else -1 for word in VOTE_WORDS]
    return {"label": faces.emotions, "voters": np.array([*places, -1])[majority(faces.votes)]}
