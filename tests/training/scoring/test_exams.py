"""Scores against figures worked out by hand, and the exams' numbers of rows against the literature."""

import cv2
import numpy as np
import pytest

from app.vision.contract import LABELS
from training.data.faces import BadDataset, without_twins
from training.data.labels import SEVEN, SIX
from training.data.load import load, load_all
from training.data.votes import vote_shares
from training.scoring.calibration import calibration_error, certain_from
from training.scoring.exams import answers, exam, exams_for, sit
from training.scoring.metrics import divergence, score, wilson


def test_a_small_exam_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.7, 0.3]])
    report = score(probabilities, np.array([0, 0, 1, 1]), ("happy", "sad"))
    assert report["accuracy"] == 0.75
    assert report["confusion"] == [[2, 0], [1, 1]]
    assert report["per_class"]["happy"] == {"precision": 0.6667, "recall": 1.0, "f1": 0.8, "support": 2}
    assert report["per_class"]["sad"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "support": 2}
    assert report["macro_f1"] == 0.7333
    assert report["brier"] == pytest.approx((0.02 + 0.32 + 0.08 + 0.98) / 4, abs=1e-4)


def test_a_label_that_is_never_said_scores_zero():
    report = score(np.array([[0.9, 0.1], [0.9, 0.1]]), np.array([0, 1]), ("happy", "sad"))
    assert report["per_class"]["sad"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1}


def test_the_mean_f1_is_over_the_words_that_occur():
    probabilities = np.array([[0.9, 0.1, 0.0], [0.6, 0.4, 0.0], [0.2, 0.8, 0.0], [0.7, 0.3, 0.0]])
    report = score(probabilities, np.array([0, 0, 1, 1]), ("happy", "sad", "fear"))
    assert report["macro_f1"] == 0.7333
    assert report["per_class"]["fear"]["support"] == 0
    said_alone = score(np.eye(3)[[0, 0, 1, 2]], np.array([0, 0, 1, 1]), ("happy", "sad", "fear"))
    assert said_alone["macro_f1"] == pytest.approx((1 + 2 / 3 + 0) / 3, abs=1e-4)


def test_the_interval_is_wilsons():
    assert wilson(50, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    low, high = wilson(0, 10)
    assert low == pytest.approx(0, abs=1e-9)
    assert high == pytest.approx(0.2775, abs=1e-3)


def test_an_honest_model_has_no_calibration_error():
    probabilities = np.tile([0.75, 0.25], (4, 1))
    assert calibration_error(probabilities, np.array([0, 0, 0, 1])) == pytest.approx(0)
    assert calibration_error(probabilities, np.array([1, 1, 1, 1])) == pytest.approx(0.75)
    assert calibration_error(np.array([[1.0, 0.0]]), np.array([0])) == pytest.approx(0)


def test_certain_is_what_is_right_often_enough():
    sure = np.array([0.9, 0.8, 0.7, 0.6])
    probabilities = np.stack([sure, 1 - sure], axis=1)
    assert certain_from(probabilities, np.array([0, 0, 0, 1]), wanted=0.9) == {
        "threshold": 0.7,
        "coverage": 0.75,
        "accuracy": 1.0,
    }


def test_where_nothing_is_right_only_the_surest_answer_is_called_certain():
    assert certain_from(np.array([[0.9, 0.1], [0.8, 0.2]]), np.array([1, 1]))["threshold"] == 0.9


def test_divergence_by_hand():
    voted, said = np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[0.5, 0.5], [0.5, 0.5]])
    middle = (np.log(1 / 0.75) + 0.5 * np.log(0.5 / 0.75) + 0.5 * np.log(0.5 / 0.25)) / 2
    assert divergence(voted, said) == pytest.approx({"kl": np.log(2) / 2, "js": middle / 2}, abs=1e-4)
    assert divergence(voted, voted) == {"kl": 0, "js": 0}


def test_a_word_that_all_voted_for_and_a_network_rules_out_is_far_but_finite():
    far = divergence(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]], np.float32))
    assert 10 < far["kl"] < 30
    assert far["js"] == pytest.approx(np.log(2), abs=1e-4)


def test_only_the_exam_of_votes_tells_the_divergence_from_them(fer2013, ferplus, tmp_path):
    faces = load(fer2013, ferplus, cache=tmp_path)
    votes = {picture.tobytes(): vote for picture, vote in zip(faces.pictures, faces.votes, strict=True)}

    def as_voted(pictures):
        return vote_shares(np.array([votes[picture.tobytes()] for picture in pictures]), LABELS)

    reports = sit(as_voted, LABELS, faces, ["private7", "ferplus8"])
    assert reports["ferplus8"]["divergence"] == {"kl": 0, "js": 0}
    assert "divergence" not in reports["private7"]


