"""Square views of a picture."""

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vision.views import cut, starts, tiles


@pytest.fixture(scope="module")
def spot():
    """A dark picture with a bright spot around (300, 130)."""
    picture = np.zeros((240, 400), np.uint8)
    cv2.circle(picture, (300, 130), 9, 255, -1)
    return picture


def brightest(view):
    """The brightest place of a view, in the view's coordinates."""
    rows, columns = np.mgrid[: view.pixels.shape[0], : view.pixels.shape[1]] + 0.5
    weights = view.pixels / view.pixels.sum()
    return np.array([(columns * weights).sum(), (rows * weights).sum()])


@pytest.mark.parametrize("turn_deg", [0, 30, 90, 180, -135])
@pytest.mark.parametrize("side", [60, 100, 350])
def test_a_point_of_a_view_is_the_same_point_of_the_picture(spot, side, turn_deg):
    view = cut(spot, 290, 120, side, turn_deg, 64)
    assert view.pixels.shape == (64, 64)
    np.testing.assert_allclose(view.to_picture(brightest(view)), (300.5, 130.5), atol=0.6)
    assert view.scale == pytest.approx(side / 64)


def test_a_face_that_leans_stands_upright_in_a_view_turned_by_its_lean():
    picture = np.zeros((200, 200), np.uint8)
    leaning = cv2.getRotationMatrix2D((100, 100), -40, 1) @ (100, 60, 1)  # above the centre, leaning clockwise
    cv2.circle(picture, tuple(int(n) for n in leaning), 5, 255, -1)
    x, y = brightest(cut(picture, 100, 100, 128, 40, 128))
    assert x == pytest.approx(64, abs=1.5)
    assert y == pytest.approx(24, abs=1.5)


def test_a_view_that_leaves_the_picture_repeats_its_edge():
    view = cut(np.full((50, 50), 200, np.uint8), 0, 0, 90, 20, 32)
    assert view.pixels.min() == 200
    assert cut(np.full((50, 50), 200, np.uint8), 500, -500, 90, 0, 32).pixels.min() == 200


def test_shrinking_averages_and_does_not_alias():
    stripes = np.zeros((960, 960), np.uint8)
    stripes[:, ::2] = 255
    view = cut(stripes, 480, 480, 800, 0, 100)
    assert view.pixels.min() > 100
    assert view.pixels.max() < 155


@pytest.mark.parametrize("side", [100, 240, 400])
def test_tiles_cover_the_picture_and_know_where_they_lie(spot, side):
    seen = 0
    for view in tiles(spot, side, 0.3, 64):
        assert view.pixels.shape == (64, 64)
        if view.pixels.max() > 200 and brightest(view).min() > 8 and brightest(view).max() < 56:
            np.testing.assert_allclose(view.to_picture(brightest(view)), (300.5, 130.5), atol=side / 64)
            seen += 1
    assert seen


@given(st.integers(1, 2000), st.integers(16, 500), st.floats(0, 0.6))
def test_windows_cover_a_length_and_overlap_enough(length, size, overlap):
    begins = starts(length, size, overlap)
    assert begins[0] == 0
    assert begins[-1] == max(0, length - size)
    for one, other in pairwise(begins):
        assert 0 < other - one <= size * (1 - overlap) + 1


def test_the_pictures_own_pixels_are_not_changed(spot):
    before = spot.copy()
    cut(spot, 300, 130, 64, 45, 64)
    list(tiles(spot, 64, 0.3, 64))
    np.testing.assert_array_equal(spot, before)
