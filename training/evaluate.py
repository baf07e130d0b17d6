"""Scores on FER2013's and FER+'s exams, for anything that maps pictures to probabilities."""

from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.progress import track

from app.vision.contract import LABELS
from training import data
from training.groups import by_group
from training.recipes import SEVEN, SIX

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
    """Which rows of some Faces are asked, bool (n,), and the words they should get: int64 (rows asked,),
    an index into labels. Where people voted, shares is how: float32 (rows asked, labels)."""

    labels: tuple[str, ...]
    rows: np.ndarray
    truth: np.ndarray
    shares: np.ndarray | None = None


def sit(predict, labels, faces, names, groups=None):
    """The reports of the named exams, {name: dict}, for a model that says `labels`.

    `predict` maps uint8 (n, 48, 48) to probabilities, float32 (n, labels); each picture is shown once.
    With `groups`, str (n,), each report says under `by_group` how well each is read (see training/groups.py).
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
    """The names of the exams that a model with these labels can sit: those in words it knows, two or more, for which
    the data holds pictures."""
    exams = {name: exam(name, faces) for name in EXAMS if name != "ferplus8" or faces.votes is not None}
    return [name for name, e in exams.items() if e.rows.any() and len(e.labels) > 1 and set(e.labels) <= set(labels)]


def exam(name, faces):
    """One Exam by name; raises BadDataset where the Faces lack what it asks for."""
    asked = np.isin(faces.splits, _SPLITS.get(name, ("private",)))
    labels = _LABELS.get(name) or tuple(faces.words[place] for place in np.unique(faces.emotions[asked]))
    words, said = faces.words, faces.emotions
    if name == "ferplus8":
        if faces.votes is None:
            raise data.BadDataset("the exam ferplus8 needs FER+'s votes; give them with --ferplus")
        words, said = (*data.VOTE_WORDS, None), data.majority(faces.votes)
    truth = np.array([labels.index(word) if word in labels else -1 for word in words])[said]
    rows = asked & (truth >= 0)
    return Exam(labels, rows, truth[rows], data.vote_shares(faces.votes[rows], labels) if name == "ferplus8" else None)


def answers(probabilities, labels, words):
    """Probabilities over `words` alone: float32 (n, words), each row summing to 1.

    A model that knows more words than an exam asks for answers with the best of those asked for.
    """
    chosen = probabilities[:, [labels.index(word) for word in words]]
    return chosen / chosen.sum(axis=1, keepdims=True)


def score(probabilities, truth, labels, shares=None):
    """The report of an exam as a dict for the card.

    probabilities: float (n, labels), rows summing to 1; truth: int (n,); shares: how people voted,
    float (n, labels), rows summing to 1. Holds labels, rows, accuracy with its 95 % interval (Wilson),
    macro_f1 (over the labels that are true or said of a row, as scikit-learn's), per_class (precision, recall, f1,
    support), confusion (rows true, columns said), ece (15 bins) and brier; with shares the divergence from them too.
    """
    said = probabilities.argmax(axis=1)
    count = len(labels)
    confusion = np.bincount(truth * count + said, minlength=count * count).reshape(count, count)
    per_class = {label: _class_scores(confusion, place) for place, label in enumerate(labels)}
    occurs = (confusion + confusion.T).any(axis=1)
    right = int(np.trace(confusion))
    return {
        "labels": list(labels),
        "rows": len(truth),
        "accuracy": round(right / len(truth), 4),
        "interval": [round(bound, 4) for bound in wilson(right, len(truth))],
        "macro_f1": round(float(np.mean([scores["f1"] for scores in per_class.values()], where=occurs)), 4),
        "per_class": per_class,
        "confusion": confusion.tolist(),
        "ece": round(calibration_error(probabilities, truth), 4),
        "brier": round(float(((probabilities - np.eye(count)[truth]) ** 2).sum(axis=1).mean()), 4),
        **({} if shares is None else {"divergence": divergence(shares, probabilities)}),
    }


def wilson(right, total, z=1.96):
    """The 95 % interval of a share, (low, high); Wilson 1927."""
    share = right / total
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return float(centre - half), float(centre + half)


def reliability(probabilities, truth, bins=15):
    """How sure and how right by bin of the largest probability: three float arrays (bins,).

    (confidence, accuracy, share of the rows); the first two are 0 where a bin is empty.
    Guo et al. 2017, https://arxiv.org/abs/1706.04599
    """
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    place = np.minimum((sure * bins).astype(int), bins - 1)
    rows = np.bincount(place, minlength=bins)
    mean = lambda values: np.bincount(place, values, bins) / np.maximum(rows, 1)  # noqa: E731
    return mean(sure), mean(right), rows / len(truth)


def calibration_error(probabilities, truth):
    """Expected calibration error over 15 bins."""
    confidence, accuracy, share = reliability(probabilities, truth)
    return float((np.abs(confidence - accuracy) * share).sum())


def divergence(shares, probabilities):
    """How far what is said lies from how people voted, in nats, the mean over all rows: 0 where they agree.

    Both are float (n, labels), rows summing to 1. kl: Kullback and Leibler's of the votes from what is
    said. js: Jensen and Shannon's, at most log 2, which counts a word too many as much as one too few.
    """
    middle = (shares + probabilities) / 2
    js = (_relative_entropy(shares, middle) + _relative_entropy(probabilities, middle)) / 2
    return {"kl": round(_relative_entropy(shares, probabilities), 4), "js": round(js, 4)}


def certain_from(probabilities, truth, wanted=0.85):
    """The least threshold from which what a model says is right `wanted` of the time.

    As the card holds it: threshold, coverage (share of faces at or above), accuracy there. Where no
    threshold reaches it, the highest probability that was seen stands.
    """
    sure = probabilities.max(axis=1)
    order = np.argsort(-sure)
    accuracy = np.cumsum((probabilities.argmax(axis=1) == truth)[order]) / np.arange(1, len(truth) + 1)
    reached = np.flatnonzero(accuracy >= wanted)
    last = int(reached[-1]) if len(reached) else 0
    return {
        "threshold": round(float(sure[order][last]), 4),
        "coverage": round((last + 1) / len(truth), 4),
        "accuracy": round(float(accuracy[last]), 4),
    }


def _relative_entropy(p, q):
    least = 1e-9  # a share of 0 adds nothing, and a probability of 0 is float32's
    ratio = np.maximum(p, least, dtype=np.float64) / np.maximum(q, least, dtype=np.float64)
    return float((p * np.log(ratio)).sum(axis=1).mean())


def _class_scores(confusion, place):
    hits, said, support = confusion[place, place], confusion[:, place].sum(), confusion[place].sum()
    precision, recall = hits / max(said, 1), hits / max(support, 1)
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return {
        "precision": round(float(precision), 4),
        "recall": round(float(recall), 4),
        "f1": round(float(f1), 4),
        "support": int(support),
    }
