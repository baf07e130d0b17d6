"""Where the faces are, and their crops."""

from unittest.mock import patch

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vision.contract import CROP_SCALE
from app.vision.faces import LIVE_GLANCE, LIVE_SCAN, PHOTO_SCAN, Detector, crop, crops


@pytest.fixture(scope="module")
def detector():
    return Detector()


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


def live(detector):
    return lambda grey: detector.scan(grey, **LIVE_SCAN)


def holds(box, x, y):
    return box[0] <= x < box[0] + box[2] and box[1] <= y < box[1] + box[3]


def test_nothing_is_found_where_nothing_is(detector):
    for empty in (np.zeros((480, 640), np.uint8), np.zeros((16, 16), np.uint8), np.full((16, 2000), 9, np.uint8)):
        for scan in (live(detector), detector.scan_photo):
            boxes = scan(empty)
            assert boxes.shape == (0, 4)
            assert boxes.dtype == np.int32


def test_the_face_of_a_photo_is_found(detector, grey):
    (box,) = detector.scan_photo(grey)
    assert holds(box, 222, 115)
    assert 80 < box[2] < 140


@pytest.mark.parametrize("how", [LIVE_SCAN, LIVE_GLANCE])
def test_the_face_of_a_frame_is_among_the_candidates(detector, grey, how):
    near = [box for box in detector.scan(grey, **how) if holds(box, 222, 115)]
    assert near
    assert len(detector.search(grey, near[0], is_fine=True)) == 1


def test_a_search_finds_a_face_that_has_moved_and_grown_a_little(detector, grey):
    for box in [(160, 80, 96, 96), (190, 50, 96, 96), (180, 70, 84, 84), (172, 62, 108, 108)]:
        (found,) = detector.search(grey, box)
        assert holds(found, 222, 115)
        assert 80 < found[2] < 125


def test_a_search_elsewhere_or_outside_finds_nothing(detector, grey):
    for box in [(350, 350, 96, 96), (-500, -500, 96, 96), (600, 100, 96, 96), (100, 900, 50, 50)]:
        assert detector.search(grey, box).shape == (0, 4)


@pytest.mark.parametrize("lean_deg", [-24, 24])
def test_a_leaning_face_is_found_where_it_is(detector, grey, lean_deg):
    turn = cv2.getRotationMatrix2D((256, 256), -lean_deg, 1)  # clockwise on screen where positive
    leaning = cv2.warpAffine(grey, turn, (512, 512), borderMode=cv2.BORDER_REPLICATE)
    x, y = turn @ (222, 115, 1)
    box = (x - 50, y - 50, 100, 100)
    assert len(detector.search(leaning, box, 0.0, is_fine=True)) == 0
    (found,) = detector.search(leaning, box, lean_deg, is_fine=True)
    assert np.hypot(found[0] + found[2] / 2 - x, found[1] + found[3] / 2 - y) < 12


def test_boxes_stand_largest_first_and_inside_the_picture(detector, grey):
    large = cv2.resize(grey[20:220, 120:320], (400, 400))
    picture = np.full((400, 700), 128, np.uint8)
    picture[:, :400] = large
    picture[100:300, 450:650] = grey[20:220, 120:320]
    boxes = detector.scan_photo(picture)
    assert len(boxes) == 2
    assert boxes[0][2] > boxes[1][2]
    assert (boxes[:, :2] >= 0).all()
    assert (boxes[:, :2] + boxes[:, 2:] <= (700, 400)).all()


def test_a_face_that_fills_the_photo_is_found_at_the_second_look(detector, grey):
    tight = cv2.resize(grey[80:156, 186:262], (300, 300), interpolation=cv2.INTER_CUBIC)
    assert len(detector.scan(tight, **PHOTO_SCAN)) == 0
    boxes = detector.scan_photo(tight)
    assert len(boxes) == 1
    assert holds(boxes[0], 150, 150)
    assert (boxes[0][:2] >= 0).all()
    assert (boxes[0][:2] + boxes[0][2:] <= 300).all()


def test_a_missing_cascade_is_no_silent_blindness(tmp_path):
    with pytest.raises(ValueError, match="no Haar cascade"):
        Detector(str(tmp_path / "missing.xml"))


def test_the_crop_is_the_contracts_square():
    ramp = np.tile(np.arange(200, dtype=np.uint8), (200, 1))
    face = crop(ramp, (50, 60, 80, 80))
    side = CROP_SCALE * 80
    assert face.shape == (48, 48)
    assert face.dtype == np.uint8
    assert face.mean() == pytest.approx(50 + 40 - 0.5, abs=1)
    assert int(face[0, -1]) - int(face[0, 0]) == pytest.approx(side * 47 / 48, abs=2)


def test_a_crop_that_leaves_the_picture_is_mirrored_not_black():
    bright = np.full((100, 100), 200, np.uint8)
    for box in [(0, 0, 40, 40), (70, 70, 30, 30), (0, 0, 100, 100)]:
        assert crop(bright, box).min() == 200
        assert crop(bright, box, angle_deg=20).min() == 200


def test_shrinking_averages_and_does_not_alias():
    stripes = np.zeros((960, 960), np.uint8)
    stripes[:, ::2] = 255
    face = crop(stripes, (100, 100, 700, 700))
    assert face.min() > 115
    assert face.max() < 140


def test_a_turned_head_is_cropped_upright(grey):
    turn = cv2.getRotationMatrix2D((221.5, 113.5), -25, 1)  # clockwise on screen
    turned = cv2.warpAffine(grey, turn, (512, 512), flags=cv2.INTER_CUBIC)
    upright = crop(grey, (177, 66, 90, 96)).astype(int)
    box = (222 - 45, 114 - 48, 90, 96)
    righted = np.abs(crop(turned, box, angle_deg=25).astype(int) - upright).mean()
    left = np.abs(crop(turned, box).astype(int) - upright).mean()
    assert righted < 6
    assert righted < left / 3


def test_crops_keep_the_order_and_may_be_none(grey):
    boxes = np.array([(177, 66, 96, 96), (0, 0, 30, 30)], np.int32)
    faces = crops(grey, boxes)
    np.testing.assert_array_equal(faces[1], crop(grey, boxes[1]))
    assert crops(grey, boxes[:0]).shape == (0, 48, 48)


@given(
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.lists(st.tuples(*[st.integers(-200, 400)] * 2, *[st.integers(0, 400)] * 2), max_size=12),
)
def test_whatever_the_cascade_says_boxes_lie_inside_the_picture_largest_first(shape, said):
    with patch.object(cv2, "CascadeClassifier", lambda _: SaysAlways(said)):
        boxes = Detector().scan(np.zeros(shape, np.uint8), **PHOTO_SCAN)
    assert boxes.shape == (len(said), 4)
    assert (boxes[:, :2] >= 0).all()
    assert (boxes[:, 2:] >= 1).all()
    assert (boxes[:, :2] + boxes[:, 2:] <= shape[::-1]).all()
    areas = boxes[:, 2] * boxes[:, 3]
    assert (areas[:-1] >= areas[1:]).all()


@given(st.data())
def test_every_box_inside_a_picture_has_a_crop(data):
    width, height = data.draw(st.integers(1, 90)), data.draw(st.integers(1, 90))
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    box = (x, y, data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y)))
    angle = data.draw(st.sampled_from([0.0, -30.0, 17.5]))
    picture = np.full((height, width), 50, np.uint8)
    before = picture.copy()
    face = crop(picture, box, angle)
    assert face.shape == (48, 48)
    assert (face == 50).all()
    np.testing.assert_array_equal(picture, before)
