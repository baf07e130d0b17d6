"""FER2013 and FER+ are read unchanged, and errors name every fault."""

import gzip

import cv2
import numpy as np
import pytest
import skimage.data

from app.vision.errors import BadModel
from app.vision.faces import crop
from app.vision.finder import open_finder
from training.data.faces import BadDataset, Faces, hold_out, without_twins
from training.data.fer2013 import FER2013_WORDS
from training.data.load import load, load_all
from training.data.votes import VOTE_WORDS, majority, vote_shares


def test_the_csv_comes_in_its_own_order(fer2013, rows, tmp_path):
    faces = load(fer2013, cache=tmp_path / "cache")
    assert faces.pictures.shape == (70, 48, 48)
    assert faces.pictures.dtype == np.uint8
    assert faces.pictures[3].ravel().tolist() == [int(level) for level in rows[3][1].split()]
    assert faces.emotions[:8].tolist() == [0, 1, 2, 3, 4, 5, 6, 0]
    assert [int((faces.splits == split).sum()) for split in ("training", "public", "private")] == [42, 14, 14]


def test_a_gzipped_csv_is_the_same_data(fer2013, tmp_path):
    packed = tmp_path / "fer2013.csv.gz"
    packed.write_bytes(gzip.compress(fer2013.read_bytes()))
    plain, unpacked = load(fer2013, cache=tmp_path / "cache"), load(packed, cache=tmp_path / "cache")
    assert (plain.pictures == unpacked.pictures).all()
    assert (plain.emotions == unpacked.emotions).all()


def test_the_second_read_comes_from_the_cache(fer2013, tmp_path, monkeypatch):
    first = load(fer2013, cache=tmp_path / "cache")
    monkeypatch.setattr("training.data.load.read_csv", None)
    second = load(fer2013, cache=tmp_path / "cache")
    assert (first.pictures == second.pictures).all()
    assert first.sha256 == second.sha256


def test_a_changed_file_is_read_anew(fer2013, rows, write_csv, tmp_path):
    load(fer2013, cache=tmp_path / "cache")
    write_csv(rows[:-1])
    assert len(load(fer2013, cache=tmp_path / "cache")) == 69


PIXELS = " ".join(["7"] * 2304)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["0", PIXELS], "row 5: expected 3 columns, found 2"),
        (["7", PIXELS, "Training"], "row 5: emotion must be 0 to 6, not '7'"),
        (["", PIXELS, "Training"], "row 5: emotion must be 0 to 6, not ''"),
        (["happy", PIXELS, "Training"], "row 5: emotion must be 0 to 6, not 'happy'"),
        (["0", PIXELS + " 7", "Training"], "row 5: expected 2304 pixels, found 2305"),
        (["0", "", "Training"], "row 5: expected 2304 pixels, found 0"),
        (["0", PIXELS[:-1] + "256", "Training"], "row 5: pixels must be whole numbers 0 to 255"),
        (["0", PIXELS[:-1] + "-1", "Training"], "row 5: pixels must be whole numbers 0 to 255"),
        (["0", PIXELS[:-1] + "1.5", "Training"], "row 5: pixels must be whole numbers 0 to 255"),
        (["0", PIXELS, "Test"], "row 5: Usage must be one of Training, PublicTest, PrivateTest, not 'Test'"),
    ],
)
def test_a_bad_row_is_named(rows, write_csv, tmp_path, row, words):
    rows[3] = row
    path = write_csv(rows)
    with pytest.raises(BadDataset, match=r"fer2013\.csv, ") as caught:
        load(path, cache=tmp_path / "cache")
    assert words in str(caught.value)


def test_other_columns_are_refused(rows, write_csv, tmp_path):
    with pytest.raises(BadDataset, match="columns must be emotion,pixels,Usage, not label,pixels,Usage"):
        load(write_csv(rows, header=("label", "pixels", "Usage")), cache=tmp_path / "cache")


