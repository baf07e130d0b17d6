"""Files that are written whole or not at all: into a file beside, which then takes the name in a single step."""

from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replaced(path):
    """The path of a file to write beside `path`; it takes that name at the end, or goes where the writing fails.

    The two end alike, for some writers go by the ending of a name.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".partial-{path.name}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_text(path, text):
    """Writes text as UTF-8, whole or not at all."""
    with replaced(path) as partial:
        partial.write_text(text, encoding="utf-8")
