"""The live events, over Flask-SocketIO's own packets."""

import itertools
import threading

import pytest
from fakes import FakeAnalyser
from serving import connect, until
from werkzeug.serving import make_server

from app import create_app


@pytest.fixture
def socket(app):
    return app.extensions["socketio"].test_client(app)


def test_a_frame_is_acknowledged_with_its_analysis(socket, photo):
    reply = socket.emit("frame", photo, {"seq": 17}, callback=True)
    assert reply["seq"] == 17
    assert reply["model"] == "study"
    assert (reply["width"], reply["height"]) == (512, 512)
    assert reply["faces"][0]["emotion"] == "happy"


def test_a_frame_may_name_its_model(socket, photo):
    assert socket.emit("frame", photo, {"seq": 1, "model": "other"}, callback=True)["model"] == "other"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ((), 400),
        ((b"hello",), 400),
        (({"seq": 1},), 400),
        ((None, None), 400),
        (("text", {"seq": 1}), 400),
        (([b"x"], {"seq": 1}), 400),
        ((b"x", b"y"), 400),
        ((b"x", {}), 400),
        ((b"x", {"seq": "1"}), 400),
        ((b"x", {"seq": True}), 400),
        ((b"x", {"seq": 1.5}), 400),
        ((b"x", {"seq": 1, "model": 7}), 400),
        ((b"x", {"seq": 1, "time_ms": "1"}), 400),
        ((b"x", {"seq": 1, "time_ms": -1}), 400),
        ((b"x", {"seq": 1, "time_ms": True}), 400),
        ((b"x", {"seq": 1, "time_ms": float("nan")}), 400),
        ((b"x", {"seq": 1, "time_ms": 1e300}), 400),
        ((b"x", {"seq": 1}, "more"), 400),
        ((b"", {"seq": 1}), 400),
        ((b"hello", {"seq": 1}), 415),
        ((b"\xff\xd8\xff" * 9, {"seq": 1}), 415),
        ((bytes(600_000), {"seq": 1}), 413),
    ],
)
def test_a_bad_frame_gets_an_error_and_the_next_is_served(socket, photo, arguments, status):
    error = socket.emit("frame", *arguments, callback=True)["error"]
    assert error["status"] == status
    assert error["detail"]
    assert socket.emit("frame", photo, {"seq": 2}, callback=True)["seq"] == 2


def test_a_films_frames_are_followed_by_its_own_time(socket, analyser, photo, monkeypatch):
    """Tracking starts anew where a film was sought back or far ahead, and where a camera comes after a film."""
    seen, read = [], analyser.frame

    def frame(data, tracks, model=None, seq=None, now_s=None):
        seen.append((now_s, tracks))
        return read(data, tracks, model, seq)

    monkeypatch.setattr(analyser, "frame", frame)
    times_ms = [None, 0, 40.5, 2000, 1000, 500_000, None, None]
    for seq, time_ms in enumerate(times_ms):
        notes = {"seq": seq} if time_ms is None else {"seq": seq, "time_ms": time_ms}
        assert socket.emit("frame", photo, notes, callback=True)["seq"] == seq
    assert [now_s for now_s, _ in seen] == [None, 0, 0.0405, 2, 1, 500, None, None]
    goes_on = [after is before for (_, before), (_, after) in itertools.pairwise(seen)]
    assert goes_on == [False, True, True, False, False, False, True]


def test_an_unknown_model_is_an_error_with_the_frames_number(socket, photo):
    reply = socket.emit("frame", photo, {"seq": 5, "model": "nope"}, callback=True)
    assert reply["seq"] == 5
    assert reply["error"]["status"] == 400


def test_an_error_of_our_own_tells_no_secrets(socket, analyser, photo, caplog):
    def explode(*_args):
        raise RuntimeError("secret")

    analyser.frame = explode
    reply = socket.emit("frame", photo, {"seq": 1}, callback=True)
    assert reply["error"]["status"] == 500
    assert "secret" not in str(reply)
    assert "secret" in caplog.text


def test_nobody_else_hears_an_answer(app, photo):
    one, two = (app.extensions["socketio"].test_client(app) for _ in range(2))
    one.emit("frame", photo, {"seq": 1}, callback=True)
    assert two.get_received() == []


def test_a_full_server_refuses_and_a_place_that_is_left_is_free(photo):
    app = create_app({"MAX_CLIENTS": 1}, FakeAnalyser("study"))
    socketio = app.extensions["socketio"]
    first = socketio.test_client(app)
    assert first.is_connected()
    assert not socketio.test_client(app).is_connected()
    first.disconnect()
    assert socketio.test_client(app).is_connected()


def test_a_closing_server_takes_neither_clients_nor_frames(app, socket, photo):
    app.extensions["live"].close()
    assert socket.emit("frame", photo, {"seq": 1}, callback=True)["error"]["status"] == 503
    assert not app.extensions["socketio"].test_client(app).is_connected()


def test_clients_that_are_gone_are_forgotten_by_every_part_of_the_server(analyser, photo, monkeypatch):
    monkeypatch.setattr("app.live.server.PONG_S", 2)  # Engine.IO looks for closed connections at this interval
    app = create_app({}, analyser)
    http, server = make_server("127.0.0.1", 0, app, threaded=True), app.extensions["socketio"].server
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    live, pool = app.extensions["live"], app.extensions["pool"]
    kept = (server.eio.sockets, server.environ, server._binary_packet, live._clients, pool._waiting, pool._served)
    try:
        for transport in ("websocket", "polling"):
            with connect(f"http://127.0.0.1:{http.server_port}", transport) as client:
                client.call("frame", (photo, {"seq": 1}), timeout=20)
                assert live._clients
        until(lambda: not any(kept) and not any(server.manager.rooms.values()))
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
