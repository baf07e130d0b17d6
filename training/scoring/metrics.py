"""The figures of an exam: accuracy with its interval, F1, divergence from votes.

They are a few lines of NumPy each; scikit-learn would be a dependency of 40 MB for them. The tests hold them against
its definitions.
"""

import numpy as np

from training.scoring.calibration import calibration_error


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


def divergence(shares, probabilities):
    """How far what is said lies from how people voted, in nats, the mean over all rows: 0 where they agree.

    Both are float (n, labels), rows summing to 1. kl: Kullback and Leibler's of the votes from what is
    said. js: Jensen and Shannon's, at most log 2, which counts a word too many as much as one too few.
    """
    middle = (shares + probabilities) / 2
    js = (_relative_entropy(shares, middle) + _relative_entropy(probabilities, middle)) / 2
    return {"kl": round(_relative_entropy(shares, probabilities), 4), "js": round(js, 4)}


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
