"""Covered faces: which pixels change and which stay."""

import numpy as np
import pytest

from training.data.covering import CONDITIONS, COVERINGS, SEEN, cover, eyes_covered, masked, small


@pytest.fixture
def picture():
    return np.random.default_rng(3).integers(0, 256, (48, 48)).astype(np.uint8)


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_covering_follows_from_its_generator_and_leaves_its_input(name, picture):
    before = picture.copy()
    one, other = (CONDITIONS[name](picture, np.random.default_rng(5)) for _ in range(2))
    assert one.dtype == np.uint8
    assert one.shape == (48, 48)
    assert (one == other).all()
    assert (one != picture).any()
    assert (picture == before).all()


def test_a_mask_covers_mouth_and_chin_and_leaves_brows(picture):
    for seed in range(20):
        changed = masked(picture, np.random.default_rng(seed)) != picture
        assert not changed[:16].any()
        assert changed[34:40, 16:32].mean() > 0.95


def test_glasses_cover_eyes_and_leave_the_mouth(picture):
    for seed in range(20):
        changed = eyes_covered(picture, np.random.default_rng(seed)) != picture
        assert changed[17:20, 8:14].mean() > 0.9
        assert not changed[34:].any()


def test_a_far_face_has_lost_what_is_small():
    stripes = np.tile(np.array([0, 255], np.uint8), (48, 24))
    assert small(stripes, None).std() < 5


def test_every_covering_is_drawn_and_says_what_stays_of_its_target(picture):
    assert sum(COVERINGS.values()) == pytest.approx(1)
    shares = {cover(picture, np.random.default_rng(seed))[1] for seed in range(60)}
    assert shares == set(SEEN.values())