@pytest.mark.parametrize("content", [b"", b"emotion,pixels,Usage\n", b"\xff\xfe\x00", b"\x1f\x8b\x08broken"])
def test_a_file_without_rows_is_refused(content, tmp_path):
    for name in ("fer2013.csv", "fer2013.csv.gz"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadDataset, match="fer2013"):
            load(tmp_path / name, cache=tmp_path / "cache")


def test_a_damaged_archive_is_named(fer2013, tmp_path):
    packed = bytearray(gzip.compress(fer2013.read_bytes()))
    for place in range(len(packed)):  # damages every 50th byte
        packed[place] ^= 255 if place > 20 and place % 50 == 0 else 0
    (tmp_path / "damaged.csv.gz").write_bytes(packed)
    with pytest.raises(BadDataset, match=r"damaged\.csv\.gz cannot be read"):
        load(tmp_path / "damaged.csv.gz", cache=tmp_path / "cache")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadDataset, match=r"none\.csv: no such file"):
        load(tmp_path / "none.csv")


def test_an_empty_class_is_named(rows, write_csv, tmp_path):
    path = write_csv([row for row in rows if row[0] != "1"])
    with pytest.raises(BadDataset, match="no picture of disgust"):
        load(path, cache=tmp_path / "cache")


def test_votes_follow_the_rows(fer2013, ferplus, tmp_path):
    faces = load(fer2013, ferplus, cache=tmp_path / "cache")
    assert faces.votes.shape == (70, 10)
    assert faces.votes[0].tolist() == [0, 0, 0, 0, 8, 0, 0, 1, 1, 0]


def test_votes_of_another_length_are_refused(rows, write_csv, ferplus, tmp_path):
    with pytest.raises(BadDataset, match="70 rows of votes for 69 rows of pictures"):
        load(write_csv(rows[:-1]), ferplus, cache=tmp_path / "cache")


def test_votes_that_are_not_csv_are_named(fer2013, ferplus, tmp_path):
    ferplus.write_text(ferplus.read_text() + "x" * 200_000)
    with pytest.raises(BadDataset, match="votes cannot be read: field larger"):
        load(fer2013, ferplus, cache=tmp_path / "cache")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Training,some.png,1,2,3", "row 2: expected ten whole numbers"),
        ("Training,some.png,x,0,0,0,0,0,0,0,0,0", "row 2: expected ten whole numbers"),
        ("PublicTest,some.png,1,0,0,0,0,0,0,0,0,0", "row 2: Usage is 'PublicTest', the picture's is training"),
    ],
)
def test_bad_votes_are_named(fer2013, ferplus, tmp_path, line, words):
    lines = ferplus.read_text().splitlines()
    ferplus.write_text("\n".join([lines[0], line, *lines[2:]]))
    with pytest.raises(BadDataset) as caught:
        load(fer2013, ferplus, cache=tmp_path / "cache")
    assert words in str(caught.value)


@pytest.fixture
def tree(fer2013, tmp_path):
    """The same pictures in the folders of Kaggle's zip."""
    faces = load(fer2013, cache=tmp_path / "cache")
    names = {"training": ("train", "Training"), "public": ("test", "PublicTest"), "private": ("test", "PrivateTest")}
    for number, (picture, emotion, split) in enumerate(zip(faces.pictures, faces.emotions, faces.splits, strict=True)):
        folder, prefix = names[split]
        path = tmp_path / "tree" / folder / faces.words[emotion] / f"{prefix}_{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), picture)
    return tmp_path / "tree"


def test_kaggles_tree_holds_the_same_pictures(tree, fer2013, tmp_path):
    faces, expected = load(tree, cache=tmp_path / "cache"), load(fer2013, cache=tmp_path / "cache")
    for split in ("training", "public", "private"):
        pictures = {picture.tobytes() for picture in faces.split(split).pictures}
        assert pictures == {picture.tobytes() for picture in expected.split(split).pictures}
    assert len(faces) == len(expected)


