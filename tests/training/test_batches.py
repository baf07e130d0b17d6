"""Batches hold every row once, and chance can be repeated."""

from dataclasses import replace

import numpy as np
import pytest

from training.batches import Batches, label_weights


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


@pytest.mark.parametrize(("evenness", "expected"), [(0, [1, 1]), (1, [0.5 / 0.75, 0.5 / 0.25])])
def test_label_weights_even_out_rare_labels(evenness, expected):
    targets = np.repeat(np.eye(2, dtype=np.float32), (15, 5), axis=0)
    weights = label_weights(targets, evenness)
    np.testing.assert_allclose(weights, expected, rtol=1e-6)
    assert (targets @ weights).mean() == pytest.approx(1)
