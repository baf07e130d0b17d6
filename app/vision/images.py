"""Decodes a picture's bytes to upright pixels, grey or colour; names the type of every file that it refuses."""

import threading

import numpy as np
import simplejpeg
from PIL import Image

from app.vision import apart, bounds, pixels
from app.vision.errors import BadImage
from app.vision.formats import format_of

LARGE_PIXELS = 4_000_000
"""Pictures of more pixels are decoded one at a time, and by a process of their own unless they are JPEG."""

LIVE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
"""The formats of a live frame, which are decoded in this process."""

_large = threading.Lock()


def decode(data, max_pixels, mode="L", formats=None):
    """The pixels of a picture, upright: uint8 (height, width) for mode "L", (height, width, 3) for "RGB".

    `data` is the bytes of a JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or (where pillow-heif is installed) HEIC file;
    `formats`, where given, are the only ones accepted. More than `max_pixels` are refused before one is decoded.
    The turn that EXIF notes is applied where browsers apply it (not in WebP). Transparent parts become white; of an
    animation the first frame is taken; 16 bits become 8. Raises BadImage.
    """
    format = format_of(data)
    if formats and format not in formats:
        accepted = ", ".join(formats)
        raise BadImage("unreadable", f"this looks like {format}; a live frame is one of {accepted}")
    if format == "JPEG":
        return _decode_jpeg(data, max_pixels, mode)
    if format in pixels.READERS:
        image = pixels.open_image(format, data, max_pixels)
        if image.width * image.height <= LARGE_PIXELS:
            return pixels.levels(image, mode)
    with _large:
        return apart.decode(format, data, max_pixels, mode)


def _decode_jpeg(data, max_pixels, mode):
    """Uses libjpeg-turbo through simplejpeg. OpenCV is as quick but prints a line for each damaged picture."""
    turn = bounds.turn_of(bounds.check_jpeg(data))
    try:
        height, width, colours, _ = simplejpeg.decode_jpeg_header(data, strict=False)
        bounds.check_size((width, height), max_pixels, "JPEG")
        if width * height <= LARGE_PIXELS:
            return pixels.turned(_read_jpeg(data, colours, mode), turn)
        with _large:
            return pixels.turned(_read_jpeg(data, colours, mode), turn)
    except BadImage:
        raise
    except Exception as error:  # simplejpeg raises ValueError mostly, and KeyError for colours that it does not know
        raise BadImage("unreadable", f"the JPEG is damaged ({type(error).__name__})") from error


def _read_jpeg(data, colours, mode):
    if colours in ("CMYK", "YCCK"):  # as Adobe writes them: 255 is no ink
        inks = 255 - simplejpeg.decode_jpeg(data, "CMYK", strict=False)
        return np.asarray(Image.fromarray(inks, "CMYK").convert(mode))
    levels = simplejpeg.decode_jpeg(data, "GRAY" if mode == "L" else mode, strict=False)
    return levels[..., 0] if mode == "L" else levels
