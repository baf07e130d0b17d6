"""The files that `flask analyse` reads."""

import os
import sys
from pathlib import Path

import pytest

from app.analyse.sources import find, shard

ALL = ["in/a/film.mp4", "in/a/me.jpg", "in/b/bad.jpg", "in/b/cut.mkv", "in/b/film_named.png", "in/b/me.JPG"]
ALL += ["in/b/deep/film.mp4"]


def names(*paths, left_out=()):
    return [source.name for source in find(paths, left_out)]


def test_a_folder_gives_its_photos_and_films_without_the_hidden_ones(folder):
    assert names("in") == ALL


def test_files_and_folders_mix_and_no_file_comes_twice(folder):
    assert names("in/b/me.JPG", "in/a", "in/a/me.jpg", "./in/a/../a") == ["in/b/me.JPG", "in/a/film.mp4", "in/a/me.jpg"]


def test_a_named_file_is_taken_as_it_is_even_if_it_is_not_there(folder):
    assert names("in/a/notes.txt", "in/none.jpg", ".hidden/me.jpg") == [
        "in/a/notes.txt",
        "in/none.jpg",
        ".hidden/me.jpg",
    ]


def test_folders_that_are_written_to_are_left_out(folder):
    assert names("in", left_out=[Path("in/b")]) == ALL[:2]


def test_an_empty_folder_gives_nothing(tmp_path):
    assert names(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text_is_told_as_text(tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9.jpg")
    with open(path, "wb"):
        pass
    (source,) = find([tmp_path])
    assert source.name.endswith("caf\\xe9.jpg")
    assert source.path.exists()


def test_shards_are_all_of_it_and_nothing_twice(folder):
    found = find(["in"])
    shards = [shard(found, index, 3) for index in (1, 2, 3)]
    assert sorted(source.name for part in shards for source in part) == sorted(ALL)
    assert max(map(len, shards)) - min(map(len, shards)) <= 1


def test_a_film_is_known_by_its_first_bytes(folder):
    kinds = {source.name: source.looks_like_film() for source in find(["in"])}
    assert [name for name, is_film in kinds.items() if is_film] == [
        name for name in ALL if "film" in name or "cut" in name
    ]
