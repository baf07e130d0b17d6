"""python -m benchmarks.video prints what it measured."""

import pytest

pytest.importorskip("av")

from benchmarks import video


def test_the_speed_is_that_of_a_film_whose_every_frame_shows_the_face(capsys):
    video.main(["speed", "--model", "light", "--seconds", "1"])
    assert "frames a second, 1.000 faces a frame (one)" in capsys.readouterr().out
