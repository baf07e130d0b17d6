"""The HTTP API."""

from base64 import b64encode, encodebytes
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event, Semaphore

import numpy as np
import pytest
from fakes import FakeAnalyser, encode

from app import create_app
from app.vision.errors import NoModel
from app.vision.pipeline import Analyser

ANALYSE = "/api/v1/analyse"
EXPLAIN = "/api/v1/explain"


def problem_of(response):
    assert response.mimetype == "application/problem+json"
    content = response.get_json()
    assert set(content) == {"type", "title", "status", "detail"}
    assert content["status"] == response.status_code
    return content


def test_a_photo_is_read_from_the_raw_body_and_from_a_form(client, photo):
    raw = client.post(ANALYSE, data=photo)
    form = client.post(ANALYSE, data={"photo": (BytesIO(photo), "me.jpg")})
    assert raw.status_code == form.status_code == 200
    assert raw.get_json() == form.get_json()
    assert raw.get_json()["width"] == 512
    assert raw.get_json()["faces"][0]["emotion"] == "happy"
    assert raw.headers["Cache-Control"] == "no-store"


def test_a_model_can_be_chosen(client, photo):
    assert client.post(ANALYSE, data=photo).get_json()["model"] == "study"
    assert client.post(f"{ANALYSE}?model=other", data=photo).get_json()["model"] == "other"


@pytest.mark.parametrize(
    ("query", "body", "status", "words"),
    [
        ("", b"", 400, "nothing was sent"),
        ("", {}, 400, "nothing was sent"),
        ("", {"other": (BytesIO(b"x"), "x.jpg")}, 400, "field `photo`"),
        ("?model=nope", encode(np.zeros((20, 20), np.uint8)), 400, "nope"),
        ("", {"photo": [(BytesIO(b"x"), "a.jpg"), (BytesIO(b"y"), "b.jpg")]}, 400, "2 files in its field `photo`"),
        ("", b"data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ", 400, "this is a data URL"),
        ("", b64encode(encode(np.zeros((20, 20), np.uint8))), 400, "this is base64 text"),
        ("", encodebytes(encode(np.zeros((20, 20), np.uint8), "PNG")), 400, "this is base64 text"),
        ("", b'{"photo": "/9j/4AAQSkZJRgABAQ"}', 400, "this is JSON"),
        ("", b"https://example.org/me.jpg", 400, "this is a web address"),
        ("", {"photo": "/9j/4AAQSkZJRgABAQ"}, 400, "this is a form of text fields"),
        ("", {"photo": "/9j/4AAQSkZJRgABAQ", "other": (BytesIO(b"x"), "x.jpg")}, 400, "this is base64 text"),
        ("", b"hello", 415, "this is text"),
        ("", b"%PDF-1.7 " + bytes(100), 415, "JPEG, PNG, WebP, GIF, BMP, TIFF and AVIF"),
        ("", encode(np.zeros((20, 20), np.uint8))[:-40], 415, "incomplete"),
        ("", bytes(21 * 1024 * 1024), 413, "20,971,520"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(client, query, body, status, words):
    response = client.post(ANALYSE + query, data=body)
    assert problem_of(response)["status"] == status
    assert words in response.get_json()["detail"]


def test_a_face_is_explained_from_the_raw_body_and_from_a_form(client, photo):
    raw = client.post(EXPLAIN, data=photo)
    form = client.post(EXPLAIN, data={"photo": (BytesIO(photo), "me.jpg")})
    assert raw.status_code == form.status_code == 200
    content = raw.get_json()
    assert content == form.get_json()
    finder = {"score", "tilt_deg", "turn", "landmarks"}
    assert set(content) == {"model", "box", "emotion", "certain", "emotions", "grid", "timing_ms"} | finder
    assert (content["model"], content["emotion"]) == ("study", "happy")
    assert content["grid"] == [[0.123, -0.5], [0, 0]]
    assert raw.headers["Cache-Control"] == "no-store"


def test_the_face_to_explain_can_be_named_by_its_box_and_lean(client, photo):
    content = client.post(f"{EXPLAIN}?model=other&box=3,4,50,60&tilt_deg=-24", data=photo).get_json()
    assert (content["model"], content["box"], content["grid"][1][1]) == ("other", [3, 4, 50, 60], -24)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("face=1", "no face 1"),
        ("face=first", "whole number"),
        ("box=", "x,y,width,height"),
        ("box=1,2,3", "not 3"),
        ("box=1,2,3,4.5", "whole"),
        ("tilt_deg=nan", "-180..180"),
        ("model=nope", "nope"),
    ],
)
def test_a_face_that_cannot_be_explained_is_refused_in_words(client, photo, query, words):
    response = client.post(f"{EXPLAIN}?{query}", data=photo)
    assert problem_of(response)["status"] == 400
    assert words in response.get_json()["detail"]


@pytest.mark.parametrize(("body", "status"), [(b"", 400), (b"hello", 415), (bytes(21 * 1024 * 1024), 413)])
def test_what_cannot_be_read_is_not_explained(client, body, status):
    assert problem_of(client.post(EXPLAIN, data=body))["status"] == status


def test_explanations_wait_for_their_turn_like_photos(photo):
    app = create_app({"PHOTO_WAIT_S": 0.01}, FakeAnalyser("study"))
    with app.extensions["pool"].lend("somebody else"):
        assert problem_of(app.test_client().post(EXPLAIN, data=photo))["status"] == 503


def test_without_a_model_the_server_lives_but_is_not_ready(tmp_path, photo):
    client = create_app({"MODELS": str(tmp_path), "ANALYSERS": 1}).test_client()
    assert client.get("/healthz").status_code == 200
    for response in (client.get("/readyz"), client.post(ANALYSE, data=photo)):
        assert problem_of(response)["status"] == 503
        assert "training" in response.get_json()["detail"]
        assert int(response.headers["Retry-After"]) > 0
    assert client.get("/api/v1/models").get_json() == {"models": []}


def test_a_ready_server_names_its_models(client):
    assert client.get("/readyz").get_json() == {"status": "ready", "models": ["study", "other"], "default": "study"}


def test_the_cards_are_listed_with_the_default_marked(client):
    cards = client.get("/api/v1/models").get_json()["models"]
    assert [(card["name"], card["default"], card["ms_per_face"]) for card in cards] == [
        ("study", True, 0.5),
        ("other", False, 0.5),
    ]
    assert cards[0]["labels"] == ["happy", "sad"]


def test_a_photo_that_waits_too_long_is_told_when_to_come_back(photo):
    app = create_app({"PHOTO_WAIT_S": 0.01, "RETRY_AFTER_S": 3}, FakeAnalyser("study"))
    with app.extensions["pool"].lend("somebody else"):
        response = app.test_client().post(ANALYSE, data=photo)
    assert problem_of(response)["status"] == 503
    assert response.headers["Retry-After"] == "3"


def test_a_heap_of_photos_leaves_an_analyser_to_the_live_pictures(photo, monkeypatch):
    begun, go_on = Semaphore(0), Event()

    def read(self, data, model=None):
        begun.release()
        go_on.wait(10)
        raise NoModel("enough seen")

    app = create_app({"ANALYSERS": 3})
    monkeypatch.setattr(Analyser, "photo", read)
    with ThreadPoolExecutor() as threads:
        for _ in range(6):
            threads.submit(app.test_client().post, ANALYSE, data=photo)
        assert all(begun.acquire(timeout=5) for _ in range(2))
        try:
            with app.extensions["pool"].lend("a live picture", timeout_s=0.5) as analyser:
                assert analyser
        finally:
            go_on.set()


def test_an_error_of_our_own_tells_no_secrets_and_the_next_photo_is_served(client, analyser, photo, caplog):
    def explode(data, model=None):
        raise RuntimeError("secret path /etc")

    analyser.photo = explode
    response = client.post(ANALYSE, data=photo)
    assert problem_of(response)["status"] == 500
    assert "secret" not in response.get_data(as_text=True)
    assert "secret path" in caplog.text
    del analyser.photo
    assert client.post(ANALYSE, data=photo).status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [("get", ANALYSE, 405), ("get", "/api/v1/nope", 404)])
