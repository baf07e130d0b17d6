"""One answer from several people's votes."""

import numpy as np
import pytest

from app.labelling import aggregation


def test_no_votes_are_no_answers():
    none = np.zeros((0, 3))
    assert aggregation.majority(none).tolist() == []
    assert aggregation.shares(none).shape == (0, 3)
    belief, confusion = aggregation.dawid_skene(np.zeros(0, int), np.zeros(0, int), none)
    assert belief.shape == (0, 3)
    assert confusion.shape == (0, 3, 3)


def test_a_majority_is_more_than_half_and_a_tie_is_none():
    votes = np.array([[2, 1, 0], [1, 1, 0], [1.5, 1.5, 0], [1.5, 1, 0], [0, 0, 0]])
    assert aggregation.majority(votes).tolist() == [0, -1, -1, 0, -1]


def test_shares_are_parts_of_one_vote():
    assert aggregation.shares(np.array([[2.0, 1, 1], [0, 0, 0]])).tolist() == [[0.5, 0.25, 0.25], [0, 0, 0]]


def simulate(faces, accuracies, answers=3, seed=5):
    """Votes by raters of the given accuracies whose other votes are random: (truth, faces, raters, votes)."""
    chance = np.random.default_rng(seed)
    truth = chance.integers(0, answers, faces)
    given = [np.where(chance.random(faces) < right, truth, chance.integers(0, answers, faces)) for right in accuracies]
    return truth, np.tile(np.arange(faces), len(given)), np.repeat(np.arange(len(given)), faces), np.concatenate(given)


def test_dawid_skene_finds_the_careful_rater_where_the_majority_is_careless():
    truth, faces, raters, given = simulate(600, (0.95, 0.9, 0.2, 0.2, 0.2, 0.2))
    votes = np.eye(3)[given]
    sums = np.zeros((600, 3))
    np.add.at(sums, faces, votes)
    belief, confusion = aggregation.dawid_skene(faces, raters, votes)
    by_majority = (sums.argmax(1) == truth).mean()
    by_dawid_skene = (belief.argmax(1) == truth).mean()
    assert by_dawid_skene > by_majority + 0.05
    assert np.trace(confusion[0]) > np.trace(confusion[2]) + 0.5
    assert belief.sum(1) == pytest.approx(np.ones(600))
    assert confusion.sum(2) == pytest.approx(np.ones((6, 3)))


def test_dawid_skene_learns_a_rater_who_swaps_two_words():
    chance = np.random.default_rng(2)
    truth = chance.integers(0, 3, 300)
    swapped = np.array([1, 0, 2])[truth]
    given = np.concatenate([truth, truth, swapped])
    belief, confusion = aggregation.dawid_skene(
        np.tile(np.arange(300), 3), np.repeat(np.arange(3), 300), np.eye(3)[given]
    )
    assert (belief.argmax(1) == truth).all()
    assert confusion[2].argmax(1).tolist() == [1, 0, 2]


def test_a_split_vote_speaks_for_both_words():
    votes = np.array([[0.5, 0.5], [1, 0], [0, 1], [0, 1], [1, 0]])
    belief, _confusion = aggregation.dawid_skene(np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 1, 1]), votes)
    assert belief.argmax(1).tolist() == [0, 1, 0]
