"""Decoding in a separate process."""

import sys
from io import BytesIO

import numpy as np
import pytest
from fakes import encode
from PIL import Image

from app.vision import apart, images
from app.vision.errors import BadImage
from benchmarks import bombs

PIXELS = 50_000_000


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_large_picture_is_the_same_apart_as_here(mode, monkeypatch):
    levels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    for format in ("PNG", "GIF", "BMP", "WEBP"):
        data = encode(levels, format, **({"exif": exif} if format == "PNG" else {}))
        monkeypatch.setattr(images, "LARGE_PIXELS", 10**6)
        here = images.decode(data, PIXELS, mode)
        monkeypatch.setattr(images, "LARGE_PIXELS", 100)
        np.testing.assert_array_equal(images.decode(data, PIXELS, mode), here)


def test_a_large_jpeg_is_read_as_a_small_one(monkeypatch):
    data = encode(np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8))
    here = images.decode(data, PIXELS)
    monkeypatch.setattr(images, "LARGE_PIXELS", 100)
    np.testing.assert_array_equal(images.decode(data, PIXELS), here)


def test_a_refusal_comes_back_in_its_words_and_kind():
    with pytest.raises(BadImage, match="64×64 pixels; 1,000") as caught:
        apart.decode("TIFF", bombs.picture("TIFF"), 1000, "L")
    assert caught.value.kind == "large"
    with pytest.raises(BadImage, match="damaged") as caught:
        apart.decode("AVIF", b"\0\0\0\x18ftypavif" + bytes(40), 1000, "L")
    assert caught.value.kind == "unreadable"


@pytest.mark.skipif(sys.platform != "linux", reason="the process's memory can be bounded on Linux alone")
def test_a_process_that_runs_out_of_memory_costs_its_picture_alone(monkeypatch):
    code = (
        "import resource; from app.vision import apart; apart.MEMORY_BYTES = 300 << 20; apart._answer({!r}, {!r}, {!r})"
    )
    arguments = ("PNG", str(PIXELS), "RGB")
    monkeypatch.setattr(apart, "_COMMAND", [sys.executable, "-B", "-c", code.format(*arguments)])
    with pytest.raises(BadImage, match="memory") as caught:
        apart.decode("PNG", bombs.picture("PNG", 7000, 7000), PIXELS, "RGB")
    assert caught.value.kind == "large"


def test_a_process_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(apart, "_COMMAND", [sys.executable, "-c", "import time; time.sleep(600)"])
    monkeypatch.setattr(apart, "PATIENCE_S", 0.2)
    with pytest.raises(BadImage, match="memory or time"):
        apart.decode("PNG", bombs.picture("PNG"), PIXELS, "L")


def test_heic_is_read_where_its_extra_is_installed():
    pillow_heif = pytest.importorskip("pillow_heif", reason="pip install -r requirements-heic.txt")
    levels = np.repeat(np.array([[[250, 0, 0], [0, 0, 250]]], np.uint8), 32, 1).repeat(48, 0)
    file = pillow_heif.from_pillow(Image.fromarray(levels))
    data = BytesIO()
    file.save(data, quality=90)
    read = images.decode(data.getvalue(), PIXELS, "RGB")
    assert read.shape == (48, 64, 3)
    assert read[20, 10].tolist() == pytest.approx([250, 0, 0], abs=25)
    assert read[20, 50].tolist() == pytest.approx([0, 0, 250], abs=25)


def test_heic_is_named_where_its_extra_is_missing(monkeypatch):
    code = "import sys; sys.modules['pillow_heif'] = None; from app.vision import apart; apart._answer(*sys.argv[1:])"
    monkeypatch.setattr(apart, "_COMMAND", [sys.executable, "-B", "-c", code])
    with pytest.raises(BadImage, match="looks like HEIC, which is read where requirements-heic"):
        images.decode(b"\0\0\0\x18ftypheic" + bytes(100), PIXELS)
