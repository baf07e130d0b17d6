"""The commands `flask analyse` and `flask settings`."""

import json
from pathlib import Path

import pytest
from fakes import FakeAnalyser
from PIL import Image

from app import config, create_app


@pytest.fixture
def run(app):
    return app.test_cli_runner().invoke


@pytest.fixture
def files(tmp_path, photo):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "me.jpg").write_bytes(photo)
    (tmp_path / "bad.jpg").write_bytes(b"hello")
    return [str(tmp_path / name) for name in ("a/me.jpg", "bad.jpg", "missing.jpg", "b/me.jpg")]


def test_without_a_photo_it_says_how_it_is_used(run):
    result = run(args=["analyse"])
    assert result.exit_code == 2
    assert "PATH" in result.output


def test_every_photo_is_a_line_of_json(run, files):
    result = run(args=["analyse", files[0], files[3]])
    assert result.exit_code == 0
    assert result.stderr == ""
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["photo"] for line in lines] == [files[0], files[3]]
    assert lines[0]["faces"][0]["emotion"] == "happy"


def test_a_bad_photo_is_told_and_the_others_go_on(run, files):
    result = run(args=["analyse", *files])
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    bad, missing = result.stderr.splitlines()
    assert "bad.jpg: this is text and no picture" in bad
    assert "missing.jpg: No such file" in missing


def test_a_model_can_be_chosen(run, files):
    assert json.loads(run(args=["analyse", files[0], "--model", "other"]).stdout)["model"] == "other"
    result = run(args=["analyse", files[0], "--model", "nope"])
    assert result.exit_code == 1
    assert "no model 'nope'" in result.stderr


def test_without_a_model_it_says_how_to_get_one(files):
    result = create_app({}, FakeAnalyser()).test_cli_runner().invoke(args=["analyse", files[0]])
    assert result.exit_code == 1
    assert "no model" in result.stderr


def test_drawn_pictures_of_one_name_stand_side_by_side(run, files, tmp_path):
    drawn = tmp_path / "drawn" / "deep"
    assert run(args=["analyse", files[0], files[3], "--annotate", str(drawn)]).exit_code == 0
    assert sorted(path.name for path in drawn.iterdir()) == ["me-2.png", "me.png"]
    with Image.open(drawn / "me.png") as picture:
        assert picture.size == (512, 512)


def test_the_page_of_settings_is_current_and_whole(run):
    printed = run(args=["settings"]).output
    assert printed == Path(__file__).parents[1].joinpath("docs", "settings.md").read_text(encoding="utf-8")
    for name in config.load(environ={}):
        assert f"| `FACEIT_{name}` |" in printed
