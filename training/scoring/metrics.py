"""The figures of an exam: accuracy with its interval, F1, divergence from votes.

Each is a few lines of NumPy; scikit-learn would add a dependency of 40 MB. The tests compare them with scikit-learn's
definitions.
"""

import numpy as np

from training.scoring.calibration import calibration_error


def score(probabilities, truth, labels, shares=None):
    """The report of an exam as a dict for the card.

    probabilities: float (n, labels), rows summing to 1; truth: int (n,); shares: people's votes, float (n, labels),
    rows summing to 1. The dict holds labels, rows, accuracy with its 95 % interval (Wilson), macro_f1 (over the labels
    that are the truth or the answer of some row, as in scikit-learn), per_class (precision, recall, f1, support),
    confusion (true labels in rows, answers in columns), ece (15 bins) and brier; with shares also the divergence from
    them.
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
    """The mean divergence, in nats, between people's votes and a model's probabilities; 0 where they agree.

    Both are float (n, labels), rows summing to 1. kl: the Kullback-Leibler divergence of the probabilities from the
    votes. js: the Jensen-Shannon divergence, at most log 2, which treats both sides alike.
    """
    middle = (shares + probabilities) / 2
    js = (_relative_entropy(shares, middle) + _relative_entropy(probabilities, middle)) / 2
    return {"kl": round(_relative_entropy(shares, probabilities), 4), "js": round(js, 4)}


def _relative_entropy(p, q):
    least = 1e-9  # a share of 0 adds nothing; a probability of 0 comes from float32's rounding
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
