"""Engine.IO's WebSocket, bounded and quicker. Engine.IO offers no settings for what is changed here."""

import socket
import threading
import time
from contextlib import suppress
from types import SimpleNamespace

import engineio.base_socket
import engineio.socket
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI

READ_BYTES = 64 * 1024
"""Read at once; simple-websocket's own 4,096 would take ten rounds for a frame."""

_PACKET_TYPES = tuple("0123456")  # of Engine.IO; each text message begins with one


def bound(engine, max_bytes):
    """Lets an Engine.IO server speak WebSocket with messages of up to `max_bytes`, checked as they arrive.

    Engine.IO itself looks at a message's size once all of it is in memory. Nothing is deflated: a JPEG
    gets no smaller, and each connection would hold a compressor's tables.
    """

    class WebSocket(SimpleWebSocketWSGI):
        def __init__(self, handler, server):
            bounds = {"receive_bytes": READ_BYTES, "max_message_size": max_bytes}
            super().__init__(handler, server, thread_class=_Reader, **bounds)

        def __call__(self, environ, start_response):
            environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
            return super().__call__(environ, start_response)

        def wait(self):
            """The next message; None, as at the end, for one that is no packet: Engine.IO would forget its client."""
            message = super().wait()
            return None if isinstance(message, str) and not message.startswith(_PACKET_TYPES) else message

        def close(self):
            """Ends the connection, also where nobody reads its end: else a thread would go on listening."""
            with suppress(OSError):
                super().close()
            with suppress(OSError):
                self.ws.sock.shutdown(socket.SHUT_RDWR)

    engine._async = engine._async | {"websocket": WebSocket}
    # It times its pings by the calendar, whose jump back would keep the dead among the living.
    engineio.socket.time = engineio.base_socket.time = SimpleNamespace(time=time.monotonic)


class _Reader(threading.Thread):
    """The thread that reads a WebSocket. It wakes who waits for a message when there will be none.

    After a message that is too long simple-websocket does not: the waiting thread would be lost.
    """

    def __init__(self, target):
        super().__init__(target=target, daemon=True)
        self._web_socket = target.__self__

    def run(self):
        super().run()
        self._web_socket.event.set()
