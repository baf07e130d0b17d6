"""Checks at start that Engine.IO, Socket.IO and simple-websocket have the internals that the live service uses.

requirements.txt pins these libraries exactly. Where another version is installed, the server refuses to start instead
of failing at its first visitor.
"""

import inspect

import engineio.socket
import simple_websocket.ws
import socketio.packet
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI

_NAMES = (
    (engineio.socket.Socket, ("close", "poll", "receive", "schedule_ping", "send", "_send_ping", "_upgrade_websocket")),
    (SimpleWebSocketWSGI, ("__call__", "close", "send", "wait")),
    (simple_websocket.ws.Base, ("_handle_events", "close", "send")),
    (socketio.packet.Packet, ("decode", "encode")),
)
"""Classes, with the attributes of each that guard.py, server.py and websocket.py use or replace."""

_ARGUMENTS = ("max_message_size", "thread_class")
"""The arguments that the constructor of simple-websocket's connection must take."""


class BadLibrary(Exception):
    """A library that the live service cannot work with; the text says what it lacks and what to install."""


def check(server):
    """Raises BadLibrary where a Socket.IO server, or a class that it uses, is not as app/live assumes."""
    for owner, names in _NAMES:
        _need(owner.__module__, [name for name in names if not callable(getattr(owner, name, None))])
    accepted = inspect.signature(simple_websocket.ws.Base.__init__).parameters
    _need("simple_websocket.ws", [name for name in _ARGUMENTS if name not in accepted])
    engine, manager = server.eio, server.manager
    _need("engineio.server", [name for name in ("connect", "message") if name not in engine.handlers])
    _need("engineio.server", ["_async"] if engine._async.get("websocket") is not SimpleWebSocketWSGI else [])
    _need("engineio.server", ["sockets"] if not isinstance(engine.sockets, dict) else [])
    _need("socketio.manager", [] if hasattr(manager, "sid_from_eio_sid") else ["sid_from_eio_sid"])


def _need(module, missing):
    if missing:
        raise BadLibrary(
            f"{module} as installed lacks {', '.join(missing)}, which the live service uses; "
            "pip install -r requirements.txt brings the versions that fit"
        )
