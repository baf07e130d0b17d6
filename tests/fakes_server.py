"""An application for gunicorn in tests: every frame takes as long as FAKE_FRAME_S says."""

import os
import time

from fakes import FakeAnalyser

from app import create_app


class SlowAnalyser(FakeAnalyser):
    """A fake analyser that takes its time."""

    def frame(self, data, tracks, model=None, seq=None):
        """The same face for every frame, after a while."""
        time.sleep(float(os.environ.get("FAKE_FRAME_S", "0")))
        return super().frame(data, tracks, model, seq)


app = create_app({}, SlowAnalyser("study"))
