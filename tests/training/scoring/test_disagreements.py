"""Disagreements between network and label, against figures worked out by hand."""

import numpy as np
import pytest
from PIL import Image

from training.data.faces import Faces
from training.data.votes import VOTE_WORDS
from training.report.charts import examples
from training.scoring.disagreements import disagreements, sides

WORDS = ("happy", "sad", "neutral")


def voted(**votes):
    """FER+'s ten columns."""
    return [votes.get(word, 0) for word in VOTE_WORDS]


@pytest.fixture
def faces():
    """Six pictures, all labelled sad."""
    votes = [
        voted(sad=8, neutral=2),
        voted(neutral=9, sad=1),
        voted(sad=6, neutral=4),
        voted(contempt=7, sad=3),
        voted(sad=5, neutral=5),
        voted(unknown=8, sad=2),
    ]
    pictures = np.zeros((6, 48, 48), np.uint8)
    return Faces("some", "", WORDS, pictures, np.full(6, 1), np.full(6, "public"), np.array(votes, np.uint8))


def test_the_voters_side_with_one_of_them_with_neither_or_are_torn(faces):
    said = np.array([1, 2, 2, 2, 2, 0])
    assert sides(said, faces).tolist() == ["net", "net", "label", "neither", "torn", "torn"]
    figures = disagreements(said, faces)
    assert (figures["pictures"], figures["disagreed"]) == (6, 5)
    assert figures["sides"] == {"net": 0.2, "label": 0.2, "neither": 0.2, "torn": 0.4}
    assert figures["votes"] == {"net": pytest.approx((9 + 4 + 0 + 5 + 0) / 5), "label": pytest.approx(17 / 5)}
    assert figures["agree"] == {"net": 0.5, "label": 0.5}
    assert figures["pairs"][0] == {
        "label": "sad",
        "net": "neutral",
        "pictures": 4,
        "sides": {"net": 0.25, "label": 0.25, "neither": 0.25, "torn": 0.25},
    }


def test_a_network_that_says_every_label_disagrees_nowhere(faces):
    figures = disagreements(faces.emotions, faces)
    assert figures["disagreed"] == 0
    assert figures["pairs"] == []


def test_examples_are_drawn_to_the_file_that_is_named(faces, tmp_path):
    said = np.array([1, 2, 2, 2, 2, 0])
    examples(said, sides(said, faces), faces, tmp_path / "examples.png")
    with Image.open(tmp_path / "examples.png") as picture:
        assert picture.width > 500
