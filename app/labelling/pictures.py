"""The pictures that a rater sees: the face, cut out large, and the whole photo. Nothing is written to disk."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from app.vision.drawing import COLOUR
from app.vision.images import decode

FACE_PX = 640
PHOTO_PX = 1200
"""The longest sides of the pictures that are sent."""

ROOM = 1.5
"""The side of the square that is cut around a face, in sides of its box: hair and chin help to read it."""

_KEPT = 128  # faces that stay in memory, some 150 kB each: several raters see the same ones


class Gone(Exception):
    """A picture is no longer in the folder, or its file has another content now."""


@dataclass(frozen=True)
class Views:
    """A face's two pictures, as bytes of JPEGs: the square around its box, and the whole photo with the box."""

    face: bytes
    photo: bytes


@lru_cache(maxsize=_KEPT)
def views(folder, sha256, path, box, max_pixels):
    """The Views of a box in a picture below the folder, at most FACE_PX and PHOTO_PX large. Raises Gone."""
    picture = _read(folder, sha256, path, max_pixels)
    if picture.size == box[2:]:
        return Views(_encode(picture, FACE_PX), b"")
    side, left, top = _square(box, picture.size)
    face = picture.crop((left, top, left + side, top + side))
    return Views(_encode(face, FACE_PX), _encode(_with_box(picture, box), PHOTO_PX))


def _read(folder, sha256, path, max_pixels):
    try:
        data = Path(folder, path).read_bytes()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Gone("this picture is no longer in the folder")
    return Image.fromarray(decode(data, max_pixels, "RGB"))


def _with_box(picture, box):
    """A smaller copy of a picture, the box drawn on it."""
    copy = picture.copy()
    copy.thumbnail((PHOTO_PX, PHOTO_PX), Image.Resampling.LANCZOS)
    scale = copy.width / picture.width
    x, y, width, height = (n * scale for n in box)
    line_px = max(2, round(max(copy.size) / 200))
    ImageDraw.Draw(copy).rectangle((x, y, x + width - 1, y + height - 1), outline=COLOUR, width=line_px)
    return copy


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
