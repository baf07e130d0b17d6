"""Handlers of the socket's events. Each `frame` gets one acknowledgement; a newer frame replaces a waiting one."""

import threading
import time
from collections import deque

from socketio.exceptions import ConnectionRefusedError

from app import logs
from app.addresses import counted
from app.problems import BadRequest, TooMany, from_error
from app.vision.errors import BadImage
from app.vision.tracks import Tracks

CLOSING_S = 2.0
"""Seconds that a closing server waits for the frames that are being read."""

LONGEST_MS = 10**9
"""The latest time of a film that is accepted, in milliseconds: eleven days."""

CUT_S = 10.0
"""Seconds. Where a film's time jumps ahead by more, or goes back, the viewer has moved within the film, and its faces
are followed anew. In shorter jumps the page left frames out."""


class _Client:
    """A client's address, the faces that are followed for it, and the times of its last frames."""

    def __init__(self, address, frames_per_s):
        self.address = address
        self.tracks = Tracks()
        self._film_s = None
        self._came_s = deque(maxlen=frames_per_s)

    def count_frame(self, now_s):
        """Notes a frame; raises TooMany where the last second already had as many as are allowed.

        The library that counts photos is not used: this runs for every frame and concerns one client alone.
        """
        most = self._came_s.maxlen
        if len(self._came_s) == most and (not most or now_s - self._came_s[0] < 1):
            raise TooMany(f"up to {most} frames a second are accepted")
        self._came_s.append(now_s)

    def film_s(self, time_ms):
        """The time in seconds by which a frame's faces are followed: the film's own, or None for a camera's frame,
        whose time is now. After a jump in the film, or where a camera follows a film, earlier faces are forgotten."""
        film_s, last_s = None if time_ms is None else time_ms / 1000, self._film_s
        self._film_s = film_s
        is_new = (film_s is None) != (last_s is None)
        if is_new or (film_s is not None and not 0 <= film_s - last_s <= CUT_S):
            self.tracks = Tracks()
        return film_s


class Live:
    """The connected clients, and the handlers of their events."""

    def __init__(self, pool, metrics, max_clients, per_address, frames_per_s, max_frame_bytes, retry_after_s, hang_up):
        self._pool = pool
        self._metrics = metrics
        self._max_clients = max_clients
        self._per_address = per_address
        self._frames_per_s = frames_per_s
        self._max_frame_bytes = max_frame_bytes
        self._retry_after_s = retry_after_s
        self._hang_up = hang_up
        self._clients = {}  # socket id -> _Client
        self._is_closing = False
        self._lock = threading.Lock()

    def on_connect(self, sid, environ, _auth):
        """Lets a client in, or refuses it with a sentence where the server is full or closing."""
        address = counted(environ.get("REMOTE_ADDR"))
        with self._lock:
            if self._is_closing:
                self._refuse(sid, "the server is closing; please try again in a moment")
            if len(self._clients) >= self._max_clients:
                self._refuse(sid, f"all {self._max_clients} places are taken; please try again in a moment")
            if sum(client.address == address for client in self._clients.values()) >= self._per_address:
                self._refuse(sid, f"this address has all its {self._per_address} places; please try again in a moment")
            self._clients[sid] = _Client(address, self._frames_per_s)
            self._metrics.clients.set(len(self._clients))

    def on_disconnect(self, sid, _reason):
        """Forgets a client."""
        with self._lock:
            self._clients.pop(sid, None)
            self._metrics.clients.set(len(self._clients))

    def on_frame(self, sid, *arguments):
        """The acknowledgement of a frame: its analysis, `dropped`, or an error."""
        started_s = time.perf_counter()
        seq, outcome, analysis = None, "error", None
        try:
            data, seq, model, time_ms = self._parse(arguments)
            client = self._clients.get(sid)
            if client is None:  # it has just gone
                outcome = "dropped"
                return {"seq": seq, "dropped": True}
            client.count_frame(time.monotonic())
            with self._pool.lend(sid, order=seq) as analyser:
                if analyser is None:
                    outcome = "dropped"
                    return {"seq": seq, "dropped": True}
                now_s = client.film_s(time_ms)
                analysis = analyser.frame(
                    data, client.tracks, model, seq, **({} if now_s is None else {"now_s": now_s})
                )
            outcome = "answered"
            return analysis.to_json()
        except Exception as error:  # a client keeps its connection, whatever it sends
            with logs.request(f"{sid}:{seq}"):
                return {"seq": seq, "error": from_error(error)}
        finally:
            self._metrics.frame(outcome, time.perf_counter() - started_s, analysis)

    def on_other(self, _event, _sid, *_arguments):
        """The acknowledgement of an unknown event: an error."""
        return {"seq": None, "error": from_error(BadRequest("the one event is `frame`"))}

    def close(self):
        """Takes no new clients and frames, and waits for the frames in progress."""
        with self._lock:
            self._is_closing = True
        self._pool.close(CLOSING_S)

    def _refuse(self, sid, reason):
        self._metrics.refused.inc()
        self._hang_up(sid)
        raise ConnectionRefusedError(reason, {"reason": reason, "retry_after_s": self._retry_after_s})

    def _parse(self, arguments):
        if len(arguments) != 2 or not isinstance(arguments[0], bytes) or not isinstance(arguments[1], dict):
            came = ", ".join(type(argument).__name__ for argument in arguments[:4]) or "nothing"
            raise BadRequest(f'a frame is the picture\'s bytes and {{"seq": number}}, not {came}')
        data, notes = arguments
        seq, model = notes.get("seq"), notes.get("model")
        if type(seq) is not int or not (model is None or isinstance(model, str)):
            raise BadRequest("seq must be a whole number and model, where given, a name")
        time_ms = notes.get("time_ms")
        if time_ms is not None and not (type(time_ms) in (int, float) and 0 <= time_ms <= LONGEST_MS):
            raise BadRequest(f"time_ms, where given, is a film's time in milliseconds, 0 to {LONGEST_MS:,}")
        if len(data) > self._max_frame_bytes:
            words = f"the frame has {len(data):,} bytes; up to {self._max_frame_bytes:,} are accepted"
            raise BadImage("large", words)
        return data, seq, model, time_ms
