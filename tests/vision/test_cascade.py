"""Face detection with the cascade alone."""

from unittest.mock import patch

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vision.cascade import LIVE_SCAN, PHOTO_SCAN, CascadeFinder
from app.vision.detection import Detection


@pytest.fixture(scope="module")
def finder():
    return CascadeFinder()


@pytest.fixture(scope="module")
def grey(astronaut):
    return cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY)


class SaysAlways:
    """A cascade that finds the same boxes in every picture."""

    def __init__(self, boxes):
        self._boxes = boxes

    def empty(self):
        return False

    def detectMultiScale(self, *_arguments, **_options):  # noqa: N802
        return self._boxes


def place(x, y, side):
    return Detection(x, y, side, 0.5)


def test_nothing_is_found_where_nothing_is(finder):
    for empty in (np.zeros((480, 640), np.uint8), np.zeros((16, 16), np.uint8), np.full((16, 2000), 9, np.uint8)):
        assert finder.photo(empty) == []
        assert finder.scan(empty, [0, 1]) == []


def test_the_face_of_a_photo_is_found_without_landmarks(finder, grey):
    (face,) = finder.photo(grey)
    assert face.gap(place(222, 115, 100)) < 20
    assert 80 < face.side < 140
    assert (face.landmarks, face.turn, face.tilt_deg) == (None, None, 0)


def test_the_face_of_a_frame_is_among_the_candidates_and_confirmed(finder, grey):
    near = [face for face in finder.scan(grey, [0]) if face.gap(place(222, 115, 100)) < 50]
    assert near
    assert finder.confirm(grey, near[0]).gap(place(222, 115, 100)) < 20


def test_a_frame_is_scanned_where_the_whole_of_it_is_due(finder, grey):
    assert finder.scan(grey, [1, 2, 3]) == []


def test_a_face_that_has_moved_and_grown_a_little_is_found_near_where_it_was(finder, grey):
    for x, y, side in [(208, 128, 96), (238, 98, 96), (222, 112, 84), (226, 116, 108)]:
        found = finder.near(grey, place(x, y, side), 0.4)
        assert found.gap(place(222, 115, 100)) < 20
        assert 80 < found.side < 125


def test_elsewhere_or_outside_nothing_is_found(finder, grey):
    for x, y, side in [(398, 398, 96), (-450, -450, 96), (650, 150, 96), (125, 925, 50)]:
        assert finder.near(grey, place(x, y, side), 0.4) is None


def test_boxes_stand_largest_first_and_inside_the_picture(finder, grey):
    large = cv2.resize(grey[20:220, 120:320], (400, 400))
    picture = np.full((400, 700), 128, np.uint8)
    picture[:, :400] = large
    picture[100:300, 450:650] = grey[20:220, 120:320]
    one, other = finder.photo(picture)
    assert one.side > other.side
    for face in (one, other):
        x, y, width, height = face.square
        assert min(x, y) >= 0
        assert x + width <= 700
        assert y + height <= 400


def test_a_face_that_fills_the_photo_is_found_at_the_second_look(finder, grey):
    tight = cv2.resize(grey[80:156, 186:262], (300, 300), interpolation=cv2.INTER_CUBIC)
    assert len(finder.boxes(tight, **PHOTO_SCAN)) == 0
    (face,) = finder.photo(tight)
    assert face.gap(place(150, 150, 200)) < 60


def test_a_missing_cascade_is_no_silent_blindness(tmp_path):
    with pytest.raises(ValueError, match="no Haar cascade"):
        CascadeFinder(str(tmp_path / "missing.xml"))


@given(
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.lists(st.tuples(*[st.integers(-200, 400)] * 2, *[st.integers(0, 400)] * 2), max_size=12),
)
def test_whatever_the_cascade_says_boxes_lie_inside_the_picture_largest_first(shape, said):
    with patch.object(cv2, "CascadeClassifier", lambda _: SaysAlways(said)):
        boxes = CascadeFinder().boxes(np.zeros(shape, np.uint8), **LIVE_SCAN)
    assert boxes.shape == (len(said), 4)
    assert (boxes[:, :2] >= 0).all()
    assert (boxes[:, 2:] >= 1).all()
    assert (boxes[:, :2] + boxes[:, 2:] <= shape[::-1]).all()
    areas = boxes[:, 2] * boxes[:, 3]
    assert (areas[:-1] >= areas[1:]).all()
