"""Decoding of pictures."""

import zlib
from io import BytesIO

import cv2
import numpy as np
import pytest
from fakes import encode
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from app.vision.errors import BadImage
from app.vision.images import LIVE_FORMATS, decode

PIXELS = 1_000_000

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"]


@pytest.fixture
def halves():
    """A picture 64 wide and 32 high, black on the left, white on the right."""
    return np.repeat(np.repeat(np.array([[0, 255]], np.uint8), 32, axis=1), 32, axis=0)


@pytest.mark.parametrize("format", FORMATS)
def test_a_picture_keeps_its_shape_and_levels(halves, format):
    grey = decode(encode(halves, format), PIXELS)
    assert grey.shape == (32, 64)
    assert grey.dtype == np.uint8
    assert grey[:, :24].max() < 10
    assert grey[:, 40:].min() > 245


@pytest.mark.parametrize("format", FORMATS)
def test_colour_becomes_the_usual_weighted_grey_or_stays_colour(format):
    colour = encode(Image.new("RGB", (40, 32), (200, 100, 50)), format)
    assert int(decode(colour, PIXELS)[16, 16]) == pytest.approx(124, abs=3)
    levels = decode(colour, PIXELS, "RGB")
    assert levels.shape == (32, 40, 3)
    assert levels.dtype == np.uint8
    assert levels[16, 16].tolist() == pytest.approx([200, 100, 50], abs=6)


def test_a_live_frame_is_one_of_the_formats_that_are_quick_to_decode(halves):
    for format in FORMATS:
        data = encode(halves, format)
        if format in LIVE_FORMATS:
            assert decode(data, PIXELS, formats=LIVE_FORMATS).shape == (32, 64)
        else:
            with pytest.raises(BadImage, match=f"looks like {format}; a live frame is one of JPEG"):
                decode(data, PIXELS, formats=LIVE_FORMATS)


@pytest.mark.parametrize(
    ("orientation", "shape", "dark"),
    [
        (1, (32, 64), np.s_[:, :24]),
        (2, (32, 64), np.s_[:, 40:]),
        (3, (32, 64), np.s_[:, 40:]),
        (4, (32, 64), np.s_[:, :24]),
        (5, (64, 32), np.s_[:24]),
        (6, (64, 32), np.s_[:24]),
        (7, (64, 32), np.s_[40:]),
        (8, (64, 32), np.s_[40:]),
    ],
)
@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "AVIF"])
def test_the_exif_turn_is_applied(halves, format, orientation, shape, dark):
    exif = Image.Exif()
    exif[0x0112] = orientation
    grey = decode(encode(halves, format, exif=exif), PIXELS)
    assert grey.shape == shape
    assert grey[dark].max() < 10


def test_a_turn_is_ignored_where_browsers_ignore_it(halves):
    """Chromium and Firefox ignore the orientation of a WebP file, and the orientation in XMP in every file."""
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode(encode(halves, "WEBP", exif=exif), PIXELS).shape == (32, 64)
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    assert decode(encode(halves, "JPEG", xmp=xmp), PIXELS).shape == (32, 64)


def test_turns_agree_with_pillow():
    rng = np.random.default_rng(0)
    exif = Image.Exif()
    picture = rng.integers(0, 256, (20, 30), np.uint8)
    for orientation in range(1, 9):
        exif[0x0112] = orientation
        data = encode(picture, "PNG", exif=exif)
        expected = np.asarray(ImageOps.exif_transpose(Image.open(BytesIO(data))))
        np.testing.assert_array_equal(decode(data, PIXELS), expected)


def test_transparent_parts_become_white():
    clear = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
    for format in ("PNG", "WEBP", "TIFF", "AVIF"):
        data = encode(clear, format, **({"lossless": True} if format == "WEBP" else {}))
        assert decode(data, PIXELS).min() == 255
        assert decode(data, PIXELS, "RGB").min() == 255


def test_sixteen_bits_become_eight():
    deep = Image.fromarray(np.full((32, 32), 128 * 256 + 7, np.uint16))
    for format in ("PNG", "TIFF"):
        assert (decode(encode(deep, format), PIXELS) == 128).all()
        assert (decode(encode(deep, format), PIXELS, "RGB") == 128).all()


