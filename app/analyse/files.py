"""Files that are complete or absent, even after a crash or a kill."""

import os
from contextlib import contextmanager

PARTIAL = ".partial"
"""The ending of a file that is still being written; its name begins with a dot, so that searches skip it."""


@contextmanager
def written_whole(path, mode="w", **how):
    """An open file that takes the place of `path` once the context ends without an error.

    The bytes are on the disk before the name is. `how` goes to `open`; text is UTF-8.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}{PARTIAL}")
    if "b" not in mode:
        how = {"encoding": "utf-8", **how}
    try:
        with open(partial, mode, **how) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
