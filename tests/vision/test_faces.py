"""The crops that a network reads."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vision.contract import CROP_SCALE
from app.vision.faces import crop, crops


@pytest.fixture(scope="module")
def grey(astronaut):
    return cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY)


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
