"""The probe: each condition changes the picture, and faces are found and cropped by the detector."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from app.vision.contract import CARD, Card, fingerprint
from training.data.faces import BadDataset
from training.data.labels import SIX
from training.data.load import load
from training.data.votes import truths
from training.export.folder import store
from training.scoring.probe import CONDITIONS, sample, through_detector, under_conditions, webcam


@pytest.fixture
def face(astronaut):
    """A real face, framed as in FER2013, uint8 (48, 48)."""
    grey = cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY)
    return cv2.resize(grey[50:178, 161:289], (48, 48), interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("name", list(CONDITIONS))
def test_a_condition_keeps_the_size_and_does_what_its_name_says(name, face):
    changed = [change(face) for change in CONDITIONS[name]]
    assert all(picture.shape == face.shape and picture.dtype == np.uint8 for picture in changed)
    assert all((picture != face).any() == (name != "as it is") for picture in changed)
    assert len({picture.tobytes() for picture in changed}) == len(changed)
    if name == "dark":
        assert changed[0].mean() < face.mean() - 30
    if name == "high contrast":
        assert changed[0].std() > 1.3 * face.std()
    if name == "4 px off":
        right, _, _, up = changed
        np.testing.assert_array_equal(right[:, 4:], face[:, :-4])
        np.testing.assert_array_equal(up[:-4], face[4:])
    if name == "a quarter covered":
        assert [int((picture == 128).sum()) >= 24 * 24 for picture in changed] == [True] * 4
        assert all((picture == face).mean() >= 0.75 for picture in changed)


def test_a_condition_of_several_directions_is_their_mean():
    left = np.tile(np.where(np.arange(48) < 24, 255, 0), (48, 1)).astype(np.uint8)

    def upper_left_is_bright(pictures):
        bright = pictures[:, :24, :24].mean(axis=(1, 2)) > 200
        return np.stack([bright, ~bright], axis=1)

    accuracy = under_conditions(upper_left_is_bright, left[None], {"label": np.array([0])})
    assert accuracy["as it is"] == {"label": 1.0}
    assert accuracy["a quarter covered"] == {"label": 0.75}


def test_pictures_without_a_truth_are_not_counted(face):
    say_first = lambda pictures: np.tile([0.9, 0.1], (len(pictures), 1))  # noqa: E731
    right = {"label": np.array([0, 1]), "voters": np.array([0, -1])}
    accuracy = under_conditions(say_first, np.stack([face, face]), right)
    assert accuracy["as it is"] == {"label": 0.5, "voters": 1.0}


def test_a_face_is_found_and_cropped_about_as_it_was(face):
    shown = []

    def predict(pictures):
        shown.append(pictures)
        return np.tile([0.9, 0.1], (len(pictures), 1))

    pictures, right = np.stack([face, np.full_like(face, 90)]), {"label": np.array([0, 0])}
    result = through_detector(predict, pictures, right, scales=(1.0, 1.4))
    assert result["found"] == 0.5
    assert 0.7 < result["framing"] < 1.4
    assert result["crops"] == {"1.0": {"label": 1.0}, "1.4": {"label": 1.0}}
    as_it_was, cropped, wider = (pictures[0] for pictures in shown)
    correlation = lambda a, b: np.corrcoef(a.ravel(), b.ravel())[0, 1]  # noqa: E731
    assert max(correlation(as_it_was, cropped), correlation(as_it_was, wider)) > 0.6


def test_where_no_face_is_found_nothing_is_read():
    result = through_detector(None, np.full((1, 48, 48), 90, np.uint8), {"label": np.array([0])}, webcam)
    assert result == {"found": 0.0, "framing": None, "ready": None, "crops": None}


def test_a_webcam_in_a_dim_room_is_darker_and_noisier():
    frame = np.full((240, 320), 150, np.uint8)
    seen = webcam(frame, np.random.default_rng(0))
    assert seen.shape == frame.shape
    assert 100 < seen.mean() < 120
    assert seen.std() > 3


def test_the_sample_is_held_out_and_the_same_each_time(fer2013, tmp_path):
    faces = load(fer2013, cache=tmp_path)
    few, all_ = sample(faces, SIX, 5), sample(faces, SIX)
    assert (len(few), len(all_)) == (5, 12)
    assert set(all_.splits) == {"public"}
    np.testing.assert_array_equal(few.pictures, sample(faces, SIX, 5).pictures)
    assert {picture.tobytes() for picture in few.pictures} < {picture.tobytes() for picture in all_.pictures}


def test_where_nothing_is_held_out_of_the_words_that_is_said(fer2013, tmp_path):
    with pytest.raises(BadDataset, match="no held-out picture is labelled calm, bored"):
        sample(load(fer2013, cache=tmp_path), ("calm", "bored"))


def test_most_voters_are_a_second_truth(fer2013, ferplus, tmp_path):
    faces = sample(load(fer2013, ferplus, cache=tmp_path), SIX)
    faces.votes[0] = 0
    right = truths(faces)
    np.testing.assert_array_equal(right["voters"][1:], right["label"][1:])
    assert right["voters"][0] == -1
    assert list(truths(replace(faces, votes=None))) == ["label"]


def test_figures_are_kept_on_the_cards_of_the_same_file_alone(tmp_path):
    card = Card("tiny", "For tests", SIX, {"name": "model.tflite"} | fingerprint(b"x"), {"threshold": 0.5})
    stale = replace(card, file={"name": "model.tflite"} | fingerprint(b"y"))
    folders = [tmp_path / name for name in ("shipped", "stale", "absent")]
    for folder, kept in zip(folders, (card, stale), strict=False):
        folder.mkdir()
        (folder / CARD).write_text(json.dumps(kept.to_json()))
    store(replace(card, probe={"pictures": 3}), folders)
    probes = [Card.from_json(json.loads((folder / CARD).read_text())).probe for folder in folders[:2]]
    assert probes == [{"pictures": 3}, {}]
    assert not folders[2].exists()
