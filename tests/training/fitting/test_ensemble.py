"""Several networks combined into one."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from training.fitting.checkpoints import BadRun
from training.fitting.ensemble import ensemble
from training.fitting.fit import fit
from training.fitting.teachers import as_taught


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def test_it_says_the_mean_over_members_and_mirror_images_of_the_words_asked_for(lessons, tiny, tmp_path):
    pictures, targets = lessons
    three = np.hstack([targets, np.zeros((20, 1), np.float32)])
    fit(replace(tiny, name="one", epochs=1), lessons, lessons, tmp_path)
    other = replace(tiny, name="other", epochs=1, labels=("angry", "sad", "happy"))
    fit(other, (pictures, three[:, [0, 2, 1]]), (pictures, three[:, [0, 2, 1]]), tmp_path)

    together = ensemble(("one", "other"), ("happy", "angry"), tmp_path, tmp_path)

    faces = pictures[..., None].astype(np.float32)
    said = []
    for name, places in (("one", [1, 0]), ("other", [2, 0])):
        network = keras.saving.load_model(tmp_path / name / "released.keras")
        for view in (faces, faces[:, :, ::-1]):
            chosen = softmax(network.predict(view, verbose=0))[:, places]
            said.append(chosen / chosen.sum(axis=1, keepdims=True))
    np.testing.assert_allclose(softmax(together.predict(faces, verbose=0)), np.mean(said, axis=0), atol=1e-4)


def test_teachers_share_in_the_labels_and_leave_the_votes(lessons, tiny, tmp_path):
    pictures, targets = lessons
    fit(replace(tiny, name="one", epochs=1), lessons, lessons, tmp_path)
    votes = np.full((20, 8), 0.125, np.float32)
    pupil = replace(tiny, teachers=("one",), taught=0.75)

    given = as_taught(pupil, pictures, np.hstack([targets, votes]), tmp_path, tmp_path)

    teacher = ensemble(("one",), tiny.labels, tmp_path, tmp_path)
    said = softmax(teacher.predict(pictures[..., None].astype(np.float32), verbose=0))
    np.testing.assert_allclose(given[:, :2], 0.25 * targets + 0.75 * said, atol=1e-4)
    np.testing.assert_array_equal(given[:, 2:], votes)


def test_a_run_that_goes_on_is_taught_as_it_began(lessons, tiny, tmp_path):
    fit(replace(tiny, name="one", epochs=1), lessons, lessons, tmp_path)
    pupil = replace(tiny, name="pupil", teachers=("one",), taught=0.75)
    begun = as_taught(pupil, *lessons, tmp_path, tmp_path)
    (tmp_path / "one").rename(tmp_path / "gone")

    np.testing.assert_array_equal(as_taught(pupil, *lessons, tmp_path, tmp_path), begun)
    with pytest.raises(BadRun, match="tells of 20 pictures, these are 19: give the same data"):
        as_taught(pupil, *(part[:19] for part in lessons), tmp_path, tmp_path)


def test_a_member_that_is_not_finished_is_named(tmp_path):
    with pytest.raises(BadRun, match="train nobody first"):
        ensemble(("nobody",), ("happy",), tmp_path, tmp_path)


def test_a_member_that_lacks_a_word_is_named(lessons, tiny, tmp_path):
    fit(replace(tiny, epochs=1), lessons, lessons, tmp_path)
    with pytest.raises(BadRun, match="tiny does not know sad"):
        ensemble(("tiny",), ("happy", "sad"), tmp_path, tmp_path)
