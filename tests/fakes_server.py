"""An application for gunicorn in tests: every frame takes as long as FAKE_FRAME_S says, pings as FAKE_PING_S.

With FAKE_HOLD frames are held until somebody posts to /go.
"""

import os
import threading
import time

from fakes import FakeAnalyser

from app import create_app, worker
from app.live import server


class SlowAnalyser(FakeAnalyser):
    """A fake analyser that takes its time."""

    def frame(self, data, tracks, model=None, seq=None):
        """The same face for every frame, after a while."""
        begun.append(seq)
        time.sleep(float(os.environ.get("FAKE_FRAME_S", "0")))
        goes_on.wait()
        return super().frame(data, tracks, model, seq)

    def _see(self, data, model, seq=None):
        if model == "faulty":
            raise RuntimeError("a fault of our own")
        return super()._see(data, model, seq)


begun, goes_on = [], threading.Event()
if "FAKE_HOLD" not in os.environ:
    goes_on.set()
worker.ANSWER_S = float(os.environ.get("FAKE_ANSWER_S", worker.ANSWER_S))
if ping_s := os.environ.get("FAKE_PING_S"):
    server.PING_S = server.PONG_S = int(ping_s)
app = create_app({}, SlowAnalyser("study"))
_calendar = time.time


@app.get("/begun")
def number_begun():
    """How many frames an analyser has begun with."""
    return str(len(begun))


@app.post("/go")
def go():
    """Lets the frames go on that are held."""
    goes_on.set()
    return {}


@app.post("/jump/<int(signed=True):seconds>")
def jump(seconds):
    """Lets this process's calendar jump."""
    time.time = lambda: _calendar() + seconds
    return {}
