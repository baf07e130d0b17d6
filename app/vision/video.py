"""Films: the frames of a video file with the film's own times, upright, as grey levels or RGB.

PyAV (FFmpeg's libraries) decodes. It is optional, from requirements-video.txt, and imported with the first film.
"""

import io
import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from app.vision.errors import BadVideo

SUFFIXES = frozenset(
    f".{ending}"
    for ending in (
        "3g2 3gp asf avi f4v flv m2ts m4v mkv mov mp4 mpeg mpg mts mxf ogv qt ts vob webm wmv".split()  # noqa: SIM905
    )
)
"""The endings of film files, lower case."""

FORMATS = "mov,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,mxf"
"""The containers that FFmpeg may read. Playlists (HLS, DASH, concat) are not among them: they name other files and
addresses, which FFmpeg would open."""

MAX_PIXELS = 8192 * 4320
"""Pixels of a frame: 8K. A damaged header may ask for any size."""

MIN_SIDE_PX = 16

BUFFER_BYTES = 256 * 1024
"""Bytes of a file that FFmpeg asks for at a time."""

MAX_BAD_PACKETS = 500
"""Packets in a row that give no frame but an error; after them the rest of a film counts as damaged."""

MISSING = "reading films needs PyAV: pip install -r requirements-video.txt, or pip install av"


@dataclass(frozen=True)
class Frame:
    """One frame of a film: its `number`, counted from 0, and its `time_s`, seconds from the film's start.

    The time is the one in the file (PTS), which need not follow the rate.
    """

    number: int
    time_s: float
    _decoded: object
    _size: tuple[int, int]

    @property
    def grey(self):
        """Grey levels, uint8 (height, width), 0 to 255, upright."""
        return self._pixels("gray")

    @property
    def rgb(self):
        """Colours, uint8 (height, width, 3), in the order red, green, blue, upright."""
        return self._pixels("rgb24")

    def _pixels(self, format):
        width, height = self._size
        pixels = self._decoded.reformat(width, height, format=format).to_ndarray()
        return np.ascontiguousarray(np.rot90(pixels, _quarter_turns(self._decoded)))


class Film:
    """A film that is open for reading, from a path or from a file's bytes; a context manager that closes it.

    `width` and `height` are pixels of the upright picture, `rate` is the average frames a second and `duration_s` the
    length in seconds, both None where the file does not say. `damage` is None or, after reading, a sentence
    that names the frame from which on the film could not be read. Raises BadVideo.
    """

    def __init__(self, path):
        self.damage = None
        self._file, self._container = _open(path)
        try:
            self._stream = _video_stream(self._container)
            self._rest = self._number(self._decoded())
            self._first = next(self._rest, None)
            if self._first is None:
                raise BadVideo(self.damage or "the film has no frame that can be read")
            self.height, self.width = self._first.grey.shape
        except BaseException:
            self._close()
            raise
        rate = self._stream.average_rate
        self.rate = float(rate) if rate else None
        self.duration_s = _duration_s(self._container, self._stream)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._close()

    def _close(self):
        self._container.close()
        self._file.close()

    def frames(self, fps=None):
        """The film's Frames in their order, once; with `fps` the first frame of each 1/fps seconds of the film."""
        slot = None
        for frame in self._all():
            # Whole microseconds, so that 0.3 s at 10 frames a second is exactly the start of slot 3.
            current = frame.number if fps is None else math.floor(Fraction(str(frame.time_s)) * Fraction(str(fps)))
            if current != slot:
                slot = current
                yield frame

    def _all(self):
        last, self._first = self._first, None
        if last is None:
            raise ValueError("a film can be read once; open it again")
        yield last
        for last in self._rest:
            yield last
        self._note_missing_end(last)

    def _number(self, decoded):
        """Frames for PyAV's decoded ones. In some damaged files a frame has no time; then the rate gives it."""
        start_s = max(Fraction(self._container.start_time or 0, 1_000_000), 0)
        step_s = 1 / Fraction(self._stream.average_rate or 25)
        time_s = -step_s
        for number, frame in enumerate(decoded):
            told = frame.pts is not None and frame.time_base
            time_s = frame.pts * frame.time_base - start_s if told else time_s + step_s
            yield Frame(number, round(float(time_s), 6), frame, _upright_pixels(frame, self._stream))

    def _decoded(self):
        bad, number = 0, 0
        packets = iter(self._container.demux(self._stream))
        while bad < MAX_BAD_PACKETS:
            try:
                packet = next(packets, None)
                decoded = [] if packet is None else packet.decode()
            except Exception as error:  # whatever a broken file makes of FFmpeg
                self._note_damage(number, error)
                bad += 1
                continue
            if packet is None:
                return
            for frame in decoded:
                bad, number = 0, number + 1
                _check_size(frame.width, frame.height)
                if frame.is_corrupt:
                    self._note_damage(number - 1)
                yield frame

    def _note_damage(self, number, error=None):
        what = f" ({error.strerror})" if getattr(error, "strerror", None) else ""
        self.damage = self.damage or f"the film is damaged from frame {number} on{what}"

    def _note_missing_end(self, last):
        """Notes a cut file that ended without an error: Matroska, AVI and MPEG-TS hold the full length at the start."""
        if self.duration_s and not self.damage and len(self._container.streams) == 1:
            missing_s = self.duration_s - last.time_s
            if missing_s > max(1.0, 2 / (self.rate or 25)):
                self.damage = f"the film ends at {last.time_s:.2f} s; its header says {self.duration_s:.2f} s"


