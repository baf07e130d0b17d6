"""The files that a call reads: photos, films, and those in folders."""

import os
from dataclasses import dataclass
from pathlib import Path

from app.vision import video

PHOTO_SUFFIXES = frozenset(
    f".{ending}"
    for ending in ("avif bmp dib gif heic heif jfif jpe jpeg jpg png tif tiff webp".split())  # noqa: SIM905
)

HEAD_BYTES = 512


@dataclass(frozen=True)
class Source:
    """One file to be read: its `path`, and its `name` in the results, which is always valid text."""

    path: Path
    name: str

    @property
    def is_named_film(self):
        """Whether the file's ending is a film's."""
        return self.path.suffix.lower() in video.SUFFIXES

    def looks_like_film(self):
        """Whether the file's first bytes are a film's; raises OSError."""
        with open(self.path, "rb") as file:
            return video.looks_like_film(file.read(HEAD_BYTES))


def find(paths, left_out=()):
    """The Sources of files and folders: the files in the order given, each folder's in the order of their names.

    A folder is searched to any depth for files with the ending of a photo or a film. Hidden files and folders, whose
    names begin with a dot (macOS's `._` files too), and the folders in `left_out` are left out. A file that the
    caller names is taken whatever its ending, even if it is missing: reading it then fails. No file comes twice.
    """
    avoided = {os.path.realpath(folder) for folder in left_out}
    found = {}
    for path in map(Path, paths):
        for file in _files_in(path, avoided) if path.is_dir() else [path]:
            found.setdefault(os.path.realpath(file), Source(file, _as_text(file)))
    return list(found.values())


def shard(sources, index, number):
    """Every `number`-th source, from the `index`-th on, counted from 1: the part of one job of an array."""
    return sources[index - 1 :: number]


def _files_in(folder, avoided):
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if name[0] != "." and os.path.realpath(os.path.join(place, name)) not in avoided
        )
        for name in sorted(names):
            path = Path(place, name)
            if name[0] != "." and path.suffix.lower() in video.SUFFIXES | PHOTO_SUFFIXES:
                yield path


def _as_text(path):
    return os.fsencode(path).decode("utf-8", "backslashreplace")