def test_a_picture_of_another_size_is_brought_to_ours(tree, tmp_path):
    cv2.imwrite(str(tree / "train" / "sad" / "large.png"), np.full((60, 50), 77, np.uint8))
    faces = load(tree, cache=tmp_path / "cache")
    assert (faces.pictures == 77).all(axis=(1, 2)).sum() == 1


def test_a_broken_picture_is_left_out_counted_and_listed(tree, tmp_path, capsys):
    (tree / "test" / "sad" / "broken.jpg").write_bytes(b"\xff\xd8\xff not a picture")
    (tree / "test" / "sad" / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")
    faces = load(tree, cache=tmp_path / "cache")
    assert len(faces) == 70
    assert ("not a picture that can be read", 2) in faces.dropped
    said = capsys.readouterr().err
    assert "left out tree/test/sad/broken.jpg: " in said
    assert "left out tree/test/sad/Thumbs.db: " in said


def test_many_broken_pictures_end_the_reading(tree, tmp_path):
    for number in range(9):
        (tree / "test" / "sad" / f"broken{number}.jpg").write_bytes(b"")
    with pytest.raises(BadDataset, match=r"9 of 79 files cannot be read as pictures: test/sad/broken0\.jpg"):
        load(tree, cache=tmp_path / "cache")


@pytest.fixture
def doubts(tmp_path):
    """A user's own tree: ten pictures of any size for each of three words, some of which FER2013 lacks."""
    rng = np.random.default_rng(5)
    for word in ("doubt", "pain", "anger"):
        for number in range(10):
            path = tmp_path / "doubts" / word / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), rng.integers(0, 256, (64, 80)).astype(np.uint8))
    return tmp_path / "doubts"


def test_a_tree_of_own_words_is_read_and_partly_held_out(doubts, tmp_path):
    faces = load(doubts, cache=tmp_path / "cache")
    assert faces.words == ("anger", "doubt", "pain")
    assert faces.pictures.shape == (30, 48, 48)
    for split in ("validation", "test"):
        held_out = faces.split(split)
        assert set(held_out.emotions) == {0, 1, 2}
        assert len(held_out) < 10
    again = load(doubts, cache=tmp_path / "elsewhere")
    assert (again.splits == faces.splits).all()


def test_a_picture_stays_on_its_side_when_others_come():
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (400, 48, 48)).astype(np.uint8)

    def tests_of(count):
        zeros, training = np.zeros(count, int), np.repeat("training", count)
        faces = Faces("mine", "", ("doubt",), pictures[:count], zeros, training)
        held_out = hold_out(hold_out(faces, "test"), "validation")
        assert 0.05 < (held_out.splits == "test").mean() < 0.15
        assert 0.05 < (held_out.splits == "validation").mean() < 0.15
        return held_out.splits

    assert (tests_of(400)[:300] == tests_of(300)).all()


def test_a_tree_is_read_once_and_anew_when_it_changed(doubts, tmp_path, monkeypatch):
    first = load(doubts, cache=tmp_path / "cache")
    with monkeypatch.context() as patch:
        patch.setattr("training.data.load.read_folders", None)
        assert (load(doubts, cache=tmp_path / "cache").pictures == first.pictures).all()
    (doubts / "pain" / "0.png").unlink()
    assert len(load(doubts, cache=tmp_path / "cache")) == 29


def test_several_sources_come_together_under_our_words(doubts, fer2013, ferplus, tmp_path):
    words = {"anger": "angry", "pain": ""}
    faces = load_all([fer2013, doubts], ferplus, words=words, cache=tmp_path / "cache")
    assert len(faces) == 90
    assert set(faces.words) == {*FER2013_WORDS, "doubt"}
    assert (faces.emotions == faces.words.index("angry")).sum() == 20
    assert dict(faces.dropped) == {"labelled pain": 10}
    assert faces.votes[:70].any(axis=1).all()
    assert not faces.votes[70:].any()


