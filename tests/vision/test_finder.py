"""The finder of faces."""

import logging

import cv2
import numpy as np
import pytest

from app.vision.cascade import CascadeFinder
from app.vision.constants import FIND
from app.vision.detection import LANDMARKS, Detection
from app.vision.finder import Finder, leaning, live_views, open_finder, unturned, view_sides
from app.vision.network import FILE

FACE = Detection(222, 115, 109, 0.9)
"""The astronaut's."""


@pytest.fixture(scope="module")
def finder():
    return Finder()


@pytest.fixture(scope="module")
def grey(astronaut):
    return cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY)


def turned(grey, degrees, size=(512, 512)):
    """The picture turned clockwise about the face, which stands in the middle."""
    turn = cv2.getRotationMatrix2D((222, 115), -degrees, 1)
    turn[:, 2] += size[0] / 2 - 222, size[1] / 2 - 115
    return cv2.warpAffine(grey, turn, size, borderMode=cv2.BORDER_REPLICATE)


def lean_between(one, other):
    return abs((one - other + 180) % 360 - 180)


def test_nothing_is_found_where_nothing_is(finder):
    for empty in (np.zeros((480, 640), np.uint8), np.zeros((16, 16), np.uint8), np.full((16, 2000), 9, np.uint8)):
        assert finder.photo(empty) == []
        assert finder.scan(empty, range(len(live_views(empty.shape)))) == []
        assert finder.near(empty, Detection(8, 8, 10, 0.5), 0.4) is None


def test_the_face_of_a_photo_is_found_with_its_landmarks(finder, grey):
    (face,) = finder.photo(grey)
    assert face.gap(FACE) < 8
    assert face.side == pytest.approx(109, abs=8)
    assert abs(face.tilt_deg) < 8
    assert abs(face.turn) < 0.2
    at = dict(zip(LANDMARKS, face.landmarks, strict=True))
    assert at["right_eye"] == pytest.approx((203, 102), abs=6)
    assert at["left_eye"] == pytest.approx((246, 104), abs=6)
    assert at["mouth"] == pytest.approx((222, 149), abs=8)


@pytest.mark.parametrize("degrees", [20, -30, 45, -60, 90, 135, 180, -90, -150])
def test_a_face_is_found_however_its_picture_lies(finder, grey, degrees):
    (face,) = finder.photo(turned(grey, degrees))
    assert face.gap(Detection(256, 256, 100, 0.9)) < 14
    assert lean_between(face.tilt_deg, degrees + 4) < 6  # the face leans by 4° in the upright picture
    (right_x, right_y), (left_x, left_y) = face.landmarks[:2]
    eyes = np.degrees(np.arctan2(left_y - right_y, left_x - right_x))
    assert lean_between(eyes, degrees + 4) < 8


@pytest.mark.parametrize("px", [36, 60, 97, 200, 300])
def test_faces_of_all_sizes_are_found(finder, grey, px):
    scale = px / FACE.side
    picture = np.full((480, 640), 120, np.uint8)
    head = cv2.resize(grey[:250, 97:347], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:480, :610]
    picture[: head.shape[0], 30 : 30 + head.shape[1]] = head
    (face,) = finder.photo(picture)
    assert face.gap(Detection(30 + (222 - 97) * scale, 115 * scale, px, 0.9)) < 0.15 * px
    assert face.side == pytest.approx(px, rel=0.15)


def test_a_panorama_is_searched_in_tiles(finder, grey):
    picture = np.full((1000, 8000), 140, np.uint8)
    head = cv2.resize(grey[:250, 97:347], None, fx=2, fy=2)
    for x in (200, 3500, 7300):
        picture[300:800, x : x + 500] = head
    found = [round(face.x - 250) for face in finder.photo(picture)]
    assert sorted(found) == pytest.approx([200, 3500, 7300], abs=20)


