"""Bytes to picture."""

import zlib
from io import BytesIO

import numpy as np
import pytest
from fakes import encode
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from app.vision.errors import BadImage
from app.vision.images import decode

PIXELS = 1_000_000


@pytest.fixture
def halves():
    """A picture 64 wide and 32 high, black on the left, white on the right."""
    return np.repeat(np.repeat(np.array([[0, 255]], np.uint8), 32, axis=1), 32, axis=0)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_keeps_its_shape_and_levels(halves, format):
    grey = decode(encode(halves, format), PIXELS)
    assert grey.shape == (32, 64)
    assert grey.dtype == np.uint8
    assert grey[:, :24].max() < 10
    assert grey[:, 40:].min() > 245


def test_colour_becomes_the_usual_weighted_grey():
    colour = Image.new("RGB", (32, 32), (200, 100, 50))
    for format in ("PNG", "JPEG"):
        assert decode(encode(colour, format), PIXELS)[16, 16] == pytest.approx(124, abs=2)


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
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_the_exif_turn_is_applied(halves, format, orientation, shape, dark):
    exif = Image.Exif()
    exif[0x0112] = orientation
    grey = decode(encode(halves, format, exif=exif), PIXELS)
    assert grey.shape == shape
    assert grey[dark].max() < 10


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
    for format in ("PNG", "WEBP"):
        assert decode(encode(clear, format, **({"lossless": True} if format == "WEBP" else {})), PIXELS).min() == 255


def test_sixteen_bits_become_eight():
    deep = Image.fromarray(np.full((32, 32), 128 * 256 + 7, np.uint16))
    assert (decode(encode(deep, "PNG"), PIXELS) == 128).all()


def test_a_palette_and_cmyk_are_read():
    grey = Image.new("L", (32, 32), 77)
    assert decode(encode(grey.convert("RGB").quantize(4), "PNG"), PIXELS)[3, 3] == pytest.approx(77, abs=6)
    assert decode(encode(grey.convert("RGB").convert("CMYK")), PIXELS)[3, 3] == pytest.approx(77, abs=6)


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_taken(format):
    frames = [Image.new("L", (32, 32), level).convert("RGB") for level in (10, 240)]
    data = encode(frames[0], format, save_all=True, append_images=frames[1:], duration=100)
    assert decode(data, PIXELS).max() < 20


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (b"", "empty", "nothing"),
        (b"hello", "unreadable", "JPEG, PNG or WebP"),
        (b"GIF89a" + bytes(40), "unreadable", "JPEG, PNG or WebP"),
        (b"\xff\xd8\xff", "unreadable", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "unreadable", "damaged"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "unreadable", "damaged"),
        (b"RIFF\x00\x00\x00\x00WAVE" + bytes(40), "unreadable", "damaged"),
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


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_picture_is_refused(astronaut, format, share):
    data = encode(astronaut[:200, :200], format)
    with pytest.raises(BadImage):
        decode(data[: int(len(data) * share)], PIXELS)


@given(
    st.sampled_from(["JPEG", "PNG", "WEBP"]),
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
