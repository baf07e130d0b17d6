"""The benchmarks measure what their output claims."""

from argparse import Namespace

import numpy as np
import pytest
from fakes import FakeModels

from app.vision.detection import Detection
from app.vision.finder import Finder
from app.vision.images import decode
from benchmarks import sequence, stages


def test_the_sequence_holds_the_faces_that_it_claims():
    finder, most = Finder(), 0
    for data, faces in sequence.play(fps=1, seconds=8):
        grey = decode(data, 10**6)
        assert grey.shape == (480, 640)
        most = max(most, len(faces))
        for x, y, side in faces:
            place = Detection(x, y, side, 0.9)
            assert finder.near(grey, place, 0.5).gap(place) < 0.2 * side
    assert most == 2


@pytest.mark.parametrize(
    ("boxes", "faces", "counts"),
    [
        ([], [], (0, 0, 0)),
        ([], [(50, 50, 40)], (0, 0, 1)),
        ([(30, 30, 40, 40)], [(50, 50, 40)], (1, 0, 1)),
        ([(30, 30, 40, 40), (200, 200, 40, 40)], [(50, 50, 40)], (1, 1, 1)),
        ([(31, 30, 40, 40), (30, 31, 40, 40)], [(50, 50, 40)], (1, 0, 1)),
        ([(0, 0, 100, 100)], [(50, 50, 40)], (0, 1, 1)),
        ([(60, 30, 40, 40)], [(50, 50, 40)], (0, 1, 1)),
    ],
)
def test_faces_are_counted_as_found_false_and_true(boxes, faces, counts):
    assert stages.count(boxes, faces) == counts


def test_the_comparison_finds_ours_quicker_than_the_plain_way_and_prints_it(capsys):
    times_ms, counts = stages.compare(FakeModels("study"), fps=15, seconds=2)
    assert len(times_ms["ours"]["total"]) == len(times_ms["plain"]["total"]) == 30
    assert np.sum(times_ms["ours"]["total"]) < np.sum(times_ms["plain"]["total"])
    assert counts["ours"][0] > 20
    stages.print_table("study", times_ms, counts, Namespace(fps=15))
    told = capsys.readouterr().out
    assert "times the frames a second" in told
    assert "model study; 30 frames" in told
