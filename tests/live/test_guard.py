"""Connections that break the page's protocol, against the real server."""

import json
import sys
import threading
import urllib.error
import urllib.request

import pytest
import socketio
from serving import connect, join, metric, serve, until

from app.live import guard

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows")


@pytest.fixture(scope="module")
def url():
    with serve() as (_, url):
        yield url


def say(web_socket, *messages):
    for message in messages:
        web_socket.send_binary(message) if isinstance(message, bytes) else web_socket.send(message)


@pytest.mark.parametrize(
    "messages",
    [
        ("",),
        ("x",),
        ("4",),
        ("4x",),
        ("42",),
        ("42[]",),
        ("42{}",),
        ("42[7]",),
        ('42[["frame"]]',),
        ('42["disconnect","x"]',),
        ('42["connect",{"REMOTE_ADDR":"10.0.0.1"},1]',),
        ("44",),
        ("49",),
        (b"loose",),
        ("42" + "[" * 100_000,),
        ("42" + "1" * 101,),
        ('459-["frame"]',),
        ('4599999999999-["frame"]',),
        ('451-["frame",{"_placeholder":true,"num":7},{"seq":1}]', b"x"),
        ('451-["frame",{"_placeholder":true,"num":"x"},{"seq":1}]', b"x"),
        ('451-["frame",{"_placeholder":true,"num":0}]', '42["frame"]', b"x"),
    ],
)
def test_who_speaks_no_socket_io_is_ended_and_its_place_is_free(url, photo, messages):
    with connect(url) as other:
        stranger = join(url)
        say(stranger, *messages)
        while stranger.recv():
            pass
        stranger.shutdown()
        until(lambda: metric(url, "faceit_clients") == 1)
        assert other.call("frame", (photo, {"seq": 1}), timeout=20)["seq"] == 1


FRAME = '451-1["frame",{"_placeholder":true,"num":0},{"seq":1}]'


@pytest.mark.parametrize(
    "messages",
    [
        ('421["nope"]',),
        ('421["frame"]',),
        ('421["frame",null,{"seq":1}]',),
        ('421["frame",1e999,{"seq":NaN}]',),
        ('421["frame","\\ud800",{"seq":1}]',),
        ('421["frame",' + "[" * 200 + "]" * 200 + "]",),
        ('421["frame"' + ',{"seq":1}' * 1000 + "]",),
        ('451-1["frame",{"seq":1},{"_placeholder":true,"num":0}]', b"x"),
        (FRAME, b""),
        (FRAME, b"no picture"),
        (FRAME, bytes(600_000)),
    ],
)
def test_arguments_of_any_kind_count_size_and_order_get_an_error_and_the_connection_lives_on(url, photo, messages):
    stranger = join(url)
    for _ in range(2):
        say(stranger, *messages)
        answer = stranger.recv()
        assert answer.startswith("431[")
        assert '"error":{' in answer
    say(stranger, FRAME, photo)
    assert '"faces":[{' in stranger.recv()
    stranger.close()


def test_an_event_may_bring_its_bytes_in_pieces_but_not_in_any_number(url):
    stranger = join(url)
    pieces = ",".join(f'{{"_placeholder":true,"num":{number}}}' for number in range(8))
    say(stranger, f'458-1["frame",{pieces}]', *[b"x"] * 8)
    assert '"error":{' in stranger.recv()
    stranger.close()


def polling(url, method, **query):
    """The status and text of a request to the socket over polling."""
    query = "".join(f"&{name}={value}" for name, value in query.items())
    request = urllib.request.Request(f"{url}/socket.io/?EIO=4&transport=polling{query}", method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.reason


def test_polls_that_never_become_clients_are_ended_all_of_them(url):
    opened = [json.loads(polling(url, "GET")[1][1:])["sid"] for _ in range(3)]
    assert all(polling(url, "POST", sid=sid)[0] == 200 for sid in opened)
    until(lambda: all(polling(url, "POST", sid=sid)[0] >= 400 for sid in opened), seconds=25)  # ping time-out: 30 s


def test_the_watcher_of_connections_survives_an_exception_and_says_so(monkeypatch, caplog):
    server, looked = socketio.Server(async_mode="threading"), threading.Event()
    looks = iter([RuntimeError("a look that failed"), None])

    def look(*_):
        error = next(looks, None)
        if error:
            raise error
        looked.set()
        return set()

    monkeypatch.setattr(guard, "_end_bad", look)
    monkeypatch.setattr(guard, "SILENT_S", 0)
    monkeypatch.setattr(server, "sleep", lambda _: looked.wait(0.01))
    guard.guard(server, 9)
    server.eio.handlers["connect"]("connection", {})
    assert looked.wait(20)
    assert "a look that failed" in caplog.text
