"""Calibration: measures whether probabilities match the accuracy, and corrects them."""

import numpy as np

HONEST = 0.02
"""The calibration error that a temperature may have on held-out rows, where any has as little."""


def fit_temperature(logits, targets, truth=None):
    """The temperature, a divisor of the logits, that calibrates them best on held-out rows.

    It is the temperature of least log loss. Where its calibration error on the rows with a `truth` exceeds HONEST, it
    is the nearest temperature whose error does not. Where no temperature reaches HONEST, as on few rows, the one of
    least log loss stays, because the smallest error is then chance. logits: float (n, labels); targets: float
    (n, labels), rows summing to 1; truth: int (n,), -1 for none, by default each target's largest label.
    Guo et al. 2017, https://arxiv.org/abs/1706.04599
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
    """Confidence, accuracy and share of the rows by bin of the largest probability: three float arrays (bins,).

    Confidence and accuracy are 0 where a bin is empty.
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


def certain_from(probabilities, truth, clear=None, doubtful=None, wanted=0.85, allowed=0.3, kept=0.87):
    """The probability from which an answer counts as certain, as a dict for the card: threshold, coverage, accuracy.

    The threshold is the least from which the share `wanted` of the answers is right; where there is none, it is the
    highest probability that occurs. coverage is the share of the answers at or above it, accuracy the share of these
    that is right. doubtful: {condition: (probabilities, truth)} of faces that a model should rarely be certain of (see
    training/data/covering.py). Where a model is certain of more than the share `allowed` under a condition, the
    threshold rises, but only while the model stays certain of the share `kept` of the `clear` faces, bool (n,). The
    dict's `doubtful` then holds coverage and accuracy by condition. truth: int (n,).
    """
    sure, right = _levels(probabilities), probabilities.argmax(axis=1) == truth
    order = np.argsort(-sure, kind="stable")
    accuracy = np.cumsum(right[order]) / np.arange(1, len(sure) + 1)
    last_of_its_level = np.append(np.diff(sure[order]) < 0, True)
    reached = np.flatnonzero((accuracy >= wanted) & last_of_its_level)
    threshold = sure[order][reached[-1]] if len(reached) else sure.max()
    clear = sure if clear is None or not clear.any() else sure[clear]
    wary = max((_level_of_share(_levels(said), allowed) for said, _ in (doubtful or {}).values()), default=0.0)
    threshold = max(threshold, min(wary, np.quantile(clear, 1 - kept, method="lower")))
    told = {"threshold": round(float(threshold), 4)} | _covered(sure, right, threshold)
    if doubtful:
        told["doubtful"] = {
            name: _covered(_levels(said), said.argmax(axis=1) == right_word, threshold)
            for name, (said, right_word) in doubtful.items()
        }
    return told


def _levels(probabilities):
    """The largest probability of each row, truncated to the four decimals that a card holds."""
    return np.floor(probabilities.max(axis=1).astype(np.float64) * 1e4) / 1e4


def _level_of_share(sure, allowed):
    """The least level that at most the share `allowed` of `sure` reaches."""
    levels = np.unique(sure)
    few = levels[[(sure >= level).mean() <= allowed for level in levels]]
    return few[0] if len(few) else levels[-1] + 1e-4


def _covered(sure, right, threshold):
    covered = sure >= threshold
    return {
        "coverage": round(float(covered.mean()), 4),
        "accuracy": round(float(right[covered].mean()), 4) if covered.any() else 0.0,
    }
