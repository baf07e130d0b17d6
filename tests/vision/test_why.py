"""Saliency maps: the parts of a face that support a word."""

import numpy as np
import pytest

from app.vision import why

FACE = np.random.default_rng(1).integers(0, 256, (48, 48), np.uint8)


class Corner:
    """A network that looks only at one corner and answers "happy" as long as the corner is unchanged."""

    def __init__(self, face, rows, columns):
        self.part = (slice(None), rows, columns)
        self.whole = face[None][self.part]
        self.batches = []

    def __call__(self, faces):
        self.batches.append(len(faces))
        lost = np.abs(faces[self.part].astype(float) - self.whole).mean((1, 2)) / 128
        happy = np.clip(0.9 - lost, 0.0, 1.0)
        return np.stack([1 - happy, happy], 1).astype(np.float32)


FIRST, LAST = slice(0, 8), slice(40, 48)


@pytest.mark.parametrize(("rows", "columns", "cell"), [(FIRST, LAST, (0, -1)), (LAST, FIRST, (-1, 0))])
def test_the_map_finds_the_corner_that_a_network_looks_at(rows, columns, cell):
    grid = why.explain(Corner(FACE, rows, columns), FACE, 1, rows=8)
    assert grid.shape == (8, 8)
    assert grid[cell] == grid.max() > 0.2
    assert np.abs(grid[3:-3]).max() < 0.1 * grid.max()
    assert np.abs(grid[:, 3:-3]).max() < 0.1 * grid.max()


def test_what_speaks_for_one_word_speaks_against_the_other():
    assert why.explain(Corner(FACE, FIRST, FIRST), FACE, 0, rows=4)[0, 0] < -0.2


def test_a_cell_says_by_how_much_the_word_becomes_less_probable():
    grid = why.explain(lambda faces: np.array([[0.8 if (face == FACE).all() else 0.4] for face in faces]), FACE, 0, 4)
    assert grid == pytest.approx(np.log(2))


def test_a_face_without_any_difference_has_no_part_that_matters():
    plain = np.full((48, 48), 77, np.uint8)
    assert not why.explain(Corner(plain, FIRST, FIRST), plain, 1, rows=5).any()


def test_a_network_that_rules_a_word_out_leaves_the_map_finite():
    grid = why.explain(lambda faces: np.eye(2)[np.zeros(len(faces), int)], FACE, 1, rows=4)
    assert np.isfinite(grid).all()


def test_the_network_is_asked_for_one_face_at_a_time():
    corner = Corner(FACE, FIRST, FIRST)
    why.explain(corner, FACE, 1, rows=7)
    assert corner.batches == [1] * (1 + 7 * 7)


@pytest.mark.parametrize(("ms_per_face", "rows"), [(0.0, why.MOST), (0.7, why.MOST), (3.5, 9), (8.3, 6), (100, 4)])
def test_a_slower_network_gets_a_coarser_map_within_the_budget(ms_per_face, rows):
    assert why.rows_for(ms_per_face) == rows
    assert rows == why.FEWEST or rows**2 * ms_per_face <= why.BUDGET_MS


def test_the_face_itself_is_left_as_it_was():
    before = FACE.copy()
    why.explain(Corner(FACE, FIRST, FIRST), FACE, 1, rows=4)
    assert (before == FACE).all()
