"""Every setting of the server, with its unit and its reason.

A setting is set by an environment variable with the prefix FACEIT_ (FACEIT_MAX_CLIENTS=20) or by
`create_app({"MAX_CLIENTS": 20})`; the latter wins.
"""

import difflib
import json
import os
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "FACEIT_"

MODELS = str(Path(__file__).resolve().parent.parent / "models")
"""Folder of the model folders. The site offers every model in it."""

MODEL = ""
"""Name of the default model; empty takes the first that is installed of ferplus, ensemble, resnet, vgg16 and cnn, else
any."""

MAX_CLIENTS = 48
"""Live pages served at once, a number. Each holds a thread of the server; further visitors are asked to try later."""

RETRY_AFTER_S = 5
"""Seconds that a refused client is told to wait before it tries again."""

ANALYSERS = 0
"""Pictures analysed at the same time, a number; 0 means as many as there are cores."""

MAX_FRAME_BYTES = 512 * 1024
"""Bytes of a live frame. A JPEG of 640×480 pixels has about 40,000 bytes."""

MAX_FRAME_PIXELS = 1920 * 1080
"""Pixels of a live frame. The page sends 640×480; a larger frame takes longer and shows no more faces."""

MAX_PHOTO_BYTES = 20 * 1024 * 1024
"""Bytes of a photo. A telephone's best JPEG has about 10 million bytes."""

MAX_PHOTO_PIXELS = 50_000_000
"""Pixels of a photo, checked in the file's header: a small file can hold billions of pixels."""

PHOTO_WAIT_S = 5.0
"""Seconds that a photo waits for an analyser before it is refused as busy."""

PHOTOS_PER_MINUTE = 120
"""Photos that one address may send in a minute, a number. A visitor who drops a folder sends some dozens."""

FRAMES_PER_SECOND = 60
"""Frames that one live page may send in a second, a number. Fast common cameras give 60."""

CLIENTS_PER_ADDRESS = 32
"""Live pages from one address, a number: enough for a school class behind one router, and too few for one machine to
take every place. Behind a proxy that PROXIES does not count, all visitors have one address."""

STALLED_S = 30
"""Seconds that a client may pause while it sends or reads, a whole number; then its connection is closed. A live page
answers a ping every 10 s."""

LIMITER_STORAGE = "memory://"
"""Where photos are counted: memory://, or redis://host:6379 for several instances together."""

ORIGINS = ""
"""Other sites whose pages may use the API and the socket, such as https://example.org, separated by spaces; empty
allows the pages of this site alone."""

HOSTS = ""
"""Host names under which this server answers, such as faces.example.org, separated by spaces; empty for any. The names
keep other sites' pages from reaching a server in a private network by a name of their own (DNS rebinding)."""

PROXIES = 0
"""Number of proxies in front whose X-Forwarded headers are believed; 0 believes none."""

READING = "both"
"""Where faces are read. both: the visitor chooses between this server and their own device. device: the server takes
no frame and no photo. server: the server gives browsers no networks to read with."""

OFFLINE = True
"""Whether browsers keep the pages for visits without a network. Where it is switched off, browsers that kept the pages
delete them at their next visit."""

NOTICE = ""
"""The operator's own notice to visitors, shown on the live page and on /privacy; plain text, empty for none."""

SOURCE = ""
"""Address of the source code that runs here, linked at the foot of each page; empty for no link."""

LOG_FORMAT = "text"
"""How the log's lines are written: text for people, json for programs."""


DEFAULTS = {name: value for name, value in globals().items() if name.isupper() and name != "PREFIX"}

_CHOICES = {"LOG_FORMAT": ("text", "json"), "READING": ("both", "device", "server")}
_KINDS = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


class BadSetting(ValueError):
    """A setting that cannot be used; the text names it, what is expected and what came."""


def load(overrides=None, environ=None):
    """The settings as a dict: the defaults above, then the environment's values, then `overrides`.

    MODELS becomes an absolute path. Raises BadSetting for a value that is not of the kind above, and for a name that
    looks like a mistyped setting.
    """
    settings = dict(DEFAULTS)
    for name, text in _given(environ).items():
        if name in DEFAULTS:
            settings[name] = _parse(name, text)
        elif meant := difflib.get_close_matches(name, DEFAULTS, n=1, cutoff=0.8):
            raise BadSetting(f"{PREFIX}{name} is not a setting; {PREFIX}{meant[0]} is one")
    settings |= overrides or {}
    for name in DEFAULTS:
        _check(name, settings[name])
    settings["MODELS"] = str(Path(settings["MODELS"]).absolute())
    return settings


def foreign(environ=None):
    """Names of the environment's FACEIT_ variables that are no settings, sorted.

    Kubernetes sets such variables in every container beside a Service named faceit, FACEIT_PORT=tcp://10.0.0.7:80 for
    example.
    """
    return sorted(PREFIX + name for name in _given(environ) if name not in DEFAULTS)


def _given(environ):
    environ = os.environ if environ is None else environ
    return {name.removeprefix(PREFIX): text for name, text in environ.items() if name.startswith(PREFIX)}


def _parse(name, text):
    if isinstance(DEFAULTS[name], str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text  # refused by _check, in its words


def _check(name, value):
    expected = type(DEFAULTS[name])
    fits = isinstance(value, int | float if expected is float else expected)
    if not fits or (expected is not bool and isinstance(value, bool)):
        raise BadSetting(f"{PREFIX}{name} must be {_KINDS[expected]}, not {value!r}")
    if expected in (int, float) and not 0 <= value < float("inf"):
        raise BadSetting(f"{PREFIX}{name} must be a number from 0 up, not {value!r}")
    if value not in _CHOICES.get(name, (value,)):
        raise BadSetting(f"{PREFIX}{name} must be one of {', '.join(_CHOICES[name])}, not {value!r}")
    if name == "ORIGINS":
        _check_origins(value)


def _check_origins(value):
    for origin in value.split():
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or origin != f"{parts.scheme}://{parts.netloc}":
            raise BadSetting(f"{PREFIX}ORIGINS must hold origins such as https://example.org, not {origin!r}")
