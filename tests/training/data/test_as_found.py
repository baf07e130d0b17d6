"""Data sets as users have them: with other names, orders, encodings, archives and lists."""

import csv
import io
import os
import sys
import tarfile
import zipfile

import cv2
import numpy as np
import pytest

from training.data.faces import BadDataset
from training.data.load import load
from training.data.words import advice


def write_pictures(root, folders, count=4, size=48):
    """Writes random pictures, `count` to each of the folders below root."""
    rng = np.random.default_rng(7)
    for folder in folders:
        for number in range(count):
            path = root / folder / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), rng.integers(0, 256, (size, size)).astype(np.uint8))
    return root


def read(path, tmp_path, **options):
    return load(path, cache=tmp_path / "cache", **options)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text + "\r\n\r\n",
        lambda text: text.replace("Training", "TRAINING").replace("PublicTest", "publictest"),
    ],
    ids=["byte order mark", "blank last line", "capitals"],
)
def test_a_csv_with_a_quirk_is_the_same_data(fer2013, tmp_path, change):
    plain = read(fer2013, tmp_path)
    (tmp_path / "quirk.csv").write_bytes(change(fer2013.read_text()).encode("utf-8"))
    assert (read(tmp_path / "quirk.csv", tmp_path).pictures == plain.pictures).all()


def test_a_csv_in_utf_16_is_the_same_data(fer2013, tmp_path):
    (tmp_path / "wide.csv").write_bytes(fer2013.read_text().encode("utf-16"))
    assert (read(tmp_path / "wide.csv", tmp_path).pictures == read(fer2013, tmp_path).pictures).all()


def test_kaggles_other_csv_has_its_columns_in_another_order(rows, tmp_path, fer2013):
    text = io.StringIO()
    csv.writer(text).writerows([["emotion", " Usage", " pixels"], *([e, u, p] for e, p, u in rows)])
    (tmp_path / "icml_face_data.csv").write_text(text.getvalue())
    assert (read(tmp_path / "icml_face_data.csv", tmp_path).splits == read(fer2013, tmp_path).splits).all()


def test_a_csv_without_usage_is_held_out_in_part(rows, write_csv, tmp_path):
    path = write_csv([row[:2] for row in rows], "train.csv", ("emotion", "pixels"))
    assert set(read(path, tmp_path).splits) == {"training", "validation", "test"}


