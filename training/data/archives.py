"""Downloaded data sets: a .zip or .tar.gz, unpacked only while it is read."""

import tarfile
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path

from training.data.faces import BadDataset

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")

MAX_BYTES = 100 * 1024**3
"""An archive that unpacks to more is refused."""


def is_archive(path):
    """Whether a file's name ends as a supported archive's does."""
    return path.name.lower().endswith(ENDINGS)


@contextmanager
def unpacked(path, beside):
    """A folder below `beside` that holds an archive's files until the `with` block ends; raises BadDataset."""
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=beside, prefix="unpacked-") as folder:
        try:
            _unpack(path, folder)
        except (OSError, EOFError, RuntimeError, tarfile.TarError, zipfile.BadZipFile, zlib.error) as error:
            raise BadDataset(f"{path.name} cannot be unpacked: {error}") from None
        yield Path(folder)


def _unpack(path, folder):
    if path.name.lower().endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            _check_size(path, sum(entry.file_size for entry in archive.infolist()))
            archive.extractall(folder)
    else:
        with tarfile.open(path) as archive:
            _check_size(path, sum(entry.size for entry in archive))
            archive.extractall(folder, filter="data")


def _check_size(path, size):
    if size > MAX_BYTES:
        raise BadDataset(f"{path.name} would unpack to {size / 1024**3:.0f} GB, more than {MAX_BYTES // 1024**3}")
