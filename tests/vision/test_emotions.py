"""The classifiers: which folders are offered, and their answers."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from fakes import make_card, write_model

from app.vision.emotions import IDLE_S, MOST_OPEN, Classifier, Models, Networks
from app.vision.errors import BadModel, NoModel, UnknownModel

SHIPPED = Path(__file__).resolve().parents[2] / "models"


@pytest.fixture(scope="module")
def shipped():
    if not (SHIPPED / "cnn" / "card.json").exists():
        pytest.skip("models/cnn is not there: python -m training train cnn makes it")
    return Classifier(SHIPPED / "cnn")


@pytest.fixture(scope="module")
def cnn(shipped):
    return shipped.open()


def test_an_empty_folder_offers_nothing(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        models = Models(folder)
        assert models.cards == {}
        assert models.default is None
        with pytest.raises(NoModel, match="training train"):
            models.get()


def test_a_network_that_cannot_be_read_is_refused_with_its_reason(tmp_path, caplog):
    write_model(tmp_path / "broken", network=b"no network")
    models = Models(tmp_path)
    assert models.cards == {}
    assert "LiteRT" in models.refused["broken"]
    assert "broken" in caplog.text


def test_a_folder_without_a_card_is_refused_and_a_hidden_one_passed_over(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / ".half-written").mkdir()
    (tmp_path / "README.md").write_text("words")
    assert Models(tmp_path).refused == {"empty": "empty: there is no card.json"}


def test_a_card_of_another_shape_is_refused(tmp_path, cnn):
    write_model(tmp_path / "short", network=(SHIPPED / "cnn" / "model.tflite").read_bytes())
    with pytest.raises(BadModel, match=r"output must be float32 \(1, 2\)"):
        Classifier(tmp_path / "short")


def test_a_classifier_says_probabilities_for_any_number_of_faces(cnn):
    faces = np.random.default_rng(0).integers(0, 256, (3, 48, 48), np.uint8)
    probabilities = cnn.classify(faces)
    assert probabilities.shape == (3, len(cnn.card.labels))
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-3)
    np.testing.assert_allclose(cnn.classify(faces[1:2])[0], probabilities[1], atol=1e-6)
    assert cnn.classify(faces[:0]).shape == (0, len(cnn.card.labels))
    assert cnn.ms_per_face > 0


def test_threads_have_a_network_each_and_get_the_same_answers(shipped, cnn):
    faces = np.random.default_rng(5).integers(0, 256, (40, 48, 48)).astype(np.uint8)
    alone = cnn.classify(faces)
    with ThreadPoolExecutor(2) as threads:
        together = list(threads.map(lambda _: shipped.open().classify(faces), range(4)))
    for answers in together:
        np.testing.assert_array_equal(answers, alone)


def test_a_thread_opens_a_network_once_and_gives_it_back_when_idle(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("app.vision.emotions.time.monotonic", lambda: clock[0])
    networks = Networks(Opens("one", "other"))
    first = networks.get("one")
    clock[0] = IDLE_S / 2
    networks.get("other")
    assert networks.get("one") is first
    clock[0] = IDLE_S * 1.25
    assert networks.get("one") is first
    assert set(networks._open) == {"one", "other"}
    clock[0] = IDLE_S * 1.75
    networks.get("one")
    assert set(networks._open) == {"one"}


def test_a_thread_keeps_few_networks_open_those_that_it_asked_for_last():
    names = [f"model{number}" for number in range(MOST_OPEN + 1)]
    networks = Networks(Opens(*names))
    opened = [networks.get(name) for name in names[:-1]]
    assert networks.get(names[0]) is opened[0]
    networks.get(names[-1])
    assert set(networks._open) == {names[0], *names[2:]}


def test_a_model_that_was_read_anew_is_opened_anew():
    models = Opens("one")
    networks = Networks(models)
    before = networks.get("one")
    models.classifiers["one"] = Opens.Classifier("one")
    assert networks.get("one") is not before


def test_who_reads_one_model_does_not_wait_for_another_that_is_read_for_the_first_time(tmp_path, shipped, monkeypatch):
    for name in ("cnn", "slow"):
        (tmp_path / name).symlink_to(SHIPPED / "cnn")
    monkeypatch.setattr("app.vision.emotions.Classifier", lambda folder: Opens.Classifier(folder.name))
    models = Models(tmp_path, default="cnn")
    started, go_on = threading.Event(), threading.Event()

    def slowly(folder):
        started.set()
        assert go_on.wait(30)
        return Opens.Classifier(folder.name)

    monkeypatch.setattr("app.vision.emotions.Classifier", slowly)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(models.get, "slow")
        assert started.wait(30)
        assert models.get("cnn").card.name == "cnn"
        assert not waiting.done()
        go_on.set()
        assert waiting.result(30).card.name == "slow"


class Opens:
    """A fake of `Models` whose networks open without files."""

    class Classifier:
        ms_per_face = 1.0

        def __init__(self, name):
            self.card = make_card(name)

        def open(self):
            return object()

    def __init__(self, *names):
        self.classifiers = {name: self.Classifier(name) for name in names}

    def get(self, name):
        return self.classifiers[name]


def test_good_models_serve_beside_a_bad_one(tmp_path, cnn):
    (tmp_path / "cnn").symlink_to(SHIPPED / "cnn")
    write_model(tmp_path / "ferplus", network=b"no network")
    models = Models(tmp_path)
    assert list(models.cards) == ["cnn"]
    assert models.default == "cnn"
    assert models.get() is models.get("cnn")
    with pytest.raises(UnknownModel, match="cnn"):
        models.get("ferplus")


@pytest.mark.parametrize(("name", "words"), [("nosuch", "there is none in"), ("ferplus", "is no network that LiteRT")])
def test_a_default_that_is_not_offered_is_refused_with_the_reason(tmp_path, cnn, name, words):
    (tmp_path / "cnn").symlink_to(SHIPPED / "cnn")
    write_model(tmp_path / "ferplus", network=b"no network")
    with pytest.raises(UnknownModel, match=f"'{name}' cannot be used .*{words}.*; there are cnn"):
        Models(tmp_path, default=name)


def test_the_default_model_is_open_and_warm_before_anything_is_asked(tmp_path, cnn, monkeypatch):
    (tmp_path / "cnn").symlink_to(SHIPPED / "cnn")
    models = Models(tmp_path)
    monkeypatch.setattr("app.vision.emotions.Classifier", None)  # from here on opening a network would fail
    assert models.get().ms_per_face > 0


@pytest.mark.parametrize("name", ["nope", "../cnn", "cnn/../cnn", "x" * 5000])
def test_a_clients_name_never_becomes_a_path(tmp_path, cnn, name):
    (tmp_path / "cnn").symlink_to(SHIPPED / "cnn")
    with pytest.raises(UnknownModel) as caught:
        Models(tmp_path).get(name)
    assert len(str(caught.value)) < 200
