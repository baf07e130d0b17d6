"""The fuzz targets: each function takes an input's bytes and raises where the code breaks its specification."""

import json
from contextlib import suppress

import atheris
import numpy as np

from app import create_app
from app.config import MAX_FRAME_PIXELS
from app.vision import apart, bounds, pixels
from app.vision.errors import BadImage
from app.vision.formats import format_of
from app.vision.images import LIVE_FORMATS
from app.vision.images import decode as decode_image
from tests.fakes import FakeAnalyser, encode

_PICTURES = [encode(np.full((16, 16), 99, np.uint8), format) for format in ("JPEG", "PNG", "WEBP")]
_live = create_app({"FRAMES_PER_SECOND": 10**9}, FakeAnalyser("study", "other")).extensions["live"]


def decode(data):
    """Checks that bytes decode to a picture within the size limit, or raise BadImage."""
    mode = "RGB" if len(data) % 2 else "L"
    with suppress(BadImage):
        _check(decode_image(data, MAX_FRAME_PIXELS, mode, LIVE_FORMATS), mode)


def media(data):
    """Does the same as `decode` for the formats that have a decoding process, but faster, without that process."""
    with suppress(BadImage):
        format = format_of(data)
        readers = pixels.READERS | apart.more_readers(format)
        if format in readers:
            _check(pixels.levels(pixels.open_image(format, data, MAX_FRAME_PIXELS, readers), "RGB"), "RGB")


def frame(data):
    """Checks that a client gets a valid answer to each of up to four frames with arbitrary arguments."""
    values = atheris.FuzzedDataProvider(data)
    _live.on_connect("client", {"REMOTE_ADDR": "10.0.0.1"}, None)
    for _ in range(values.ConsumeIntInRange(1, 4)):
        if values.ConsumeIntInRange(0, 9) == 9:
            _live.on_disconnect("client", "gone")
        arguments = _arguments(values)
        reply = json.loads(json.dumps(_live.on_frame("client", *arguments)))
        if "error" in reply:
            assert 400 <= reply["error"]["status"] < 500, reply
        else:
            assert reply["seq"] == arguments[1]["seq"]
            assert "faces" in reply or reply["dropped"]
    _live.on_disconnect("client", "gone")


def _check(levels, mode):
    assert levels.dtype == np.uint8
    assert levels.shape[2:] == ((3,) if mode == "RGB" else ())
    assert bounds.MIN_SIDE_PX**2 <= levels.shape[0] * levels.shape[1] <= MAX_FRAME_PIXELS


def _arguments(values):
    """Arguments for a frame, often of valid types, so that the code behind the type checks is reached too."""
    if values.ConsumeBool():
        return [_value(values) for _ in range(values.ConsumeIntInRange(0, 4))]
    number = values.ConsumeInt(8) if values.ConsumeBool() else _value(values)
    model = values.PickValueInList(["study", "other", None, "nope", ""]) if values.ConsumeBool() else _value(values)
    return [_bytes(values), {"seq": number, "model": model}]


def _value(values, depth=0):
    """A value that a Socket.IO packet can hold: any JSON type, or bytes."""
    size = range(values.ConsumeIntInRange(0, 4) if depth < 3 else 0)
    kinds = [
        lambda: None,
        values.ConsumeBool,
        values.ConsumeFloat,
        lambda: values.ConsumeInt(40),
        lambda: values.ConsumeUnicode(200),
        lambda: _bytes(values),
        lambda: [_value(values, depth + 1) for _ in size],
        lambda: {values.ConsumeUnicode(8): _value(values, depth + 1) for _ in size},
    ]
    return values.PickValueInList(kinds)()


def _bytes(values):
    """A small picture's file, complete, or truncated and followed by arbitrary bytes."""
    picture = values.PickValueInList([b"", *_PICTURES])
    if values.ConsumeBool():
        return picture
    return picture[: values.ConsumeIntInRange(0, len(picture))] + values.ConsumeBytes(1000)
