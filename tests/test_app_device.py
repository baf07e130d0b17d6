"""Reading on the visitor's device: what the server gives out for it, and that it can be told to take no picture."""

import hashlib
import json

import pytest
from fakes import FakeAnalyser, FakeModels, write_model

from app import create_app
from app.device import CONSTANTS


@pytest.fixture
def app(tmp_path):
    """An application with one model whose folder is there."""
    write_model(tmp_path / "study")
    return create_app({"TESTING": True, "MODELS": str(tmp_path)}, FakeAnalyser("study"))


def served(analyser, **settings):
    """A client of an application with settings."""
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
