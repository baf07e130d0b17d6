"""Decodes every format but JPEG with Pillow."""

from io import BytesIO

import numpy as np
from PIL import BmpImagePlugin, GifImagePlugin, Image, PngImagePlugin, WebPImagePlugin

from app.vision import bounds
from app.vision.errors import BadImage

# Pillow's classes are called directly: `Image.open` tries more formats than are accepted, and warns about some.
READERS = {
    "PNG": PngImagePlugin.PngImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
}

_MOST_PIXELS = {"WEBP": 25_000_000}  # Pillow's WebP reader takes 16 bytes a pixel
_RLE = (1, 2)  # Pillow unpacks these compressions in Python: 300 bytes can block the interpreter for long

_STRIP_PIXELS = 1_000_000
_DEEP, _DEEP_LOWER = (
    "RGB;16B",
    "RGB;16L",
)  # Pillow's raw modes; the latter keeps the lower byte of each value
_SENSORS_BITS = (8, 10, 12, 14, 16, 32)
_TILE_WIDTH, _TILE_HEIGHT = 322, 323  # TIFF's tags

_TURNS = {
    2: lambda levels: levels[:, ::-1],
    3: lambda levels: levels[::-1, ::-1],
    4: lambda levels: levels[::-1],
    5: lambda levels: levels.swapaxes(0, 1),
    6: lambda levels: levels.swapaxes(0, 1)[:, ::-1],
    7: lambda levels: levels.swapaxes(0, 1)[::-1, ::-1],
    8: lambda levels: levels.swapaxes(0, 1)[::-1],
}


def open_image(format, data, max_pixels, readers=READERS):
    """A Pillow image of a format's bytes, not yet decoded, of at most `max_pixels`; raises BadImage.

    `info["turn"]` is the orientation, 1 to 8, that browsers apply. `readers` are Pillow's classes by format.
    """
    exif = b""
    if format == "PNG":
        data, exif = bounds.strip_png(data)
    try:
        image = readers[format](BytesIO(data))
    except Exception as error:  # Pillow's readers raise a dozen types on broken headers
        raise damaged(error) from error
    bounds.check_size(image.size, min(max_pixels, _MOST_PIXELS.get(format, max_pixels)), format)
    if format == "BMP" and image.info.get("compression") in _RLE:
        raise BadImage("unreadable", "a run-length-encoded BMP is not read; save it as PNG")
    if format == "PNG" and image.tile and image.tile[0].args == _DEEP:
        image.info["deep"] = data
    if format == "TIFF":
        _check_tile(image, max_pixels)
    if format == "AVIF":  # Pillow notes the file's own turn there
        exif = image.info.get("exif", b"")
    image.info["turn"] = bounds.turn_of(exif)
    return image


def levels(image, mode):
    """The upright pixels of an image from open_image: uint8 (height, width) or (height, width, 3); raises BadImage.

    Sixteen bits become eight, and transparent parts become white.
    """
    try:
        turn = image.info["turn"]
        image.load()
        if "deep" in image.info and max(most for _, most in image.getextrema()) < 1 << 6:
            image = _with_lower_bytes(image)
        if image.mode.startswith(("I", "F")):  # convert() would clip them
            image = Image.fromarray(_eight_bits(np.asarray(image)))
        return turned(_converted(image, mode), turn)
    except Exception as error:  # as above
        raise damaged(error) from error


def turned(levels, turn):
    """Pixels after one of EXIF's orientations, 1 to 8, in one piece of memory."""
    return np.ascontiguousarray(_TURNS[turn](levels) if turn in _TURNS else levels)


def damaged(error):
    """The BadImage for what a reader of Pillow raised."""
    if isinstance(error, Image.DecompressionBombError | MemoryError):
        return BadImage("large", "the picture takes more memory than is given to one")
    return BadImage("unreadable", f"the picture is damaged or incomplete ({type(error).__name__})")


def _with_lower_bytes(image):
    """A 16-bit colour PNG with the lower bytes, which Pillow drops: values of 10 to 14 bits need them."""
    low = PngImagePlugin.PngImageFile(BytesIO(image.info["deep"]))
    low.tile = [low.tile[0]._replace(args=_DEEP_LOWER)]
    return Image.fromarray(_eight_bits(np.asarray(image).astype(np.uint16) << 8 | np.asarray(low)))


def _check_tile(image, max_pixels):
    """A TIFF's tiles are as large as the file says, whatever the size of its picture."""
    width, height = (image.tag_v2.get(tag, 1) for tag in (_TILE_WIDTH, _TILE_HEIGHT))
    if width * height > max_pixels:
        raise BadImage("large", f"the TIFF has tiles of {width}×{height} pixels; {max_pixels:,} are accepted")


def _converted(image, mode):
    """Converts strip by strip: at once, a transparent picture would take five times its memory."""
    if image.mode == mode:
        return np.asarray(image)
    levels = np.empty((image.height, image.width, *([3] if mode == "RGB" else [])), np.uint8)
    rows = max(1, _STRIP_PIXELS // image.width)
    for top in range(0, image.height, rows):
        bottom = min(top + rows, image.height)
        levels[top:bottom] = _opaque(image.crop((0, top, image.width, bottom)), mode)
    return levels


def _opaque(image, mode):
    if not image.has_transparency_data:
        return image.convert(mode)
    image = image.convert("RGBA")
    ground = Image.new(mode, image.size, "white")
    ground.paste(image.convert(mode), mask=image.getchannel("A"))
    return ground


def _eight_bits(levels):
    """Levels of more than eight bits as uint8, scaled by the bits in use: sensors store 10 to 14 bits in 16."""
    top = float(levels.max())
    if not np.isfinite(top) or levels.dtype.kind == "f":
        low = np.nan_to_num(levels, nan=0.0, posinf=0.0, neginf=0.0)
        return (255 * np.clip(low / max(float(low.max()), 1e-9), 0, 1)).astype(np.uint8)
    bits = next(bits for bits in _SENSORS_BITS if top < 1 << bits)
    return (np.maximum(levels, 0) >> (bits - 8)).astype(np.uint8)
