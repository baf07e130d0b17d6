"""The probability from which an answer counts as certain."""

import numpy as np

from training.scoring.calibration import certain_from


def answers_of(sure):
    """Answers for the first of two words with the given probabilities."""
    sure = np.asarray(sure, np.float32)
    return np.stack([sure, 1 - sure], axis=1)


def test_answers_of_one_probability_are_certain_together():
    told = certain_from(answers_of([0.6] * 4), np.array([0, 0, 1, 1]), wanted=0.5)
    assert told == {"threshold": 0.6, "coverage": 1.0, "accuracy": 0.5}


def test_the_rounded_threshold_covers_what_it_says():
    said = answers_of([0.60006, 0.60004, 0.5])
    told = certain_from(said, np.array([0, 0, 1]), wanted=0.9)
    assert told["coverage"] == round(float((said.max(axis=1) >= told["threshold"]).mean()), 4)


def test_a_condition_raises_the_threshold_until_few_are_certain():
    clean = answers_of(np.linspace(0.55, 0.95, 100))
    truth = np.zeros(100, int)
    masked = answers_of(np.linspace(0.5, 0.7, 100)), np.arange(100) % 2
    plain = certain_from(clean, truth)
    wary = certain_from(clean, truth, doubtful={"masked": masked}, kept=0.5)
    assert plain["threshold"] == 0.55
    assert 0.63 < wary["threshold"] < 0.65
    assert wary["doubtful"]["masked"]["coverage"] <= 0.3
    assert wary["coverage"] < plain["coverage"]


def test_a_condition_costs_no_more_of_the_clear_faces_than_allowed():
    clean = answers_of(np.linspace(0.55, 0.95, 100))
    surer = answers_of(np.full(10, 0.99)), np.zeros(10, int)
    told = certain_from(clean, np.zeros(100, int), np.ones(100, bool), {"masked": surer}, kept=0.85)
    assert told["coverage"] >= 0.85
    assert told["doubtful"]["masked"] == {"coverage": 1.0, "accuracy": 1.0}
