"""Limits on files before decoding: hostile files are refused by their structure, before any pixel is decoded."""

import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from fakes import encode
from PIL import Image

from app.vision import bounds
from app.vision.errors import BadImage
from app.vision.images import decode
from benchmarks import bombs

MEGABYTE = 1024 * 1024
PIXELS = 50_000_000


def with_chunk(kind, content):
    plain = bombs.picture("PNG")
    chunk = struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return plain[:33] + chunk + plain[33:]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bombs.scans(42_983), "more than 32 scans"),
        (bombs.empty_segments(19 * MEGABYTE // 4), "more than 2,048 segments"),
        (bombs.chunks(19 * MEGABYTE // 12), "more than 50,000 chunks"),
        (bombs.clear_webp(7000), "25,000,000"),
        (bombs.large_tiles(30_000), "tiles of 30000×30000"),
        (bombs.overlapping_tags(60_000, 10 * MEGABYTE), "damaged|memory"),
    ],
    ids=["scans", "segments", "chunks", "webp", "tiles", "tags"],
)
def test_a_bomb_is_refused_and_takes_no_memory(data, words):
    tracemalloc.start()
    try:
        with pytest.raises(BadImage, match=words):
            decode(data, PIXELS)
        assert tracemalloc.get_traced_memory()[1] < 2 * len(data) + MEGABYTE
    finally:
        tracemalloc.stop()


def test_scans_are_no_more_than_a_decoder_does_in_a_moment():
    assert decode(bombs.scans(20), PIXELS).shape == (1080, 1920)  # the same structure as the bomb, within the limit


def test_filling_bytes_are_skipped():
    assert decode(bombs.filling(MEGABYTE), PIXELS).shape == (64, 64)


def test_a_jpegs_small_picture_within_its_notes_is_not_counted():
    small = encode(Image.new("RGB", (160, 120)))
    notes = b"Exif\0\0" + bombs.overlapping_tags(2, 4) + small
    data = bombs.picture("JPEG")
    data = data[:2] + b"\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes + data[2:]
    assert bounds.check_jpeg(data) == notes
    assert decode(data, PIXELS).shape == (64, 64)


def test_a_jpeg_of_restarts_is_one_scan():
    levels = np.random.default_rng(0).integers(0, 256, (200, 200), np.uint8)
    data = encode(levels, restart_marker_blocks=1)
    assert data.count(b"\xff\xd1") > 50
    assert bounds.check_jpeg(data) == b""
    assert decode(data, PIXELS).shape == (200, 200)


def test_what_follows_a_pictures_end_is_ignored():
    assert decode(bombs.picture("JPEG") + bombs.scans(40), PIXELS).shape == (64, 64)


@pytest.mark.parametrize(
    "data",
    [
        with_chunk(b"tEXt", b"Comment\0" + bytes(MEGABYTE)),
        with_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100 * MEGABYTE))),
        with_chunk(b"iCCP", b"profile\0\0" + zlib.compress(bytes(100 * MEGABYTE))),
        with_chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)),
        with_chunk(b"eXIf", bombs.overlapping_tags(60_000, MEGABYTE)),
        with_chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)),
    ],
    ids=["text", "packed text", "profile", "animation", "tags", "second header"],
)
def test_what_is_no_part_of_a_pngs_picture_is_never_unpacked(data):
    tracemalloc.start()
    try:
        assert decode(data, PIXELS).shape == (64, 64)
        assert tracemalloc.get_traced_memory()[1] < 2 * len(data) + MEGABYTE
    finally:
        tracemalloc.stop()


def test_a_bmp_that_would_be_unpacked_in_python_is_refused():
    data = bytearray(bombs.picture("BMP", mode="L"))
    data[30] = 1  # the compression: 8-bit run-length encoding
    with pytest.raises(BadImage, match="run-length-encoded"):
        decode(bytes(data), PIXELS)


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"Exif\0\0",
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff",
        b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIH", 0x0112, 3, 1, 9) + bytes(2),  # no valid orientation
        b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x0112, 4, 1, 6),  # a long instead of a short
        bombs.overlapping_tags(60_000, 10),
    ],
)
def test_damaged_notes_turn_nothing(exif):
    assert bounds.turn_of(exif) == 1


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_turn_is_read_in_both_orders_of_bytes(order):
    start = b"II*\0" if order == "<" else b"MM\0*"
    notes = start + struct.pack(order + "IHHHIHH", 8, 1, 0x0112, 3, 1, 6, 0)
    assert bounds.turn_of(notes) == bounds.turn_of(b"Exif\0\0" + notes) == 6
