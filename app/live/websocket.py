"""Engine.IO's WebSocket with limits and fewer threads. Engine.IO offers no settings for these changes."""

import socket
import time
from contextlib import suppress
from types import SimpleNamespace

import engineio.base_socket
import engineio.socket
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from wsproto.utilities import LocalProtocolError

READ_BYTES = 64 * 1024
"""Bytes of one read; a frame would take ten reads of simple-websocket's own 4,096."""

MOST_A_SECOND = 300
"""Messages, control frames and small fragments that one connection may send in a second. A page sends 120 at most."""

SMALL_BYTES = 1024
"""A fragment of fewer bytes counts as a message, because a flood of them costs as much."""

_PACKET_TYPES = tuple("0123456")  # the packet types of Engine.IO; each text message begins with one


def bound(engine, max_bytes):
    """Lets an Engine.IO server speak WebSocket with messages of up to `max_bytes`, checked as they arrive.

    Engine.IO itself checks a message's size once all of it is in memory. Messages are not compressed: a JPEG
    gets no smaller, and each connection would hold a compressor's tables.
    """

    class WebSocket(SimpleWebSocketWSGI):
        def __init__(self, handler, server):
            super().__init__(handler, server, thread_class=_NoThread, max_message_size=max_bytes)

        def __call__(self, environ, start_response):
            environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
            self._rate = Rate(MOST_A_SECOND)
            return super().__call__(environ, start_response)

        def wait(self):
            """The next message; None at the end, and for a message that is no packet, on which Engine.IO would fail."""
            while not self.ws.input_buffer and self.ws.connected:
                self.ws.connected = self._read()
            message = self.ws.input_buffer.pop(0) if self.ws.input_buffer else None
            return None if isinstance(message, str) and not message.startswith(_PACKET_TYPES) else message

        def _read(self):
            """Takes in the next bytes, in the thread that waits for them; returns whether the connection lives on."""
            try:
                data = self.ws.sock.recv(READ_BYTES)
                protocol = self.ws.ws
                protocol.receive_data(data)
                events = protocol.events
                protocol.events = lambda: self._counted(events())
                try:
                    return bool(data) and self.ws._handle_events()
                finally:
                    del protocol.events
            except (OSError, LocalProtocolError, TooFast):
                return False

        def _counted(self, events):
            for event in events:
                is_message = getattr(event, "message_finished", True)
                if is_message or len(event.data) < SMALL_BYTES:
                    self._rate.count()
                yield event

        def close(self):
            """Ends the connection, even where nobody reads its end; otherwise a thread would go on listening."""
            with suppress(OSError):
                super().close()
            with suppress(OSError):
                self.ws.sock.shutdown(socket.SHUT_RDWR)

    engine._async = engine._async | {"websocket": WebSocket}
    # Engine.IO times its pings by the system clock; a jump back would keep vanished clients.
    engineio.socket.time = engineio.base_socket.time = SimpleNamespace(time=time.monotonic)


class TooFast(Exception):
    """A connection sent more in a second than is allowed."""


class Rate:
    """Counts messages; `count` raises TooFast for more than `most` in about a second."""

    def __init__(self, most):
        self._most = most
        self._left = float(most)
        self._last_s = time.monotonic()

    def count(self):
        """Counts one more. `most` are allowed at first, and all of them again after a second."""
        now_s = time.monotonic()
        self._left = min(self._most, self._left + (now_s - self._last_s) * self._most) - 1
        self._last_s = now_s
        if self._left < 0:
            raise TooFast


class _NoThread:
    """Stands in for simple-websocket's reading thread, so that no message is handed from one thread to another."""

    name = ""

    def __init__(self, target):
        pass

    def start(self):
        """Nothing to start."""
