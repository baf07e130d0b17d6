"""A detection's geometry, and which detections are the same face."""

import math

import pytest

from app.vision.detection import LANDMARKS, Detection, distinct, match

SIZE = (640, 480)


def face(x, y, side, tilt_deg=0.0, nose_x=None):
    """An upright face with its landmarks; `nose_x` moves the nose sideways, in eye distances."""
    points = [(-0.2, -0.2), (0.2, -0.2), (0.4 * (nose_x or 0), 0.0), (0, 0.25), (-0.4, -0.1), (0.4, -0.1)]
    return Detection(x, y, side, 0.9, tilt_deg, tuple((x + side * dx, y + side * dy) for dx, dy in points))


@pytest.mark.parametrize(
    "wrong",
    [
        {"x": math.nan},
        {"side": 0},
        {"score": 1.5},
        {"tilt_deg": 181},
        {"landmarks": ((1, 2),)},
        {"landmarks": ((1, math.inf),) * len(LANDMARKS)},
    ],
)
def test_what_is_no_face_is_refused(wrong):
    with pytest.raises(ValueError, match=r"finite|out of range|landmarks"):
        Detection(**{"x": 1.0, "y": 2.0, "side": 3.0, "score": 0.5} | wrong)


def test_a_detection_of_a_box_is_its_square():
    detection = Detection.of((10, 20, 30, 40), 0.5, 24.0)
    assert detection == Detection(25, 40, 40, 0.5, 24.0)
    assert detection.square == (5, 20, 40, 40)
    assert detection.turn is None


@pytest.mark.parametrize(
    ("place", "box"),
    [
        ((50, 60, 20), (40, 50, 20, 20)),
        ((0, 0, 20), (0, 0, 10, 10)),
        ((640, 480, 20), (630, 470, 10, 10)),
        ((-50, 900, 20), (0, 479, 1, 1)),
    ],
)
def test_boxes_lie_inside_the_picture(place, box):
    assert Detection(*place, 0.5).box(*SIZE) == box


@pytest.mark.parametrize(("nose_x", "turn"), [(0, 0), (-0.5, -1), (0.5, 1), (0.25, 0.5), (2, 1), (-2, -1)])
def test_a_head_turns_where_its_nose_points(nose_x, turn):
    # The person's right eye stands left in the picture, so a nose further left means a head turned to its right.
    assert face(100, 100, 50, nose_x=nose_x).turn == pytest.approx(turn)


def test_eyes_in_one_place_tell_no_turn():
    assert Detection(0, 0, 10, 0.5, 0, ((1, 1),) * 6).turn == 0


def test_a_face_half_way_to_another_lies_between_and_turns_the_short_way():
    half = face(100, 100, 50, 170).towards(face(120, 140, 200, -170), 0.5)
    assert (half.x, half.y) == (110, 120)
    assert half.side == pytest.approx(100)
    assert abs(half.tilt_deg) == pytest.approx(180)
    assert half.landmarks[2] == pytest.approx((110, 120))


def test_landmarks_come_and_go_with_the_later_detection():
    bare, whole = Detection(100, 100, 50, 0.5), face(100, 100, 50)
    assert bare.towards(whole, 0.3).landmarks == whole.landmarks
    assert whole.towards(bare, 0.3).landmarks is None


def test_a_moved_face_takes_its_landmarks_along():
    assert face(100, 100, 50).at(110, 90) == face(110, 90, 50)


def test_nothing_matches_nothing():
    assert match({}, []) == {}
    assert match({"one": Detection(0, 0, 10, 1)}, []) == {}
    assert match({}, [Detection(0, 0, 10, 1)]) == {}


def test_the_nearest_pairs_are_matched_first_and_each_detection_once():
    one, two = "one", "two"
    left, right = face(0, 0, 100), face(60, 0, 100)
    expected = {one: face(40, 0, 100), two: face(55, 0, 100)}
    assert match(expected, [left, right]) == {one: left, two: right}
    assert match(expected, [right]) == {two: right}


def test_what_is_far_or_of_another_size_is_no_match():
    for other in (face(150, 0, 100), face(0, 0, 300), face(60, 0, 180)):
        assert match({"known": face(0, 0, 100)}, [other]) == {}


def test_of_detections_of_one_face_one_is_kept():
    one, again, other = face(0, 0, 100), face(30, 0, 110), face(200, 0, 100)
    assert distinct([one, again, other], []) == [one, other]
    assert distinct([one, again, other], [face(10, 10, 90)]) == [other]
