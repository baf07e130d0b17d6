"""The command `flask analyse` as a user calls it, with a real model."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
ENVIRON = {**os.environ, "FLASK_APP": str(ROOT / "wsgi.py"), "PYTHONPATH": str(ROOT)}
FAILED = ["in/b/bad.jpg", "in/b/cut.mkv"]


@pytest.fixture(scope="module", autouse=True)
def one_model(tmp_path_factory):
    """A folder that holds only the smallest model, because the command opens every model at its start."""
    models = tmp_path_factory.mktemp("models")
    shutil.copytree(ROOT / "models" / "light", models / "light")
    ENVIRON["FACEIT_MODELS"] = str(models)


def start(*arguments, **how):
    command = [sys.executable, "-m", "flask", "analyse", *map(str, arguments)]
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | how
    return subprocess.Popen(command, env=ENVIRON, **how)


def run(*arguments):
    """The (exit status, lines of standard output, standard error) of a call in the current folder."""
    with start(*arguments) as process:
        out, err = process.communicate()
    return process.returncode, out.splitlines(), err


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_photos_films_and_folders_mix_and_each_frame_is_a_line(folder):
    status, lines, err = run("in/a", "in/b/bad.jpg")
    contents = [json.loads(line) for line in lines]
    assert status == 1
    assert "in/b/bad.jpg: this" in err
    assert "Traceback" not in err
    assert [content["frame"] for content in contents[:-1]] == list(range(15))
    assert {content["film"] for content in contents[:-1]} == {"in/a/film.mp4"}
    assert contents[2]["time_s"] == 0.08
    assert contents[-1]["photo"] == "in/a/me.jpg"
    assert contents[-1]["faces"][0]["emotion"] == "happy"
    assert all("timing_ms" in content for content in contents)


def test_tables_summary_drawings_and_faces_come_of_one_call_and_a_second_reads_nothing_again(folder):
    options = ("in", "--out", "out/t.csv", "--summary", "out/s.csv", "--annotate", "drawn", "--faces", "crops")
    status, lines, err = run(*options, "--jobs", 2)
    assert (status, lines) == (1, [])
    assert "6 files read, 2 failed" in err
    rows = rows_of("out/t.csv")
    assert list(dict.fromkeys(row["file"] for row in rows)) == [
        f"in/{name}"
        for name in ("a/film.mp4", "a/me.jpg", "b/cut.mkv", "b/film_named.png", "b/me.JPG", "b/deep/film.mp4")
    ]
    assert [row["frame"] for row in rows if row["file"] == "in/a/film.mp4"] == [str(n) for n in range(15)]
    assert all(row["emotion"] == "happy" for row in rows if row["face"])
    assert [row["file"] for row in rows_of("out/failed.csv")] == FAILED
    summary = {row["file"]: row for row in rows_of("out/s.csv")}
    assert len(summary) == 6
    assert summary["in/a/film.mp4"]["longest_emotion"] == "happy"
    assert len(list(Path("drawn").glob("film-*.mp4"))) == 2
    with av.open(str(next(Path("drawn").glob("film-*.mp4")))) as drawn:
        assert len(list(drawn.decode(video=0))) == 15
    assert len(list(Path("drawn").glob("me-*.png"))) == 2
    faces = len([row for row in rows if row["face"]])
    assert len(list(Path("crops").iterdir())) == faces
    with Image.open(next(Path("crops").iterdir())) as crop:
        assert (crop.size, crop.mode) == ((48, 48), "L")

    table, parts = (
        Path("out/t.csv").read_bytes(),
        {path: path.stat().st_mtime_ns for path in Path("out/t.csv.parts").iterdir()},
    )
    status, _, err = run(*options)
    assert status == 1
    assert "0 files read, 6 were read before, 2 failed" in err
    assert Path("out/t.csv").read_bytes() == table
    assert {path: path.stat().st_mtime_ns for path in Path("out/t.csv.parts").iterdir()} == parts


@pytest.mark.parametrize("way", [("--jobs", "2"), ("--shard",)])
def test_the_table_is_the_same_bytes_whatever_the_way(folder, way):
    run("in", "--out", "one.jsonl")
    if way == ("--shard",):
        for index in (1, 2):
            run("in", "--out", "other.jsonl", "--shard", f"{index}/2")
        assert not Path("other.jsonl").exists()
        _, _, err = run("in", "--out", "other.jsonl")
        assert "0 files read, 6 were read before" in err
    else:
        run("in", "--out", "other.jsonl", *way)
    assert Path("one.jsonl").read_bytes() == Path("other.jsonl").read_bytes()
    assert len(Path("one.jsonl").read_bytes()) > 1000


def test_a_killed_call_goes_on_where_it_was_cut(folder):
    parts = Path("cut.csv.parts")
    with start("in", "--out", "cut.csv", "--jobs", 2, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not list(parts.glob("*.json")):
            assert process.poll() is None
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
    done = {path: path.stat().st_mtime_ns for path in parts.glob("*.json")}
    assert not Path("cut.csv").exists()
    _, _, err = run("in", "--out", "cut.csv")
    assert "6 files read" not in err or not done
    assert {path: path.stat().st_mtime_ns for path in done} == done
    run("in", "--out", "whole.csv")
    assert Path("cut.csv").read_bytes() == Path("whole.csv").read_bytes()
    assert not list(parts.glob(".*"))


def test_some_frames_a_second(folder):
    _, lines, _ = run("in/a/film.mp4", "--fps", "10")
    assert [json.loads(line)["time_s"] for line in lines] == [0.0, 0.12, 0.2, 0.32, 0.4, 0.52]


def test_lines_of_several_processes_come_in_the_order_of_the_files(folder):
    _, lines, err = run("in/b/me.JPG", "in/b/bad.jpg", "in/a/film.mp4", "in/a/me.jpg", "--jobs", 3)
    contents = [json.loads(line) for line in lines]
    names = [content.get("film") or content["photo"] for content in contents]
    assert list(dict.fromkeys(names)) == ["in/b/me.JPG", "in/a/film.mp4", "in/a/me.jpg"]
    assert "in/b/bad.jpg" in err


def test_a_reader_that_goes_away_is_no_photos_fault(folder):
    with start("in/a/film.mp4", "in/a/me.jpg", "in/b/me.JPG") as process:
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
    assert "film.mp4" not in err
    assert "me." not in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--annotate", "in/a/me.jpg/x"], "--annotate: nothing can be written into in/a/me.jpg/x"),
        (["--faces", "in/a/me.jpg/x"], "--faces: nothing can be written into"),
        (["--out", "in/a/me.jpg/t.csv"], "--out: nothing can be written into"),
        (["--out", "t.xlsx"], "a table ends in .csv, .parquet, .jsonl"),
        (["--shard", "1/2"], "--shard needs --out or --summary"),
        (["--shard", "0/2", "--out", "t.csv"], "a shard is I/N"),
        (["--fps", "nan"], "a number above 0"),
        (["--model", "nope"], "there is no model 'nope'"),
    ],
)
def test_what_cannot_be_is_one_sentence(folder, options, words):
    status, lines, err = run("in/a/me.jpg", *options)
    assert status in (1, 2)
    assert lines == []
    assert words in err
    assert "Traceback" not in err
