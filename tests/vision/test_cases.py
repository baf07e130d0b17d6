"""The answers to a collection of users' pictures."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from app.vision.finder import Finder
from app.vision.images import decode

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
"""Pictures of people's trouble; a copy comes from the maintainers. test_finder.py draws most of the like."""


@pytest.fixture(scope="module")
def finder():
    return Finder()


def read(name):
    path = CASES / name
    if not path.exists():
        pytest.skip(f"{name} is not there: the maintainers give out the folder of such pictures")
    return decode(path.read_bytes(), 10**8)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("avif_named.jpg", 1),
        ("bmp_named.png", 1),
        ("exif6.webp", 1),
        ("exif_broken.jpg", 1),
        ("grey12in16.png", 1),
        ("group10.jpg", 10),
        ("masked.jpg", 1),
        ("panorama_12000x1500.jpg", 5),
        ("xmp6_upright.jpg", 1),
    ],
)
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_so_many_faces_are_found_and_no_false_one(finder, name, count):
    assert len(finder.photo(read(name))) == count


@pytest.mark.parametrize(
    ("name", "tilt_deg"), [("lean20.jpg", 20), ("lean30.jpg", 30), ("turned_cw.jpg", 90), ("turned_180.jpg", 180)]
)
def test_a_head_that_leans_is_found_with_its_lean(finder, name, tilt_deg):
    (face,) = finder.photo(read(name))
    assert abs((face.tilt_deg - tilt_deg + 180) % 360 - 180) <= 6


def test_the_faces_of_a_panorama_are_as_large_as_they_are(finder):
    sides = [face.side for face in finder.photo(read("panorama_12000x1500.jpg"))]
    np.testing.assert_allclose(sides, 217, rtol=0.1)


def test_a_face_of_97_pixels_in_twelve_megapixels_is_found(finder, astronaut):
    rng = np.random.default_rng(0)
    picture = cv2.resize(rng.integers(60, 190, (30, 40)).astype(np.uint8), (4000, 3000), interpolation=cv2.INTER_CUBIC)
    head = cv2.resize(
        cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY)[:250, 97:347], (222, 222), interpolation=cv2.INTER_AREA
    )
    picture[2000:2222, 2900:3122] = head
    (face,) = finder.photo(picture)
    assert face.side == pytest.approx(97, rel=0.1)
    assert np.hypot(face.x - 3011, face.y - 2102) < 15
