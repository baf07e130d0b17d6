"""Results: which files count as read already, and which are read again."""

import json
import os
from dataclasses import replace

import pytest

from app.analyse.reading import Options
from app.analyse.results import Results
from app.analyse.sources import find
from app.vision import Reader
from app.vision.errors import BadImage


@pytest.fixture(scope="module")
def reader():
    return Reader("light")


@pytest.fixture
def results(folder, reader):
    (folder / "parts").mkdir()
    return Results(folder / "parts", "light", reader.card.file["sha256"], Options())


def test_a_result_is_readings_and_a_sidecar_that_says_how_they_were_made(results, reader):
    (source,) = find(["in/a/film.mp4"])
    assert not results.is_done(source)
    results.make(reader, source)
    assert results.is_done(source)
    contents = list(results.contents(source))
    assert [content["frame"] for content in contents] == list(range(15))
    assert all("timing_ms" not in content for content in contents)
    told = results.told(source)
    assert (told["file"], told["frames"], told["model"]["name"], told["damage"]) == ("in/a/film.mp4", 15, "light", None)
    assert told["model"]["sha256"] == reader.card.file["sha256"]
    assert told["options"] == {"fps": None, "annotate": None, "faces": None}
    assert {"av", "numpy", "opencv", "python"} <= set(told["versions"])
    assert told["faces"] == sum(len(content["faces"]) for content in contents)


def test_a_file_of_the_same_bytes_is_done_whatever_its_time(results, reader):
    (source,) = find(["in/a/me.jpg"])
    results.make(reader, source)
    os.utime(source.path, (1, 1))
    assert results.is_done(source)


def test_a_changed_file_is_read_again(results, reader, photo):
    (source,) = find(["in/a/me.jpg"])
    results.make(reader, source)
    source.path.write_bytes(photo[:-2] + b"xy")
    assert not results.is_done(source)


@pytest.mark.parametrize("what", ["lines", "sidecar"])
def test_a_result_that_is_not_whole_is_made_again(results, reader, what):
    (source,) = find(["in/a/me.jpg"])
    results.make(reader, source)
    path = getattr(results, what)(source)
    path.write_text(path.read_text()[:-9])
    assert not results.is_done(source)


def test_each_model_each_option_and_each_folder_has_results_of_its_own(results):
    sources = find(["in/a/film.mp4", "in/b/deep/film.mp4"])
    ways = [results, replace(results, model_sha256="1"), replace(results, options=Options(fps=5))]
    assert len({way.lines(source) for way in ways for source in sources}) == 6


def test_a_failure_leaves_nothing(results, reader):
    (source,) = find(["in/b/bad.jpg"])
    with pytest.raises(BadImage):
        results.make(reader, source)
    assert list(results.folder.iterdir()) == []


def test_a_cut_film_says_in_its_sidecar_how_far_it_goes(results, reader):
    (source,) = find(["in/b/cut.mkv"])
    results.make(reader, source)
    assert results.told(source)["damage"]
    assert 10 < results.told(source)["frames"] < 40


def test_what_a_killed_call_left_is_swept(results, reader):
    (source,) = find(["in/a/me.jpg"])
    results.make(reader, source)
    kept = set(results.folder.iterdir())
    (results.folder / ".film-0.jsonl.77.partial").write_text("{")
    results.sweep()
    assert set(results.folder.iterdir()) == kept


def test_a_sidecar_is_json_that_a_person_reads(results, reader):
    (source,) = find(["in/a/me.jpg"])
    results.make(reader, source)
    text = results.sidecar(source).read_text()
    assert json.loads(text)
    assert len(text.splitlines()) > 10