@pytest.mark.parametrize("name", ["fer2013.zip", "fer2013.tar.gz"])
def test_an_archive_of_the_csv_is_the_same_data(fer2013, tmp_path, name):
    if name.endswith("zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.write(fer2013, "fer2013/fer2013.csv")
    else:
        with tarfile.open(tmp_path / name, "w:gz") as archive:
            archive.add(fer2013, "fer2013/fer2013.csv")
    assert (read(tmp_path / name, tmp_path).pictures == read(fer2013, tmp_path).pictures).all()
    assert not list((tmp_path / "cache").glob("unpacked-*"))


def test_an_archive_of_folders_is_read_like_the_folders(tmp_path):
    tree = write_pictures(tmp_path / "mine", ["train/happy", "train/sad", "val/happy", "val/sad", "test/sad"])
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        for file in sorted(tree.rglob("*.png")):
            archive.write(file, f"archive/{file.relative_to(tree)}")
    packed, plain = read(tmp_path / "mine.zip", tmp_path), read(tree, tmp_path)
    assert (packed.splits == plain.splits).all()
    assert (packed.pictures == plain.pictures).all()


def test_a_damaged_archive_is_named(tmp_path):
    (tmp_path / "mine.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(BadDataset, match=r"mine\.zip cannot be unpacked"):
        read(tmp_path / "mine.zip", tmp_path)


@pytest.mark.parametrize("validation", ["val", "valid", "Validation"])
def test_parts_have_several_names_and_labels_any_letters(tmp_path, validation):
    tree = write_pictures(tmp_path / "mine", ["Train/Happy", "Train/SAD", f"{validation}/happy", "TEST/sad"])
    faces = read(tree, tmp_path)
    assert faces.words == ("happy", "sad")
    assert {split: int((faces.splits == split).sum()) for split in set(faces.splits)} == {
        "training": 8,
        "validation": 4,
        "test": 4,
    }


def test_deeper_folders_belong_to_the_label_above_them(tmp_path):
    faces = read(write_pictures(tmp_path / "mine", ["happy/anna", "happy/bob/old", "sad"]), tmp_path)
    assert np.bincount(faces.emotions).tolist() == [8, 4]


def test_a_folder_around_the_folders_is_looked_through(tmp_path):
    faces = read(write_pictures(tmp_path / "mine", ["archive/data/happy", "archive/data/sad"]), tmp_path)
    assert faces.words == ("happy", "sad")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no names that are not UTF-8")
def test_a_name_that_is_not_utf_8_is_read_and_shown(tmp_path):
    tree = write_pictures(tmp_path / "mine", ["happy", "sad"])
    os.rename(tree / "sad" / "0.png", os.fsencode(tree / "sad") + b"/caf\xe9.png")
    assert "sad/caf\\xe9.png" in read(tree, tmp_path).names.tolist()


def test_photos_without_crop_are_refused(tmp_path):
    tree = write_pictures(tmp_path / "mine", ["happy", "sad"], count=3, size=700)
    with pytest.raises(BadDataset, match="700×700 pixels: that is a photo; --crop"):
        read(tree, tmp_path)


def test_an_empty_label_is_named(tmp_path):
    tree = write_pictures(tmp_path / "mine", ["happy", "sad"])
    (tree / "fear").mkdir()
    with pytest.raises(BadDataset, match="there is no picture in fear"):
        read(tree, tmp_path)


def test_faces_cut_by_another_finder_are_not_taken_from_the_cache(tmp_path, monkeypatch):
    from training.data import load as module

    before = module._way(True)
    monkeypatch.setattr(module, "CROP_SCALE", 1.3)
    assert module._way(True) != before
    assert module._way(False) == "-faces"


def test_rafdbs_list_gives_the_labels(tmp_path):
    tree = tmp_path / "raf"
    write_pictures(tree, ["Image/aligned"], count=1)
    picture = tree / "Image" / "aligned" / "0.png"
    lines = []
    for number in range(8):
        for part in ("train", "test"):
            cv2.imwrite(str(picture.with_name(f"{part}_{number:05}_aligned.jpg")), cv2.imread(str(picture)))
            lines.append(f"{part}_{number:05}.jpg {1 + 3 * (number % 2)}")
    picture.unlink()
    (tree / "list_patition_label.txt").write_text("\n".join(lines))
    faces = read(tree, tmp_path)
    assert faces.words == ("happy", "surprise")
    assert (faces.splits == "test").sum() == 8
    (tree / "list_patition_label.txt").write_text("train_00001.jpg 9")
    with pytest.raises(BadDataset, match="line 1: expected a picture and 1 to 7"):
        read(tree, tmp_path)


def test_affectnets_annotations_give_the_labels(tmp_path):
    for part in ("train_set", "val_set"):
        root = write_pictures(tmp_path / "affect", [f"{part}/images"], count=9)
        for number in range(9):
            picture = root / part / "images" / f"{number}.png"
            picture.rename(picture.with_suffix(".jpg"))
            file = root / part / "annotations" / f"{number}_exp.npy"
            file.parent.mkdir(exist_ok=True)
            np.save(file, np.array(str((1, 4, 10)[number % 3])))
    faces = read(tmp_path / "affect", tmp_path)
    assert faces.words == ("fear", "happy")
    assert (faces.splits == "validation").sum() == 6


@pytest.mark.parametrize(
    ("words", "way"),
    [
        (("anger", "happiness", "surprise"), "; --words anger=angry happiness=happy gives them our labels"),
        (("happy", "sad"), ""),
        ((), ""),
    ],
)
def test_other_words_for_our_labels_are_named(words, way):
    assert advice(words) == way


def test_numbers_are_not_guessed_at():
    assert "FER2013: --words 0=angry" in advice(("0", "1"))
    assert "RAF-DB: --words 1=surprise" in advice(("0", "1"))
