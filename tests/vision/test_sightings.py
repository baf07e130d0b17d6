"""A face seen in one frame, and whose it is."""

import pytest

from app.vision.sightings import Sighting, distinct, match, turned

SIZE = (640, 480)


def test_a_sighting_is_its_boxs_square():
    sighting = Sighting.of((10, 20, 30, 40), 24.0)
    assert sighting == Sighting(25, 40, 40, 24.0)
    assert sighting.square == (5, 20, 40, 40)


@pytest.mark.parametrize(
    ("sighting", "box"),
    [
        (Sighting(50, 60, 20), (40, 50, 20, 20)),
        (Sighting(0, 0, 20), (0, 0, 10, 10)),
        (Sighting(640, 480, 20), (630, 470, 10, 10)),
        (Sighting(-50, 900, 20), (0, 479, 1, 1)),
    ],
)
def test_boxes_lie_inside_the_picture(sighting, box):
    assert sighting.box(*SIZE) == box


def test_nothing_matches_nothing():
    assert match({}, []) == {}
    assert match({"one": Sighting(0, 0, 10)}, []) == {}
    assert match({}, [Sighting(0, 0, 10)]) == {}


def test_the_nearest_pairs_are_matched_first_and_each_sighting_once():
    one, two = "one", "two"
    left, right = Sighting(0, 0, 100), Sighting(60, 0, 100)
    expected = {one: Sighting(40, 0, 100), two: Sighting(55, 0, 100)}
    assert match(expected, [left, right]) == {one: left, two: right}
    assert match(expected, [right]) == {two: right}


def test_what_is_far_or_of_another_size_is_no_match():
    known = "one"
    for other in (Sighting(150, 0, 100), Sighting(0, 0, 300), Sighting(60, 0, 180)):
        assert match({known: Sighting(0, 0, 100)}, [other]) == {}


def test_of_sightings_of_one_face_one_is_kept():
    one, again, other = Sighting(0, 0, 100), Sighting(30, 0, 110), Sighting(200, 0, 100)
    assert distinct([one, again, other], []) == [one, other]
    assert distinct([one, again, other], [Sighting(10, 10, 90)]) == [other]


@pytest.mark.parametrize(("angle", "others"), [(0.0, {-24.0, 24.0}), (24.0, {0.0, -24.0}), (-24.0, {0.0, 24.0})])
def test_a_lost_face_is_sought_at_the_other_tilts_the_nearest_first(angle, others):
    angles = [place.angle_deg for place in turned(Sighting(1, 2, 3, angle))]
    assert set(angles) == others
    assert abs(angles[0] - angle) == 24
