"""Bytes to picture: JPEG, PNG and WebP become upright grey levels; everything else is refused by name."""

from io import BytesIO

import cv2
import numpy as np
from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from app.vision.errors import BadImage

MIN_SIDE_PX = 16
"""Shorter sides hold no face that could be read."""

_ORIENTATION = 0x0112  # EXIF

# Pillow's readers by the file's first bytes. `Image.open` is not used: it tries more formats than we
# accept, and warns (a process-wide state) where we refuse.
_READERS = (
    (b"\xff\xd8\xff", JpegImagePlugin.JpegImageFile),
    (b"\x89PNG\r\n\x1a\n", PngImagePlugin.PngImageFile),
    (b"RIFF", WebPImagePlugin.WebPImageFile),
)

_TURNS = {
    2: lambda grey: grey[:, ::-1],
    3: lambda grey: grey[::-1, ::-1],
    4: lambda grey: grey[::-1],
    5: lambda grey: grey.T,
    6: lambda grey: grey.T[:, ::-1],
    7: lambda grey: grey.T[::-1, ::-1],
    8: lambda grey: grey.T[::-1],
}


def decode(data, max_pixels):
    """Grey levels of a picture, uint8 (height, width), upright (its EXIF turn is applied).

    `data` is a JPEG, PNG or WebP file's bytes. Its header is read first: more than `max_pixels` are
    refused before one is decoded. Transparent parts become white; of an animation the first frame is
    taken; 16 bits become 8. Raises BadImage.
    """
    image = _open(data)
    _check_size(image.size, max_pixels)
    grey = _read_jpeg(data) if image.format == "JPEG" and image.mode != "CMYK" else _read(image)
    turn = _TURNS.get(_orientation(image))
    return grey if turn is None else np.ascontiguousarray(turn(grey))


def opaque(image, mode):
    """A Pillow image in a mode, "L" or "RGB", as it is read: 16 bits become 8, transparent parts white."""
    if image.mode.startswith("I"):  # convert() would clip them
        image = Image.fromarray((np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8))
    if not image.has_transparency_data:
        return image.convert(mode)
    image = image.convert("RGBA")
    ground = Image.new(mode, image.size, "white")
    ground.paste(image.convert(mode), mask=image.getchannel("A"))
    return ground


def _open(data):
    if not data:
        raise BadImage("empty", "nothing was sent; a JPEG, PNG or WebP picture is expected")
    reader = next((reader for magic, reader in _READERS if data.startswith(magic)), None)
    if reader is None:
        raise BadImage("unreadable", "this is not a JPEG, PNG or WebP picture")
    try:
        return reader(BytesIO(data))
    except Image.DecompressionBombError:
        raise BadImage("large", "the picture has far too many pixels") from None
    except Exception as error:  # Pillow's readers raise a dozen types on broken headers
        raise _damaged(error) from error


def _check_size(size, max_pixels):
    width, height = size
    if width * height > max_pixels:
        raise BadImage("large", f"the picture has {width}×{height} pixels; {max_pixels:,} in all are accepted")
    if min(size) < MIN_SIDE_PX:
        raise BadImage(
            "unreadable",
            f"the picture has {width}×{height} pixels; at least {MIN_SIDE_PX}×{MIN_SIDE_PX} are needed",
        )


def _read_jpeg(data):
    # Same levels as Pillow's, in three quarters of the time (0.43 against 0.56 ms for 640×480): it
    # decodes the luma alone. IGNORE_ORIENTATION, or it would turn what is turned below once more.
    flags = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise _damaged(error) from error
    if grey is None:
        raise BadImage("unreadable", "the JPEG is damaged or incomplete")
    return grey


def _read(image):
    try:
        image.load()
        return np.asarray(opaque(image, "L"))
    except Exception as error:  # as above: whatever a broken file makes of Pillow
        raise _damaged(error) from error


def _orientation(image):
    try:
        return image.getexif().get(_ORIENTATION, 1)
    except Exception:  # broken notes beside a whole picture: show it as it is
        return 1


def _damaged(error):
    return BadImage("unreadable", f"the picture is damaged or incomplete ({type(error).__name__})")