def test_faces_stand_largest_first_and_none_twice(finder, grey):
    picture = np.full((400, 700), 128, np.uint8)
    picture[:, :400] = cv2.resize(grey[20:220, 120:320], (400, 400))
    picture[100:300, 450:650] = grey[20:220, 120:320]
    one, other = finder.photo(picture)
    assert one.side == pytest.approx(2 * other.side, rel=0.1)


@pytest.mark.parametrize("shape", [(480, 640), (3000, 4000), (1500, 12000), (10000, 100), (16, 16), (4000, 12000)])
def test_the_views_of_a_photo_are_bounded(shape):
    sides = view_sides(shape, FIND.most_views)
    assert sides[0] == max(shape)
    assert len(sides) <= 8
    assert sides == [sides[0] / 2**n for n in range(len(sides))]


def test_fewer_views_are_allowed_in_turned_pictures():
    assert len(view_sides((3000, 4000), 160)) < len(view_sides((3000, 4000), 600))


def test_the_views_of_a_frame_cover_it():
    views = live_views((480, 640))
    assert views[0] == (320, 240, 640)
    for x in range(0, 640, 40):
        for y in range(0, 480, 40):
            assert any(abs(x - cx) <= side / 2 and abs(y - cy) <= side / 2 for cx, cy, side in views[1:])


def test_each_view_gives_the_candidates_that_it_shows(finder, grey):
    frame = np.full((480, 640), 130, np.uint8)
    scale = 60 / FACE.side
    head = cv2.resize(grey[:250, 97:347], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    frame[300 : 300 + len(head), 420 : 420 + len(head)] = head
    place = Detection(420 + 125 * scale, 300 + 115 * scale, 60, 0.9)
    views = live_views(frame.shape)
    found = finder.scan(frame, range(len(views)))
    assert found[0].gap(place) < 20
    far = [n for n, (x, y, side) in enumerate(views) if abs(x - place.x) > side / 2 + 60]
    assert not [face for face in finder.scan(frame, far) if face.gap(place) < 60]


@pytest.mark.parametrize("degrees", [0, 40, 100, 180, -130])
def test_a_face_is_followed_at_any_lean(finder, grey, degrees):
    picture = turned(grey, degrees)
    place = leaning(Detection(256 + 15, 256 - 10, 100, 0.9), degrees + 20)
    face = finder.near(picture, place, 0.4)
    assert face.gap(Detection(256, 256, 100, 0.9)) < 10
    assert lean_between(face.tilt_deg, degrees + 4) < 10


def test_elsewhere_or_outside_nothing_is_near(finder, grey):
    for x, y in [(60, 60), (-450, -450), (900, 100)]:
        assert finder.near(grey, Detection(x, y, 96, 0.9), 0.4) is None


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_candidate_is_confirmed_the_right_way_up(finder, grey, degrees):
    face = finder.confirm(turned(grey, degrees), Detection(260, 250, 100, 0.4))
    assert lean_between(face.tilt_deg, degrees + 4) < 8


def test_what_is_no_face_is_not_confirmed(finder, grey):
    for x, y in [(60, 60), (450, 300), (256, 480)]:
        assert finder.confirm(grey, Detection(x, y, 90, 0.4)) is None


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_face_of_a_turned_picture_lies_where_its_pixels_come_from(quarters):
    picture = np.zeros((30, 50), np.uint8)
    picture[7, 41] = 255
    row, column = np.argwhere(np.rot90(picture, quarters))[0]
    face = Detection(column + 0.5, row + 0.5, 10, 0.9, 0, ((column + 0.5, row + 0.5),) * 6)
    back = unturned(face, quarters, picture.shape)
    assert (back.x, back.y) == back.landmarks[5] == (41.5, 7.5)
    assert lean_between(back.tilt_deg, 90 * quarters) == 0


def test_without_its_file_the_cascade_finds_faces_and_the_log_says_so(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        finder = open_finder((FILE, tmp_path / "judge.tflite"))
    assert isinstance(finder, CascadeFinder)
    assert "judge.tflite is missing" in caplog.text
