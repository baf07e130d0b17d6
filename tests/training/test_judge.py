"""The training of the judge, on drawn pictures."""

import cv2
import numpy as np
import pytest

pytest.importorskip("keras")

from app.vision.judge import Judge
from training import judge


@pytest.fixture
def folder(tmp_path):
    """Twenty pictures of blots in a nested folder."""
    rng = np.random.default_rng(0)
    (tmp_path / "below").mkdir()
    for number in range(20):
        blots = rng.integers(0, 256, (8, 10), dtype=np.uint8)
        picture = cv2.resize(blots, (160, 120), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(tmp_path / "below" / f"{number}.png"), picture)
    (tmp_path / "note.txt").write_text("no picture")
    cv2.imwrite(str(tmp_path / "tiny.png"), np.zeros((20, 200), np.uint8))
    return tmp_path


@pytest.fixture
def drawer(folder):
    rng = np.random.default_rng(1)
    learnt, _ = judge.read_folders([folder])
    patches = [(cv2.resize(picture, (72, 72)), 0.2) for picture in learnt]
    faces = np.full((5, 48, 48), 200, np.uint8)
    return judge.Drawer(faces, learnt, patches, rng)


def test_every_picture_of_a_size_is_read_and_some_are_held_out(folder):
    learnt, held_out = judge.read_folders([folder])
    assert len(learnt) + len(held_out) == 20
    assert 0 < len(held_out) < 10
    assert all(picture.shape == (120, 160) for picture in learnt)
    assert len(judge.read_folders([folder])[1]) == len(held_out)


def test_as_many_faces_are_drawn_as_others_mixed(drawer):
    crops, truth = drawer.draw(40)
    assert crops.shape == (80, 48, 48, 1)
    assert truth.sum() == 40
    assert 5 < truth[:40].sum() < 35
    assert 0 <= crops.min() < crops.max() <= 255


def test_a_judge_learns_to_tell_bright_squares_from_blots_and_its_file_says_the_same(drawer, tmp_path):
    network = judge.build()
    network.compile("adam", "binary_crossentropy")
    losses = [network.fit(*drawer.draw(100), batch_size=20, verbose=0).history["loss"][0] for _ in range(4)]
    assert losses[-1] < losses[0]
    judge.export(network, tmp_path / "made" / "judge.tflite")
    crops, _ = drawer.draw(3)
    asked = Judge(tmp_path / "made" / "judge.tflite")
    said = [asked.likeness(crop[:, :, 0].astype(np.uint8)) for crop in crops]
    np.testing.assert_allclose(said, network.predict(crops, verbose=0)[:, 0], atol=0.02)


def test_the_threshold_keeps_the_share_of_faces_that_it_says(drawer):
    network = judge.build()
    crops, _ = drawer.draw(50)
    pictures = crops[:, :, :, 0].astype(np.uint8)
    threshold, kept = judge.shares(network, pictures, pictures)
    assert kept == pytest.approx(judge.FACES_KEPT, abs=0.03)
    assert judge.shares(network, pictures, pictures[:0])[1] == 0
    assert 0 < threshold < 1