def looks_like_film(head):
    """Whether a file's first 16 bytes or more are those of a film's container."""
    brand = head[8:12]
    if head[4:8] == b"ftyp":
        return brand not in (b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"jxl ")
    return (
        head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip")
        or head.startswith((b"\x1aE\xdf\xa3", b"OggS", b"FLV\x01", b"0&\xb2u", b"\x00\x00\x01\xba", b"\x06\x0e+4"))
        or (head.startswith(b"RIFF") and brand == b"AVI ")
        or (head[:1] == b"G" and len(head) > 188 and head[188:189] == b"G")
    )


def _open(path):
    try:
        import av
    except ImportError:
        raise BadVideo(MISSING) from None
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    # FFmpeg gets an open file, because a name may be no valid text or look like a URL.
    file = io.BytesIO(path) if isinstance(path, bytes) else open(path, "rb")  # noqa: SIM115
    try:
        return file, av.open(file, container_options=options, metadata_errors="ignore", buffer_size=BUFFER_BYTES)
    except Exception as error:  # whatever a broken file makes of FFmpeg
        file.close()
        why = getattr(error, "strerror", None) or type(error).__name__
        raise BadVideo(f"this is no film that FFmpeg reads, or its start or index is damaged ({why})") from None


def _video_stream(container):
    """The first video stream that is no cover picture, set to decode in one thread.

    With several threads a damaged film may give different frames each time.
    """
    import av

    pictures = av.stream.Disposition.attached_pic
    stream = next((s for s in container.streams.video if not s.disposition & pictures), None)
    if stream is None:
        raise BadVideo(
            "there is no film in this file, only " + (", ".join(s.type for s in container.streams) or "nothing")
        )
    if stream.codec_context is None:
        raise BadVideo("the film's codec is unknown to FFmpeg")
    _check_size(stream.codec_context.width, stream.codec_context.height)
    stream.codec_context.thread_count = 1
    return stream


def _check_size(width, height):
    if width * height > MAX_PIXELS:
        raise BadVideo(f"the film has {width}×{height} pixels; {MAX_PIXELS:,} in all are accepted")
    if 0 < min(width, height) < MIN_SIDE_PX:
        raise BadVideo(f"the film has {width}×{height} pixels; at least {MIN_SIDE_PX}×{MIN_SIDE_PX} are needed")


def _duration_s(container, stream):
    if stream.duration:
        return float(stream.duration * stream.time_base)
    return container.duration / 1_000_000 if container.duration else None


def _upright_pixels(frame, stream):
    """The size, before the turn, at which a frame's pixels are square: old cameras wrote narrow or wide pixels."""
    aspect = stream.sample_aspect_ratio
    if not aspect or aspect == 1 or not Fraction(1, 4) < aspect < 4:
        return frame.width, frame.height
    return round(frame.width * aspect), frame.height


def _quarter_turns(frame):
    """Anticlockwise quarter turns that set a frame upright, from the display matrix that the telephone wrote."""
    return round(frame.rotation / 90) % 4
