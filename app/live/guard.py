"""What is asked of every connection: to speak Socket.IO, to become a client, to read its answers; else it ends.

Engine.IO and Socket.IO offer no settings for what is done here.
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
"""Between two looks for connections that read no answers or do not become clients; the second look ends the latter."""

MOST_UNREAD = 64
"""Answers that may wait for a client to read them. A page has one frame in flight."""

MOST_ATTACHMENTS = 8
"""Pieces of bytes in one event, all held until the last has come. A frame has one."""

MOST_CONNECTS = 4
"""Times that a connection may ask to join: a page asks once."""

log = logging.getLogger(__name__)


class Packet(socketio.packet.Packet):
    """A Socket.IO packet that holds no more than is ever needed and names no event of the library's own.

    Else a client could send "disconnect" as an event: its place would be free while it stays.
    """

    def decode(self, encoded_packet):
        """As the library's; raises ValueError, too, for too many attachments and for an event that may not be."""
        attachments = super().decode(encoded_packet)
        if attachments > MOST_ATTACHMENTS:
            raise ValueError(f"up to {MOST_ATTACHMENTS} attachments are accepted")
        if self.packet_type in (EVENT, BINARY_EVENT) and not _is_event(self.data):
            raise ValueError("an event is a list that begins with its name")
        return attachments


def guard(server, most_waiting):
    """Lets a Socket.IO server end the connections that say nothing, too much or something else, or read nothing.

    `most_waiting` connections of one address may be open that are no clients yet.
    """
    _watch(server, most_waiting)
    _ping_by_alarm(server.eio)
    hear = server.eio.handlers["message"]

    @server.eio.on("message")
    def heard(connection, data):
        try:
            _count(server.eio.sockets.get(connection), data)
            hear(connection, data)
        except Exception as error:  # whatever the library's readers make of broken packets
            words = "said too much" if isinstance(error, TooFast) else "spoke no Socket.IO"
            log.info("a connection %s: %s", words, type(error).__name__)
            end(server, connection)


def end(server, connection):
    """Ends a connection at once; Engine.IO's own `disconnect` would wait for what a client may never read."""
    socket = server.eio.sockets.get(connection)
    if socket:
        socket.close(wait=False)


def _is_event(data):
    return isinstance(data, list) and data and isinstance(data[0], str) and data[0] not in ("connect", "disconnect")


def _count(socket, data):
    """Raises TooFast where a connection says more in a second, or asks to join more often, than a page does."""
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
    """Engine.IO starts a thread for each ping, which sleeps until it is due; here one thread pings for all."""
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
            except Exception:  # this thread must go on: it alone ends such connections
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
    """Ends the connections that read no answers, and those of `silent_before` that still are no clients.

    Returns the set of connections that are no clients now.
    """
    sockets = dict(server.eio.sockets)
    silent = {c for c in sockets if not _is_client(server, c)}
    deaf = {c for c, socket in sockets.items() if socket.queue.qsize() > MOST_UNREAD}
    for connection in deaf | silent_before & silent:
        log.info("a connection %s", "reads no answers" if connection in deaf else "never became a client")
        end(server, connection)
    return silent
