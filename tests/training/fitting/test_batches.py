"""An epoch's batches hold every row once, and random choices are reproducible."""

from dataclasses import replace

import numpy as np
import pytest

from training.fitting.batches import Batches, chances


def test_chance_follows_from_seed_epoch_and_batch(lessons, tiny):
    first, second = Batches(*lessons, tiny, epoch=1), Batches(*lessons, tiny)
    assert (first[0][0] != second[0][0]).any()
    second.on_epoch_end()
    for a, b in zip(first[1], second[1], strict=True):
        np.testing.assert_array_equal(a, b)


def test_batches_hold_every_row_once(lessons, tiny):
    plain = replace(tiny, augmentation=None, smoothing=0.0)
    batches = Batches(*lessons, plain)
    seen = np.concatenate([batches[place][0] for place in range(len(batches))])
    assert {face.tobytes() for face in seen} == {face.astype(np.float32).tobytes() for face in lessons[0]}
    assert len(seen) == 20


@pytest.mark.parametrize(("balance", "expected"), [(0, 0.25), (1, 0.5)])
def test_chances_even_out_rare_labels(balance, expected):
    targets = np.repeat(np.eye(2, dtype=np.float32), (15, 5), axis=0)
    drawn = chances(targets, balance)
    assert drawn.sum() == pytest.approx(1)
    assert drawn[15:].sum() == pytest.approx(expected)


def test_a_balanced_epoch_shows_rare_labels_as_often(lessons, tiny):
    pictures, targets = lessons
    rows = np.concatenate([np.flatnonzero(targets[:, 0]), np.flatnonzero(targets[:, 1])[:2]])
    batches = Batches(pictures[rows], targets[rows], replace(tiny, balance=1.0, smoothing=0.0, batch=200))
    rare = sum(batches[0][1][:, 1].sum() for _ in range(50) if batches.on_epoch_end() is None)
    assert rare / (50 * len(rows)) == pytest.approx(0.5, abs=0.06)


def test_teachers_answer_for_the_picture_that_the_network_sees(lessons, tiny):
    pictures, targets = lessons
    asked = []

    def teachers(seen):
        asked.append(seen)
        return np.stack([seen.mean(axis=(1, 2)) / 255, 1 - seen.mean(axis=(1, 2)) / 255], axis=1)

    recipe = replace(tiny, batch=20, covered=0.4, mixed=0.3, smoothing=0.0)
    seen, said = Batches(pictures, targets, recipe, teachers=teachers)[0]
    brightness = seen[..., 0].mean(axis=(1, 2)) / 255
    answered = np.isclose(said[:, 0], brightness, atol=1e-4)
    assert answered.sum() == len(asked[0])
    assert 5 < answered.sum() < 20
    hidden = said[~answered]  # covered faces get the whole face's target, moved towards the labels' frequencies
    assert (hidden.max(axis=1) > 0.5).all()
    assert (hidden.max(axis=1) < 0.95).all()
    again = Batches(pictures, targets, recipe, teachers=teachers)[0]
    assert (again[0] == seen).all()
    assert (again[1] == said).all()
