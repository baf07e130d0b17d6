"""Ends connections that do not speak Socket.IO, never become a client, or do not read their answers.

Engine.IO and Socket.IO offer no settings for this.
"""

import functools
import logging
import time

import engineio.packet
import socketio.packet
from socketio.packet import BINARY_EVENT, CONNECT, EVENT

from app.addresses import counted
from app.alarms import alarms
from app.live.websocket import MOST_A_SECOND, Rate, TooFast

SILENT_S = 5.0
"""Seconds between two checks of all connections. A check ends those that read no answers, and those that were no
clients at the check before either."""

MOST_UNREAD = 64
"""Answers that may wait for a client to read them. A page has one frame in flight."""

MOST_ATTACHMENTS = 8
"""Binary attachments in one event, all held until the last has arrived. A frame has one."""

MOST_CONNECTS = 4
"""Times that a connection may ask to become a client: a page asks once."""

log = logging.getLogger(__name__)


class Packet(socketio.packet.Packet):
    """A Socket.IO packet with few attachments, whose event is none of the library's own.

    A client that sent "disconnect" as an event would free its place and keep its connection.
    """

    def decode(self, encoded_packet):
        """Decodes as the library does; also raises ValueError for too many attachments and for a forbidden event."""
        attachments = super().decode(encoded_packet)
        if attachments > MOST_ATTACHMENTS:
            raise ValueError(f"up to {MOST_ATTACHMENTS} attachments are accepted")
        if self.packet_type in (EVENT, BINARY_EVENT) and not _is_event(self.data):
            raise ValueError("an event is a list that begins with its name")
        return attachments


def guard(server, most_waiting):
    """Lets a Socket.IO server end connections that send nothing, too much or other protocols, or read nothing.

    One address may have `most_waiting` open connections that are no clients yet.
    """
    _watch(server, most_waiting)
    _ping_by_alarm(server.eio)
    hear = server.eio.handlers["message"]

    @server.eio.on("message")
    def heard(connection, data):
        try:
            _count(server.eio.sockets.get(connection), data)
            hear(connection, data)
        except Exception as error:  # the library raises many types on broken packets
            words = "said too much" if isinstance(error, TooFast) else "spoke no Socket.IO"
            log.info("a connection %s: %s", words, type(error).__name__)
            end(server, connection)


def end(server, connection):
    """Ends a connection at once; Engine.IO's own `disconnect` waits for data that a client may never read."""
    socket = server.eio.sockets.get(connection)
    if socket:
        socket.close(wait=False)


def _is_event(data):
    return isinstance(data, list) and data and isinstance(data[0], str) and data[0] not in ("connect", "disconnect")


def _count(socket, data):
    """Raises TooFast where a connection sends more in a second, or asks to join more often, than a page does."""
    if socket is None:  # it has just gone
        return
    if "rate" not in socket.session:
        socket.session |= {"rate": Rate(MOST_A_SECOND), "connects": 0}
    socket.session["rate"].count()
    if isinstance(data, str) and data.startswith(str(CONNECT)):
        socket.session["connects"] += 1
        if socket.session["connects"] > MOST_CONNECTS:
            raise TooFast


def _ping_by_alarm(engine):
    """Lets one thread send all pings; Engine.IO starts a thread for each, which sleeps until the ping is due."""
    start = engine.start_background_task

    def start_task(target, *arguments, **options):
        if getattr(target, "__name__", "") != "_send_ping":
            return start(target, *arguments, **options)
        return alarms.after(engine.ping_interval, _ping, target.__self__)

    engine.start_background_task = start_task


def _ping(socket):
    if not socket.closing and not socket.closed:
        socket.last_ping = time.monotonic()  # websocket.bound lets Engine.IO read the same clock
        socket.send(engineio.packet.Packet(engineio.packet.PING))


def _watch(server, most_waiting):
    accept = server.eio.handlers["connect"]

    def look():
        silent = set()
        while True:
            server.sleep(SILENT_S)
            try:
                silent = _end_bad(server, silent)
            except Exception:  # the thread must go on: no other ends such connections
                log.exception("looking for silent and deaf connections failed; it is tried again")

    @functools.cache
    def start():  # with the first connection, since making an application starts no thread
        server.eio.start_background_task(look)

    @server.eio.on("connect")
    def opened(connection, environ):
        start()
        address = counted(environ.get("REMOTE_ADDR"))
        waiting = [
            other
            for other, socket in list(server.eio.sockets.items())
            if socket.session.get("address") == address and not socket.closed and not _is_client(server, other)
        ]
        if len(waiting) >= most_waiting:
            return "too many connections of this address are no clients yet"
        if connection in server.eio.sockets:
            server.eio.sockets[connection].session["address"] = address
        return accept(connection, environ)


def _is_client(server, connection):
    return server.manager.sid_from_eio_sid(connection, "/") is not None


def _end_bad(server, silent_before):
    """Ends the connections that read no answers, and those of `silent_before` that are still no clients.

    Returns the set of connections that are no clients now.
    """
    sockets = dict(server.eio.sockets)
    silent = {c for c in sockets if not _is_client(server, c)}
    deaf = {c for c, socket in sockets.items() if socket.queue.qsize() > MOST_UNREAD}
    for connection in deaf | silent_before & silent:
        log.info("a connection %s", "reads no answers" if connection in deaf else "never became a client")
        end(server, connection)
    return silent