def test_a_model_that_knows_more_words_answers_with_those_asked_for():
    said = answers(np.array([[0.5, 0.3, 0.2]]), ("disgust", "sad", "happy"), ("happy", "sad"))
    np.testing.assert_allclose(said, [[0.4, 0.6]])


def test_exams_follow_the_labels_and_the_votes(fer2013, ferplus, tmp_path):
    plain, voted = load(fer2013, cache=tmp_path), load(fer2013, ferplus, cache=tmp_path)
    assert exams_for(SIX, voted) == ["private6", "test6"]
    assert exams_for(SEVEN, voted) == ["private6", "test6", "private7"]
    assert exams_for((*SEVEN, "contempt"), voted) == ["private6", "test6", "private7", "ferplus8"]
    assert exams_for((*SEVEN, "contempt"), plain) == ["private6", "test6", "private7"]


@pytest.fixture
def mine(tmp_path):
    """A function that writes ten pictures of each of a user's words below <part>/ and returns the tree."""

    def write(*words, part="."):
        for word in words:
            folder = tmp_path / "mine" / part / word
            folder.mkdir(parents=True)
            for number in range(10):
                picture = np.full((48, 48), len(list(tmp_path.rglob("*.png"))), np.uint8)
                cv2.imwrite(str(folder / f"{number}.png"), picture)
        return tmp_path / "mine"

    return write


def test_an_own_test_folder_is_an_exam_of_its_own(mine, fer2013, tmp_path):
    mine("happy", "sad", part="train")
    tree = mine("happy", "sad", part="test")
    faces = load(tree, cache=tmp_path / "cache")
    assert exams_for(SIX, faces) == ["test"]
    assert sit(lambda pictures: np.full((len(pictures), 6), 1 / 6), SIX, faces, ["test"])["test"]["rows"] == 20
    both = load_all([fer2013, tree], cache=tmp_path / "cache")
    rows = {name: len(exam(name, both).truth) for name in exams_for(SIX, both)}
    assert rows == {"private6": 12, "test6": 24, "test": 20}


def test_own_pictures_are_asked_in_the_words_that_they_hold(mine, fer2013, tmp_path):
    faces = load_all([fer2013, mine("happy", "sad")], cache=tmp_path / "cache")
    assert exams_for(SIX, faces) == ["private6", "test6", "test"]
    assert exam("test", faces).labels == ("happy", "sad")
    faces = load_all([fer2013, mine("doubt")], cache=tmp_path / "cache")
    assert "test" not in exams_for(SIX, faces)


def test_where_there_is_one_word_there_is_nothing_to_tell_apart(mine, fer2013, tmp_path):
    faces = load_all([fer2013, mine("happy")], cache=tmp_path / "cache")
    assert exams_for(SIX, faces) == ["private6", "test6"]


def test_exams_ask_the_rows_they_name(fer2013, ferplus, tmp_path):
    faces = load(fer2013, ferplus, cache=tmp_path)
    rows = {name: len(exam(name, faces).truth) for name in ("private6", "test6", "private7", "ferplus8")}
    assert rows == {"private6": 12, "test6": 24, "private7": 14, "ferplus8": 14}
    assert "training" not in faces.splits[exam("test6", faces).rows]
    seven = exam("private7", faces)
    assert [SEVEN[place] for place in seven.truth] == [faces.words[e] for e in faces.emotions[seven.rows]]


def test_ferplus8_without_votes_is_refused(fer2013, tmp_path):
    with pytest.raises(BadDataset, match="--ferplus"):
        exam("ferplus8", load(fer2013, cache=tmp_path))


def test_each_picture_is_shown_once(fer2013, tmp_path):
    faces = load(fer2013, cache=tmp_path)
    shown = []

    def predict(pictures):
        shown.append(len(pictures))
        return np.full((len(pictures), 7), 1 / 7)

    reports = sit(predict, SEVEN, faces, ["private6", "test6", "private7"])
    assert shown == [26]
    assert reports["private7"]["rows"] == 14


def test_real_exams_hold_the_published_numbers(real_faces):
    rows = {name: len(exam(name, real_faces).truth) for name in ("private6", "test6", "private7", "ferplus8")}
    assert rows == {"private6": 3534, "test6": 7067, "private7": 3589, "ferplus8": 3153}


def test_the_real_training_split_keeps_27618_rows_of_six_emotions(real_faces):
    assert len(without_twins(real_faces.labelled(SIX)).split("training")) == 27618
