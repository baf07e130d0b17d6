"""The results of a call: for each photo or film a file of JSON lines, and a sidecar that says how it was made.

Each is complete or absent, and the sidecar is written last. So a call resumes after any interruption: a file with a
sidecar is not read again.
"""

import hashlib
import json
import platform
from dataclasses import dataclass
from pathlib import Path

from app.analyse.files import PARTIAL, written_whole
from app.analyse.reading import Options, read

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Results:
    """The results in a `folder`, made with `options` by a model whose card gives `model_sha256`."""

    folder: Path
    model: str
    model_sha256: str
    options: Options

    def stem(self, source):
        """The name of a source's result, without ending. It differs between files of equal names in two folders, and
        between models and options for one file."""
        told = json.dumps([source.name, self.model, self.model_sha256, self.options.to_json()])
        return f"{_plain(source.path.stem)}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"

    def lines(self, source):
        """The path of a source's result: JSON lines, one Reading for each photo or frame."""
        return self.folder / f"{self.stem(source)}.jsonl"

    def sidecar(self, source):
        """The path of its sidecar."""
        return self.folder / f"{self.stem(source)}.json"

    def is_done(self, source):
        """Whether the source was read before and has not changed since."""
        try:
            told = self.told(source)
            found, lines = source.path.stat(), self.lines(source).stat()
            if (told["bytes"], told["lines_bytes"]) != (found.st_size, lines.st_size):
                return False
            return told["modified_ns"] == found.st_mtime_ns or told["sha256"] == _sha256(source.path)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def make(self, reader, source, note=lambda *_: None):
        """Reads a source and writes its result; raises BadImage, BadVideo and OSError, and then leaves no result."""
        stat, sha256 = source.path.stat(), _sha256(source.path)
        frames, faces, damage = 0, 0, None
        with written_whole(self.lines(source)) as file:
            readings = read(reader, source, self.options, self.stem(source), note)
            while True:
                try:
                    reading = next(readings)
                except StopIteration as ended:
                    damage = ended.value
                    break
                frames, faces = frames + 1, faces + len(reading.faces)
                file.write(json.dumps(reading.to_json()) + "\n")
        told = {
            "file": source.name,
            "bytes": stat.st_size,
            "modified_ns": stat.st_mtime_ns,
            "sha256": sha256,
            "model": {"name": self.model, "sha256": self.model_sha256},
            "options": self.options.to_json(),
            "versions": versions(),
            "labels": list(reader.card.labels),
            "frames": frames,
            "faces": faces,
            "damage": damage,
            "lines_bytes": self.lines(source).stat().st_size,
        }
        with written_whole(self.sidecar(source)) as file:
            file.write(json.dumps(told, indent=1) + "\n")

    def contents(self, source):
        """The readings of a finished source, as dicts, one after the other."""
        with open(self.lines(source), encoding="utf-8") as file:
            yield from map(json.loads, file)

    def told(self, source):
        """The sidecar of a finished source, as a dict."""
        return json.loads(self.sidecar(source).read_text(encoding="utf-8"))

    def forget(self, source):
        """Removes the result of a source."""
        self.sidecar(source).unlink(missing_ok=True)
        self.lines(source).unlink(missing_ok=True)

    def sweep(self):
        """Removes partial files of a killed call. Don't call it while another call, such as a shard, writes here."""
        for folder in {self.folder, self.options.annotate or self.folder}:
            for path in folder.glob(f".*{PARTIAL}"):
                path.unlink(missing_ok=True)


def versions():
    """The versions of the libraries that the figures depend on."""
    import cv2
    import numpy
    from PIL import __version__ as pillow

    told = {
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "opencv": cv2.__version__,
        "pillow": pillow,
    }
    try:
        import av

        return told | {"av": av.__version__}
    except ImportError:
        return told


def _plain(stem):
    """A file's stem as a name that every file system takes."""
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "_" for letter in stem)[:60]


def _sha256(path):
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            found.update(chunk)
    return found.hexdigest()
