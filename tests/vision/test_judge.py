"""The judge, which tells faces from false detections."""

import cv2
import numpy as np
import pytest

from app.vision.detection import Detection
from app.vision.faces import crop
from app.vision.judge import FILE, Judge


@pytest.fixture(scope="module")
def judge():
    return Judge()


@pytest.fixture(scope="module")
def grey(astronaut):
    return cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY)


def face(x, y, side, score=0.9, tilt_deg=0.0):
    return Detection(x, y, side, score, tilt_deg)


def test_the_file_is_small():
    assert FILE.stat().st_size < 150_000


def test_a_face_is_likely_and_what_is_none_is_not(judge, grey):
    likely = judge.likeness(crop(grey, face(222, 115, 109).square))
    assert likely > 0.9
    for x, y in [(80, 400), (430, 200), (60, 60), (330, 330)]:
        assert judge.likeness(crop(grey, face(x, y, 100).square)) < likely - 0.3
    for empty in (np.zeros((48, 48), np.uint8), np.full((48, 48), 128, np.uint8)):
        assert judge.likeness(empty) < 0.5


def test_a_face_on_its_top_or_cut_up_is_no_likely_one(judge, grey):
    upright = crop(grey, face(222, 115, 109).square)
    assert judge.likeness(upright[::-1].copy()) < 0.5
    shuffled = np.vstack([upright[24:], upright[:24]])
    assert judge.likeness(shuffled) < 0.5


def test_looks_and_score_count_together(judge, grey):
    assert judge.accepts(grey, face(222, 115, 109, 0.9))
    assert judge.accepts(grey, face(222, 115, 109, 0.6))
    assert not judge.accepts(grey, face(222, 115, 109, 0.1))
    assert not judge.accepts(grey, face(80, 400, 100, 0.5))


def test_it_looks_at_the_face_the_right_way_up(judge, grey):
    turned = np.ascontiguousarray(np.rot90(grey, 2))
    place = face(512 - 222, 512 - 115, 109, 0.6)
    assert judge.accepts(turned, face(place.x, place.y, place.side, 0.6, 180.0))
    assert not judge.accepts(turned, place)
