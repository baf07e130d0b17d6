"""A folder of photos and films, made once for all tests of `flask analyse`."""

import shutil

import pytest
from films import moving, write_film


@pytest.fixture(scope="session")
def made(tmp_path_factory, astronaut, photo):
    """The shared folder, which no test may change: seven photos and films, readable or not, and three other files."""
    folder = tmp_path_factory.mktemp("made")
    for name in ("a", "b/deep", ".hidden"):
        (folder / name).mkdir(parents=True)
    film = write_film(folder / "a" / "film.mp4", moving(astronaut, 15))
    whole = write_film(folder / "whole.mkv", moving(astronaut, 50), codec="mpeg4")
    (folder / "b" / "cut.mkv").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    whole.unlink()
    shutil.copy(film, folder / "b" / "deep" / "film.mp4")
    (folder / "a" / "me.jpg").write_bytes(photo)
    (folder / "b" / "me.JPG").write_bytes(photo)
    (folder / "b" / "bad.jpg").write_bytes(b"hello")
    (folder / "b" / "film_named.png").write_bytes(film.read_bytes())
    for name in ("a/._film.mp4", ".hidden/me.jpg", "a/notes.txt"):
        (folder / name).write_bytes(photo)
    return folder


@pytest.fixture
def folder(made, tmp_path, monkeypatch):
    """A copy of the shared folder, named `in`, in the current folder."""
    shutil.copytree(made, tmp_path / "in")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "in"
