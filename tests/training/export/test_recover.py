"""A shipped file gives its network back."""

import json

import keras
import numpy as np
import pytest

from app.vision.contract import Card, fingerprint
from app.vision.errors import BadModel
from training import networks
from training.export.folder import write_model
from training.export.litert import deployed, parity, to_litert
from training.export.recover import recover, renormalise
from training.recipes import Recipe

SMALL = {
    "resnet": {"widths": (4, 8), "depths": (1, 1), "excite": 4},
    "vgg": {"plan": (1, 1, 1, 1, 1), "units": 8, "reduce": True},
    "cnn": {"kernel": 4},
    "fnn": {"units": (8, 6)},
}


@pytest.fixture(scope="module")
def faces():
    return np.random.default_rng(2).integers(0, 256, (64, 48, 48)).astype(np.uint8)


@pytest.fixture
def ship(tmp_path):
    """A function that writes a model's folder of a family, with weights of chance, and gives its path and file."""

    def ship(family):
        keras.utils.set_random_seed(3)
        network = networks.build(family, 3, **SMALL[family])
        rng = np.random.default_rng(4)
        network.set_weights([w + rng.normal(0, 0.03, w.shape) for w in network.get_weights()])
        file = to_litert(deployed(network, 1.7))
        card = Card(
            name="small",
            title="For tests",
            labels=("angry", "happy", "sad"),
            file={"name": "model.tflite"} | fingerprint(file),
            certain_from={"threshold": 0.5},
            temperature=1.7,
            recipe=Recipe("small", "For tests", family, SMALL[family]).to_json(),
        )
        write_model(card, file, lambda _folder: None, tmp_path / "small")
        return tmp_path / "small", file

    return ship


@pytest.mark.parametrize("family", SMALL)
def test_the_network_says_what_its_file_says_before_and_after_its_statistics_are_taken_anew(family, ship, faces):
    folder, file = ship(family)
    network, labels = recover(folder)
    assert labels == ("angry", "happy", "sad")
    assert parity(file, deployed(network, 1.7), faces[:8]) < 2e-3
    renormalise(network, faces)
    assert parity(file, deployed(network, 1.7), faces[:8]) < 2e-3


def test_training_goes_on_from_the_statistics_of_the_faces(ship, faces):
    network, _ = recover(ship("resnet")[0])
    renormalise(network, faces)
    whole = faces[..., None].astype(np.float32)
    before = np.concatenate([network(part) for part in np.split(whole, 4)])
    for layer in network.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0
    np.testing.assert_allclose(network(whole, training=True), before, atol=0.02)


def test_a_folder_whose_recipe_is_not_its_files_is_refused(ship):
    folder, _ = ship("fnn")
    card = folder / "card.json"
    content = json.loads(card.read_text())
    content["recipe"] |= {"network": "cnn", "options": {"kernel": 5}}
    card.write_text(json.dumps(content))
    with pytest.raises(BadModel, match="no weights named after conv_1"):
        recover(folder)


@pytest.mark.parametrize(
    "recipe", [{}, {"network": "ensemble", "options": {}}, {"network": "fnn", "options": {"x": 1}}]
)
def test_a_card_that_names_no_network_of_ours_is_refused(ship, recipe):
    folder, _ = ship("fnn")
    card = folder / "card.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | {"recipe": recipe}))
    with pytest.raises(BadModel, match="must name one of cnn, fnn, resnet, vgg"):
        recover(folder)


def test_a_network_that_answers_otherwise_is_refused(ship, monkeypatch):
    folder, _ = ship("fnn")
    monkeypatch.setattr("training.export.litert.LARGEST_DIFFERENCE", -1.0)
    with pytest.raises(BadModel, match="differs from Keras"):
        recover(folder)
