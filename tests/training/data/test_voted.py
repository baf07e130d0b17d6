"""Votes of a user's own raters: shares of the words, one split for each person, and errors that name the row."""

import json

import cv2
import numpy as np
import pytest

from app.vision.errors import BadModel
from training.data.faces import BadDataset
from training.data.voted import is_own_votes, read_voted

HEADER = "picture,x,y,width,height,doubt,pain,cant_tell,no_face,raters,tilt_deg"


@pytest.fixture
def write(tmp_path):
    """A function that writes pictures of 48 × 48 and rows of votes, and returns the folder and the file."""

    def write(rows, header=HEADER):
        for number, row in enumerate(rows):
            path = tmp_path / "faces" / row.split(",")[0]
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), np.full((48, 48), number, np.uint8))
        (tmp_path / "votes.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return tmp_path / "faces", tmp_path / "votes.csv"

    return write


def rows_of(count, votes="2,0.5,0.5,0,3,0", folder=""):
    return [f"{folder.format(number)}{number}.png,0,0,48,48,{votes}" for number in range(count)]


def test_a_row_becomes_the_shares_of_its_words(write):
    faces = read_voted(*write([*rows_of(5), "a.png,0,0,48,48,0,3,0,0,3,0"]))
    assert faces.words == ("doubt", "pain")
    np.testing.assert_allclose(faces.shares[:5], [[0.8, 0.2]] * 5, rtol=1e-6)
    assert faces.shares[5].tolist() == [0, 1]
    assert faces.emotions.tolist() == [0] * 5 + [1]


def test_faces_that_most_could_not_name_are_left_out_and_counted(write):
    faces = read_voted(*write([*rows_of(6), "a.png,0,0,48,48,1,0,1,1,3,0"]))
    assert len(faces) == 6
    assert dict(faces.dropped) == {"no word got most of the votes": 1}


def test_the_faces_of_a_person_stay_on_one_side(write):
    rows = [f"person{n // 4}/{n}.png,0,0,48,48,2,1,0,0,3,0" for n in range(40)]
    faces = read_voted(*write(rows))
    sides = {}
    for name, split in zip(faces.names, faces.splits, strict=True):
        sides.setdefault(name.split("/")[0], set()).add(split)
    assert all(len(side) == 1 for side in sides.values())
    assert set(faces.splits) == {"training", "validation", "test"}


def test_a_face_is_cut_out_of_its_photo_by_its_box(tmp_path):
    photo = np.zeros((200, 300), np.uint8)
    photo[50:110, 100:160] = 255
    (tmp_path / "faces").mkdir()
    for number in range(5):
        cv2.imwrite(str(tmp_path / "faces" / f"{number}.png"), photo)
    lines = [HEADER, *(f"{number}.png,105,55,50,50,2,1,0,0,3,0" for number in range(5))]
    (tmp_path / "votes.csv").write_text("\n".join(lines))
    assert read_voted(tmp_path / "faces", tmp_path / "votes.csv").pictures.min() > 250


def test_what_the_file_beside_tells_of_the_raters_is_kept(write, tmp_path):
    folder, file = write(rows_of(6))
    assert read_voted(folder, file).agreement == {}
    told = {"raters": 3, "votes": 18, "faces": 6, "alpha": {"value": 0.5, "low": 0.4, "high": 0.6}}
    (tmp_path / "votes.json").write_text(json.dumps(told))
    assert read_voted(folder, file).agreement == {key: told[key] for key in ("raters", "votes", "alpha")}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("x.png,0,0,48,48,two,1,0,0,3,0", "row 8: votes must be numbers"),
        ("x.png,0,0,48,48,2,1,1,0,3,0", "row 8: the votes must add up to raters, 3, not to 4"),
        ("x.png,0,0,48,48,-1,4,0,0,3,0", "row 8: the votes must add up"),
    ],
)
def test_a_bad_row_is_named(write, row, words):
    folder, file = write([*rows_of(6), row])
    with pytest.raises(BadDataset) as caught:
        read_voted(folder, file)
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["gone.png", "../votes.csv"])
def test_a_picture_that_is_not_in_the_folder_is_refused(write, name):
    folder, file = write(rows_of(6))
    file.write_text(file.read_text() + f"{name},0,0,48,48,2,1,0,0,3,0\n")
    with pytest.raises(BadDataset, match="row 8: there is no picture"):
        read_voted(folder, file)


def test_a_column_that_is_missing_is_named(write):
    folder, file = write([row.rsplit(",", 2)[0] for row in rows_of(6)], HEADER.rsplit(",", 2)[0])
    with pytest.raises(BadDataset, match="columns raters"):
        read_voted(folder, file)


def test_a_word_that_no_card_could_hold_is_refused(write):
    with pytest.raises(BadModel, match="a label is a lower-case word"):
        read_voted(*write(rows_of(6), HEADER.replace("doubt", "Doubt!")))


def test_ferplus_is_told_from_votes_of_ones_own(write, ferplus):
    assert is_own_votes(write(rows_of(6))[1])
    assert not is_own_votes(ferplus)
