"""Small files that ask a careless decoder for much time or memory; the tests and the siege send them."""

import struct
import zlib
from io import BytesIO

import numpy as np
from PIL import Image


def picture(format, width=64, height=64, mode="RGB", **options):
    """A plain picture's file, bytes of a format."""
    file = BytesIO()
    Image.new(mode, (width, height), 128 if mode == "L" else (128,) * len(mode)).save(file, format, **options)
    return file.getvalue()


def scans(number, width=1920, height=1080):
    """A progressive JPEG of many scans, 12 bytes each, that pass over all the blocks and change none."""
    plain = picture("JPEG", width, height, "L", progressive=True)
    table = b"\xff\xc4" + struct.pack(">HB", 2 + 1 + 16 + 1, 0x11) + bytes([1] + [0] * 15) + b"\xe0"
    blocks = -(-width // 8) * -(-height // 8)
    run = min(blocks, 32767) - 16384  # of empty blocks: the longest run that one symbol can encode
    bits = f"0{max(run, 0):014b}1"
    scan = b"\xff\xda" + struct.pack(">HBBBBBB", 8, 1, 1, 0x01, 1, 63, 0) + int(bits, 2).to_bytes(2, "big")
    return plain[:-2] + table + scan * number + b"\xff\xd9"


def empty_segments(number):
    """A JPEG with many empty metadata segments, four bytes each."""
    plain = picture("JPEG")
    return plain[:2] + b"\xff\xe5\x00\x02" * number + plain[2:]


def filling(number):
    """A JPEG with many fill bytes before its first segment."""
    plain = picture("JPEG")
    return plain[:2] + b"\xff" * number + plain[2:]


def clear_webp(side):
    """A transparent WebP of side × side pixels in some kilobytes."""
    return picture("WEBP", side, side, "RGBA", lossless=True, method=0)


def chunks(number):
    """A PNG with many empty chunks, twelve bytes each."""
    plain, name = picture("PNG"), b"teSt"
    return plain[:33] + (struct.pack(">I", 0) + name + struct.pack(">I", zlib.crc32(name))) * number + plain[33:]


def overlapping_tags(tags, size):
    """EXIF data or the start of a TIFF, whose many tags all refer to the same `size` bytes."""
    entries = b"".join(struct.pack("<HHII", 1000 + number, 1, size, 8) for number in range(tags))
    return b"II*\0" + struct.pack("<I", 8 + size) + bytes(size) + struct.pack("<H", tags) + entries + bytes(4)


def large_tiles(side):
    """A TIFF of 64 × 64 pixels whose only tile claims side × side pixels."""
    values = {256: 64, 257: 64, 258: 8, 259: 5, 262: 1, 277: 1, 322: side, 323: side, 324: 8, 325: 8}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in values.items())
    return b"II*\0" + struct.pack("<I", 16) + bytes(8) + struct.pack("<H", len(values)) + entries + bytes(4)


def noise(format, side, **options):
    """A picture that doesn't compress, bytes of a format, side × side pixels."""
    file = BytesIO()
    levels = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    Image.fromarray(levels).save(file, format, **options)
    return file.getvalue()
