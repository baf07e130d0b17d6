"""How honest probabilities are, and how they are made so."""

import numpy as np

HONEST = 0.02
"""The calibration error that a temperature may have on held-out rows, where any has as little."""


def fit_temperature(logits, targets, truth=None):
    """The divisor of the logits that makes them most honest on held-out rows.

    That is the one of least log loss; where it errs by more than HONEST on the rows that have a `truth`, the
    nearest that does not, if any: on few rows none may, and the least error there is chance. logits: float
    (n, labels); targets: float (n, labels), rows summing to 1; truth: int (n,), -1 for none; the targets' largest
    where it is not given. Guo et al. 2017, https://arxiv.org/abs/1706.04599
    """
    truth = targets.argmax(axis=1) if truth is None else truth
    clear = truth >= 0
    candidates = np.geomspace(0.2, 5, 400)
    said = [_log_softmax(logits / t) for t in candidates]
    best = int(np.argmin([-(targets * s).sum(axis=1).mean() for s in said]))
    errors = np.array([calibration_error(np.exp(s[clear]), truth[clear]) for s in said])
    honest = np.flatnonzero(errors <= HONEST)
    return float(candidates[honest[np.abs(honest - best).argmin()] if len(honest) else best])


def _log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


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
