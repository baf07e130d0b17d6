"""The files of `static/`: versioned addresses, compression and caching."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from fakes import FakeAnalyser

from app import create_app, static_files

STATIC = Path(__file__).parents[1] / "static"


@pytest.fixture
def folder(tmp_path):
    """A folder of two files, only one of which compresses well."""
    folder = tmp_path / "static"
    (folder / "js").mkdir(parents=True)
    (folder / "js" / "main.js").write_text("export const smile = 1;\n" * 100)
    (folder / "face.jpg").write_bytes(bytes(range(256)))
    return folder


def test_the_version_changes_with_a_files_content_and_with_its_name(folder):
    versions = [static_files.version_of(folder)]
    (folder / "js" / "main.js").write_text("export const smile = 2;\n")
    versions.append(static_files.version_of(folder))
    (folder / "face.jpg").rename(folder / "head.jpg")
    versions.append(static_files.version_of(folder))
    assert len(set(versions)) == 3
    assert static_files.version_of(folder) == versions[-1]


def test_compressed_copies_are_made_once(folder):
    made = static_files.compressed(folder, "static-1")
    text = (folder / "js" / "main.js").read_bytes()
    assert gzip.decompress((made / "js" / "main.js.gz").read_bytes()) == text
    assert brotli.decompress((made / "js" / "main.js.br").read_bytes()) == text
    assert not (made / "face.jpg.gz").exists()
    (made / "js" / "main.js.br").write_bytes(b"kept")
    assert (static_files.compressed(folder, "static-1") / "js" / "main.js.br").read_bytes() == b"kept"
    assert [path.name for path in made.parent.iterdir()] == ["static-1"]


def test_without_the_right_to_write_the_files_are_served_as_they_are(folder, monkeypatch):
    def refuse(*_arguments, **_options):
        raise PermissionError("read-only file system")

    monkeypatch.setattr(static_files.tempfile, "mkdtemp", refuse)
    assert static_files.compressed(folder, "static-1") == folder


@pytest.mark.parametrize(("accepted", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)])
def test_every_file_that_a_page_names_is_kept_for_a_year_and_comes_compressed(client, accepted, unpack):
    page = client.get("/").get_data(as_text=True)
    for path in set(re.findall(r'(?:href|src)="(/static-[0-9a-f]{12}/[^"]+\.(?:js|css))"', page)):
        with client.get(path, headers={"Accept-Encoding": accepted}) as response:
            assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert response.headers.get("Content-Encoding", "") == accepted
            assert response.headers["Vary"] == "Accept-Encoding"
            assert unpack(response.data) == (STATIC / path.split("/", 2)[2]).read_bytes()


def test_a_file_of_another_version_is_not_there(client):
    with client.get("/static-0123456789ab/js/main.js") as response:
        assert response.status_code == 404


def test_the_files_lie_below_the_sites_path(app):
    with app.test_client().get("/", base_url="http://localhost/faceit/") as response:
        [path] = re.findall(r'src="([^"]+/js/main.js)"', response.get_data(as_text=True))
    assert path == f"/faceit{app.static_url_path}/js/main.js"


def test_while_debugging_a_file_is_served_as_it_is_now(monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app({"TESTING": True}, FakeAnalyser("study"))
    with app.test_client().get(f"{app.static_url_path}/js/main.js") as response:
        assert response.headers["Cache-Control"] == "no-cache"
