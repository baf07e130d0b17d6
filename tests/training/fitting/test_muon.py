"""Muon's step: orthogonal for kernels, AdamW's for other weights."""

import keras
import numpy as np
import pytest

from training.fitting.muon import Muon


def step(shape, seed=0, **options):
    """The change of a weight of this shape in one step at a rate of 1."""
    rng = np.random.default_rng(seed)
    before = rng.normal(size=shape).astype(np.float32)
    weight = keras.Variable(before, name="kernel")
    optimizer = Muon(learning_rate=1.0, weight_decay=None, **options)
    optimizer.apply([keras.ops.convert_to_tensor(rng.normal(size=shape).astype(np.float32))], [weight])
    return before - weight.numpy()


@pytest.mark.parametrize("shape", [(3, 3, 4, 8), (1, 1, 16, 4), (20, 6)])
def test_a_kernel_is_moved_alike_in_all_its_directions(shape):
    moved = step(shape).reshape(-1, shape[-1])
    strengths = np.linalg.svd(moved, compute_uv=False)
    assert strengths.max() < 2 * strengths.min()


def test_a_step_is_as_large_as_adams_for_every_shape():
    sizes = [np.sqrt((step(shape) ** 2).mean()) for shape in [(3, 3, 8, 8), (3, 3, 16, 32), (1, 1, 8, 64)]]
    np.testing.assert_allclose(sizes, 0.2, rtol=0.25)


@pytest.mark.parametrize(
    ("shape", "options"), [((8,), {}), ((3, 3, 1, 8), {}), ((20, 6), {"exclude_layers": ["kernel"]})]
)
def test_vectors_the_stem_and_the_outputs_are_adams(shape, options):
    np.testing.assert_allclose(np.abs(step(shape, **options)), 1.0, rtol=0.02)  # Adam's first step equals its rate
