"""The server's metrics."""

import pytest
from fakes import FakeAnalyser

from app import create_app


@pytest.fixture
def read(client):
    """The value in a metric's line."""

    def value(line):
        lines = client.get("/metrics").get_data(as_text=True).splitlines()
        return next(float(found.rsplit(" ", 1)[1]) for found in lines if found.startswith(line + " "))

    return value


def test_frames_are_counted_by_what_became_of_them(app, photo, read):
    socket = app.extensions["socketio"].test_client(app)
    socket.emit("frame", photo, {"seq": 1}, callback=True)
    socket.emit("frame", photo, {"seq": 2}, callback=True)
    socket.emit("frame", b"hello", {"seq": 3}, callback=True)
    assert read('faceit_frames_total{outcome="answered"}') == 2
    assert read('faceit_frames_total{outcome="error"}') == 1
    assert read('faceit_frames_total{outcome="dropped"}') == 0
    assert read('faceit_faces_total{source="frame"}') == 2
    assert read('faceit_stage_seconds_count{source="frame",stage="detect"}') == 2
    assert read("faceit_frame_answer_seconds_count") == 2


def test_photos_are_counted(client, photo, read):
    client.post("/api/v1/analyse", data=photo)
    client.post("/api/v1/analyse", data=b"hello")
    assert read("faceit_photos_total") == 1
    assert read('faceit_faces_total{source="photo"}') == 1


def test_explanations_are_counted(client, photo, read):
    client.post("/api/v1/explain", data=photo)
    client.post("/api/v1/explain", data=b"hello")
    assert read("faceit_explanations_total") == 1


def test_clients_are_counted_as_they_come_and_go(app, read):
    socket = app.extensions["socketio"].test_client(app)
    assert read("faceit_clients") == 1
    socket.disconnect()
    assert read("faceit_clients") == 0


def test_two_applications_count_apart(photo):
    one, two = create_app({}, FakeAnalyser("study")), create_app({}, FakeAnalyser("study"))
    one.test_client().post("/api/v1/analyse", data=photo)
    for app, photos in ((one, "1.0"), (two, "0.0")):
        assert f"faceit_photos_total {photos}" in app.test_client().get("/metrics").get_data(as_text=True)


def test_nothing_personal_is_counted(app, client, photo):
    socket = app.extensions["socketio"].test_client(app)
    socket.emit("frame", photo, {"seq": 1, "model": "other"}, callback=True)
    text = client.get("/metrics").get_data(as_text=True)
    for word in ("127.0.0.1", "happy", "sad", "localhost"):
        assert word not in text
