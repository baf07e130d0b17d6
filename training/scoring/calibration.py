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


def certain_from(probabilities, truth, clear=None, doubtful=None, wanted=0.85, allowed=0.3, kept=0.87):
    """From which probability on an answer is called certain, as the card holds it: threshold, coverage, accuracy.

    The threshold is the least from which answers are right `wanted` of the time; coverage is the share of the answers
    at or above it, accuracy how often those are right. doubtful: {condition: (probabilities, truth)} of faces that a
    model should rarely be certain of (see training/data/covering.py). Where more than `allowed` of a condition are, the
    threshold rises until they are not, but no further than `kept` of the `clear` faces, bool (n,), allow; what it
    then covers of each condition stands in `doubtful`. Where no threshold reaches `wanted`, the highest probability
    that was seen stands. truth: int (n,).
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
    """The largest probability of each row, cut to the four decimals that a card holds."""
    return np.floor(probabilities.max(axis=1).astype(np.float64) * 1e4) / 1e4


def _level_of_share(sure, allowed):
    """The least level that no more than the share `allowed` of these reach."""
    levels = np.unique(sure)
    few = levels[[(sure >= level).mean() <= allowed for level in levels]]
    return few[0] if len(few) else levels[-1] + 1e-4


def _covered(sure, right, threshold):
    covered = sure >= threshold
    return {
        "coverage": round(float(covered.mean()), 4),
        "accuracy": round(float(right[covered].mean()), 4) if covered.any() else 0.0,
    }
