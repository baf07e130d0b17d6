"""Each augmentation step by itself, and all of them together, which depend only on the generator."""

import numpy as np
import pytest

from training.data.augment import Augmentation, augment, compress, erase, mixup, move, relight


@pytest.fixture
def pictures():
    rng = np.random.default_rng(5)
    pictures = np.zeros((6, 48, 48), np.uint8) + 40
    pictures[:, 10:20, 24:40] = rng.integers(150, 250, (6, 10, 16))
    return pictures


ALL = Augmentation(
    turn_deg=15, shift_px=5, scale=(0.8, 1.2), contrast=0.3, brightness=25, blur=0.5, jpeg=0.5, erase=0.5
)


def test_nothing_switched_on_changes_nothing(pictures):
    same = augment(pictures, np.random.default_rng(0), Augmentation(flip=0))
    np.testing.assert_array_equal(same, pictures)


def test_no_pictures_would_be_a_mistake_but_one_is_fine(pictures):
    assert augment(pictures[:1], np.random.default_rng(0), ALL).shape == (1, 48, 48)


def test_the_same_generator_gives_the_same_pictures(pictures):
    first, second, other = (augment(pictures, np.random.default_rng(seed), ALL) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()
    assert first.dtype == np.uint8


def test_the_originals_stay_as_they_are(pictures):
    before = pictures.copy()
    augment(pictures, np.random.default_rng(1), ALL)
    np.testing.assert_array_equal(pictures, before)


def test_a_flip_mirrors_left_and_right(pictures):
    flipped = augment(pictures, np.random.default_rng(0), Augmentation(flip=1))
    np.testing.assert_array_equal(flipped, pictures[:, :, ::-1])


def test_a_shift_moves_right_and_down(pictures):
    moved = move(pictures[0], turn_deg=0, shift_px=(3, 2), scale=1)
    np.testing.assert_array_equal(moved[2:, 3:], pictures[0][:-2, :-3])


def test_a_quarter_turn_is_counter_clockwise(pictures):
    np.testing.assert_array_equal(move(pictures[0], turn_deg=90, shift_px=(0, 0), scale=1), np.rot90(pictures[0]))


def test_an_enlargement_keeps_the_centre():
    picture = np.zeros((48, 48), np.uint8)
    picture[20:28, 20:28] = 200
    assert (move(picture, 0, (0, 0), 2) > 100).sum() == pytest.approx(4 * 64, rel=0.1)
    assert move(picture, 0, (0, 0), 2)[16:32, 16:32].min() > 100


def test_light_changes_spread_and_level_within_bounds(pictures):
    dim = relight(pictures[0], contrast=0.5, brightness=-10)
    assert dim.mean() == pytest.approx(pictures[0].mean() - 10, abs=1)
    assert dim.std() == pytest.approx(pictures[0].std() / 2, rel=0.05)
    assert relight(pictures[0], contrast=1, brightness=255).min() == 255


def test_jpeg_noise_grows_as_quality_falls(pictures):
    error = {quality: np.abs(compress(pictures[0], quality) - pictures[0].astype(int)).mean() for quality in (20, 95)}
    assert 0 < error[95] < error[20] < 20


def test_erasing_covers_one_rectangle(pictures):
    blank = np.zeros((48, 48), np.uint8)
    for seed in range(30):
        rows, columns = np.nonzero(erase(blank, np.random.default_rng(seed)))
        area = (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
        assert len(rows) > 0.9 * area
        assert 0.01 < area / blank.size < 0.36


def test_mixup_blends_pictures_and_targets_by_one_share():
    pictures = np.array([0, 100], np.float32).reshape(2, 1, 1, 1)
    targets = np.eye(2, dtype=np.float32)
    blended, shares = mixup(pictures, targets, np.random.default_rng(2), alpha=1.0)
    np.testing.assert_allclose(blended.ravel() / 100, shares[:, 1], rtol=1e-6)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
