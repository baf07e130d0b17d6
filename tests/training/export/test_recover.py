"""A shipped file's network can be rebuilt."""

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
from training.networks.ensemble import mean_of
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
    """A function that writes a model's folder of a family with random weights, and returns its path and file."""

    def ship(family, precision="int8"):
        keras.utils.set_random_seed(3)
        network = networks.build(family, 3, **SMALL[family])
        rng = np.random.default_rng(4)
        network.set_weights([w + rng.normal(0, 0.03, w.shape) for w in network.get_weights()])
        file = to_litert(deployed(network, 1.7), precision)
        card = Card(
            name="small",
            title="For tests",
            labels=("angry", "happy", "sad"),
            file={"name": "model.tflite"} | fingerprint(file),
            certain_from={"threshold": 0.5},
            temperature=1.7,
            precision=precision,
            recipe=Recipe("small", "For tests", family, SMALL[family]).to_json(),
        )
        write_model(card, file, lambda _folder: None, tmp_path / "small")
        return tmp_path / "small", file

    return ship


@pytest.mark.parametrize(("precision", "tolerance"), [("float16", 2e-3), ("int8", 0.02)])
@pytest.mark.parametrize("family", SMALL)
def test_the_network_says_what_its_file_says_before_and_after_its_statistics_are_taken_anew(
    family, precision, tolerance, ship, faces
):
    folder, file = ship(family, precision)
    network, labels = recover(folder)
    assert labels == ("angry", "happy", "sad")
    assert parity(file, deployed(network, 1.7), faces[:8], precision) < tolerance
    renormalise(network, faces)
    assert parity(file, deployed(network, 1.7), faces[:8], precision) < tolerance


def test_the_members_of_an_ensemble_come_back_from_its_file(tmp_path, faces):
    keras.utils.set_random_seed(5)
    options, labels = SMALL["resnet"], ("angry", "happy", "sad")
    rng = np.random.default_rng(6)
    members = {name: (networks.build("resnet", 3, **options), [0, 1, 2]) for name in ("one", "other")}
    for network, _ in members.values():
        network.set_weights([w + rng.normal(0, 0.03, w.shape) for w in network.get_weights()])
    both = mean_of(members)
    file = to_litert(deployed(both, 0.8))
    card = Card(
        name="pair",
        title="For tests",
        labels=labels,
        file={"name": "model.tflite"} | fingerprint(file),
        certain_from={"threshold": 0.5},
        temperature=0.8,
        precision="int8",
    )
    write_model(card, file, lambda _folder: None, tmp_path / "pair")
    again, _ = recover(tmp_path / "pair", dict.fromkeys(("one", "other"), ("resnet", options, labels)))
    shown = faces[:8][..., None].astype(np.float32)
    np.testing.assert_allclose(again.predict(shown, verbose=0), both.predict(shown, verbose=0), atol=0.05)


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
    monkeypatch.setattr("training.export.litert.LARGEST_DIFFERENCES", {"int8": -1.0})
    with pytest.raises(BadModel, match="differs from Keras"):
        recover(folder)
