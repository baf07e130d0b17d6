"""Limits on the work that a file asks of a decoder: segments, scans and chunks, counted before a pixel is decoded.

A few bytes can ask a decoder for minutes: an empty scan of a JPEG takes 12 bytes, and each passes over all pixels.
"""

import re
import struct

from app.vision.errors import BadImage

MIN_SIDE_PX = 16
"""A picture with a shorter side holds no face that could be read."""

MOST_SEGMENTS = 2048
"""Segments of a JPEG. Metadata of 20 MB takes 320 full segments."""

MOST_SCANS = 32
"""Scans of a JPEG. Encoders write about ten."""

MOST_CHUNKS = 50_000
"""Chunks of a PNG. Encoders write 8 kB or more into each."""

_BLOCK_BYTES = 256 * 1024
_FILLING = re.compile(rb"\xff+")
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # within a scan, 0xFF 0x00 is a literal 0xFF
_EXIF = b"Exif\0\0"
_SOS, _EOI, _APP1 = 0xDA, 0xD9, 0xE1
_STANDS_ALONE = {0x00, 0x01, 0xD8, *range(0xD0, 0xD8)}
_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_ORIENTATION, _SHORT = 0x0112, 3
_MOST_TAGS = 1000


def check_size(size, max_pixels, format):
    """Raises BadImage for a picture of `size` (width, height) with more than `max_pixels`, or with too short a side."""
    width, height = size
    if width * height > max_pixels:
        text = f"the {format} picture has {width}×{height} pixels; {max_pixels:,} in all are accepted"
        raise BadImage("large", text)
    if min(size) < MIN_SIDE_PX:
        text = f"the picture has {width}×{height} pixels; at least {MIN_SIDE_PX}×{MIN_SIDE_PX} are needed"
        raise BadImage("unreadable", text)


def check_jpeg(data):
    """The EXIF notes of a JPEG's bytes, b"" where it has none.

    Raises BadImage for more than MOST_SEGMENTS or MOST_SCANS, and for a file that breaks off before its end marker.
    """
    exif, at, segments, scans = b"", 2, 0, 0
    while (at := data.find(b"\xff", at)) >= 0:
        at = _FILLING.match(data, at).end()
        marker = data[at] if at < len(data) else _EOI
        at += 1
        if marker == _EOI and at <= len(data):
            return exif
        segments += 1
        if segments > MOST_SEGMENTS:
            raise BadImage("unreadable", f"the JPEG has more than {MOST_SEGMENTS:,} segments")
        if marker in _STANDS_ALONE:
            continue
        end = at + int.from_bytes(data[at : at + 2], "big")
        if marker == _APP1 and not exif and data.startswith(_EXIF, at + 2):
            exif = data[at + 2 : end]
        if marker == _SOS:
            scans += 1
            if scans > MOST_SCANS:
                raise BadImage("unreadable", f"the JPEG has more than {MOST_SCANS} scans")
            end = _next_marker(data, end)
        at = end
    raise BadImage("unreadable", "the JPEG is incomplete: it breaks off before its end")


def strip_png(data):
    """A PNG's bytes with nothing but its picture, and its EXIF notes (b"" where it has none).

    Texts, colour profiles and animations are left out: they are no part of the picture that is read, and may unfold
    to more than it. Raises BadImage for more than MOST_CHUNKS and for a file that breaks off.
    """
    pieces, exif, at = [data[:8]], b"", 8
    for _ in range(MOST_CHUNKS):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data):
            raise BadImage("unreadable", "the PNG is incomplete: it breaks off before its end")
        if kind in _KEPT and (kind != b"IHDR" or len(pieces) == 1):
            pieces.append(data[at:end])
        elif kind == b"eXIf" and not exif:
            exif = data[at + 8 : end - 4]
        if kind == b"IEND":
            return b"".join(pieces), exif
        at = end
    raise BadImage("unreadable", f"the PNG has more than {MOST_CHUNKS:,} chunks")


def turn_of(exif):
    """The orientation, 1 to 8, that EXIF notes name; 1 where they name none or are damaged.

    Reads that one number: Pillow's reader copies all the values, which may overlap and so come to gigabytes.
    """
    notes = exif.removeprefix(_EXIF)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(bytes(notes[:4]))
    try:
        start = struct.unpack_from(order + "I", notes, 4)[0]
        tags = min(struct.unpack_from(order + "H", notes, start)[0], _MOST_TAGS)
        for at in range(start + 2, start + 2 + 12 * tags, 12):
            tag, kind, count, turn = struct.unpack_from(order + "HHIH", notes, at)
            if (tag, kind, count) == (_ORIENTATION, _SHORT, 1):
                return turn if 1 <= turn <= 8 else 1
    except (TypeError, struct.error):  # no TIFF header, or offsets beyond the end of the EXIF data
        pass
    return 1


def _next_marker(data, start):
    for first in range(start, len(data), _BLOCK_BYTES):  # a single search could block all threads for 160 ms
        found = _MARKER.search(data, first, first + _BLOCK_BYTES + 1)
        if found:
            return found.start()
    return len(data)
