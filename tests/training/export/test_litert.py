"""An exported file answers as its network does, and a failed export leaves the old model unchanged."""

import json

import keras
import numpy as np
import pytest

from app.vision.contract import Card, fingerprint, load_model
from app.vision.errors import BadModel
from training import networks
from training.export.folder import write_model
from training.export.litert import BadExport, deployed, parity, predictor, to_litert
from training.scoring.calibration import fit_temperature


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(3)
    return networks.build("resnet", 3, widths=(8, 16), depths=(1, 1), excite=4)


@pytest.fixture(scope="module")
def file(network):
    return to_litert(deployed(network, temperature=1.5))


@pytest.fixture(scope="module")
def pictures():
    return np.random.default_rng(0).integers(0, 256, (8, 48, 48)).astype(np.uint8)


def card_of(network, **changes):
    content = {
        "name": "tiny",
        "title": "For tests",
        "labels": ("happy", "sad", "neutral"),
        "file": {"name": "model.tflite"} | fingerprint(network),
        "certain_from": {"threshold": 0.5, "coverage": 1.0, "accuracy": 1.0},
    }
    return Card(**content | changes)


def test_the_file_says_the_networks_calibrated_probabilities(network, file, pictures):
    logits = network(pictures[..., None].astype(np.float32)).numpy() / 1.5
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    said = predictor(file)(pictures)
    np.testing.assert_allclose(said, expected, atol=0.02)
    np.testing.assert_allclose(said.sum(axis=1), 1, atol=1e-5)


def test_no_pictures_give_no_answers(file, pictures):
    assert len(predictor(file)(pictures[:0])) == 0


def test_the_file_takes_one_grey_face_and_stores_a_byte_a_weight(network, file):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=file)
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    assert source["shape"].tolist() == [1, 48, 48, 1]
    assert source["shape_signature"].tolist() == [1, 48, 48, 1]
    assert source["dtype"] == target["dtype"] == np.float32
    assert target["shape"].tolist() == [1, 3]
    large = deployed(networks.build("fnn", 3, units=(200,)), 1.0)
    assert len(to_litert(large)) < 1.1 * 2304 * 200
    assert 1.9 * 2304 * 200 < len(to_litert(large, "float16")) < 2.2 * 2304 * 200


def test_parity_is_measured_and_a_stranger_is_refused(network, file, pictures):
    assert parity(file, deployed(network, 1.5), pictures) < 0.02
    half = to_litert(deployed(network, 1.5), "float16")
    assert parity(half, deployed(network, 1.5), pictures, "float16") < 0.01
    with pytest.raises(BadExport, match="differs from Keras by"):
        parity(file, deployed(networks.build("fnn", 3), 0.01), pictures)


def test_temperature_undoes_overconfidence():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(4000, 3))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    targets = np.array([rng.multinomial(1, share / share.sum()) for share in shares], float)
    assert fit_temperature(logits * 3, targets) == pytest.approx(3, rel=0.1)


@pytest.mark.parametrize("rows", [12, 40])
def test_on_few_rows_the_temperature_is_that_of_least_log_loss(rows):
    rng = np.random.default_rng(2)
    logits = rng.normal(size=(rows, 3)) * 3
    targets = np.eye(3)[rng.integers(0, 3, rows)]

    def loss(temperature):
        shares = np.exp(logits / temperature)
        return -np.log((targets * shares).sum(axis=1) / shares.sum(axis=1)).mean()

    best = min(np.geomspace(0.2, 5, 400), key=loss)
    assert fit_temperature(logits, targets) == pytest.approx(best)


def test_the_temperature_stays_within_the_error_allowed_against_what_most_voters_say():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 2000)
    votes = 0.7 * np.eye(3)[truth] + 0.1  # eight in ten voters agree, and the network is always right
    logits = np.log(votes)
    assert fit_temperature(logits, votes, truth) < 0.6
    probabilities = np.exp(logits / fit_temperature(logits, votes, truth))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    assert 0.97 < probabilities.max(axis=1).mean() < 0.99  # as close to the votes as the calibration error allows
    unclear = np.where(np.arange(2000) < 10, truth, -1)
    assert fit_temperature(logits, votes, unclear) == fit_temperature(logits, votes, truth)


def test_a_written_model_is_what_the_server_loads(file, tmp_path):
    write_model(card_of(file), file, lambda folder: (folder / "curves.png").write_bytes(b"x"), tmp_path / "tiny")
    card, content = load_model(tmp_path / "tiny")
    assert (card, content) == (card_of(file), file)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny"]
    assert (tmp_path / "tiny" / "curves.png").exists()


def test_a_new_model_replaces_the_old_one(file, tmp_path):
    write_model(card_of(file), file, lambda folder: (folder / "old.png").touch(), tmp_path / "tiny")
    write_model(card_of(file, title="Newer"), file, lambda folder: None, tmp_path / "tiny")
    assert load_model(tmp_path / "tiny")[0].title == "Newer"
    assert not (tmp_path / "tiny" / "old.png").exists()


@pytest.mark.parametrize("fault", ["pictures", "card"])
def test_a_failed_export_leaves_the_old_model_whole(file, tmp_path, fault):
    write_model(card_of(file), file, lambda folder: None, tmp_path / "tiny")
    wrong = card_of(file, title="Newer", file={"name": "model.tflite", "sha256": "0" * 64})
    card = wrong if fault == "card" else card_of(file, title="Newer")

    def draw(folder):
        if fault == "pictures":
            raise OSError("disk full")

    with pytest.raises((OSError, BadModel)):
        write_model(card, file, draw, tmp_path / "tiny")
    assert load_model(tmp_path / "tiny")[0].title == "For tests"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny"]


def test_the_card_survives_the_way_through_json(file):
    card = card_of(file)
    assert Card.from_json(json.loads(json.dumps(card.to_json()))) == card
