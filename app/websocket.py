"""Engine.IO's WebSocket, bounded and quicker. Engine.IO offers no settings for what is changed here."""

import threading

from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI

READ_BYTES = 64 * 1024
"""Read at once; simple-websocket's own 4,096 would take ten rounds for a frame."""


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

    engine._async = engine._async | {"websocket": WebSocket}


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
