"""The rate limits of one address."""

import json
import socket
import time

import pytest
from fakes import FakeAnalyser

from app import create_app
from app.config import BadSetting


def make(**settings):
    return create_app({"TESTING": True} | settings, FakeAnalyser("study"))


def connect(app, address="10.0.0.1", **headers):
    """The status of an Engine.IO handshake over polling."""
    return app.test_client().get(
        "/socket.io/?EIO=4&transport=polling", environ_base={"REMOTE_ADDR": address}, headers=headers
    )


def test_more_photos_than_a_minute_takes_are_refused_in_words(photo):
    client = make(PHOTOS_PER_MINUTE=2).test_client()
    replies = [client.post("/api/v1/analyse", data=photo) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert replies[2].mimetype == "application/problem+json"
    assert "more than 2 photos a minute" in replies[2].json["detail"]
    assert 0 < int(replies[2].headers["Retry-After"]) <= 61
    other = client.post("/api/v1/analyse", data=photo, environ_base={"REMOTE_ADDR": "10.0.0.2"})
    assert other.status_code == 200


def test_a_photo_that_is_explained_counts_as_one_that_is_read(photo):
    client = make(PHOTOS_PER_MINUTE=2).test_client()
    paths = ("/api/v1/analyse", "/api/v1/explain", "/api/v1/explain", "/api/v1/analyse")
    assert [client.post(path, data=photo).status_code for path in paths] == [200, 200, 429, 429]


def test_two_applications_count_apart(photo):
    for _ in range(2):
        assert make(PHOTOS_PER_MINUTE=1).test_client().post("/api/v1/analyse", data=photo).status_code == 200


def test_more_frames_than_a_second_takes_are_an_error_and_the_next_second_serves(photo, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("app.live.events.time.monotonic", lambda: now[0])
    app = make(FRAMES_PER_SECOND=3)
    socket = app.extensions["socketio"].test_client(app)
    replies = [socket.emit("frame", photo, {"seq": number}, callback=True) for number in range(4)]
    assert [reply.get("error", {}).get("status") for reply in replies] == [None, None, None, 429]
    assert replies[3]["error"]["detail"] == "up to 3 frames a second are accepted"
    now[0] += 1
    assert "faces" in socket.emit("frame", photo, {"seq": 9}, callback=True)


def test_one_address_cannot_take_every_place():
    app = make(CLIENTS_PER_ADDRESS=2)
    sockets = [app.extensions["socketio"].test_client(app) for _ in range(3)]
    assert [socket.is_connected() for socket in sockets] == [True, True, False]
    sockets[0].disconnect()
    assert app.extensions["socketio"].test_client(app).is_connected()


def test_an_address_that_has_all_its_places_is_told_so_in_words():
    client = make(CLIENTS_PER_ADDRESS=0, RETRY_AFTER_S=7).test_client()
    path = "/socket.io/?EIO=4&transport=polling"
    path += "&sid=" + json.loads(client.get(path).text[1:])["sid"]
    client.post(path, data="40")
    said = client.get(path).text
    assert said.startswith("44")
    assert "this address has all its 0 places" in said
    assert '"retry_after_s":7' in said


def test_more_pixels_than_a_photo_or_a_frame_may_have_are_refused_in_words(photo):
    app = create_app({"MAX_PHOTO_PIXELS": 200_000, "MAX_FRAME_PIXELS": 100_000, "ANALYSERS": 1})
    if not app.extensions["models"].cards:
        pytest.skip("models/ is empty: python -m training train cnn makes one")
    reply = app.test_client().post("/api/v1/analyse", data=photo)
    assert reply.status_code == reply.json["status"] == 413
    assert "512×512 pixels; 200,000" in reply.json["detail"]
    error = app.extensions["socketio"].test_client(app).emit("frame", photo, {"seq": 1}, callback=True)["error"]
    assert error["status"] == 413
    assert "512×512 pixels; 100,000" in error["detail"]


def test_a_store_that_is_none_is_refused_at_start():
    with pytest.raises(BadSetting, match="FACEIT_LIMITER_STORAGE cannot be used"):
        make(LIMITER_STORAGE="nosuch://host")


def test_a_clock_that_is_set_back_makes_nobody_wait_longer_than_a_minute(photo, monkeypatch):
    client = create_app({"PHOTOS_PER_MINUTE": 1}, FakeAnalyser("study")).test_client()
    assert client.post("/api/v1/analyse", data=photo).status_code == 200
    calendar = time.time
    monkeypatch.setattr(time, "time", lambda: calendar() - 86_400)
    refused = client.post("/api/v1/analyse", data=photo)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    steady_s = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: steady_s() + 61)
    assert client.post("/api/v1/analyse", data=photo).status_code == 200


def test_a_store_that_hangs_holds_up_no_photo(photo, caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts connections but never answers
        storage = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        settings = {"LIMITER_STORAGE": storage, "PHOTOS_PER_MINUTE": 3}
        client = create_app(settings, FakeAnalyser("study")).test_client()
        statuses = [client.post("/api/v1/analyse", data=photo).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]  # counted in memory while Redis does not answer
    assert "falling back to in-memory storage" in caplog.text
