"""A model's folder replaces an older one completely or not at all."""

import subprocess
from pathlib import Path

import pytest
from fakes import make_card

from app.vision.contract import CARD
from app.vision.errors import BadModel
from training.data.atomic import replaced, write_text
from training.export.folder import check_replaceable, check_writable, remember, replacing


@pytest.fixture
def folder(tmp_path):
    """A model's folder whose content differs from the new folder's."""
    folder = tmp_path / "models" / "mine"
    folder.mkdir(parents=True)
    (folder / "which.txt").write_text("old")
    return folder


@pytest.mark.parametrize("fails", [1, 2])
def test_a_rename_that_fails_leaves_the_old_folder(folder, monkeypatch, fails):
    calls, rename = [], Path.rename

    def fail(path, target):
        calls.append(path)
        if len(calls) == fails:
            raise OSError("the disk is full")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="disk is full"), replacing(folder) as new:
        (new / "which.txt").write_text("new")
    monkeypatch.undo()
    assert (folder / "which.txt").read_text() == "old"
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


def test_where_even_the_way_back_fails_both_are_kept_and_named(folder, monkeypatch):
    calls, rename = [], Path.rename

    def fail(path, target):
        calls.append(path)
        if len(calls) >= 2:
            raise OSError("the disk is gone")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(BadModel, match="the old model lies in") as caught, replacing(folder) as new:
        (new / "which.txt").write_text("new")
    monkeypatch.undo()
    found = {path.read_text(): path for path in folder.parent.rglob("which.txt")}
    assert set(found) == {"old", "new"}
    assert str(found["old"].parent) in str(caught.value)


def test_a_model_that_no_run_made_is_not_replaced(folder, tmp_path):
    with pytest.raises(BadModel, match="--replace puts the new one there"):
        check_replaceable(folder, tmp_path / "runs")
    check_replaceable(folder.with_name("other"), tmp_path / "runs")


def test_a_model_that_a_run_here_made_may_be_made_anew(folder, tmp_path):
    card = make_card("mine", ("happy", "sad"))
    (folder / CARD).write_text("{}")
    remember(card, tmp_path / "runs" / "mine-20260101-000000")
    with pytest.raises(BadModel):
        check_replaceable(folder, tmp_path / "runs")


def test_a_model_that_git_tracks_is_not_replaced(folder, tmp_path):
    for words in (["init", "-q"], ["add", "models"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    with pytest.raises(BadModel, match="holds a model already"):
        check_replaceable(folder, tmp_path / "runs")


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadModel, match="nothing can be written into"):
        check_writable(tmp_path, tmp_path / "file" / "models")


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    write_text(tmp_path / "new" / "text.txt", "first")
    with pytest.raises(UnicodeEncodeError), replaced(tmp_path / "new" / "text.txt") as partial:
        partial.write_text("half of the sec\udce9", encoding="utf-8")
    assert [path.read_text() for path in (tmp_path / "new").iterdir()] == ["first"]
