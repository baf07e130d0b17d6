"""Accuracy by group of people, against figures worked out by hand."""

import csv
import json
import shutil
from dataclasses import replace

import cv2
import numpy as np
import pytest
from fakes import make_card

from training import __main__ as command
from training.data.faces import BadDataset
from training.data.folders import digest_of
from training.data.labels import SIX
from training.data.load import load, load_all
from training.scoring.groups import by_group, read_groups


def crowd(**groups):
    """(right, groups) with the given numbers of right and wrong answers for each group: a=(80, 20)."""
    right = np.concatenate([np.repeat([True, False], counts) for counts in groups.values()])
    return right, np.concatenate([np.repeat(name, sum(counts)) for name, counts in groups.items()])


def test_two_groups_by_hand():
    found = by_group(*crowd(young=(80, 20), old=(50, 50)))
    assert found["groups"]["young"]["accuracy"] == 0.8
    assert found["groups"]["old"]["rows"] == 100
    assert found["groups"]["old"]["interval"] == pytest.approx([0.4, 0.6], abs=0.011)
    gap = found["gap"]
    assert (gap["best"], gap["worst"], gap["difference"]) == ("young", "old", 0.3)
    # The difference's standard error is sqrt(0.8 × 0.2 / 100 + 0.5 × 0.5 / 100) = 0.064.
    assert gap["interval"] == pytest.approx([0.3 - 1.96 * 0.064, 0.3 + 1.96 * 0.064], abs=0.012)
    assert gap["by_chance"] == pytest.approx(1.96 * np.sqrt(2 * 0.65 * 0.35 / 100), abs=0.011)


def test_three_of_three_right_leave_room_for_doubt():
    found = by_group(np.array([1, 1, 1, 0, 1, 0], bool), np.array(["a"] * 3 + ["b"] * 3))
    low, high = found["groups"]["a"]["interval"]
    assert 0.43 < low < 0.45
    assert high == 1.0
    gap = found["gap"]
    assert gap["interval"][0] < 0 < gap["difference"] < gap["interval"][1] < 1


def test_among_equals_the_gap_may_be_none_and_is_no_larger_than_chance():
    gap = by_group(*crowd(a=(60, 40), b=(59, 41), c=(61, 39)))["gap"]
    assert gap["interval"][0] < 0 < gap["interval"][1]
    assert gap["difference"] < gap["by_chance"]


def test_pictures_of_nobody_do_not_count():
    right, groups = crowd(a=(8, 2), b=(5, 5))
    more, nobody = np.append(right, np.zeros(50, bool)), np.append(groups, np.repeat("", 50))
    assert by_group(more, nobody) == by_group(right, groups)


def test_one_group_alone_is_refused():
    with pytest.raises(BadDataset, match="two or more, not a"):
        by_group(*crowd(a=(8, 2)))


@pytest.fixture
def write_groups(tmp_path):
    """A function that writes rows below a header and returns the file's path."""

    def write(*rows, header=("picture", "group")):
        with open(tmp_path / "groups.csv", "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        return tmp_path / "groups.csv"

    return write


@pytest.fixture
def tree(tmp_path):
    """A folder of drawn pictures for the exam: bright pictures are happy, dark pictures sad."""
    for word, level in (("happy", 200), ("sad", 40)):
        folder = tmp_path / "mine" / "test" / word
        folder.mkdir(parents=True)
        (tmp_path / "mine" / "train" / word).mkdir(parents=True)
        for number in range(6):
            picture = np.full((48, 48), level + number, np.uint8)
            cv2.imwrite(str(folder / f"{number}.png"), picture)
            cv2.imwrite(str(tmp_path / "mine" / "train" / word / f"{number}.png"), picture - 20)
    return tmp_path / "mine"


def test_a_picture_of_a_tree_is_named_by_its_path_and_one_of_a_csv_by_its_row(tree, fer2013, write_groups, tmp_path):
    faces = load(tree, cache=tmp_path / "cache")
    groups = read_groups(write_groups(("test/sad/3.png", "old")), faces)
    [row] = np.flatnonzero(groups == "old")
    assert (faces.words[faces.emotions[row]], faces.splits[row], faces.pictures[row, 0, 0]) == ("sad", "test", 43)
    both = load_all([fer2013, tree], cache=tmp_path / "cache")
    groups = read_groups(write_groups(("2", "young"), ("71", "old"), ("train/happy/0.png", "old")), both)
    assert [np.flatnonzero(groups == name).tolist() for name in ("young", "old")] == [[0], [69, 70]]


def test_a_name_that_stands_for_two_pictures_is_refused(tree, write_groups, tmp_path):
    shutil.copytree(tree, tmp_path / "yours")
    both = load_all([tree, tmp_path / "yours"], cache=tmp_path / "cache")
    with pytest.raises(BadDataset, match=r"names test/sad/3\.png, which 2 of the data's sources hold"):
        read_groups(write_groups(("test/sad/3.png", "old")), both)


def test_names_follow_their_pictures_when_rows_are_left_out(tree, tmp_path):
    kept = load(tree, cache=tmp_path / "cache").labelled(("sad",)).split("test")
    assert kept.names.tolist() == [f"test/sad/{number}.png" for number in range(6)]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "names nothing, and the data holds train/happy/0.png"),
        ([("me.png", "old")], "names me.png, and the data holds train/happy/0.png"),
        ([("test/sad/3.png",)], "row 2: expected a picture and its group, found 'test/sad/3.png'"),
        ([("test/sad/3.png", "")], "row 2: expected a picture and its group"),
        ([("test/sad/3.png", "old"), ("test/sad/3.png", "young")], "row 3: test/sad/3.png is in old already"),
    ],
)
def test_a_file_of_groups_that_cannot_be_used_is_refused_by_its_row(tree, write_groups, tmp_path, rows, words):
    with pytest.raises(BadDataset) as caught:
        read_groups(write_groups(*rows), load(tree, cache=tmp_path / "cache"))
    assert words in str(caught.value)


