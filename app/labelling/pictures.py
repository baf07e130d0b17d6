"""What a rater sees: the face cut out large, and the whole photo beside it. Nothing is written."""

import hashlib
import sys
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from app.vision.drawing import COLOUR
from app.vision.images import decode

FACE_PX = 640
CONTEXT_PX = 1200
"""Longer sides of what is sent, at most."""

ROOM = 1.5
"""The side of the square that is cut around a face, in sides of its box: hair and chin help to read it."""

_KEPT = 256  # JPEGs that stay in memory, some 60 kB each: several raters see the same faces


class Gone(Exception):
    """A picture that is no longer in the folder, or holds something else by now."""


@lru_cache(maxsize=_KEPT)
def face(folder, sha256, path, box):
    """A JPEG's bytes: the square around a box, at most FACE_PX large. Raises Gone."""
    picture = _read(folder, sha256, path)
    if picture.size == box[2:]:
        return _encode(picture, FACE_PX)
    side, left, top = _square(box, picture.size)
    return _encode(picture.crop((left, top, left + side, top + side)), FACE_PX)


@lru_cache(maxsize=_KEPT)
def context(folder, sha256, path, box):
    """A JPEG's bytes: the whole photo, at most CONTEXT_PX large, with the box drawn. Raises Gone."""
    picture = _read(folder, sha256, path)
    scale = min(1.0, CONTEXT_PX / max(picture.size))
    picture.thumbnail((CONTEXT_PX, CONTEXT_PX), Image.Resampling.LANCZOS)
    x, y, width, height = (n * scale for n in box)
    line_px = max(2, round(max(picture.size) / 200))
    ImageDraw.Draw(picture).rectangle((x, y, x + width - 1, y + height - 1), outline=COLOUR, width=line_px)
    return _encode(picture, CONTEXT_PX)


def _read(folder, sha256, path):
    try:
        data = Path(folder, path).read_bytes()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Gone("this picture is no longer in the folder")
    return Image.fromarray(decode(data, sys.maxsize, "RGB"))


def _square(box, size):
    """The square around a box as (side, left, top), moved inside the picture where it fits."""
    x, y, width, height = box
    side = round(min(ROOM * max(width, height), *size))
    left = min(max(0, round(x + width / 2 - side / 2)), size[0] - side)
    top = min(max(0, round(y + height / 2 - side / 2)), size[1] - side)
    return side, left, top


def _encode(picture, side_px):
    picture.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    file = BytesIO()
    picture.save(file, "JPEG", quality=88)
    return file.getvalue()
