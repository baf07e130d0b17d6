"""What is asked of every connection: to speak Socket.IO, to become a client, to read its answers; else it ends.

Engine.IO and Socket.IO offer no settings for what is done here.
"""

import functools
import logging

import socketio.packet
from socketio.packet import BINARY_EVENT, EVENT

SILENT_S = 5.0
"""Between two looks for connections that read no answers or do not become clients; the second look ends the latter."""

MOST_UNREAD = 64
"""Answers that may wait for a client to read them. A page has one frame in flight."""

MOST_ATTACHMENTS = 8
"""Pieces of bytes in one event, all held until the last has come. A frame has one."""

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


def guard(server):
    """Lets a Socket.IO server end the connections that say nothing, speak something else or read nothing."""
    _watch(server)
    hear = server.eio.handlers["message"]

    @server.eio.on("message")
    def heard(connection, data):
        try:
            hear(connection, data)
        except Exception as error:  # whatever the library's readers make of broken packets
            log.info("a connection spoke no Socket.IO: %s", type(error).__name__)
            end(server, connection)


def end(server, connection):
    """Ends a connection at once; Engine.IO's own `disconnect` would wait for what a client may never read."""
    socket = server.eio.sockets.get(connection)
    if socket:
        socket.close(wait=False)


def _is_event(data):
    return isinstance(data, list) and data and isinstance(data[0], str) and data[0] not in ("connect", "disconnect")


def _watch(server):
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
        return accept(connection, environ)


def _end_bad(server, silent_before):
    """Ends the connections that read no answers, and those of `silent_before` that still are no clients.

    Returns the set of connections that are no clients now.
    """
    sockets = dict(server.eio.sockets)
    silent = {c for c in sockets if server.manager.sid_from_eio_sid(c, "/") is None}
    deaf = {c for c, socket in sockets.items() if socket.queue.qsize() > MOST_UNREAD}
    for connection in deaf | silent_before & silent:
        log.info("a connection %s", "reads no answers" if connection in deaf else "never became a client")
        end(server, connection)
    return silent
