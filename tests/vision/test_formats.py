"""Recognition of file formats by their first bytes."""

import base64
import json

import pytest
from fakes import encode
from PIL import Image

from app.vision.errors import BadImage
from app.vision.formats import format_of

PICTURE = Image.new("RGB", (32, 32))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_a_format_is_known_by_its_first_bytes(format):
    assert format_of(encode(PICTURE, format)) == format


@pytest.mark.parametrize(
    ("brands", "format"),
    [(b"heic", "HEIC"), (b"mif1\0\0\0\0heic", "HEIC"), (b"mif1\0\0\0\0avif", "AVIF"), (b"avis", "AVIF")],
)
def test_a_format_in_a_media_file_is_known_by_its_brands(brands, format):
    assert format_of((8 + len(brands)).to_bytes(4, "big") + b"ftyp" + brands + bytes(100)) == format


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\xff\x0a" + bytes(50), "JPEG XL"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"\0\0\0\x18ftypmp42" + bytes(50), "an MP4 film"),
        (b"\0\0\0\x18ftypqt  " + bytes(50), "a QuickTime film"),
        (b"\x1aE\xdf\xa3" + bytes(50), "WebM"),
        (b"RIFF\0\0\0\0AVI LIST", "an AVI film"),
        (b"RIFF\0\0\0\0WAVE" + bytes(40), "a WAV sound"),
        (b"PK\3\4" + bytes(50), "a packed archive"),
        (b"8BPS\0\1", "a Photoshop document"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">', "an SVG drawing"),
        (b"<!doctype html>\n<title>Not found</title>", "this is text"),
        (b"hello", "this is text"),
        ("Grüße aus Köln\n".encode() * 90, "this is text"),
        (bytes(100), "no type of picture that is known here"),
        (bytes(range(128, 256)), "no type of picture that is known here"),
    ],
)
def test_another_type_is_refused_by_its_name(data, words):
    with pytest.raises(BadImage, match=words) as caught:
        format_of(data)
    assert caught.value.kind == "unreadable"
    assert "JPEG, PNG, WebP, GIF, BMP, TIFF and AVIF pictures are read" in str(caught.value)


JPEG = base64.b64encode(encode(PICTURE))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"data:image/jpeg;base64," + JPEG, "a data URL"),
        (JPEG, "base64 text"),
        (b"\n" + base64.encodebytes(encode(PICTURE, "PNG")), "base64 text"),
        (json.dumps({"photo": JPEG.decode()}).encode(), "JSON"),
        (b"\xef\xbb\xbf[1, 2]", "JSON"),
        (b"https://example.org/cat.jpg", "a web address"),
        (b"photo=" + JPEG, "a form of text fields"),
    ],
)
def test_text_is_told_that_bytes_are_wanted(data, words):
    with pytest.raises(BadImage, match=words) as caught:
        format_of(data)
    assert caught.value.kind == "text"


def test_nothing_is_told_so():
    with pytest.raises(BadImage, match="nothing was sent") as caught:
        format_of(b"")
    assert caught.value.kind == "empty"
