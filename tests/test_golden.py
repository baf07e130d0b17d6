"""Training and serving give a network the same input and read the same words from its output."""

from dataclasses import replace

import numpy as np
import pytest

from app.vision.contract import CROP_SCALE, FACE_SIZE, Card, fingerprint
from app.vision.emotions import Classifier
from app.vision.faces import crop
from app.vision.images import decode


@pytest.fixture(scope="module")
def pictures():
    return np.random.default_rng(7).integers(0, 256, (6, 48, 48)).astype(np.uint8)


def test_the_server_answers_as_training_does_on_the_same_pictures(pictures, tmp_path):
    keras = pytest.importorskip("keras")
    from training import networks
    from training.export.folder import write_model
    from training.export.litert import deployed, to_litert
    from training.fitting.batches import Batches
    from training.recipes import RECIPES

    keras.utils.set_random_seed(1)
    recipe = replace(RECIPES["fnn"], augmentation=None, batch=len(pictures))
    network = networks.build("fnn", len(recipe.labels), units=(32,))
    file = to_litert(deployed(network, temperature=0.7))
    card = Card(
        name="golden",
        title="For tests",
        labels=recipe.labels,
        file={"name": "model.tflite"} | fingerprint(file),
        certain_from={"threshold": 0.5, "coverage": 1, "accuracy": 1},
    )
    write_model(card, file, lambda folder: None, tmp_path / "golden")

    batches = Batches(pictures, np.eye(6, dtype=np.float32), recipe)
    fed, targets = batches[0]
    shown = pictures[targets.argmax(axis=1)]  # the batch shuffles the rows
    np.testing.assert_array_equal(fed[..., 0], shown)

    expected = network(fed).numpy() / 0.7
    expected = np.exp(expected) / np.exp(expected).sum(axis=1, keepdims=True)
    classifier = Classifier(tmp_path / "golden").open()
    np.testing.assert_allclose(classifier.classify(shown), expected, atol=0.02)  # weights stored as int8
    assert classifier.card.labels == recipe.labels


def test_a_face_that_needs_no_scaling_arrives_pixel_for_pixel(pictures):
    photo = np.full((200, 300), 90, np.uint8)
    photo[60 : 60 + FACE_SIZE, 100 : 100 + FACE_SIZE] = pictures[0]
    side = FACE_SIZE / CROP_SCALE
    margin = (FACE_SIZE - side) / 2
    box = (100 + margin, 60 + margin, side, side)
    np.testing.assert_array_equal(crop(photo, box), pictures[0])


def test_a_grey_picture_is_decoded_to_the_levels_that_it_was_saved_with(pictures):
    from fakes import encode

    np.testing.assert_array_equal(decode(encode(pictures[0], "PNG"), 10**6), pictures[0])
