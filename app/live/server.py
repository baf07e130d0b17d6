"""The Socket.IO server: its settings, its threads, and how it closes."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from app.alarms import alarms
from app.live import guard, libraries
from app.live.events import Live
from app.live.gate import Gate
from app.live.websocket import bound

PING_S = 10
"""Seconds between two pings."""

PONG_S = 20
"""Seconds to wait for a pong; a vanished client is dropped after PING_S + PONG_S."""

REFUSED_S = 1.0
"""Seconds that a refused client has to read the reason before its connection is closed."""

LAST_ANSWERS_S = 0.3
"""Seconds in which a closing server sends its last answers: Socket.IO sends them after our handler has returned."""

_LEAVING = 16  # connections of one address that are being refused at the moment

log = logging.getLogger(__name__)


def init_app(app, socketio):
    """Wires the socket's events to an application. The acknowledgement is the handler's return value."""
    settings = app.config
    # Over polling a frame travels as base64, a third longer.
    longest = settings["MAX_FRAME_BYTES"] * 4 // 3 + 4096
    socketio.init_app(
        app,
        async_mode="threading",
        max_http_buffer_size=longest,
        ping_interval=PING_S,
        ping_timeout=PONG_S,
        manage_session=False,
        cors_allowed_origins=app.extensions["origins"].allows,
        serializer=guard.Packet,
    )
    libraries.check(socketio.server)
    bound(socketio.server.eio, longest)
    live = Live(
        app.extensions["pool"],
        app.extensions["metrics"],
        max_clients=settings["MAX_CLIENTS"],
        per_address=settings["CLIENTS_PER_ADDRESS"],
        frames_per_s=settings["FRAMES_PER_SECOND"],
        max_frame_bytes=settings["MAX_FRAME_BYTES"],
        retry_after_s=settings["RETRY_AFTER_S"],
        hang_up=lambda sid: _hang_up(socketio.server, sid),
    )
    # Not socketio.on_event, which opens a Flask request around every frame: a quarter of the socket's cost.
    socketio.server.on("connect", live.on_connect)
    socketio.server.on("disconnect", live.on_disconnect)
    socketio.server.on("frame", live.on_frame)
    socketio.server.on("*", live.on_other)
    socketio.server.start_background_task = keep_threads(2 * settings["MAX_CLIENTS"] + 8)  # two frames of each wait
    app.extensions["live"] = live
    guard.guard(socketio.server, most_waiting=settings["CLIENTS_PER_ADDRESS"] + _LEAVING)
    app.wsgi_app = Gate(app.wsgi_app, socketio.server.eio, "socket.io")


def keep_threads(number):
    """A function that runs a task in one of `number` threads; while all are busy the caller, who reads frames, waits.

    Socket.IO itself starts a new thread for each frame, which costs more than the frame's packets.
    A task's exception is logged, because nobody reads the Future that holds it.
    """
    threads, free = ThreadPoolExecutor(number, "frames"), threading.BoundedSemaphore(number)

    def start(task, *arguments):
        free.acquire()
        threads.submit(run, task, *arguments)

    def run(task, *arguments):
        try:
            task(*arguments)
        except Exception:
            log.exception("a task of the live service failed")
        finally:
            free.release()

    return start


def close(app):
    """Ends the live service: answers the frames in progress, tells the clients, and closes their connections.

    The clients reconnect by themselves, to the next server at this address.
    """
    if "live" not in app.extensions:
        return  # this server takes no pictures
    app.extensions["live"].close()
    socketio = app.extensions["socketio"]
    socketio.sleep(LAST_ANSWERS_S)
    socketio.emit("closing", {"detail": "the server restarts; the picture comes back by itself"})
    for connection in list(socketio.server.eio.sockets.values()):
        connection.close(wait=False)  # a client that reads nothing must not hold up the others


def _hang_up(server, sid):
    """Closes the connection of a refused client, which holds a thread, where the client does not close it itself."""
    alarms.after(REFUSED_S, guard.end, server, server.manager.eio_sid_from_sid(sid, "/"))
