"""An application for gunicorn in tests: every frame takes as long as FAKE_FRAME_S says, pings as FAKE_PING_S."""

import os
import time

from fakes import FakeAnalyser

from app import create_app
from app.live import server


class SlowAnalyser(FakeAnalyser):
    """A fake analyser that takes its time."""

    def frame(self, data, tracks, model=None, seq=None):
        """The same face for every frame, after a while."""
        time.sleep(float(os.environ.get("FAKE_FRAME_S", "0")))
        return super().frame(data, tracks, model, seq)

    def _see(self, data, model, seq=None):
        if model == "faulty":
            raise RuntimeError("a fault of our own")
        return super()._see(data, model, seq)


if ping_s := os.environ.get("FAKE_PING_S"):
    server.PING_S = server.PONG_S = int(ping_s)
app = create_app({}, SlowAnalyser("study"))
_calendar = time.time


@app.post("/jump/<int(signed=True):seconds>")
def jump(seconds):
    """Lets this process's calendar jump."""
    time.time = lambda: _calendar() + seconds
    return {}
