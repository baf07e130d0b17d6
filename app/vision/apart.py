"""Decodes a picture in a process of its own, whose memory and time are bounded and always returned to the system.

It takes the pictures that may need much time or memory: large ones, and formats whose files can hide a larger picture
behind a small size (AVIF, HEIC, TIFF). Pixels come back by a pipe; nothing is written to a file.
"""

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np

from app.vision.errors import BadImage

MEMORY_BYTES = 1 << 30
"""Address space that the process may take, on systems that can bound it. 50 megapixels of AVIF take 600 MB."""

CPU_S = 20
"""Seconds of processor time that the process may take."""

PATIENCE_S = 60.0
"""Seconds of real time after which the process is ended. A busy machine takes longer than the processor time."""

_ROOT = Path(__file__).resolve().parents[2]
_COMMAND = [sys.executable, "-B", "-W", "ignore", "-m", "app.vision.apart"]


def decode(format, data, max_pixels, mode):
    """The upright pixels of a picture: uint8 (height, width) for mode "L", (height, width, 3) for "RGB".

    `format` is a name from formats.format_of. Raises BadImage, also where the process ran out of memory or time.
    """
    arguments = [*_COMMAND, format, str(max_pixels), mode]
    with subprocess.Popen(arguments, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        late = threading.Timer(PATIENCE_S, process.kill)
        late.daemon = True
        late.start()
        try:
            return _ask(process, data)
        finally:
            late.cancel()
            process.kill()


def _ask(process, data):
    with suppress(BrokenPipeError):
        process.stdin.write(data)
        process.stdin.close()
    answer = process.stdout.readline()
    if not answer:
        raise BadImage("large", "the picture takes more memory or time than is given to one")
    answer = json.loads(answer)
    if "text" in answer:
        raise BadImage(answer["kind"], answer["text"])
    levels = np.empty(answer["shape"], np.uint8)
    view = memoryview(levels).cast("B")
    read = 0
    while read < len(view) and (count := process.stdout.readinto(view[read:])):
        read += count
    if read < len(view):
        raise BadImage("large", "the picture takes more memory or time than is given to one")
    return levels


def _answer(format, max_pixels, mode):
    """Decodes the bytes on standard input and writes a line of JSON and the pixels to standard output."""
    _hush()
    from app.vision import pixels

    data = sys.stdin.buffer.read()
    _bound()
    try:
        readers = pixels.READERS | more_readers(format)
        levels = pixels.levels(pixels.open_image(format, data, int(max_pixels), readers), mode)
    except BadImage as error:
        print(json.dumps({"kind": error.kind, "text": str(error)}))
        return
    sys.stdout.buffer.write(json.dumps({"shape": levels.shape}).encode() + b"\n")
    sys.stdout.buffer.write(levels)


def more_readers(format):
    """Pillow's classes, by format, for a format that is read here alone; raises BadImage where one is missing."""
    if format == "TIFF":
        from PIL import TiffImagePlugin

        return {"TIFF": TiffImagePlugin.TiffImageFile}
    if format == "AVIF":
        from PIL import AvifImagePlugin

        return {"AVIF": AvifImagePlugin.AvifImageFile}
    if format == "HEIC":
        return {"HEIC": _heic_reader()}
    return {}


def _heic_reader():
    try:
        from pillow_heif import HeifImageFile
    except ImportError:
        words = "this looks like HEIC, which is read where requirements-heic.txt is installed; save it as JPEG"
        raise BadImage("unreadable", words) from None
    return HeifImageFile


def _hush():
    """Discards what the libraries print about a damaged picture, without opening a file for it."""
    nobody_reads, here = os.pipe()
    os.close(nobody_reads)
    os.dup2(here, sys.stderr.fileno())


def _bound():
    try:
        import resource
    except ImportError:  # Windows has no such bounds
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _answer(*sys.argv[1:])