def test_other_columns_and_no_file_are_refused(tree, write_groups, tmp_path):
    faces = load(tree, cache=tmp_path / "cache")
    with pytest.raises(BadDataset, match="columns must be picture,group, not group,picture"):
        read_groups(write_groups(header=("group", "picture")), faces)
    with pytest.raises(BadDataset, match="cannot be read"):
        read_groups(tmp_path / "nowhere.csv", faces)


@pytest.fixture
def evaluate(tree, tmp_path, monkeypatch):
    """The command on the tree, with a model that answers happy above a brightness of 42, so for three sad ones too."""

    def predictor(network):
        return lambda pictures: np.eye(6)[np.where(pictures[:, 0, 0] > 42, SIX.index("happy"), SIX.index("sad"))]

    monkeypatch.chdir(tmp_path)
    (tmp_path / "models" / "bright").mkdir(parents=True)
    (tmp_path / "models" / "bright" / "card.json").touch()
    monkeypatch.setattr("app.vision.contract.load_model", lambda folder: (make_card("bright", SIX), b"network"))
    monkeypatch.setattr("training.export.litert.predictor", predictor)
    return lambda *options: command.main(["evaluate", "bright", "--data", str(tree), *map(str, options)])


def test_evaluate_tells_each_group_and_the_gap_to_people_and_to_programs(evaluate, write_groups, capsys):
    rows = [(f"test/{word}/{n}.png", "young" if n < 3 else "old") for word in ("happy", "sad") for n in range(6)]
    file = write_groups(*rows)
    assert evaluate("--groups", file) == 0
    said = capsys.readouterr().out
    assert "bright on test, by group:" in said
    assert "1.000 (0.610 to 1.000) of 6" in said
    assert "largest gap: 0.500" in said
    assert "young over old" in said

    assert evaluate("--groups", file, "--json") == 0
    report = json.loads(capsys.readouterr().out)["scores"]["test"]
    assert report["accuracy"] == 0.75
    assert report["by_group"]["groups"]["old"] == {"rows": 6, "accuracy": 0.5, "interval": [0.1876, 0.8124]}
    assert report["by_group"]["gap"]["difference"] == 0.5

    assert evaluate("--json") == 0
    assert "by_group" not in json.loads(capsys.readouterr().out)["scores"]["test"]


def test_evaluate_asks_all_pictures_of_a_folder_that_the_model_never_saw(evaluate, tree, capsys, monkeypatch):
    plain = shutil.move(tree / "train", tree.with_name("plain"))
    assert evaluate("--json") == 0  # a tree that holds only test/
    assert json.loads(capsys.readouterr().out)["scores"]["test"]["rows"] == 12

    ask = ["evaluate", "bright", "--data", str(plain), "--json"]
    assert command.main(ask) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["scores"]["test"]["rows"] == 12
    assert "bright's card does not say it has learnt from" in said.err

    learnt = replace(make_card("bright", SIX), data={"sha256": f"0123 + {digest_of(plain)}"})
    monkeypatch.setattr("app.vision.contract.load_model", lambda folder: (learnt, b"network"))
    assert command.main(ask) == 0
    said = capsys.readouterr()
    assert 2 <= json.loads(said.out)["scores"]["test"]["rows"] < 12
    assert said.err == ""


def test_evaluate_says_in_a_line_what_is_wrong_with_the_groups(evaluate, write_groups, capsys):
    assert evaluate("--groups", write_groups(("test/happy/0.png", "young"))) == 1
    assert "two or more, not young" in capsys.readouterr().err
