"""Reading of request bodies, without a server; test_app_worker.py tests it on the real server."""

import socket
import threading

import pytest
from werkzeug.exceptions import BadRequest

from app import bodies


class Dripping:
    """A body that returns a byte for each read; with `waits` a read blocks until the connection is closed."""

    def __init__(self, left, waits=False):
        self.left, self.waits = left, waits
        self.asked = []
        self.over = threading.Event()

    def read(self, size=-1):
        self.asked.append(size)
        if self.waits:
            assert self.over.wait(60)
            raise OSError("hung up on")
        size = min(size, self.left)
        self.left -= size
        return bytes(size)

    def shutdown(self, how):
        assert how == socket.SHUT_RDWR
        self.over.set()


def serve(body, length, read, **environ):
    """The response of an application that reads the body with the given function."""
    environ |= {"CONTENT_LENGTH": str(length), "wsgi.input": body, "gunicorn.socket": body}
    return bodies.Bodies(lambda environ, _: read(environ["wsgi.input"]))(environ, None)


@pytest.mark.parametrize(
    "read", [lambda body: body.read(), lambda body: body.read(200_000), lambda b: b"".join(b.readlines())]
)
def test_a_body_comes_whole_and_in_pieces(read):
    body = Dripping(200_000)
    body.readline = body.read
    assert len(serve(body, 200_000, read)) == 200_000
    assert max(body.asked) == bodies.PIECE_BYTES


def test_a_body_that_does_not_come_in_time_is_hung_up_on_and_a_bad_request(monkeypatch):
    monkeypatch.setattr(bodies, "PIECE_S", 0.01)
    with pytest.raises(BadRequest, match="too slowly"):
        serve(Dripping(1, waits=True), 1, lambda body: body.read())


def test_a_request_without_a_body_is_passed_on_as_it_is():
    environ = {"wsgi.input": object(), "gunicorn.socket": object()}
    assert bodies.Bodies(lambda environ, _: environ["wsgi.input"])(environ, None) is environ["wsgi.input"]


def test_memory_is_given_back_after_photos_once_for_all_of_a_time(monkeypatch):
    given, done = [], threading.Event()
    monkeypatch.setattr(bodies, "GIVING_BACK_S", 0.05)
    monkeypatch.setattr(bodies, "give_memory_back", lambda: (given.append(1), done.set()))
    middleware = bodies.Bodies(lambda environ, _: environ["wsgi.input"].read())
    for _ in range(20):
        body = Dripping(9)
        environ = {"CONTENT_LENGTH": "9", "wsgi.input": body, "gunicorn.socket": body, "PATH_INFO": "/api/v1/analyse"}
        middleware(environ, None)
    assert done.wait(30)
    assert 1 <= len(given) < 20
