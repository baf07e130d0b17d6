"""One answer from several raters': the majority, the shares, or weighted by reliability (Dawid–Skene)."""

import numpy as np

ROUNDS = 100
SMOOTHING = 0.01
"""Added to each count of a rater's confusions, so that no confusion has probability 0."""


def majority(sums):
    """The column that more than half of the votes name: int64 (faces,), -1 where there is none.

    `sums` are the votes by face and column, float64 (faces, columns).
    """
    winner = sums.argmax(1)
    return np.where(sums.max(1, initial=0) * 2 > sums.sum(1) + 1e-9, winner, -1)


def shares(sums):
    """The votes as parts of 1: float64 (faces, columns); 0 where there are none."""
    totals = sums.sum(1, keepdims=True)
    return np.divide(sums, totals, out=np.zeros_like(sums), where=totals > 0)


def dawid_skene(faces, raters, votes):
    """The probability of each answer for each face, and how reliable each rater is.

    `faces` and `raters`, int (votes,), say whose vote on which face a row of `votes`, float64 (votes, answers), is.
    Returns float64 (faces, answers) and each rater's confusion, float64 (raters, true answer, given answer).
    Source: Dawid & Skene, Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm, Applied
    Statistics 28, 1979, equations 2.3 to 2.5; the first guess is the vote shares.
    """
    answers = votes.shape[1]
    belief = np.zeros((faces.max(initial=-1) + 1, answers))
    np.add.at(belief, faces, votes)
    belief = shares(belief)
    for _ in range(ROUNDS):
        confusion = np.full((raters.max(initial=-1) + 1, answers, answers), SMOOTHING)
        np.add.at(confusion, raters, belief[faces][:, :, None] * votes[:, None, :])
        confusion /= confusion.sum(2, keepdims=True)
        prior = belief.mean(0) if len(belief) else np.zeros(answers)
        log_belief = np.tile(np.log(prior + 1e-12), (len(belief), 1))
        np.add.at(log_belief, faces, np.einsum("vta,va->vt", np.log(confusion)[raters], votes))
        before, belief = belief, np.exp(log_belief - log_belief.max(1, keepdims=True, initial=-np.inf))
        belief /= belief.sum(1, keepdims=True)
        if np.abs(belief - before).max(initial=0) < 1e-6:
            break
    return belief, confusion
