"""An interrupted and resumed run ends with the same weights as an uninterrupted one."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from app.vision.contract import LABELS
from training import networks
from training.data.history import read_history
from training.fitting.checkpoints import BadRun
from training.fitting.fit import fit


class StopAfter(keras.callbacks.Callback):
    """Interrupts a run in the middle of the epoch after `epochs`, as a kill would."""

    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.epoch == self.epochs:
            raise KeyboardInterrupt


def weights(model):
    return np.concatenate([values.ravel() for values in model.get_weights()])


RESNET = {"network": "resnet", "options": {"widths": (4, 8), "depths": (1, 1), "excite": 4}}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"optimizer": "sgd", "momentum": 0.9, "weight_decay": 1e-3, "mixup": 0.2},
        RESNET | {"sizes": ((0.5, 24), (1.0, 48))},
        RESNET | {"optimizer": "muon", "weight_decay": 0.05},
    ],
    ids=["adam", "sgd", "sizes", "muon"],
)
def test_a_run_that_is_cut_three_times_ends_where_an_unbroken_one_does(changes, lessons, tiny, tmp_path):
    recipe = replace(tiny, **changes)
    unbroken, whole = fit(recipe, lessons, lessons, tmp_path / "unbroken")
    for epochs in (0, 2, 3):
        with pytest.raises(KeyboardInterrupt):
            fit(recipe, lessons, lessons, tmp_path / "cut", resume=True, callbacks=[StopAfter(epochs)])
    resumed, history = fit(recipe, lessons, lessons, tmp_path / "cut", resume=True)
    np.testing.assert_allclose(weights(resumed), weights(unbroken), rtol=1e-4, atol=1e-5)
    assert [row["epoch"] for row in history] == [1, 2, 3, 4]
    assert [row["learning_rate"] for row in history] == pytest.approx([row["learning_rate"] for row in whole])


def test_the_tiny_task_is_learnt(lessons, tiny, tmp_path):
    model, history = fit(replace(tiny, epochs=12, ema=0.0), lessons, lessons, tmp_path)
    logits = model.predict(lessons[0][..., None].astype(np.float32), verbose=0)
    assert (logits.argmax(axis=1) == lessons[1].argmax(axis=1)).mean() > 0.9
    assert read_history(tmp_path / "tiny" / "history.csv") == history


def test_a_finished_run_resumes_to_the_same_weights(lessons, tiny, tmp_path):
    first, _ = fit(tiny, lessons, lessons, tmp_path)
    again, history = fit(tiny, lessons, lessons, tmp_path, resume=True)
    np.testing.assert_array_equal(weights(first), weights(again))
    assert len(history) == 4


def test_a_history_one_row_ahead_of_its_checkpoint_is_cut_back(lessons, tiny, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        fit(tiny, lessons, lessons, tmp_path, callbacks=[StopAfter(2)])
    path = tmp_path / "tiny" / "history.csv"
    path.write_text(path.read_text() + "3,1,1,1,1,0.1,1\n")
    _, history = fit(tiny, lessons, lessons, tmp_path, resume=True)
    assert [row["epoch"] for row in history] == [1, 2, 3, 4]


def test_another_recipe_cannot_take_up_a_run(lessons, tiny, tmp_path):
    fit(replace(tiny, epochs=1), lessons, lessons, tmp_path)
    with pytest.raises(BadRun, match=r"learning_rate was 0\.01, is 0\.5"):
        fit(replace(tiny, epochs=1, learning_rate=0.5), lessons, lessons, tmp_path, resume=True)


def test_a_run_starts_from_another_ones_weights(lessons, tiny, tmp_path):
    fit(replace(tiny, epochs=3, ema=0.0), lessons, lessons, tmp_path)
    child = replace(tiny, name="child", start="tiny", epochs=1, learning_rate=1e-9, ema=0.0, augmentation=None)
    started, _ = fit(child, lessons, lessons, tmp_path)
    parent, _ = fit(replace(tiny, epochs=3, ema=0.0), lessons, lessons, tmp_path, resume=True)
    np.testing.assert_allclose(weights(started), weights(parent), atol=1e-4)


def test_other_pictures_cannot_take_up_a_run(lessons, tiny, tmp_path):
    fit(replace(tiny, epochs=1), lessons, lessons, tmp_path)
    fewer = tuple(part[:-2] for part in lessons)
    with pytest.raises(BadRun, match="started on other pictures"):
        fit(replace(tiny, epochs=1), fewer, lessons, tmp_path, resume=True)


def test_who_learns_votes_goes_on_from_the_second_head(lessons, tiny, tmp_path):
    pictures, targets = lessons
    votes = np.zeros((20, 8), np.float32)
    votes[:, 0], votes[:, 3] = targets.T
    both = (pictures, np.hstack([targets, votes]))
    fit(replace(tiny, **RESNET, votes=1.0, epochs=1, ema=0.0), both, both, tmp_path)
    head = keras.saving.load_model(tmp_path / "tiny" / "checkpoint.keras").get_layer("votes").get_weights()
    child = replace(tiny, **RESNET, name="child", labels=LABELS, learns="votes", start="tiny", epochs=1, ema=0.0)
    started, _ = fit(replace(child, learning_rate=1e-9), (pictures, votes), (pictures, votes), tmp_path)
    for lent, kept in zip(head, started.get_layer("logits").get_weights(), strict=True):
        np.testing.assert_allclose(kept, lent, atol=1e-5)


def test_a_run_starts_from_a_shipped_file_where_no_run_is_left(lessons, tiny, tmp_path, monkeypatch):
    shipped = tmp_path / "models" / "parent"
    shipped.mkdir(parents=True)
    (shipped / "card.json").write_text("{}")
    parent = networks.build("resnet", 2, **RESNET["options"])
    monkeypatch.setattr(
        "training.fitting.start.recover", lambda folder: (parent, ("angry", "happy")) if folder == shipped else None
    )
    monkeypatch.setattr("training.fitting.start.renormalise", lambda network, pictures: None)
    child = replace(tiny, **RESNET, start="parent", epochs=1, learning_rate=1e-9, ema=0.0)
    started, _ = fit(child, lessons, lessons, tmp_path / "runs", tmp_path / "models")
    for lent, kept in zip(parent.trainable_variables, started.trainable_variables, strict=True):
        np.testing.assert_allclose(kept, lent, atol=1e-5)


def test_a_run_cannot_start_from_one_that_is_not_there(lessons, tiny, tmp_path):
    with pytest.raises(BadRun, match="train none first"):
        fit(replace(tiny, start="none"), lessons, lessons, tmp_path)


def test_the_head_is_lent_by_word_whatever_its_place(lessons, tiny, tmp_path):
    pictures, targets = lessons
    other = replace(tiny, epochs=1, ema=0.0, labels=("sad", "happy"))
    fit(other, lessons, lessons, tmp_path)
    kernel, bias = keras.saving.load_model(tmp_path / "tiny" / "checkpoint.keras").layers[-1].get_weights()
    child = replace(other, name="child", start="tiny", labels=("happy", "fear", "sad"), learning_rate=1e-9)
    three = (pictures, np.hstack([targets, np.zeros((20, 1), np.float32)]))
    started, _ = fit(child, three, three, tmp_path)
    kept, shift = started.layers[-1].get_weights()
    np.testing.assert_allclose(kept[:, [2, 0]], kernel, atol=1e-5)
    np.testing.assert_allclose(shift[[2, 0]], bias, atol=1e-5)
    assert np.abs(kept[:, [1]] - kernel).max(axis=0).min() > 0.01


def test_a_run_that_was_cut_at_once_is_not_started_from(lessons, tiny, tmp_path, monkeypatch):
    cut = replace(tiny, **RESNET, name="parent")
    with pytest.raises(KeyboardInterrupt):
        fit(cut, lessons, lessons, tmp_path / "runs", callbacks=[StopAfter(0)])
    child = replace(cut, name="child", start="parent", epochs=1, learning_rate=1e-9, ema=0.0)
    with pytest.raises(BadRun, match="neither a finished run nor a model"):
        fit(child, lessons, lessons, tmp_path / "runs", tmp_path / "models")

    (tmp_path / "models" / "parent").mkdir(parents=True)
    (tmp_path / "models" / "parent" / "card.json").write_text("{}")
    parent = networks.build("resnet", 2, **RESNET["options"])
    monkeypatch.setattr("training.fitting.start.recover", lambda folder: (parent, ("angry", "happy")))
    monkeypatch.setattr("training.fitting.start.renormalise", lambda network, pictures: None)
    started, _ = fit(child, lessons, lessons, tmp_path / "runs", tmp_path / "models")
    for lent, kept in zip(parent.trainable_variables, started.trainable_variables, strict=True):
        np.testing.assert_allclose(kept, lent, atol=1e-5)


def test_a_network_of_another_kind_lends_nothing_and_that_is_said(lessons, tiny, tmp_path):
    fit(replace(tiny, epochs=1), lessons, lessons, tmp_path)
    with pytest.raises(BadRun, match="no layer of tiny fits child"):
        fit(replace(tiny, **RESNET, name="child", start="tiny"), lessons, lessons, tmp_path)


def test_a_second_head_learns_votes_and_is_not_released(lessons, tiny, tmp_path):
    pictures, targets = lessons
    votes = np.zeros((20, 8), np.float32)
    votes[:, 0], votes[:, 3] = targets.T
    both = (pictures, np.hstack([targets, votes]))
    recipe = replace(tiny, **RESNET, votes=1.0, epochs=1)
    model, history = fit(recipe, both, both, tmp_path)
    assert model.output_shape == (None, 2)
    assert history[0]["loss"] > np.log(2)