@pytest.mark.parametrize("bits", [8, 10, 12, 14])
def test_of_sixteen_bits_those_in_use_count(bits):
    levels = np.linspace(0, 2**bits - 1, 32 * 32).astype(np.uint16).reshape(32, 32)
    grey = decode(encode(Image.fromarray(levels), "PNG"), PIXELS)
    assert grey.max() == 255
    assert int(grey[16, 0]) == pytest.approx(128, abs=1)


@pytest.mark.parametrize(("bits", "brightest"), [(12, 255), (14, 255), (16, 255)])
def test_of_sixteen_bits_a_colour_those_in_use_count(bits, brightest):
    red = np.linspace(0, 2**bits - 1, 32 * 32).astype(np.uint16).reshape(32, 32)
    colour = np.stack([np.zeros_like(red), red // 2, red], axis=2)  # OpenCV's channel order is blue, green, red
    levels = decode(cv2.imencode(".png", colour)[1].tobytes(), PIXELS, "RGB")
    assert levels.max() == brightest
    assert levels[16, 0].tolist() == pytest.approx([128, 64, 0], abs=1)


def test_floating_levels_are_read_from_black_to_the_brightest():
    levels = np.linspace(0, 1, 32 * 32, dtype=np.float32).reshape(32, 32)
    levels[0, 0] = np.nan
    grey = decode(encode(Image.fromarray(levels), "TIFF"), PIXELS)
    assert grey[-1, -1] == 255
    assert int(grey[16, 0]) == pytest.approx(128, abs=1)


def test_a_palette_and_cmyk_are_read():
    grey = Image.new("L", (32, 32), 77)
    assert decode(encode(grey.convert("RGB").quantize(4), "PNG"), PIXELS)[3, 3] == pytest.approx(77, abs=6)
    assert decode(encode(grey.convert("RGB").convert("CMYK")), PIXELS)[3, 3] == pytest.approx(77, abs=6)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "GIF", "TIFF", "AVIF"])
def test_of_an_animation_the_first_frame_is_taken(format):
    frames = [Image.new("L", (32, 32), level).convert("RGB") for level in (10, 240)]
    data = encode(frames[0], format, save_all=True, append_images=frames[1:], duration=100)
    assert decode(data, PIXELS).max() < 20


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (b"", "empty", "nothing"),
        (b"GIF89a" + bytes(40), "unreadable", "0×0|damaged"),
        (b"\xff\xd8\xff", "unreadable", "incomplete"),
        (b"\xff\xd8\xff\xd9", "unreadable", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "unreadable", "incomplete"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "unreadable", "damaged"),
        (b"II*\0" + bytes(20), "unreadable", "damaged"),
        (b"\0\0\0\x18ftypavif" + bytes(40), "unreadable", "damaged"),
        (encode(np.zeros((1, 1), np.uint8), "PNG"), "unreadable", "1×1"),
        (encode(np.zeros((1001, 1000), np.uint8), "PNG"), "large", "1000×1001"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(data, kind, words):
    with pytest.raises(BadImage, match=words) as caught:
        decode(data, PIXELS)
    assert caught.value.kind == kind


def test_a_huge_picture_is_refused_by_its_header_alone():
    header = encode(np.zeros((16, 16), np.uint8), "PNG")
    huge = header[:16] + (20_000).to_bytes(4, "big") * 2 + header[24:]
    huge = huge[:29] + zlib.crc32(huge[12:29]).to_bytes(4, "big") + huge[33:]
    with pytest.raises(BadImage, match="20000×20000") as caught:
        decode(huge, PIXELS)
    assert caught.value.kind == "large"


@pytest.mark.parametrize("format", [f for f in FORMATS if f != "AVIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_picture_is_refused(astronaut, format, share):
    data = encode(astronaut[:200, :200], format)
    with pytest.raises(BadImage):
        decode(data[: int(len(data) * share)], PIXELS)


def test_a_jpeg_of_unknown_colours_is_refused():
    data = bytearray(encode(np.zeros((32, 32), np.uint8)))
    start = data.index(b"\xff\xc0")
    data[start + 9] = 2  # two colours
    with pytest.raises(BadImage, match="damaged"):
        decode(bytes(data), PIXELS)


@given(
    st.sampled_from(LIVE_FORMATS),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
)
def test_damage_never_raises_anything_else(format, damage):
    data = bytearray(encode(np.arange(32 * 32, dtype=np.uint8).reshape(32, 32), format))
    for place, value in damage:
        data[int(place * len(data))] = value
    try:
        grey = decode(bytes(data), PIXELS)
    except BadImage:
        return
    assert grey.ndim == 2
    assert grey.dtype == np.uint8
