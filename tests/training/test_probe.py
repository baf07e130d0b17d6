"""Probing: each condition changes the picture, and a face is read the whole way through the detector."""

import cv2
import numpy as np
import pytest

from training.probe import CONDITIONS, through_detector, under_conditions


@pytest.fixture
def face(astronaut):
    """A real face as FER2013 frames one, uint8 (48, 48)."""
    grey = cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY)
    return cv2.resize(grey[50:178, 161:289], (48, 48), interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("name", list(CONDITIONS))
def test_a_condition_keeps_the_size_and_does_what_its_name_says(name, face):
    changed = CONDITIONS[name](face)
    assert changed.shape == face.shape
    assert changed.dtype == np.uint8
    assert (changed != face).any() == (name != "as it is")
    if name == "dark":
        assert changed.mean() < face.mean() - 30
    if name == "4 px right":
        np.testing.assert_array_equal(changed[:, 4:], face[:, :-4])
    if name == "4 px up":
        np.testing.assert_array_equal(changed[:-4], face[4:])


def test_accuracy_falls_where_a_model_reads_the_brightness(face):
    pictures = np.stack([face, 255 - face])
    bright = lambda shown: np.stack([shown.mean(axis=(1, 2)), np.full(len(shown), 128)], axis=1)  # noqa: E731
    truth = bright(pictures).argmax(axis=1)
    accuracy = under_conditions(bright, pictures, truth)
    assert accuracy["as it is"] == 1
    assert accuracy["dark"] < 1 or accuracy["bright"] < 1


def test_a_face_is_found_and_cropped_about_as_it_was(face):
    shown = []

    def predict(pictures):
        shown.append(pictures)
        return np.tile([0.9, 0.1], (len(pictures), 1))

    result = through_detector(predict, np.stack([face, np.full_like(face, 90)]), np.array([0, 0]), scales=(1.1, 1.4))
    assert result["found"] == 0.5
    assert result["scales"] == {1.1: 1.0, 1.4: 1.0}
    as_it_was, cropped, wider = (pictures[0] for pictures in shown)
    correlation = lambda a, b: np.corrcoef(a.ravel(), b.ravel())[0, 1]  # noqa: E731
    assert max(correlation(as_it_was, cropped), correlation(as_it_was, wider)) > 0.6
