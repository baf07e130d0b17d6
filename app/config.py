"""Every setting of the server, once, with its unit and its reason.

A setting is set by an environment variable with the prefix FACEIT_ (FACEIT_MAX_CLIENTS=20) or by
`create_app({"MAX_CLIENTS": 20})`; the latter wins.
"""

import json
import os
from contextlib import suppress
from pathlib import Path

PREFIX = "FACEIT_"

_choices = {"READING": ("both", "device", "server")}

MODELS = str(Path(__file__).resolve().parent.parent / "models")
"""Folder that holds the model folders. A folder in it is a model offered."""

MODEL = ""
"""Name of the model that answers where none is asked for; empty takes the best known one that is there."""

MAX_CLIENTS = 48
"""Live pages served at once, a number. Each holds a thread of the server; the next one is told to come back."""

RETRY_AFTER_S = 5
"""Seconds after which a client that found no room is asked to try again."""

ANALYSERS = 0
"""Pictures analysed at the same time, a number; 0 means as many as there are cores."""

MAX_FRAME_BYTES = 512 * 1024
"""Bytes of a live frame. A 640×480 JPEG has about 40,000, so this bounds abuse and not use."""

MAX_FRAME_PIXELS = 1920 * 1080
"""Pixels of a live frame. The page sends 640×480; a larger frame costs time and finds no more faces."""

MAX_PHOTO_BYTES = 20 * 1024 * 1024
"""Bytes of a photo. A telephone's best JPEG has about 10 million."""

MAX_PHOTO_PIXELS = 50_000_000
"""Pixels of a photo, read in its header before one is decoded: a small file can unfold to gigabytes."""

PHOTO_WAIT_S = 5.0
"""Seconds that a photo waits for its turn before it is refused as busy."""

PHOTOS_PER_MINUTE = 120
"""Photos that one address may send in a minute, a number. A person who drops a folder sends some dozens."""

FRAMES_PER_SECOND = 60
"""Frames that one live page may send in a second, a number: what the fastest common cameras give."""

CLIENTS_PER_ADDRESS = 32
"""Live pages from one address, a number. A class behind one router fits; one machine can't take every place.
Behind a proxy that PROXIES does not name all clients seem to have one address."""

STALLED_S = 30
"""Seconds that a client may take over the next bytes of what it sends or reads, a whole number: then its connection
is ended, and its thread is free. A live page answers a ping every 10 s."""

LIMITER_STORAGE = "memory://"
"""Where photos are counted: memory://, or redis://host:6379 that several instances share."""

ORIGINS = ""
"""Other sites whose pages may use the API and the socket, apart by spaces, such as https://example.org; empty
for none but our own."""

PROXIES = 0
"""Proxies in front, a number, whose X-Forwarded headers are believed. With 0 anyone's are worth nothing."""

READING = "both"
"""Where faces are read: both, where the visitor chooses between this server and the own device; device, where the
server takes no frame and no photo; or server, where it gives browsers no networks to read with."""

NOTICE = ""
"""The operator's own words to visitors, shown on the live page and on /privacy; plain text, empty for none."""

LOG_FORMAT = "text"
"""How the log's lines are written: text for people, json for programs."""


def load(overrides=None, environ=None):
    """The settings as a dict: those above, the environment's over them, `overrides` over both.

    Raises ValueError for an unknown name and for a value of another type than the one above.
    """
    settings = {name: value for name, value in globals().items() if name.isupper() and name != "PREFIX"}
    defaults = dict(settings)
    environ = os.environ if environ is None else environ
    given = {name.removeprefix(PREFIX): text for name, text in environ.items() if name.startswith(PREFIX)}
    for name, text in given.items():
        settings[name] = _parse(name, text, defaults)
    for name, value in (overrides or {}).items():
        if name in defaults:
            _check(name, value, defaults)
        settings[name] = value
    return settings


def _parse(name, text, defaults):
    if name not in defaults:
        raise ValueError(f"{PREFIX}{name} is not a setting; there are {', '.join(sorted(defaults))}")
    value = text
    if not isinstance(defaults[name], str):
        with suppress(ValueError):
            value = json.loads(text)
    _check(name, value, defaults)
    return value


def _check(name, value, defaults):
    expected = type(defaults[name])
    fits = isinstance(value, int | float if expected is float else expected)
    if not fits or (expected is not bool and isinstance(value, bool)):
        raise ValueError(f"{PREFIX}{name} must be of type {expected.__name__}, not {value!r}")
    if name in _choices and value not in _choices[name]:
        raise ValueError(f"{PREFIX}{name} must be one of {', '.join(_choices[name])}, not {value!r}")
    if expected in (int, float) and value < 0:
        raise ValueError(f"{PREFIX}{name} must not be negative, not {value!r}")
