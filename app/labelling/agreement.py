"""How far raters agree: Krippendorff's alpha with its interval, each rater with the others, and confused words.

Krippendorff, K.: Content Analysis, 4th edition, 2019, chapter 12. The distance of two votes is the part of them that
differs, half the sum of the absolute differences of their shares: 0 for the same answer, 1 for two different words, a
half for "doubt" beside "doubt or pain". For votes on single words that is alpha's nominal distance.
"""

from dataclasses import dataclass

import krippendorff
import numpy as np

RESAMPLES = 1000
SEED = 20


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha (1 where all agree, 0 where as much as by chance) and its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def to_json(self):
        """The three numbers."""
        return {name: round(float(getattr(self, name)), 4) for name in ("value", "low", "high")}


def alpha(tallies):
    """The Alpha of all answers, cant_tell and no_face among them; None where no face has two votes, or all say one."""
    return _alpha(tallies.faces, tallies.shares, len(tallies.face_ids))


def alpha_of(tallies, word):
    """The Alpha of one word: whether, and how much, people used it."""
    share = tallies.shares[:, [tallies.columns.index(word)]]
    return _alpha(tallies.faces, np.hstack([share, 1 - share]), len(tallies.face_ids))


def with_others(tallies):
    """For each rater the part of their votes that agrees with others' on the same faces, 0 to 1; nan where alone."""
    others = tallies.counts()[tallies.faces] - 1
    agreed = np.zeros(len(others))
    for face_votes in _by_face(tallies.faces):
        shares = tallies.shares[face_votes]
        agreed[face_votes] = np.minimum(shares[:, None], shares[None]).sum(2).sum(1) - 1  # less its own
    sums = np.bincount(tallies.raters, agreed, minlength=len(tallies.rater_ids))
    pairs = np.bincount(tallies.raters, others, minlength=len(tallies.rater_ids))
    return np.divide(sums, pairs, out=np.full(len(sums), np.nan), where=pairs > 0)


def confusions(tallies):
    """How often one person's vote stands against another's: float64 (columns, columns), symmetric, in pairs of votes.

    A face counts once for each of its votes, as in alpha: a pair of n votes weighs 1 / (n - 1).
    """
    matrix = np.zeros((len(tallies.columns),) * 2)
    for face_votes in _by_face(tallies.faces):
        if len(face_votes) > 1:
            shares = tallies.shares[face_votes]
            total = shares.sum(0)
            matrix += (np.outer(total, total) - shares.T @ shares) / (len(face_votes) - 1)
    return matrix


def splits(tallies):
    """How far a face's votes differ from each other on average, 0 to 1, float64 (faces,); nan for a single vote."""
    apart = np.full(len(tallies.face_ids), np.nan)
    for face_votes in _by_face(tallies.faces):
        count = len(face_votes)
        if count > 1:
            shares = tallies.shares[face_votes]
            same = np.minimum(shares[:, None], shares[None]).sum(2).sum() - count
            apart[tallies.faces[face_votes[0]]] = 1 - same / (count * (count - 1))
    return apart


def _alpha(faces, shares, face_count):
    answers, kinds = np.unique(shares.round(6), axis=0, return_inverse=True)
    counts = np.zeros((face_count, len(answers)), np.int64)
    np.add.at(counts, (faces, kinds.ravel()), 1)
    counts = counts[counts.sum(1) > 1]
    used = counts.any(0)
    counts, distances = counts[:, used], _distances(answers[used])
    if counts.shape[1] < 2:
        return None
    value = krippendorff.alpha(
        value_counts=counts,
        value_domain=np.arange(counts.shape[1]),
        level_of_measurement=lambda _v1, _v2, i1, i2, **_: distances[i1, i2],
    )
    return Alpha(value, *_interval(counts, distances))


def _interval(counts, distances):
    """The bootstrap's 95 % interval, over faces.

    Faces with the same votes are drawn together, so that a hundred thousand faces take no longer than a few.
    """
    patterns, times = np.unique(counts, axis=0, return_counts=True)
    drawn = np.random.default_rng(SEED).multinomial(times.sum(), times / times.sum(), size=RESAMPLES)
    votes = patterns.sum(1)
    observed = np.einsum("pi,pj,ij->p", patterns, patterns, distances) / (votes - 1)
    totals = drawn @ patterns
    number = drawn @ votes
    expected = np.einsum("ri,rj,ij->r", totals, totals, distances) / (number - 1)
    values = 1 - np.divide(drawn @ observed, expected, out=np.zeros(RESAMPLES), where=expected > 0)
    return np.percentile(values, [2.5, 97.5])


def _distances(answers):
    return np.abs(answers[:, None] - answers[None]).sum(2) / 2


def _by_face(faces):
    """For each face the places of its votes."""
    order = np.argsort(faces, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(faces[order])) + 1) if len(faces) else []
