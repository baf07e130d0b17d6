"""Scores on FER2013's and FER+'s exams, for anything that maps pictures to probabilities."""

from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.progress import track

from app.vision.contract import LABELS
from training.data.faces import BadDataset
from training.data.labels import SEVEN, SIX
from training.data.votes import VOTE_WORDS, leading, majority, vote_shares
from training.scoring.groups import by_group
from training.scoring.metrics import score

EXAMS = {
    "private6": "PrivateTest without disgust",
    "test6": "both test splits without disgust (the study's)",
    "private7": "PrivateTest with disgust (the literature's)",
    "ferplus8": "PrivateTest under FER+'s majority rule",
    "test": "pictures of a user's own, in the words that they hold",
}
"""The exams and what they hold."""

_LABELS = {"private6": SIX, "test6": SIX, "private7": SEVEN, "ferplus8": LABELS}

_SPLITS = {"test6": ("public", "private"), "test": ("test",)}


@dataclass(frozen=True)
class Exam:
    """The rows of some Faces that an exam asks, bool (n,), and their truth, int64 (rows asked,), as indices into
    labels. Where people voted, shares holds their votes, float32 (rows asked, labels)."""

    labels: tuple[str, ...]
    rows: np.ndarray
    truth: np.ndarray
    shares: np.ndarray | None = None


def sit(predict, labels, faces, names, groups=None):
    """The reports of the named exams, {name: dict}, for a model with these `labels`.

    `predict` maps uint8 (n, 48, 48) to probabilities, float32 (n, labels), and sees each picture once. With `groups`,
    str (n,), each report holds the accuracy of each group under `by_group` (see training/scoring/groups.py).
    """
    if not names:
        return {}
    exams = {name: exam(name, faces) for name in names}
    asked = np.any([exam.rows for exam in exams.values()], axis=0)
    said = np.zeros((len(faces), len(labels)), np.float32)
    parts = np.array_split(np.flatnonzero(asked), max(1, asked.sum() // 256))
    console = Console(stderr=True)
    for rows in track(parts, "exams", console=console, transient=True, disable=not console.is_terminal):
        said[rows] = predict(faces.pictures[rows])
    said = {n: answers(said[e.rows], labels, e.labels) for n, e in exams.items()}
    reports = {n: score(said[n], e.truth, e.labels, e.shares) for n, e in exams.items()}
    if groups is not None:
        for n, e in exams.items():
            reports[n]["by_group"] = by_group(said[n].argmax(axis=1) == e.truth, groups[e.rows])
    return reports


def exams_for(labels, faces):
    """The names of the exams that a model with these labels can sit: it has to know at least two of the exam's words,
    and the data has to hold pictures for the exam."""
    exams = {name: exam(name, faces) for name in EXAMS if name != "ferplus8" or faces.votes is not None}
    return [name for name, e in exams.items() if e.rows.any() and len(e.labels) > 1 and set(e.labels) <= set(labels)]


def exam(name, faces):
    """One Exam by name; raises BadDataset where the Faces lack what it asks for."""
    asked = np.isin(faces.splits, _SPLITS.get(name, ("private",)))
    labels = _LABELS.get(name) or tuple(faces.words[place] for place in np.unique(faces.emotions[asked]))
    words, said = faces.words, faces.emotions
    if name == "ferplus8":
        if faces.votes is None:
            raise BadDataset("the exam ferplus8 needs FER+'s votes; give them with --ferplus")
        words, said = (*VOTE_WORDS, None), majority(faces.votes)
    truth = np.array([labels.index(word) if word in labels else -1 for word in words])[said]
    shares = vote_shares(faces.votes, labels) if name == "ferplus8" else None
    if name == "test" and faces.shares is not None:
        shares = faces.shares[:, [faces.words.index(label) for label in labels]]
        asked = asked & (leading(faces.shares) >= 0)
    rows = asked & (truth >= 0)
    return Exam(labels, rows, truth[rows], None if shares is None else shares[rows])


def answers(probabilities, labels, words):
    """Probabilities over `words` alone: float32 (n, words), each row summing to 1.

    Labels that the exam does not ask for are dropped and the rest is normalised.
    """
    chosen = probabilities[:, [labels.index(word) for word in words]]
    return chosen / chosen.sum(axis=1, keepdims=True)
