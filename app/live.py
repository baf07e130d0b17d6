"""The socket's event `frame`: bytes in, one acknowledgement a frame; the newest frame of a client wins."""

import threading

from flask import request
from flask_socketio import ConnectionRefusedError

from app.problems import BadRequest, from_error
from app.vision.images import BadImage
from app.vision.tracks import Tracks


def init_app(app, socketio):
    """Wires the socket's events to an application. The acknowledgement is the handler's return value."""
    settings = app.config
    # Over polling a frame travels as base64, a third longer.
    longest = settings["MAX_FRAME_BYTES"] * 4 // 3 + 4096
    socketio.init_app(app, async_mode="threading", max_http_buffer_size=longest, manage_session=False)
    live = Live(
        app.extensions["pool"],
        max_clients=settings["MAX_CLIENTS"],
        max_frame_bytes=settings["MAX_FRAME_BYTES"],
        retry_after_s=settings["RETRY_AFTER_S"],
    )
    socketio.on_event("connect", live.on_connect)
    socketio.on_event("disconnect", live.on_disconnect)
    socketio.on_event("frame", live.on_frame)


class Live:
    """The clients that are connected, and what is done with their frames."""

    def __init__(self, pool, max_clients, max_frame_bytes, retry_after_s):
        self._pool = pool
        self._max_clients = max_clients
        self._max_frame_bytes = max_frame_bytes
        self._retry_after_s = retry_after_s
        self._clients = {}  # socket id -> the faces that are followed for it
        self._lock = threading.Lock()

    def on_connect(self, _auth=None):
        """Lets a client in, or refuses it in words where the server is full."""
        with self._lock:
            if len(self._clients) >= self._max_clients:
                reason = f"all {self._max_clients} places are taken; please try again in a moment"
                raise ConnectionRefusedError(reason, {"reason": reason, "retry_after_s": self._retry_after_s})
            self._clients[request.sid] = Tracks()

    def on_disconnect(self, _reason=None):
        """Forgets a client."""
        with self._lock:
            self._clients.pop(request.sid, None)

    def on_frame(self, *arguments):
        """The acknowledgement of a frame: its analysis, that it was dropped, or what is wrong with it."""
        seq = None
        try:
            data, seq, model = self._parse(arguments)
            tracks = self._clients[request.sid]
            with self._pool.lend(request.sid, order=seq) as analyser:
                if analyser is None:
                    return {"seq": seq, "dropped": True}
                return analyser.frame(data, tracks, model, seq).to_json()
        except Exception as error:  # whatever a client sends, its connection lives on
            return {"seq": seq, "error": from_error(error)}

    def _parse(self, arguments):
        if len(arguments) != 2 or not isinstance(arguments[0], bytes) or not isinstance(arguments[1], dict):
            came = ", ".join(type(argument).__name__ for argument in arguments[:4]) or "nothing"
            raise BadRequest(f'a frame is the picture\'s bytes and {{"seq": number}}, not {came}')
        data, notes = arguments
        seq, model = notes.get("seq"), notes.get("model")
        if type(seq) is not int or not (model is None or isinstance(model, str)):
            raise BadRequest("seq must be a whole number and model, where given, a name")
        if len(data) > self._max_frame_bytes:
            words = f"the frame has {len(data):,} bytes; up to {self._max_frame_bytes:,} are accepted"
            raise BadImage("large", words)
        return data, seq, model
