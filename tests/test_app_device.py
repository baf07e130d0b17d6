"""Reading on the visitor's device: the files that the server offers, and the setting that makes it refuse pictures."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from fakes import FakeAnalyser, FakeModels, write_model

from app import create_app
from app.device import CONSTANTS

ROOT = Path(__file__).parents[1]


@pytest.fixture
def app(tmp_path):
    """An application with one model that has a folder."""
    write_model(tmp_path / "study")
    return create_app({"TESTING": True, "MODELS": str(tmp_path)}, FakeAnalyser("study"))


def served(analyser, **settings):
    """A client of an application with the given settings."""
    return create_app({"TESTING": True, **settings}, analyser).test_client()


def test_all_that_is_listed_can_be_fetched_and_has_the_size_that_the_list_says(client):
    listed = client.get("/device/files.json").json
    for file in [listed["finder"], listed["judge"], *listed["models"], *listed["runtime"].values()]:
        with client.get(f"/device/{file['url']}") as response:
            assert response.status_code == 200
            assert len(response.data) == file["bytes"]
            assert hashlib.sha256(response.data).hexdigest()[:12] in file["url"]
            assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_list_holds_the_table_of_constants(client):
    response = client.get("/device/files.json")
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.json["constants"] == json.loads(CONSTANTS.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "name",
    ["study.tflite", "../study/model.tflite", "000000000000-study.tflite", "..%2fstudy%2fmodel.tflite", "card.json"],
)
def test_no_other_file_is_given_out(client, name):
    with client.get(f"/device/{name}") as response:
        assert response.status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/analyse", "/api/v1/explain"])
def test_a_server_for_devices_alone_takes_no_photo_and_says_so(analyser, photo, path):
    client = served(analyser, READING="device")
    for sent in ({"data": photo}, {"data": {"photo": (b"", "face.jpg")}}):
        response = client.post(path, **sent)
        assert response.status_code == 403
        assert response.mimetype == "application/problem+json"
        assert "takes no pictures" in response.json["detail"]


def test_a_server_for_devices_alone_has_no_socket(analyser):
    client = served(analyser, READING="device")
    for method in ("get", "post"):
        response = getattr(client, method)("/socket.io/?EIO=4&transport=polling")
        assert (response.status_code, response.mimetype) == (403, "application/problem+json")


def test_a_server_that_reads_alone_gives_out_no_networks(analyser):
    client = served(analyser, READING="server")
    assert client.get("/device/files.json").status_code == 404


def test_a_server_without_a_model_lists_none():
    client = served(FakeAnalyser(), READING="both")
    assert client.get("/device/files.json").json["models"] == []
    assert FakeModels().cards == {}


def test_reading_is_one_of_three_words():
    with pytest.raises(ValueError, match="FACEIT_READING must be one of both, device, server, not 'phone'"):
        create_app({"READING": "phone"}, FakeAnalyser("study"))


TOLD = {
    "both": ["sent to this server", "Choose “On this device”", "where you choose it", "goes to this server"],
    "device": ["stays in this browser", "takes no pictures at all"],
    "server": ["sent to this server", "goes to this server"],
}


@pytest.mark.parametrize("reading", TOLD)
def test_the_privacy_page_and_the_first_screen_tell_the_truth_for_each_setting(reading):
    client = served(FakeAnalyser("study"), READING=reading)
    privacy, first = (client.get(path).get_data(as_text=True) for path in ("/privacy", "/"))
    for words in {words for told in TOLD.values() for words in told}:
        assert (words in privacy) == (words in TOLD[reading]), words
    assert ('id="place"' in first) == (reading != "server")
    assert ('name="place"' in first) == (reading == "both")
    promise = first.split('<span id="promise"')[1].split("</span>")[0].split(">")[1]
    assert ("sent nowhere" in promise) == (reading == "device")


def test_the_service_worker_keeps_pages_and_files_of_this_version_and_no_answers(client, app):
    response = client.get("/sw.js")
    assert (response.mimetype, response.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    kept = re.findall(r'^  "([^"]+)",$', response.get_data(as_text=True), re.MULTILINE)
    assert {"/", "/photo", "/models", "/privacy", "/device/files.json"} < set(kept)
    for path in kept:
        with client.get(path) as kept_file:
            assert kept_file.status_code == 200, path
    others = set(kept) - {"/", "/photo", "/models", "/privacy", "/device/files.json"}
    assert all(path.startswith(app.static_url_path) for path in others)


def test_a_service_worker_of_another_release_is_another_file(analyser):
    one, same, other = (served(analyser, NOTICE=notice).get("/sw.js").data for notice in ("", "", "Closed on Monday."))
    assert one == same != other


def test_switched_off_the_service_worker_ends_itself_and_no_page_registers_one(analyser):
    client = served(analyser, OFFLINE=False)
    script = client.get("/sw.js").get_data(as_text=True)
    assert "unregister()" in script
    assert "caches.delete" in script
    assert "addAll" not in script
    assert "data-offline" not in client.get("/").get_data(as_text=True)


def test_the_manifest_names_icons_that_are_there(client):
    manifest = client.get("/manifest.webmanifest").get_data(as_text=True)
    manifest = json.loads(manifest)
    assert manifest["start_url"] == manifest["scope"] == "/"
    for icon in manifest["icons"]:
        with client.get(icon["src"]) as response:
            assert (response.status_code, response.mimetype) == (200, icon["type"])


def test_the_frozen_site_names_no_address_that_is_not_in_its_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("FACEIT_MODELS", str(tmp_path / "models"))
    shutil.copytree(ROOT / "models" / "light", tmp_path / "models" / "light")
    app = create_app({"TESTING": True})
    result = app.test_cli_runner().invoke(args=["freeze", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    pages = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "out").glob("*.html")}
    assert {"index.html", "photo.html", "models.html", "privacy.html"} <= set(pages)
    for name, page in pages.items():
        assert 'http-equiv="Content-Security-Policy"' in page
        for address in re.findall(r'(?:href|src|data-[a-z]+)="([^"#?]+\.[a-z][a-z0-9]*)"', page):
            assert not address.startswith(("/", "http://localhost")), (name, address)
            if "://" not in address:
                assert (tmp_path / "out" / address).is_file(), (name, address)
    again = app.test_cli_runner().invoke(args=["freeze", str(tmp_path / "out")])
    assert again.exit_code != 0
    assert "not empty" in again.output