def test_words_that_nothing_is_called_are_refused(doubts, tmp_path):
    with pytest.raises(BadDataset, match="there is no bored in the data, which holds anger, doubt, pain"):
        load_all([doubts], words={"bored": "pain"}, cache=tmp_path / "cache")


def test_a_label_that_no_card_could_hold_is_refused_before_training(doubts, tmp_path):
    (doubts / "pain").rename(doubts / "Pain!")
    with pytest.raises(BadModel, match="not 'pain!'"):
        load_all([doubts], cache=tmp_path / "cache")


def test_raw_photos_are_cropped_by_our_detector(tmp_path):
    face = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2GRAY)
    for word, pictures in {"happy": [face, face[:-2], face[:-4]], "bored": [np.zeros((200, 200), np.uint8)]}.items():
        for number, picture in enumerate(pictures):
            path = tmp_path / "raw" / word / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), picture)
    faces = load(tmp_path / "raw", is_raw=True, cache=tmp_path / "cache")
    assert faces.words == ("happy",)
    assert dict(faces.dropped) == {"no face found": 1}
    found = open_finder().photo(face)[0]
    assert (crop(face, found.square, found.tilt_deg) == faces.pictures).all(axis=(1, 2)).any()


def test_pictures_that_are_faces_already_are_not_searched_for_one(tree, tmp_path):
    faces = load(tree, is_raw=True, cache=tmp_path / "cache")
    assert (faces.pictures == load(tree, cache=tmp_path / "cache").pictures).all()
    assert dict(faces.dropped) == {"no face found": 0}


def test_too_few_pictures_to_hold_one_out_are_named(tmp_path):
    path = tmp_path / "few" / "pain" / "1.png"
    path.parent.mkdir(parents=True)
    cv2.imwrite(str(path), np.zeros((48, 48), np.uint8))
    with pytest.raises(BadDataset, match="1 pictures of pain are too few"):
        load(tmp_path / "few", cache=tmp_path / "cache")


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(BadDataset, match="found no picture"):
        load(tmp_path)


def test_votes_beside_a_tree_are_refused(tree, ferplus):
    with pytest.raises(BadDataset, match="is a folder"):
        load(tree, ferplus)


def test_leaving_out_a_label_counts_its_rows(fer2013, tmp_path):
    faces = load(fer2013, cache=tmp_path).labelled(("angry", "fear", "happy", "sad", "surprise", "neutral"))
    assert dict(faces.dropped) == {"labelled disgust": 10}
    assert faces.emotions[:7].tolist() == [0, 1, 2, 3, 4, 5, 0]


def test_training_rows_that_stand_in_a_test_are_dropped_and_counted(rows, write_csv, tmp_path):
    rows[0][1] = rows[-1][1]
    faces = without_twins(load(write_csv(rows), cache=tmp_path))
    assert dict(faces.dropped) == {"twin of a test picture": 1}
    assert len(faces.split("training")) == 41
    assert len(faces.split("private")) == 14


#                       ne hap sur sad ang dis fea con unk nf
VOTES = np.array(
    [
        [0, 10, 0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 3, 3, 0, 2, 1, 1, 0],
        [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
        [0, 0, 0, 4, 0, 0, 0, 0, 6, 0],
        [6, 0, 0, 2, 0, 0, 0, 1, 1, 0],
    ],
    np.uint8,
)


def test_vote_shares_drop_single_votes_and_unknown_faces():
    shares = vote_shares(VOTES, ("happy", "sad", "angry", "fear", "neutral"))
    expected = [[1, 0, 0, 0, 0], [0, 3 / 8, 3 / 8, 2 / 8, 0], [0] * 5, [0] * 5, [0, 0.25, 0, 0, 0.75]]
    np.testing.assert_allclose(shares, expected, rtol=1e-6)


def test_the_majority_holds_more_than_half_of_what_is_left():
    words = [VOTE_WORDS[winner] if winner >= 0 else None for winner in majority(VOTES)]
    assert words == ["happy", None, None, None, "neutral"]