def test_http_errors_of_the_api_are_problems(client, method, path, status):
    response = getattr(client, method)(path)
    assert problem_of(response)["status"] == status
    assert (response.headers.get("Allow") is not None) == (status == 405)


def test_errors_of_the_pages_stay_html(client):
    assert client.get("/nope").mimetype == "text/html"


def test_an_upload_is_not_written_to_a_file(client, photo, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a photo went to a temporary file")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    head = b'--edge\r\nContent-Disposition: form-data; name="photo"; filename="me.jpg"\r\n\r\n'
    body = head + photo + bytes(2_000_000) + b"\r\n--edge--\r\n"
    assert client.post(ANALYSE, data=body, content_type="multipart/form-data; boundary=edge").status_code == 200


def test_the_description_names_exactly_the_routes(app, client):
    described = client.get("/api/v1/openapi.json").get_json()["paths"]
    served = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    assert set(described) == served - {"/metrics"}


def test_two_applications_live_side_by_side(photo):
    one, two = create_app({}, FakeAnalyser("one")), create_app({}, FakeAnalyser("two"))
    for app, name in ((one, "one"), (two, "two"), (one, "one")):
        assert app.test_client().post(ANALYSE, data=photo).get_json()["model"] == name
        socket = app.extensions["socketio"].test_client(app)
        assert socket.emit("frame", photo, {"seq": 1}, callback=True)["model"] == name
