"""The internals of libraries that the live path relies on."""

import re
from importlib.metadata import version

import engineio.socket
import pytest
import simple_websocket.ws
import socketio
from serving import ROOT

from app.live import libraries


def make():
    return socketio.Server(async_mode="threading")


def test_the_installed_libraries_are_as_assumed():
    libraries.check(make())


@pytest.mark.parametrize("name", ["python-socketio", "python-engineio", "simple-websocket", "wsproto"])
def test_a_library_whose_insides_are_used_is_pinned_exactly_and_installed_so(name):
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert re.search(rf"^{name}==(.*)$", requirements, re.MULTILINE)[1] == version(name)


def test_a_method_that_has_gone_is_named_at_start(monkeypatch):
    monkeypatch.delattr(engineio.socket.Socket, "schedule_ping")
    with pytest.raises(libraries.BadLibrary, match=r"engineio.socket as installed lacks schedule_ping.*requirements"):
        libraries.check(make())


def test_an_argument_that_has_gone_is_named_at_start(monkeypatch):
    monkeypatch.setattr(simple_websocket.ws.Base, "__init__", lambda self, sock=None, thread_class=None: None)
    with pytest.raises(libraries.BadLibrary, match="lacks max_message_size"):
        libraries.check(make())


def test_a_server_that_has_another_websocket_is_refused():
    server = make()
    server.eio._async = server.eio._async | {"websocket": object}
    with pytest.raises(libraries.BadLibrary, match="lacks _async"):
        libraries.check(server)
