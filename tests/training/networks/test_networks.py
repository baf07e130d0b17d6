"""The study's networks layer for layer, and the properties that all families share."""

import json

import cv2
import keras
import numpy as np
import pytest

from training import networks
from training.recipes import RECIPES


def layer_table(model):
    return [
        [f"{layer.name} ({type(layer).__name__})", list(layer.output.shape[1:]), layer.count_params()]
        for layer in model.layers
        if not isinstance(layer, keras.layers.InputLayer | keras.layers.Rescaling)
    ]


@pytest.mark.parametrize("name", ["cnn", "cnn4x4"])
def test_the_studys_layers_stand_as_its_tables_say(name, study):
    recipe = RECIPES[name]
    model = networks.build(recipe.network, len(recipe.labels), **recipe.options)
    assert model.count_params() == study["models"][name]["parameters"]
    assert json.loads(json.dumps(layer_table(model))) == study["models"][name]["layers"]


def test_vgg16_has_sixteen_layers_by_its_plan():
    model = networks.build("vgg", 6)
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    assert len(convolutions) + len(dense) == 16
    assert [layer.filters for layer in convolutions] == [64] * 2 + [128] * 2 + [256] * 3 + [512] * 6
    assert {layer.kernel_size for layer in convolutions} == {(3, 3)}


def test_vgg16_may_see_a_face_of_a_third_less_each_way():
    options = {"plan": (1, 1, 1, 1, 1), "units": 8}
    plain, reduced = networks.build("vgg", 6, **options), networks.build("vgg", 6, **options, reduce=True)
    reduced.set_weights(plain.get_weights())
    face = np.random.default_rng(0).integers(0, 256, (48, 48)).astype(np.float32)
    small = cv2.resize(face, (32, 32), interpolation=cv2.INTER_AREA)
    np.testing.assert_allclose(reduced(face[None, ..., None]), plain(small[None, ..., None]), atol=1e-4)


def test_the_residual_net_stays_under_three_million_parameters():
    recipe = RECIPES["resnet"]
    assert networks.build("resnet", 7, **recipe.options).count_params() < 3_000_000


@pytest.mark.parametrize("network", sorted(networks.BUILDERS))
def test_every_network_takes_grey_levels_and_gives_a_logit_a_label(network):
    keras.utils.set_random_seed(1)
    model = networks.build(network, 5)
    faces = np.random.default_rng(0).integers(0, 256, (3, 48, 48, 1)).astype(np.float32)
    logits = model(faces, training=False).numpy()
    assert logits.shape == (3, 5)
    assert logits.dtype == np.float32
    assert np.abs(logits).max() < 50  # unscaled grey levels would give hundreds


def test_the_residual_net_reads_a_dim_face_as_a_bright_one():
    model = networks.build("resnet", 7)
    face = np.random.default_rng(0).integers(100, 200, (1, 48, 48, 1)).astype(np.float32)
    np.testing.assert_allclose(model(face), model(face / 2 + 10), atol=1e-2)


def test_a_second_head_stands_behind_the_first():
    assert networks.build("resnet", 7, votes=8).output_shape == (None, 15)


def test_fused_batch_normalisation_is_keras_own():
    from training.networks.blocks import BatchNormalization

    values = np.random.default_rng(0).normal(3, 2, (16, 6, 6, 4)).astype(np.float32)
    ours, theirs = BatchNormalization(momentum=0.5), keras.layers.BatchNormalization(momentum=0.5)
    np.testing.assert_allclose(ours(values, training=True), theirs(values, training=True), atol=1e-4)
    np.testing.assert_allclose(ours.moving_mean, theirs.moving_mean, atol=1e-4)
    np.testing.assert_allclose(ours.moving_variance, theirs.moving_variance, rtol=5e-3)
    np.testing.assert_allclose(ours(values), theirs(values), atol=1e-2)
