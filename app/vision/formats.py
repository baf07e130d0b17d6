"""Recognises a file by its first bytes: a picture format that is read, or a type that is refused by its name."""

import re

from app.vision.errors import BadImage

ACCEPTED = "JPEG, PNG, WebP, GIF, BMP, TIFF and AVIF pictures are read"
"""The sentence that ends every refusal of a type."""

_BEGINNINGS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
)
_BRANDS = {  # of the box "ftyp" at the start of ISO base media files
    "AVIF": (b"avif", b"avis"),
    "HEIC": (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"),
}
_REFUSED = (  # where in the file, what stands there, what it is
    (0, rb"%PDF", "a PDF document"),
    (0, rb"\xff\x0a|\0\0\0\x0cJXL ", "JPEG XL"),
    (0, rb"\xff\x4f\xff\x51|\0\0\0\x0cjP  ", "JPEG 2000"),
    (0, rb"8BPS", "a Photoshop document"),
    (0, rb"\0\0\x01\0", "an icon"),
    (0, rb"II\x2b\0|MM\0\x2b", "a BigTIFF picture"),
    (0, rb"II\x55\0|IIRO|FUJIFILMCCD-RAW", "a camera's raw picture"),
    (0, rb"\x93NUMPY", "a NumPy array"),
    (0, rb"PK\x03\x04|\x1f\x8b|7z\xbc\xaf|Rar!|BZh", "a packed archive"),
    (0, rb"\x1aE\xdf\xa3", "a WebM or Matroska film"),
    (8, rb"AVI ", "an AVI film"),
    (8, rb"WAVE", "a WAV sound"),
    (4, rb"ftypqt", "a QuickTime film"),
    (4, rb"ftypcrx", "a camera's raw picture"),
    (4, rb"ftyp", "an MP4 film"),
    (0, rb"ID3|OggS|fLaC", "a sound"),
    (0, rb"\x7fELF|MZ", "a program"),
)
_DRAWING = rb"(?i)(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!doctype svg[^>]*>\s*)?<svg\b"
_TEXTS = (
    (rb"data:", "a data URL"),
    (rb"[{\[]", "JSON"),
    (rb"photo=", "a form of text fields"),
    (rb"https?://\S+\s*$", "a web address, which this server does not open"),
    (rb"(/9j/|iVBORw0KGgo|UklGR|R0lGOD|Qk[0-3]|SUkq|TU0AK|AAAA)[A-Za-z0-9+/_=\s-]*$", "base64 text"),
)
_BEGINNING_BYTES = 512


def format_of(data):
    """The format of a picture's bytes: JPEG, PNG, WEBP, GIF, BMP, TIFF, AVIF or HEIC.

    Reads the first 512 bytes and ignores the file's name. Raises BadImage: kind "empty" for no bytes, "text" for text
    instead of a picture's bytes, else "unreadable" with the type that was recognised.
    """
    if not data:
        raise BadImage("empty", f"nothing was sent; {ACCEPTED}")
    start = bytes(data[:_BEGINNING_BYTES])
    for beginning, name in _BEGINNINGS:
        if start.startswith(beginning):
            return name
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "WEBP"
    return _of_brand(start) or _refuse(start)


def _of_brand(start):
    if start[4:8] != b"ftyp":
        return None
    size = int.from_bytes(start[:4], "big")
    brands = [start[8:12], *(start[at : at + 4] for at in range(16, min(size, len(start)), 4))]
    for name, known in _BRANDS.items():  # "mif1" may come first in an AVIF file, too
        if any(brand in known for brand in brands):
            return name
    return None


def _refuse(start):
    for at, pattern, name in _REFUSED:
        if re.match(pattern, start[at:]):
            raise BadImage("unreadable", f"this looks like {name}; {ACCEPTED}")
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    for pattern, name in _TEXTS:
        if re.match(pattern, text, re.DOTALL):
            words = f"this is {name}; send the bytes of the file itself, as in curl -F photo=@me.jpg"
            raise BadImage("text", words)
    if re.match(_DRAWING, text, re.DOTALL):
        raise BadImage("unreadable", f"this looks like an SVG drawing; {ACCEPTED}")
    if _is_text(start):
        raise BadImage("unreadable", f"this is text and no picture; {ACCEPTED}")
    raise BadImage("unreadable", f"this is no type of picture that is known here; {ACCEPTED}")


def _is_text(start):
    words = start[:-4].decode("utf-8", "ignore") if len(start) == _BEGINNING_BYTES else start.decode("utf-8", "ignore")
    shown = sum(character.isprintable() or character.isspace() for character in words)
    return len(words.encode()) >= len(start) - 7 and shown == len(words)
