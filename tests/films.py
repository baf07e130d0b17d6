"""Films for tests, made of the public-domain portrait: small, and gone with the test's folder."""

from fractions import Fraction

import av
import numpy as np

WIDTH, HEIGHT = 320, 240


def portrait(astronaut, left=60, top=0):
    """The portrait as a film's frame shows it: uint8 (240, 320, 3), the face about 100 px wide."""
    return np.ascontiguousarray(astronaut[top : top + HEIGHT, left : left + WIDTH])


def moving(astronaut, number):
    """Frames in which the face moves a little to and fro."""
    return [portrait(astronaut, 60 + round(20 * np.sin(n / 5)), n % 3) for n in range(number)]


def write_film(path, frames, times_ms=None, codec="libx264", pixels="yuv420p", turn_deg=0):
    """Writes frames, uint8 (height, width, 3), as a film; one each 40 ms where no times are given."""
    times_ms = times_ms or range(0, 40 * len(frames), 40)
    options = {"movflags": "faststart"} if str(path).endswith(".mp4") else {}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=25)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = pixels
        stream.codec_context.time_base = Fraction(1, 1000)
        stream.options = {"preset": "ultrafast", "g": "5", "x265-params": "log-level=none"}
        if turn_deg:
            stream.set_display_rotation(turn_deg)
        for time_ms, pixels in zip(times_ms, frames, strict=True):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = time_ms, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
