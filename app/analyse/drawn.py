"""A drawn copy of a film: each frame that was read, with a box and a word for every face, at the film's times."""

import os
from fractions import Fraction

from PIL import Image

from app.vision import drawing

CODECS = ("libx264", "mpeg4")
"""The codecs that are tried for the drawn film: a build of FFmpeg may lack the first."""

CLOCK = 90_000
"""Ticks a second of the drawn film's times."""


class DrawnFilm:
    """Writes the drawn copy of a film to `path`, without sound; a context manager.

    The file appears, complete, when the context ends without an error, and not otherwise.
    """

    def __init__(self, path, film):
        import av

        self._path, self._partial = path, path.with_name(f".{path.name}.{os.getpid()}.partial")
        self._last = -1
        self._container = av.open(str(self._partial), "w", format="mp4")
        codec = next(name for name in CODECS if name in av.codecs_available)
        self._stream = self._container.add_stream(codec, rate=round(film.rate or 25) or 25)
        self._stream.width, self._stream.height = film.width & ~1, film.height & ~1  # 4:2:0 needs even sides
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = Fraction(1, CLOCK if codec == CODECS[0] else 1000)
        self._stream.codec_context.thread_count = 1  # the same bytes each time

    def add(self, frame, faces):
        """Adds a video.Frame with its faces drawn."""
        import av

        picture = Image.fromarray(frame.rgb)
        drawing.draw_faces(picture, faces)
        drawn = av.VideoFrame.from_image(picture).reformat(self._stream.width, self._stream.height, "yuv420p")
        base = self._stream.codec_context.time_base
        self._last = max(self._last + 1, round(Fraction(str(frame.time_s)) / base))
        drawn.pts, drawn.time_base = self._last, base
        self._container.mux(self._stream.encode(drawn))

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self._container.mux(self._stream.encode())
            self._container.close()
            if kind is None:
                os.replace(self._partial, self._path)
        finally:
            self._partial.unlink(missing_ok=True)
