"""The small network: its anchors, and one face for hits that overlap."""

import hashlib
import re

import cv2
import numpy as np
import pytest

from app.vision.network import FILE, Network, anchors, blend, overlap


def hit(x, y, side):
    """A hit's points: centre, size, and six landmarks in its centre."""
    return np.array([(x, y), (side, side), *[(x, y)] * 6], float)


def test_the_file_is_the_one_that_its_page_names():
    page = FILE.with_name("README.md").read_text(encoding="utf-8")
    assert re.search(r"`([0-9a-f]{64})`", page)[1] == hashlib.sha256(FILE.read_bytes()).hexdigest()


def test_anchors_stand_in_the_cells_of_both_grids():
    centres = anchors()
    assert centres.shape == (896, 2)
    np.testing.assert_array_equal(centres[0], (4, 4))
    np.testing.assert_array_equal(centres[1], (4, 4))
    np.testing.assert_array_equal(centres[2], (12, 4))
    np.testing.assert_array_equal(centres[512], (8, 8))
    np.testing.assert_array_equal(centres[-1], (120, 120))


@pytest.mark.parametrize(
    ("other", "share"), [((50, 50, 20), 1), ((60, 50, 20), 1 / 3), ((80, 50, 20), 0), ((50, 50, 10), 1 / 4)]
)
def test_boxes_overlap_by_intersection_over_union(other, share):
    assert overlap(hit(50, 50, 20), hit(*other)[None])[0] == pytest.approx(share)


def test_hits_that_overlap_are_averaged_and_others_kept_apart():
    scores = np.array([0.5, 0.9, 0.6, 0.3])
    points = np.stack([hit(52, 50, 20), hit(50, 50, 20), hit(90, 90, 20), hit(50, 53, 20)])
    first, second = blend(scores, points)
    assert first[0] == 0.9
    np.testing.assert_allclose(first[1][0], (50 + 2 * 0.5 / 1.7, 50 + 3 * 0.3 / 1.7))
    assert second[0] == 0.6
    np.testing.assert_array_equal(second[1], points[2])


def test_a_box_without_size_is_one_hit():
    assert len(blend(np.array([0.5]), hit(5, 5, 0)[None])) == 1


def test_the_network_sees_a_face_and_its_landmarks(astronaut):
    view = cv2.resize(cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY)[15:215, 122:322], (128, 128))
    ((score, points),) = Network().look(view, 0.5)
    assert score > 0.8
    centre, size, right_eye, left_eye, nose, mouth, right_ear, left_ear = points
    assert right_ear[0] < right_eye[0] < nose[0] < left_eye[0] < left_ear[0]
    assert right_eye[1] < nose[1] < mouth[1]
    assert np.abs(centre - 64).max() < 12
    assert 50 < size[0] < 80


def test_the_network_sees_nothing_in_grey():
    assert Network().look(np.full((128, 128), 128, np.uint8), 0.3) == []
